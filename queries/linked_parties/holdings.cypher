// Companies that a set of parties holds shares in, one step down, with today's holdings only.
// param   ids      LIST<STRING>  ids to start from
// param   limit    INTEGER       most rows to return
// param   as_of    DATE          the day asked for
// return  owner    STRING        id of the shareholder
// return  company  STRING        id of the company held
// return  percent  FLOAT         largest share stated, 0 if none is
UNWIND $ids AS id
MATCH (o:Party {id: id})-[r:SHAREHOLDER]->(c:Company)
WHERE coalesce(r.valid_from <= $as_of, true) AND coalesce(r.valid_to > $as_of, true)
RETURN o.id AS owner, c.id AS company, coalesce(max(r.percent), 0.0) AS percent
ORDER BY percent DESC, owner, company
LIMIT $limit
