// Leads about one party, or about a suspected group it belongs to.
// param   party    STRING   id of the party
// return  id       STRING   id of the lead
// return  kind     STRING   complainant_group, abnormal_merchant, linked_parties …
// return  title    STRING   one line
// return  rank     INTEGER  1 = look first
// return  state    STRING   new, assigned, confirmed, dismissed, expired
// return  parties  LIST<STRING>  ids of what it is about: parties, groups
MATCH (p:Party {id: $party})
CALL (p) {
  MATCH (p)<-[:CONCERNS]-(l:Lead)
  RETURN l
  UNION
  MATCH (p)-[:MEMBER_OF]->(:Group)<-[:CONCERNS]-(l:Lead)
  RETURN l
}
WITH l
RETURN l.id AS id, l.kind AS kind, l.title AS title, l.rank AS rank, l.state AS state,
       COLLECT { MATCH (l)-[:CONCERNS]->(about) RETURN about.id AS id ORDER BY id } AS parties
ORDER BY rank, id
