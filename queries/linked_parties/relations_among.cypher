// All relationships between the parties of a set.
// param   ids         LIST<STRING>  ids of the parties
// param   relations   LIST<STRING>  relationship types wanted
// return  type        STRING   relationship type
// return  source      STRING   id of the start party
// return  target      STRING   id of the end party
// return  valid_from  DATE?    first day it held
// return  valid_to    DATE?    first day it no longer held
// return  first       DATE?    day of the first complaint of a pair
// return  last        DATE?    day of the last complaint of a pair
// return  origin      STRING?  source the relationship came by
// return  percent     FLOAT?   share or votes in percent
// return  post        STRING?  post of an officer
// return  rule        STRING?  rule behind a suspected link
// return  count       INTEGER? complaints and reports of a pair
// return  reports     INTEGER  how many of them are reports of a violation
UNWIND $ids AS id
MATCH (a:Party {id: id})-[r]->(b:Party)
WHERE b.id IN $ids AND type(r) IN $relations
RETURN type(r) AS type,
       a.id AS source,
       b.id AS target,
       r.valid_from AS valid_from,
       r.valid_to AS valid_to,
       r.first AS first,
       r.last AS last,
       r.source AS origin,
       r.percent AS percent,
       r.post AS post,
       r.rule AS rule,
       r.count AS count,
       CASE type(r)
         WHEN 'COMPLAINED' THEN COUNT { (a)-[:FILED]->(:Complaint {kind: 'report'})-[:AGAINST]->(b) }
         ELSE 0
       END AS reports
ORDER BY type, source, target, valid_from, valid_to, post, rule, percent, origin
