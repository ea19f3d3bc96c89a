// Parties whose name holds a phrase: exact and prefix hits first, then by risk class and links.
// The index gives the closest names first (short ones before long ones); only `candidates` of them are ranked.
// param   phrase      STRING   Lucene query: the typed text as one quoted, escaped phrase
// param   text        STRING   the typed text
// param   kinds       LIST<STRING>  labels a hit may have
// param   candidates  INTEGER  hits taken from an index before they are ranked
// param   limit       INTEGER  most rows to return
// param   as_of       DATE     the day asked for
// return  id          STRING   stable id of the party
// return  kind        STRING   Company, Person, Complainant, Shop, Platform, Address or Phone
// return  name        STRING?  name as recorded; a phone's masked number
// return  code        STRING?  credit code, older number, or masked resident ID
// return  town        STRING?  town or street
// return  status      STRING?  registration status, null where the present one began later
// return  score       FLOAT?   credit-risk score, null before the first refresh
// return  risk_class  STRING?  A, B, C or D, null before the first refresh
// return  links       INTEGER  relationships of the party
// return  danger      STRING   the class again, empty when there is none, to sort by
// return  exact       BOOLEAN  the whole name is what was typed
// return  prefix      BOOLEAN  the name begins with what was typed
// timeless     how busy a party is, over all time: the database keeps that number
CALL db.index.fulltext.queryNodes('names', $phrase, {limit: $candidates}) YIELD node AS p
WHERE any(label IN labels(p) WHERE label IN $kinds) AND coalesce(p.established <= $as_of OR p.established > p.received, p.opened <= $as_of, true)
RETURN p.id AS id,
       head([label IN labels(p) WHERE label <> 'Party']) AS kind,
       p.name AS name,
       coalesce(p.uscc, p.legacy_code, p.id_masked) AS code,
       p.town AS town,
       CASE WHEN p.status_since > $as_of THEN NULL ELSE p.status END AS status,
       p.score AS score,
       p.risk_class AS risk_class,
       COUNT { (p)--() } AS links,
       coalesce(p.risk_class, '') AS danger,
       p.name = $text AS exact,
       p.name STARTS WITH $text AS prefix
ORDER BY exact DESC, prefix DESC, danger DESC, links DESC, id
LIMIT $limit
