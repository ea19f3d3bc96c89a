// How many merchants have any complainant.
// param   as_of  DATE     the day asked for
// return  total  INTEGER  rows without a limit
MATCH (m:Party)<-[r:COMPLAINED]-(:Complainant)
WHERE coalesce(r.first <= $as_of, true)
RETURN count(DISTINCT m) AS total
ORDER BY total
