"""Paths between two parties: the shortest chains, listed in words; that there is none is an answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise

from graph.errors import QueryError
from graph.model.asof import today
from queries.catalog import Reader, run
from queries.layout import place
from queries.linked_parties.ego import check_relations
from queries.linked_parties.relations import CONTEXT, describe_path, relations_among, shown_types
from queries.parties import HUB_LINKS, parties, party
from queries.results import Network, Party, PathAnswer, Relation

MAX_HOPS = 6
"""Longest chain looked for (explorer.md, point 8); the `.cypher` file holds the same bound."""
_STANDING = {"recorded": 0, "inferred": 1, "context": 2}


def paths(
    store: Reader,
    source: str,
    target: str,
    *,
    max_hops: int = MAX_HOPS,
    relations: Sequence[str] | None = None,
    through_hubs: bool = False,
    hub_links: int = HUB_LINKS,
    limit: int = 3,
    as_of: date | None = None,
) -> PathAnswer:
    """Up to `limit` shortest chains between two parties, those with fewer context links first.

    Only the given relation types are followed, in either direction. Platforms, and addresses and phones with more
    than `hub_links` relationships, are not crossed unless `through_hubs`; they may be an end. Chains differ in
    their parties: of several relations between the same two, the one best on record is named.

    Raises
    ------
    NotFound
        If one of the ends does not exist.
    QueryError
        If `max_hops` is not 1–6 or a relation type does not exist.
    """
    check_relations(relations or [])
    wanted = shown_types(relations, as_of)
    if not 1 <= max_hops <= MAX_HOPS:
        raise QueryError(f"max_hops is {max_hops}; paths are looked for within 1 to {MAX_HOPS} steps")
    ends = (party(store, source, as_of), party(store, target, as_of))
    rows = run(
        store,
        "linked_parties/paths",
        source=source,
        target=target,
        relations=wanted,
        weak=CONTEXT,
        through_hubs=through_hubs,
        hub_links=hub_links,
        max_hops=max_hops,
        limit=limit,
        as_of=as_of,
    )
    chains = [[source]] if source == target else [row["parties"] for row in rows]
    return _answer(store, ends, chains, wanted, max_hops, as_of)


def _answer(
    store: Reader,
    ends: tuple[Party, Party],
    chains: Sequence[list[str]],
    relations: Sequence[str],
    max_hops: int,
    as_of: date | None,
) -> PathAnswer:
    shown = parties(store, [ends[0].id, ends[1].id, *(id_ for chain in chains for id_ in chain)], as_of)
    steps = _best_steps(relations_among(store, [p.id for p in shown], relations, as_of=as_of))
    walked = [[steps[frozenset(step)] for step in pairwise(chain)] for chain in chains]
    names = {p.id: p.name for p in shown}
    return PathAnswer(
        source=ends[0].id,
        target=ends[1].id,
        hops=len(chains[0]) - 1 if chains else None,
        max_hops=max_hops,
        paths=tuple(tuple(r.id for r in walk) for walk in walked),
        texts=tuple(describe_path(walk, names) for walk in walked) or (f"{max_hops}步内无路径",),
        network=_picture(shown, {r.id: r for walk in walked for r in walk}.values(), as_of),
    )


def _best_steps(relations: Iterable[Relation]) -> Mapping[frozenset[str], Relation]:
    """For each pair of parties the relation to name: on record before inferred, current before ended, then by id."""
    ranked = sorted(relations, key=lambda r: (_STANDING[r.standing], r.valid_to is not None, r.id))
    return {frozenset((r.source, r.target)): r for r in reversed(ranked)}


def _picture(shown: Sequence[Party], relations: Iterable[Relation], as_of: date | None) -> Network:
    kept = tuple(relations)
    centre = shown[0].id
    spots = place([p.id for p in shown], [(r.source, r.target) for r in kept], centre=centre)
    return Network(centre=centre, parties=tuple(shown), relations=kept, positions=spots, as_of=as_of or today())
