// Owners of a set of companies, one step up, with today's holdings only.
// param   ids      LIST<STRING>  ids to start from
// param   limit    INTEGER       most rows to return
// return  owner    STRING        id of the shareholder
// return  company  STRING        id of the company held
// return  percent  FLOAT         largest share stated, 0 if none is
UNWIND $ids AS id
MATCH (o:Party)-[r:SHAREHOLDER]->(c:Company {id: id})
WHERE r.valid_to IS NULL
RETURN o.id AS owner, c.id AS company, coalesce(max(r.percent), 0.0) AS percent
ORDER BY percent DESC, owner, company
LIMIT $limit
