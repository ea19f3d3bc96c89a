// How many merchants have any complainant.
// return  total  INTEGER  rows without a limit
MATCH (m:Party)<-[:COMPLAINED]-(:Complainant)
RETURN count(DISTINCT m) AS total
ORDER BY total
