// How many complaints and reports one merchant has.
// param   merchant  STRING   id of the shop or company
// return  total     INTEGER  rows without a limit
MATCH (:Party {id: $merchant})<-[:AGAINST]-(k:Complaint)
RETURN count(k) AS total
ORDER BY total
