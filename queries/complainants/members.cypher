// Suspected members of one group, the surest first, with all they have filed.
// param   group        STRING   id of the group
// param   skip         INTEGER  rows to leave out
// param   limit        INTEGER  most rows to return
// return  id           STRING   id of the complainant
// return  name         STRING?  name as recorded
// return  probability  FLOAT    of belonging
// return  events       INTEGER  shared events
// return  complaints   INTEGER  complaints and reports filed, against anyone
// return  merchants    INTEGER  merchants they are against
// count   complainants/members_count
MATCH (q:Complainant)-[m:MEMBER_OF]->(:Group {id: $group})
RETURN q.id AS id, q.name AS name, m.probability AS probability, m.events AS events,
       COUNT { (q)-[:FILED]->() } AS complaints, COUNT { (q)-[:COMPLAINED]->() } AS merchants
ORDER BY probability DESC, id
SKIP $skip
LIMIT $limit
