// Merchants that members of one group complained about, those hit by most members first.
// param   group    STRING   id of the group
// param   skip     INTEGER  rows to leave out
// param   limit    INTEGER  most rows to return
// return  id       STRING   id of the shop or company
// return  members  INTEGER  members that complained about it
// count   complainants/targets_count
MATCH (:Group {id: $group})<-[:MEMBER_OF]-(q:Complainant)-[:COMPLAINED]->(m:Party)
RETURN m.id AS id, count(DISTINCT q) AS members
ORDER BY members DESC, id
SKIP $skip
LIMIT $limit
