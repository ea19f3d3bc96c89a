"""The surroundings of a party, and one step more from any party in the picture."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Literal

from graph.errors import QueryError
from graph.model.asof import today
from queries.catalog import Reader, run
from queries.layout import place
from queries.linked_parties.relations import PARTY_RELATIONS, SYMMETRIC, relations_among, shown_types
from queries.parties import is_hub, parties, party
from queries.results import Network, Party, Relation, RelationCount

_NOT_SECOND = ("COMPLAINED", "ON_PLATFORM")
"""Not followed for the second ring: the other complainants of a merchant are not the party's surroundings."""


@dataclass(frozen=True, slots=True)
class Ring:
    """What a party is linked to by one type in one direction; `ids` are the first not excluded."""

    relation: str
    direction: Literal["out", "in", "both"]
    total: int
    ids: list[str]


def ego(store: Reader, party_id: str, *, limit: int = 60, as_of: date | None = None) -> Network:
    """Surroundings of a party on a day, at most `limit` parties with itself.

    Neighbours are taken in turn from every relation type, so that five hundred complaints do not crowd out the
    owners. Half of the limit may go to a second ring, entered only through neighbours that are no hubs.

    Raises
    ------
    NotFound
        If there is no such party.
    """
    centre = party(store, party_id, as_of)
    rings = neighbours(store, party_id, limit=limit, as_of=as_of)
    first = parties(store, nearest(centre, rings, limit - 1), as_of)
    second = _second_ring(store, [centre, *first], min(limit - 1 - len(first), limit // 2), as_of)
    shown = (centre, *first, *second)
    relations = relations_among(store, [p.id for p in shown], as_of=as_of)
    return network(centre, shown, relations, rings, as_of=as_of)


def expand(
    store: Reader,
    party_id: str,
    *,
    relation: str | None = None,
    exclude: Collection[str] = (),
    limit: int = 25,
    cross_hub: bool = False,
    as_of: date | None = None,
) -> Network:
    """Up to `limit` further neighbours of a party, with their relations to it and to the parties in `exclude`.

    `exclude` are the parties already in the picture: they count as shown. A hub answers only its counts unless
    `cross_hub` is set.

    Raises
    ------
    NotFound
        If there is no such party.
    QueryError
        If `relation` is no type of relation between parties.
    """
    check_relations([relation] if relation else [])
    centre = party(store, party_id, as_of)
    rings = neighbours(store, party_id, exclude=exclude, limit=limit, as_of=as_of)
    asked = [ring for ring in rings if relation in (None, ring.relation)]
    new = parties(store, nearest(centre, asked, limit, cross_hub=cross_hub), as_of)
    around = relations_among(store, [party_id, *(p.id for p in new), *exclude], as_of=as_of)
    return network(centre, (centre, *new), around, rings, only_new={p.id for p in new}, as_of=as_of)


def neighbours(
    store: Reader, party_id: str, *, exclude: Collection[str] = (), limit: int, as_of: date | None = None
) -> list[Ring]:
    """Counts of a party's neighbours by type and direction, with the first `limit` of each."""
    rows = run(
        store,
        "linked_parties/neighbours",
        party=party_id,
        relations=shown_types(as_of=as_of),
        symmetric=SYMMETRIC,
        exclude=list(exclude),
        limit=limit,
        as_of=as_of,
    )
    order = {type_: i for i, type_ in enumerate(PARTY_RELATIONS)}
    return sorted((Ring(**row) for row in rows), key=lambda ring: (order[ring.relation], ring.direction))


def network(
    centre: Party,
    shown: Sequence[Party],
    relations: Iterable[Relation],
    rings: Sequence[Ring],
    *,
    only_new: Collection[str] | None = None,
    as_of: date | None = None,
) -> Network:
    """Put a picture together: positions, and for each relation type how much of it is shown."""
    found = tuple(relations)
    kept = found if only_new is None else tuple(r for r in found if {r.source, r.target} & set(only_new))
    counts = relation_counts(centre, rings, found)
    ends = [(r.source, r.target) for r in kept]
    return Network(
        centre=centre.id,
        parties=tuple(shown),
        relations=kept,
        positions=place([p.id for p in shown], ends, centre=centre.id),
        counts=counts,
        truncated=any(c.shown < c.total for c in counts),
        as_of=as_of or today(),
    )


def relation_counts(centre: Party, rings: Iterable[Ring], relations: Iterable[Relation]) -> tuple[RelationCount, ...]:
    """Total of each ring and how many of its parties the given relations show."""
    seen = _linked(centre.id, relations)
    return tuple(
        RelationCount(r.relation, r.direction, r.total, len(seen[r.relation, r.direction]), hub=is_hub(centre))
        for r in rings
    )


def check_relations(relations: Iterable[str]) -> None:
    """Refuse a relation type that does not exist between parties."""
    if unknown := sorted(set(relations) - PARTY_RELATIONS.keys()):
        raise QueryError(f"{', '.join(unknown)} is no relation between parties; there are {', '.join(PARTY_RELATIONS)}")


def _linked(party_id: str, relations: Iterable[Relation]) -> Mapping[tuple[str, str], set[str]]:
    """Ids that relations link to a party, by type and direction."""
    seen: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for r in relations:
        if party_id in (r.source, r.target) and r.source != r.target:
            out = r.source == party_id
            direction = "both" if r.type in SYMMETRIC else "out" if out else "in"
            seen[r.type, direction].add(r.target if out else r.source)
    return seen


def nearest(centre: Party, rings: Iterable[Ring], limit: int, *, cross_hub: bool = False) -> list[str]:
    """First of each ring, then the second of each …, without repetition; of a hub nothing unless asked."""
    if is_hub(centre) and not cross_hub:
        return []
    turns = zip_longest(*(ring.ids for ring in rings))
    ids = dict.fromkeys(id_ for turn in turns for id_ in turn if id_ is not None)
    return list(ids)[: max(limit, 0)]


def _second_ring(store: Reader, shown: Sequence[Party], room: int, as_of: date | None) -> tuple[Party, ...]:
    sources = [p.id for p in shown[1:] if not is_hub(p)]
    if room < 1 or not sources:
        return ()
    rows = run(
        store,
        "linked_parties/second_ring",
        sources=sources,
        shown=[p.id for p in shown],
        relations=[type_ for type_ in shown_types(as_of=as_of) if type_ not in _NOT_SECOND],
        limit=room,
        as_of=as_of,
    )
    return parties(store, [row["party"] for row in rows], as_of)
