// Suspected groups of complainants, the most suspicious first.
// param   skip         INTEGER  rows to leave out
// param   limit        INTEGER  most rows to return
// return  id           STRING   id of the group
// return  size         INTEGER  members
// return  tier         STRING   strong, moderate or weak
// return  score        FLOAT    higher is more suspicious, 0 to 1
// return  probability  FLOAT    calibrated share of members that belong
// return  first        DATE?    day of its first event
// return  last         DATE?    day of its last event
// return  expires      DATE?    day from which its tier no longer holds
// count   complainants/groups_count
MATCH (g:Group)
RETURN g.id AS id, g.size AS size, g.tier AS tier, g.score AS score, g.probability AS probability,
       g.first AS first, g.last AS last, g.expires AS expires
ORDER BY score DESC, id
SKIP $skip
LIMIT $limit
