// All relationships between the parties of a set.
// param   ids         LIST<STRING>  ids of the parties
// param   relations   LIST<STRING>  relationship types wanted
// param   as_of       DATE          the day asked for
// return  type        STRING   relationship type
// return  source      STRING   id of the start party
// return  target      STRING   id of the end party
// return  valid_from  DATE?    first day it held
// return  valid_to    DATE?    first day it no longer held, if that had come
// return  first       DATE?    day of the first complaint of a pair
// return  last        DATE?    day of the last complaint of a pair, if no later one came
// return  origin      STRING?  source the relationship came by
// return  percent     FLOAT?   share or votes in percent
// return  post        STRING?  post of an officer
// return  rule        STRING?  rule behind a suspected link
// return  count       INTEGER? complaints and reports of a pair
// return  reports     INTEGER  how many of them are reports of a violation
// history    what had ended by the day is shown with its end
UNWIND $ids AS id
MATCH (a:Party {id: id})-[r]->(b:Party)
WHERE b.id IN $ids AND type(r) IN $relations AND coalesce(r.valid_from <= $as_of, r.first <= $as_of, true)
RETURN type(r) AS type,
       a.id AS source,
       b.id AS target,
       r.valid_from AS valid_from,
       CASE WHEN r.valid_to <= $as_of THEN r.valid_to END AS valid_to,
       r.first AS first,
       CASE WHEN r.last <= $as_of THEN r.last END AS last,
       r.source AS origin,
       r.percent AS percent,
       r.post AS post,
       r.rule AS rule,
       CASE
         WHEN r.last > $as_of THEN
           COUNT { (a)-[:FILED]->(k:Complaint WHERE coalesce(k.filed_on <= $as_of, true))-[:AGAINST]->(b) }
         ELSE r.count
       END AS count,
       CASE type(r)
         WHEN 'COMPLAINED' THEN COUNT {
           (a)-[:FILED]->(k:Complaint {kind: 'report'} WHERE coalesce(k.filed_on <= $as_of, true))-[:AGAINST]->(b)
         }
         ELSE 0
       END AS reports
ORDER BY type, source, target, valid_from, valid_to, post, rule, percent, origin
