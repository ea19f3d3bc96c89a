"""The picture of a suspected group: who, against whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from graph.model.asof import today
from queries.catalog import Reader
from queries.complainants.groups import group, members_count, targets_count
from queries.layout import place
from queries.linked_parties.relations import relations_among
from queries.parties import parties
from queries.results import Group, Network


def group_network(store: Reader, group_id: str, *, limit: int = 60) -> Network:
    """Picture of a group as it is suspected now, see `picture_of`.

    Raises
    ------
    NotFound
        If there is no such group.
    """
    drawn = picture_of(store, group(store, group_id, limit=limit), limit=limit)
    return replace(
        drawn, truncated=len(drawn.parties) < members_count(store, group_id) + targets_count(store, group_id)
    )


def picture_of(store: Reader, whole: Group, *, limit: int = 60, as_of: date | None = None) -> Network:
    """Picture of a group: its surest members and the merchants hit by most of them, half of the limit each at least."""
    half = limit // 2
    hit = whole.merchants[: max(half, limit - len(whole.members))]
    wanted = [*(m.id for m in whole.members[: limit - len(hit)]), *(p.id for p in hit)]
    shown = parties(store, wanted, as_of)
    relations = relations_among(store, wanted, as_of=as_of)
    return Network(
        centre=None,
        parties=shown,
        relations=relations,
        positions=place([p.id for p in shown], [(r.source, r.target) for r in relations]),
        truncated=len(shown) < len(whole.members) + len(whole.merchants),
        as_of=as_of or today(),
    )
