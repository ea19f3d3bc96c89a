// Companies that share a legal representative with one company.
// param   company  STRING   id of the company
// param   limit    INTEGER  most rows to return
// param   as_of    DATE     the day asked for
// return  other    STRING   id of the linked company
// return  person   STRING   id of the shared representative, a person or a company
// return  terms    INTEGER  pairs of terms of office that make the link
// count   linked_parties/shared_representatives_count
// history  a former representative links two companies too
MATCH (c:Company {id: $company})<-[one:LEGAL_REP]-(p:Party)-[two:LEGAL_REP]->(o:Company)
WHERE o.id <> c.id AND coalesce(one.valid_from <= $as_of, true) AND coalesce(two.valid_from <= $as_of, true)
RETURN o.id AS other, p.id AS person, count(*) AS terms
ORDER BY other, person
LIMIT $limit
