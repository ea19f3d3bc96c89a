// How many credit records one company has.
// param   company  STRING   id of the company
// return  total    INTEGER  rows without a limit
MATCH (:Company {id: $company})-[:HAS_RECORD]->(k:CreditRecord)
RETURN count(k) AS total
ORDER BY total
