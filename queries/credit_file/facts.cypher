// All properties recorded of one party.
// param   party  STRING  id of the party
// return  id     STRING  id of the party
// return  kind   STRING  its kind
// return  facts  MAP     property names and values
MATCH (p:Party {id: $party})
RETURN p.id AS id, head([label IN labels(p) WHERE label <> 'Party']) AS kind, properties(p) AS facts
ORDER BY id
