// How many pairs of company and shared legal representative one company has.
// param   company  STRING   id of the company
// return  total    INTEGER  rows without a limit
MATCH (c:Company {id: $company})<-[:LEGAL_REP]-(p:Party)-[:LEGAL_REP]->(o:Company)
WHERE o.id <> c.id
WITH DISTINCT o, p
RETURN count(*) AS total
ORDER BY total
