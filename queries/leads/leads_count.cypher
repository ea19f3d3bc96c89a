// How many leads there are to check.
// param   kind     STRING?  only leads of this kind
// param   state    STRING?  only leads in this state
// return  total    INTEGER  rows without a limit
MATCH (l:Lead)
WHERE ($kind IS NULL OR l.kind = $kind) AND ($state IS NULL OR l.state = $state)
RETURN count(l) AS total
ORDER BY total
