// What one party is linked to, by relation type and direction: how many parties, and the first of them.
// Parties of a worse risk class come first, then those with more relationships.
// param   party      STRING        id of the party
// param   relations  LIST<STRING>  relationship types to follow
// param   symmetric  LIST<STRING>  those of them that have no direction
// param   exclude    LIST<STRING>  ids not to list again (they still count)
// param   limit      INTEGER       most ids to list for one type and direction
// param   as_of      DATE          the day asked for
// return  relation   STRING        relationship type
// return  direction  STRING        out (from the party), in, or both for types without direction
// return  total      INTEGER       parties linked that way
// return  ids        LIST<STRING>  the first of them that are not excluded
// history    what had ended by the day still links, as on the picture
MATCH (p:Party {id: $party})-[r]-(o:Party)
WHERE type(r) IN $relations AND o.id <> $party AND coalesce(r.valid_from <= $as_of, r.first <= $as_of, true)
WITH DISTINCT o, type(r) AS relation,
     CASE WHEN type(r) IN $symmetric THEN 'both' WHEN startNode(r).id = $party THEN 'out' ELSE 'in' END AS direction
WITH o, relation, direction
ORDER BY coalesce(o.risk_class, '') DESC, coalesce(o.links, 0) DESC, o.id
WITH relation, direction, count(o) AS total, collect(CASE WHEN NOT o.id IN $exclude THEN o.id END) AS listed
RETURN relation AS relation, direction AS direction, total AS total, listed[..$limit] AS ids
ORDER BY relation, direction
