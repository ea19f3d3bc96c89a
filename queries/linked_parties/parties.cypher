// Parties by id, as lists and pictures show them.
// param   ids         LIST<STRING>  ids of the parties
// param   as_of       DATE          the day asked for
// return  id          STRING   stable id of the party
// return  kind        STRING   Company, Person, Complainant, Shop, Platform, Address or Phone
// return  name        STRING?  name as recorded; a phone's masked number
// return  code        STRING?  credit code, older number, or masked resident ID
// return  town        STRING?  town or street
// return  status      STRING?  registration status, null where the present one began later
// return  score       FLOAT?   credit-risk score, null before the first refresh
// return  risk_class  STRING?  A, B, C or D, null before the first refresh
// return  links       INTEGER  relationships of the party
// timeless     how busy a party is, over all time: the database keeps that number
UNWIND $ids AS wanted
MATCH (p:Party {id: wanted})
RETURN DISTINCT p.id AS id,
       head([label IN labels(p) WHERE label <> 'Party']) AS kind,
       p.name AS name,
       coalesce(p.uscc, p.legacy_code, p.id_masked) AS code,
       p.town AS town,
       CASE WHEN p.status_since > $as_of THEN NULL ELSE p.status END AS status,
       p.score AS score,
       p.risk_class AS risk_class,
       COUNT { (p)--() } AS links
ORDER BY id
