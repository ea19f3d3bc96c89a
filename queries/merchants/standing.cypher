// Complaints against chosen merchants, counted apart, with the part that suspected groups filed.
// Reports of violations are another procedure and are not counted.
// param   merchants                LIST<STRING>  ids of shops or companies
// param   as_of                    DATE          the day asked for
// return  merchant                 STRING   id of the merchant
// return  received                 INTEGER  complaints received
// return  accepted                 INTEGER  of them accepted: any outcome but received and refused
// return  substantiated            INTEGER  of them settled with compensation, or a case filed, or a penalty
// return  complainants             INTEGER  different complainants
// return  suspected                INTEGER  complaints by members of suspected groups, weak ones left out
// return  suspected_substantiated  INTEGER  of those found true
UNWIND $merchants AS wanted
MATCH (m:Party {id: wanted})
OPTIONAL MATCH (m)<-[:AGAINST]-(k:Complaint {kind: 'complaint'})<-[:FILED]-(q:Complainant)
WHERE coalesce(k.filed_on <= $as_of, true)
WITH m, k, q, EXISTS { (q)-[:MEMBER_OF]->(g:Group) WHERE g.tier <> 'weak' } AS grouped,
     CASE WHEN k.outcome_on > $as_of THEN 'received' ELSE k.outcome END AS outcome
RETURN m.id AS merchant,
       count(k) AS received,
       count(CASE WHEN NOT outcome IN ['received', 'refused'] THEN 1 END) AS accepted,
       count(CASE WHEN outcome IN ['settled', 'substantiated'] THEN 1 END) AS substantiated,
       count(DISTINCT q) AS complainants,
       count(CASE WHEN grouped THEN 1 END) AS suspected,
       count(CASE WHEN grouped AND outcome IN ['settled', 'substantiated'] THEN 1 END) AS suspected_substantiated
ORDER BY merchant
