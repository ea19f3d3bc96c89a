// How many complaints and reports one merchant has.
// param   merchant  STRING   id of the shop or company
// param   as_of     DATE     the day asked for
// return  total     INTEGER  rows without a limit
MATCH (:Party {id: $merchant})<-[:AGAINST]-(k:Complaint)
WHERE coalesce(k.filed_on <= $as_of, true)
RETURN count(k) AS total
ORDER BY total
