// One lead.
// param   lead     STRING   id of the lead
// return  id       STRING   id of the lead
// return  kind     STRING   complainant_group, abnormal_merchant, linked_parties …
// return  title    STRING   one line
// return  rank     INTEGER  1 = look first
// return  state    STRING   new, assigned, confirmed, dismissed, expired
// return  parties  LIST<STRING>  ids of what it is about: parties, groups
MATCH (l:Lead {id: $lead})
RETURN l.id AS id, l.kind AS kind, l.title AS title, l.rank AS rank, l.state AS state,
       COLLECT { MATCH (l)-[:CONCERNS]->(about) RETURN about.id AS id ORDER BY id } AS parties
ORDER BY rank, id
