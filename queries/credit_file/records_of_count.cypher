// How many credit records one company has.
// param   company  STRING   id of the company
// param   as_of    DATE     the day asked for
// return  total    INTEGER  rows without a limit
MATCH (:Company {id: $company})-[:HAS_RECORD]->(k:CreditRecord)
WHERE coalesce(k.decided <= $as_of, true)
RETURN count(k) AS total
ORDER BY total
