// Leads to check, the first to look at first.
// param   kind     STRING?  only leads of this kind
// param   state    STRING?  only leads in this state
// param   skip     INTEGER  rows to leave out
// param   limit    INTEGER  most rows to return
// return  id       STRING   id of the lead
// return  kind     STRING   complainant_group, abnormal_merchant, linked_parties …
// return  title    STRING   one line
// return  rank     INTEGER  1 = look first
// return  state    STRING   new, assigned, confirmed, dismissed, expired
// return  parties  LIST<STRING>  ids of what it is about: parties, groups
// count   leads/leads_count
MATCH (l:Lead)
WHERE ($kind IS NULL OR l.kind = $kind) AND ($state IS NULL OR l.state = $state)
RETURN l.id AS id, l.kind AS kind, l.title AS title, l.rank AS rank, l.state AS state,
       COLLECT { MATCH (l)-[:CONCERNS]->(about) RETURN about.id AS id ORDER BY id } AS parties
ORDER BY rank, id
SKIP $skip
LIMIT $limit
