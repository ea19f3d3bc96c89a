// Credit records by id.
// param   ids          LIST<STRING>  ids of the records
// param   as_of        DATE          the day asked for
// return  id           STRING   id of the record
// return  kind         STRING?  kind of record
// return  title        STRING?  what it says, one line
// return  department   STRING?  department that made it
// return  document     STRING?  document number
// return  legal_basis  STRING?  law and article
// return  decided      DATE?    day of the decision
// return  valid_from   DATE?    first day the fact held
// return  valid_to     DATE?    first day it no longer held
// return  public_to    DATE?    first day it may no longer be shown to the public
// return  use_to       DATE?    first day it may no longer feed a score or measure
// return  status       STRING?  in force, amended, withdrawn, repaired, objected, under review
// return  result       STRING?  result category, type of penalty, ground of a listing
// return  amount       FLOAT?   fine or sum, yuan
// return  source       STRING?  source it came by
UNWIND $ids AS wanted
MATCH (k:CreditRecord {id: wanted})
WHERE coalesce(k.decided <= $as_of, true)
RETURN DISTINCT k.id AS id, k.kind AS kind, k.title AS title, k.department AS department, k.document AS document,
       k.legal_basis AS legal_basis, k.decided AS decided, k.valid_from AS valid_from, CASE WHEN k.valid_to <= $as_of THEN k.valid_to END AS valid_to,
       k.public_to AS public_to, k.use_to AS use_to, CASE WHEN k.status_since > $as_of THEN 'in_force' ELSE k.status END AS status, k.result AS result, k.amount AS amount,
       k.source AS source
ORDER BY decided DESC, id
