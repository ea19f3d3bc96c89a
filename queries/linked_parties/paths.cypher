// Shortest chains between two parties over chosen relations; of equally short ones, those with fewer weak links first.
// A hub is crossed only when asked: a platform, or an address or phone with more than `hub_links` relationships.
// param   source        STRING        id of one end
// param   target        STRING        id of the other end
// param   relations     LIST<STRING>  relationship types to follow
// param   weak          LIST<STRING>  those of them that are only context
// param   through_hubs  BOOLEAN       whether hubs may be crossed
// param   hub_links     INTEGER       relationships above which an address or phone is a hub
// param   max_hops      INTEGER       longest chain wanted, at most 6
// param   limit         INTEGER       most rows to return
// param   as_of         DATE          the day asked for
// return  parties       LIST<STRING>  ids along the chain, ends included
// return  hops          INTEGER       number of steps
// return  weak_links    INTEGER       steps that are only context
// history       a chain may hold what had ended by the day: its words give the dates
// timeless      how busy an address or phone is decides whether it is a hub, not since when
MATCH chain = ALL SHORTEST (:Party {id: $source}) (
  (x:Party)-[r]-(y:Party)
  WHERE type(r) IN $relations AND coalesce(r.valid_from <= $as_of, r.first <= $as_of, true)
    AND ($through_hubs OR x.id IN [$source, $target]
      OR NOT (x:Platform OR ((x:Address OR x:Phone) AND COUNT { (x)--() } > $hub_links)))
    AND ($through_hubs OR y.id IN [$source, $target]
      OR NOT (y:Platform OR ((y:Address OR y:Phone) AND COUNT { (y)--() } > $hub_links)))
){1,6} (:Party {id: $target})
WHERE length(chain) <= $max_hops
RETURN [party IN nodes(chain) | party.id] AS parties,
       length(chain) AS hops,
       min(size([step IN relationships(chain) WHERE type(step) IN $weak])) AS weak_links
ORDER BY weak_links, parties
LIMIT $limit
