"""The picture of a suspected group: who, against whom."""

from __future__ import annotations

from queries.catalog import Reader
from queries.complainants.groups import group, members_count, targets_count
from queries.layout import place
from queries.linked_parties.relations import relations_among
from queries.parties import parties
from queries.results import Network


def group_network(store: Reader, group_id: str, *, limit: int = 60) -> Network:
    """Picture of a group: its surest members and the merchants hit by most of them, half of the limit each at least.

    Raises
    ------
    NotFound
        If there is no such group.
    """
    whole = group(store, group_id, limit=limit)
    half = limit // 2
    hit = whole.merchants[: max(half, limit - len(whole.members))]
    who = parties(store, [m.id for m in whole.members[: limit - len(hit)]])
    shown = (*who, *hit)
    relations = relations_among(store, [p.id for p in shown])
    return Network(
        centre=None,
        parties=shown,
        relations=relations,
        positions=place([p.id for p in shown], [(r.source, r.target) for r in relations]),
        truncated=len(shown) < members_count(store, group_id) + targets_count(store, group_id),
    )
