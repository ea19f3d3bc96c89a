"""Paths between two parties: the strongest chains, listed in words; that there is none is an answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np

from graph.analytics.paths import Paths, link_weight, top_paths
from graph.errors import QueryError
from graph.model.asof import today
from queries.catalog import Reader, run
from queries.layout import place
from queries.linked_parties.ego import check_relations
from queries.linked_parties.relations import describe_path, relations_among, shown_types
from queries.parties import HUB_LINKS, parties, party
from queries.results import Network, Party, PathAnswer, Relation

MAX_HOPS = 6
"""Longest chain looked for (explorer.md, point 8); the `.cypher` file holds the same bound."""
CANDIDATES = 200
"""Chains of the three shortest lengths whose parties the strongest are sought among."""
STRENGTH = {"CONTROLS": 1.0, "LEGAL_REP": 0.9, "BRANCH_OF": 0.9, "OPERATES": 0.9, "OFFICER": 0.6, "HIDDEN_LINK": 0.4}
"""How much of a matter between two parties such a link hands on; of a holding its share does. Our setting, owner: the
supervision centre."""
FAINT = 0.05
"""A path that hands on less than this share of what the strongest does is not listed."""
UNSTATED, WEAK = 0.3, 0.1
"""A holding whose share is not stated; a link that is only context, or a complaint."""


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
    """Up to `limit` chains between two parties, the strongest first: what each link hands on, multiplied.

    They are sought among the parties of the chains of the three shortest lengths. Only the given relation types are
    followed, in either direction. Platforms, and addresses and phones with more than `hub_links` relationships, are
    not crossed unless `through_hubs`; they may be an end. Chains differ in their parties: of several relations between
    the same two, the strongest is named. A link that ended counts half after two years. Faint chains are left out.

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
    if source == target:
        return _answer(ends, parties(store, [source], as_of), [()], (1.0,), 0, max_hops, as_of)
    rows = run(
        store,
        "linked_parties/paths",
        source=source,
        target=target,
        relations=wanted,
        through_hubs=through_hubs,
        hub_links=hub_links,
        max_hops=max_hops,
        limit=CANDIDATES,
        as_of=as_of,
    )
    shown = parties(store, [source, target, *(id_ for row in rows for id_ in row["parties"])], as_of)
    if not rows:
        return _answer(ends, shown, [], (), None, max_hops, as_of)
    steps = _strongest(relations_among(store, [p.id for p in shown], wanted, as_of=as_of), as_of or today())
    found = _top(steps, [p.id for p in shown], ends, limit, max_hops)
    strength = [value for value in found.contribution if value >= FAINT * found.contribution[0]]
    walks = [tuple(steps[row][0] for row in edges) for edges in found.edges[: len(strength)]]
    return _answer(ends, shown, walks, strength, rows[0]["hops"], max_hops, as_of)


def _strongest(relations: Iterable[Relation], day: date) -> list[tuple[Relation, float]]:
    """For each pair of parties the relation that hands on most, with how much; of equals the first by id."""
    best: dict[frozenset[str], tuple[Relation, float]] = {}
    for relation in sorted(relations, key=lambda r: r.id):
        pair, weight = frozenset((relation.source, relation.target)), _weight(relation, day)
        if pair not in best or weight > best[pair][1]:
            best[pair] = relation, weight
    return list(best.values())


def _weight(relation: Relation, day: date) -> float:
    """What a relation hands on, 0–1; a step of a chain is never nothing."""
    share = STRENGTH.get(relation.type, WEAK)
    if relation.type == "SHAREHOLDER":
        share = UNSTATED if relation.percent is None else max(relation.percent / 100, WEAK / 10)
    ended = (day - relation.valid_to).days if relation.valid_to else 0
    return float(link_weight(np.array([share]), np.array([float(ended)]), np.ones(1))[0])


def _top(
    steps: Sequence[tuple[Relation, float]], ids: Sequence[str], ends: tuple[Party, Party], limit: int, max_hops: int
) -> Paths:
    number = {id_: i for i, id_ in enumerate(ids)}
    a = np.array([number[r.source] for r, _ in steps], np.int64)
    b = np.array([number[r.target] for r, _ in steps], np.int64)
    weight = np.array([w for _, w in steps])
    return top_paths(len(ids), a, b, weight, number[ends[0].id], number[ends[1].id], k=limit, max_hops=max_hops)


def _answer(
    ends: tuple[Party, Party],
    shown: Sequence[Party],
    walks: Sequence[Sequence[Relation]],
    contribution: Sequence[float],
    hops: int | None,
    max_hops: int,
    as_of: date | None,
) -> PathAnswer:
    names = {p.id: p.name for p in shown}
    walked = {r.id: r for walk in walks for r in walk}
    on_a_path = {ends[0].id, ends[1].id, *(id_ for r in walked.values() for id_ in (r.source, r.target))}
    return PathAnswer(
        source=ends[0].id,
        target=ends[1].id,
        hops=hops,
        max_hops=max_hops,
        paths=tuple(tuple(r.id for r in walk) for walk in walks),
        texts=tuple(describe_path(walk, names) for walk in walks) or (f"{max_hops}步内无路径",),
        network=_picture([p for p in shown if p.id in on_a_path], walked.values(), as_of),
        strength=tuple(round(value, 4) for value in contribution),
    )


def _picture(shown: Sequence[Party], relations: Iterable[Relation], as_of: date | None) -> Network:
    kept = tuple(relations)
    centre = shown[0].id
    spots = place([p.id for p in shown], [(r.source, r.target) for r in kept], centre=centre)
    return Network(centre=centre, parties=tuple(shown), relations=kept, positions=spots, as_of=as_of or today())
