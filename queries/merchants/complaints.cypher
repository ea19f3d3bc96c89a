// Complaints and reports against one merchant, latest first, without who filed them.
// param   merchant  STRING   id of the shop or company
// param   skip      INTEGER  rows to leave out
// param   limit     INTEGER  most rows to return
// param   as_of     DATE     the day asked for
// return  id        STRING   id of the ticket
// return  kind      STRING?  complaint or report
// return  category  STRING?  goods or service category
// return  filed_on  DATE?    day it was received
// return  outcome   STRING?  what became of it
// return  amount    FLOAT?   amount claimed, yuan
// return  channel   STRING?  12315 or the platform's code
// return  source    STRING?  source it came by
// count   merchants/complaints_count
MATCH (:Party {id: $merchant})<-[:AGAINST]-(k:Complaint)
WHERE coalesce(k.filed_on <= $as_of, true)
RETURN k.id AS id, k.kind AS kind, k.category AS category, k.filed_on AS filed_on, CASE WHEN k.outcome_on > $as_of THEN 'received' ELSE k.outcome END AS outcome,
       k.amount AS amount, k.channel AS channel, k.source AS source
ORDER BY filed_on DESC, id
SKIP $skip
LIMIT $limit
