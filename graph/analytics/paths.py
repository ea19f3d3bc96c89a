"""Top paths between two parties, by how much each path can contribute."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from graph.analytics.arrays import BoolArray, FloatArray, IntArray
from graph.errors import InputError

HALF_LIFE = 730.0
"""Days after which an ended or old link counts half. A judgement (two years), configuration."""
MOST_STEPS = 200_000
"""Partial paths looked at before the search gives up and says so."""


@dataclass(frozen=True, slots=True)
class Paths:
    """Paths found, best first.

    `edges[i]` are the rows of the links along path i in walking order, `contribution[i]` the product of their
    weights. `truncated`: the search was cut; what is listed is right, but there may be more.
    """

    edges: tuple[tuple[int, ...], ...]
    contribution: tuple[float, ...]
    truncated: bool

    def __len__(self) -> int:
        return len(self.edges)


def link_weight(
    share: FloatArray, age_days: FloatArray, severity: FloatArray, *, half_life: float = HALF_LIFE
) -> FloatArray:
    """Weigh links for `top_paths`: share × time decay × severity, all as fractions of one.

    Parameters
    ----------
    share : (m,) float
        Holding as a fraction, or the strength of a link, 0–1.
    age_days : (m,) float
        Days since the link ended or was last confirmed; 0 for one that holds.
    severity : (m,) float
        0–1, 1 = carries everything.

    Examples
    --------
    >>> link_weight(np.array([0.8]), np.array([730.0]), np.array([1.0])).tolist()
    [0.4]
    """
    return np.clip(share, 0.0, 1.0) * 0.5 ** (np.maximum(age_days, 0.0) / half_life) * np.clip(severity, 0.0, 1.0)


def top_paths(
    n: int, a: IntArray, b: IntArray, weight: FloatArray, source: int, target: int, *,
    k: int = 3, max_hops: int = 6, hub: BoolArray | None = None, directed: bool = False,
) -> Paths:  # fmt: skip
    """List the k simple paths of largest contribution between two parties.

    The contribution of a path is the product of its links' weights. Hubs may be the ends of a path but are not
    crossed. Links of weight 0 are not walked.

    Parameters
    ----------
    n : int
        Number of parties.
    a, b : (m,) int
    weight : (m,) float
        0 … 1; see `link_weight`.
    source, target : int
    k : int
        Most paths to return.
    max_hops : int
        Most links in a path.
    hub : (n,) bool, optional
        Parties not to cross.
    directed : bool
        Walk from a to b only.

    Returns
    -------
    Paths
        Empty and not truncated: there is no path within `max_hops`, which is an answer too.

    Raises
    ------
    InputError
        If a weight lies outside 0 … 1, or an end outside 0 … n − 1.

    Examples
    --------
    From 0 to 3 through 1 (weights .9 · .5) or through 2 (.6 · .6):

    >>> found = top_paths(4, np.array([0, 1, 0, 2]), np.array([1, 3, 2, 3]), np.array([0.9, 0.5, 0.6, 0.6]), 0, 3)
    >>> found.edges, [round(c, 2) for c in found.contribution]
    (((0, 1), (2, 3)), [0.45, 0.36])

    Notes
    -----
    A* with an exact estimate: one backward sweep per hop gives the best contribution still possible from every party,
    so partial paths come off the queue in the order of the best path they can become. ``max_hops · m`` for the
    sweeps; the search itself touches little more than the paths it returns.
    """
    if ((weight < 0.0) | (weight > 1.0) | np.isnan(weight)).any():
        raise InputError(f"path weights must lie in 0 … 1, not {weight.min()} … {weight.max()}")
    if not (0 <= source < n and 0 <= target < n):
        raise InputError(f"ends {source}, {target} lie outside 0 … {n - 1}")
    steps = _steps(n, a, b, weight, directed)
    best = _best_to(target, steps, n, max_hops, hub)
    return _search(source, target, steps, best, k, max_hops, hub)


@dataclass(frozen=True, slots=True)
class _Steps:
    """Links as steps from → to with their cost −log weight, sorted by `start`; `row` is the link."""

    start: IntArray
    origin: IntArray
    to: IntArray
    cost: FloatArray
    row: IntArray


def _steps(n: int, a: IntArray, b: IntArray, weight: FloatArray, directed: bool) -> _Steps:
    rows = np.flatnonzero((weight > 0) & (a != b))
    origin, to = a[rows], b[rows]
    if not directed:
        origin, to, rows = np.concatenate([origin, to]), np.concatenate([to, origin]), np.concatenate([rows, rows])
    order = np.lexsort((rows, to, origin))
    origin, to, rows = origin[order], to[order], rows[order]
    return _Steps(np.searchsorted(origin, np.arange(n + 1)), origin, to, -np.log(weight[rows]), rows)


def _best_to(target: int, steps: _Steps, n: int, max_hops: int, hub: BoolArray | None) -> FloatArray:
    """Least cost from each party to the target within h hops, as row h; no hub in between."""
    best = np.full((max_hops + 1, n), np.inf)
    best[:, target] = 0.0
    crossable = np.ones(n, np.bool_) if hub is None else ~hub
    crossable[target] = True
    usable = crossable[steps.to]
    for hops in range(1, max_hops + 1):
        reach = best[hops - 1, steps.to[usable]] + steps.cost[usable]
        np.minimum.at(best[hops], steps.origin[usable], reach)
    return best


def _search(
    source: int, target: int, steps: _Steps, best: FloatArray, k: int, max_hops: int, hub: BoolArray | None
) -> Paths:
    queue: list[tuple[float, tuple[int, ...], tuple[int, ...], float]] = []
    if np.isfinite(best[max_hops, source]) and source != target:
        queue.append((float(best[max_hops, source]), (), (source,), 0.0))
    edges: list[tuple[int, ...]] = []
    costs: list[float] = []
    looked = 0
    while queue and len(edges) < k and looked < MOST_STEPS:
        _, walked, parties, cost = heapq.heappop(queue)
        looked += 1
        at = parties[-1]
        if at == target:
            edges.append(walked)
            costs.append(cost)
            continue
        left = max_hops - len(walked) - 1
        for e in range(steps.start[at], steps.start[at + 1]) if left >= 0 else ():
            to = int(steps.to[e])
            barred = hub is not None and hub[to] and to != target
            if to in parties or barred or not np.isfinite(best[left, to]):
                continue
            so_far = cost + float(steps.cost[e])
            item = (so_far + float(best[left, to]), (*walked, int(steps.row[e])), (*parties, to), so_far)
            heapq.heappush(queue, item)
    cut = bool(queue) and len(edges) < k
    return Paths(tuple(edges), tuple(float(np.exp(-c)) for c in costs), cut)
