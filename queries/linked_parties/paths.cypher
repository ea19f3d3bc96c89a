// Chains between two parties over chosen relations: those of the three shortest lengths, shortest first.
// A hub is crossed only when asked: a platform, or an address or phone with more than `hub_links` relationships.
// param   source        STRING        id of one end
// param   target        STRING        id of the other end
// param   relations     LIST<STRING>  relationship types to follow
// param   through_hubs  BOOLEAN       whether hubs may be crossed
// param   hub_links     INTEGER       relationships above which an address or phone is a hub
// param   max_hops      INTEGER       longest chain wanted, at most 6
// param   limit         INTEGER       most rows to return
// param   as_of         DATE          the day asked for
// return  parties       LIST<STRING>  ids along the chain, ends included
// return  hops          INTEGER       number of steps
// history       a chain may hold what had ended by the day: its words give the dates
// timeless      how busy an address or phone is decides whether it is a hub, not since when
MATCH chain = SHORTEST 3 GROUPS (:Party {id: $source}) (
  (x:Party)-[r]-(y:Party)
  WHERE type(r) IN $relations AND coalesce(r.valid_from <= $as_of, r.first <= $as_of, true)
    AND ($through_hubs OR x.id IN [$source, $target]
      OR NOT (x:Platform OR ((x:Address OR x:Phone) AND COUNT { (x)--() } > $hub_links)))
    AND ($through_hubs OR y.id IN [$source, $target]
      OR NOT (y:Platform OR ((y:Address OR y:Phone) AND COUNT { (y)--() } > $hub_links)))
){1,6} (:Party {id: $target})
WHERE length(chain) <= $max_hops
RETURN [party IN nodes(chain) | party.id] AS parties,
       min(length(chain)) AS hops
ORDER BY hops, parties
LIMIT $limit
