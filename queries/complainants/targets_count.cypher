// How many merchants the members of one group complained about.
// param   group  STRING   id of the group
// return  total  INTEGER  rows without a limit
MATCH (:Group {id: $group})<-[:MEMBER_OF]-(:Complainant)-[:COMPLAINED]->(m:Party)
RETURN count(DISTINCT m) AS total
ORDER BY total
