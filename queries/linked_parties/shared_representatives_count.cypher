// How many pairs of company and shared legal representative one company has.
// param   company  STRING   id of the company
// param   as_of    DATE     the day asked for
// return  total    INTEGER  rows without a limit
// history  a former representative links two companies too
MATCH (c:Company {id: $company})<-[one:LEGAL_REP]-(p:Party)-[two:LEGAL_REP]->(o:Company)
WHERE o.id <> c.id AND coalesce(one.valid_from <= $as_of, true) AND coalesce(two.valid_from <= $as_of, true)
WITH DISTINCT o, p
RETURN count(*) AS total
ORDER BY total
