// Companies that share a legal representative with one company.
// param   company  STRING   id of the company
// param   limit    INTEGER  most rows to return
// return  other    STRING   id of the linked company
// return  person   STRING   id of the shared representative, a person or a company
// return  terms    INTEGER  pairs of terms of office that make the link
// count   linked_parties/shared_representatives_count
MATCH (c:Company {id: $company})<-[:LEGAL_REP]-(p:Party)-[:LEGAL_REP]->(o:Company)
WHERE o.id <> c.id
RETURN o.id AS other, p.id AS person, count(*) AS terms
ORDER BY other, person
LIMIT $limit
