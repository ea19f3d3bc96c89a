// Parties one step further from a set of parties, those tied to several of them first.
// param   sources    LIST<STRING>  ids to go on from
// param   shown      LIST<STRING>  ids already in the picture
// param   relations  LIST<STRING>  relationship types to follow
// param   limit      INTEGER       most rows to return
// param   as_of      DATE          the day asked for
// return  party      STRING        id of a further party
// return  ties       INTEGER       parties of the set it is tied to
// return  danger     STRING        its risk class, empty when there is none
// history    what had ended by the day still links, as on the picture
UNWIND $sources AS source
MATCH (a:Party {id: source})-[r]-(o:Party)
WHERE type(r) IN $relations AND NOT o.id IN $shown AND coalesce(r.valid_from <= $as_of, r.first <= $as_of, true)
RETURN o.id AS party, count(DISTINCT source) AS ties, coalesce(o.risk_class, '') AS danger
ORDER BY ties DESC, danger DESC, party
LIMIT $limit
