"""Where the parties of a picture stand: computed on the server, the same for the same picture, whoever draws it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import networkx as nx
import numpy as np

from queries.results import Network

ITERATIONS = 50
"""Steps of the spring layout; 60 parties take 0.04–0.1 CPU-s (explorer.md, section 2)."""
_SEED = 7
_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))

Position = tuple[float, float]


def positions(network: Network, *, fixed: Mapping[str, Position] | None = None) -> dict[str, Position]:
    """Spring layout of a picture with ideal relation length 1; the centre stands at (0, 0).

    Parties in `fixed` keep their place, so a picture that grows does not jump.
    """
    return place([p.id for p in network.parties], _ends(network), centre=network.centre, fixed=fixed)


def place(
    ids: Iterable[str],
    ends: Iterable[tuple[str, str]],
    *,
    centre: str | None = None,
    fixed: Mapping[str, Position] | None = None,
) -> dict[str, Position]:
    """Lay out parties given by id and relations given by their ends; ends outside `ids` are ignored.

    >>> spots = place(["a", "b"], [("a", "b")], centre="a")
    >>> spots["a"], round(math.dist(*spots.values()))
    ((0.0, 0.0), 1)
    """
    graph = _graph(ids, ends)
    held = {node: spot for node, spot in (fixed or {}).items() if node in graph}
    if centre is not None and centre in graph and not held:
        held = {centre: (0.0, 0.0)}
    if len(held) == len(graph):
        return held
    start = {**_spiral(graph, centre, held), **held}
    spots = nx.spring_layout(
        graph, k=1.0, pos=start, fixed=list(held) or None, iterations=ITERATIONS, scale=None, seed=_SEED, method="force"
    )
    return _tidy(spots, moved=not held)


def layers(levels: Mapping[str, int]) -> dict[str, Position]:
    """Layered layout for an ownership tree: one row a level, owners (negative levels) above the centre.

    >>> layers({"parent": -1, "firm": 0, "left": 1, "right": 1})
    {'parent': (0.0, -1.0), 'firm': (0.0, 0.0), 'left': (-0.5, 1.0), 'right': (0.5, 1.0)}
    """
    rows: dict[int, list[str]] = {}
    for node, level in levels.items():
        rows.setdefault(level, []).append(node)
    return {node: (i - (len(row) - 1) / 2, float(level)) for level, row in rows.items() for i, node in enumerate(row)}


def _ends(network: Network) -> list[tuple[str, str]]:
    return [(r.source, r.target) for r in network.relations]


def _graph(ids: Iterable[str], ends: Iterable[tuple[str, str]]) -> nx.Graph[str]:
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(sorted(ids))
    graph.add_edges_from(sorted((a, b) for a, b in ends if a in graph and b in graph and a != b))
    return graph


def _spiral(graph: nx.Graph[str], centre: str | None, held: Mapping[str, Position]) -> dict[str, Position]:
    """Even starting places on a spiral around the centre, in walking order: no random numbers, so no luck."""
    order = list(nx.bfs_tree(graph, centre)) if centre is not None and centre in graph else []
    order += [node for node in graph if node not in set(order)]
    x, y = np.mean([*held.values()], axis=0) if held else (0.0, 0.0)
    reach = [math.sqrt(rank) * 0.6 for rank in range(len(order))]
    return {
        node: (float(x) + r * math.cos(i * _GOLDEN_ANGLE), float(y) + r * math.sin(i * _GOLDEN_ANGLE))
        for i, (node, r) in enumerate(zip(order, reach, strict=True))
    }


def _tidy(spots: Mapping[str, np.ndarray], *, moved: bool) -> dict[str, Position]:
    """Round, and centre a picture in which nothing held a place."""
    middle = np.mean([*spots.values()], axis=0) if moved else np.zeros(2)
    return {
        node: (round(float(x - middle[0]), 4) + 0.0, round(float(y - middle[1]), 4) + 0.0)
        for node, (x, y) in spots.items()
    }
