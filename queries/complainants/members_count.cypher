// How many suspected members one group has.
// param   group  STRING   id of the group
// return  total  INTEGER  rows without a limit
MATCH (q:Complainant)-[:MEMBER_OF]->(:Group {id: $group})
RETURN count(q) AS total
ORDER BY total
