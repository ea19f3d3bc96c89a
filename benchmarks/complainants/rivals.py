"""What is published and commonly used instead: one score per complainant each."""

from __future__ import annotations

import heapq
from collections.abc import Callable

import numba
import numpy as np
from scipy import sparse

from graph.analytics.arrays import group_rows


def raw_count(who: np.ndarray, _shop: np.ndarray) -> np.ndarray:
    """Complaints per person."""
    return np.bincount(who).astype(float)


def k_core(who: np.ndarray, shop: np.ndarray) -> np.ndarray:
    """Core number: the largest k so that the person is in a subgraph where all have k neighbours."""
    edges, n = _bipartite(who, shop)
    order, weight, _ = _peeled(*edges, np.ones(len(edges[0])), n)
    core = np.empty(n)
    core[order] = np.maximum.accumulate(weight)
    return core[: who.max() + 1]


def fraudar_peel(who: np.ndarray, shop: np.ndarray) -> np.ndarray:
    """Best density of any block that peeling still leaves a person in; popular merchants weigh 1 / log(degree + 5).

    Kinder than FRAUDAR as published, which returns one block and no order within it.
    """
    edges, n = _bipartite(who, shop)
    degree = np.bincount(edges[1], minlength=n)
    order, _, left = _peeled(*edges, 1.0 / np.log(degree[edges[1]] + 5.0), n)
    score = np.empty(n)
    score[order] = np.maximum.accumulate(left / np.arange(n, 0, -1))
    return score[: who.max() + 1]


def fraudar(who: np.ndarray, shop: np.ndarray) -> np.ndarray:
    """Membership of the block of highest density.

    Hooi et al. (2016), FRAUDAR: bounding graph fraud in the face of camouflage.
    """
    score = fraudar_peel(who, shop)
    return (score >= score.max() - 1e-12).astype(float)


def catch_sync(who: np.ndarray, shop: np.ndarray, cells: int = 20) -> np.ndarray:
    """Synchronicity above what normality of the targets allows, on a grid of merchants' degree and authority.

    Jiang, Cui, Beutel, Faloutsos, Yang (2014), CatchSync: catching synchronized behavior in large directed graphs.
    """
    net = sparse.coo_matrix((np.ones(len(who)), (who, shop))).tocsr()
    net.data[:] = 1.0
    authority = np.ones(net.shape[1])
    for _ in range(20):
        authority = net.T @ (net @ authority)
        authority /= np.linalg.norm(authority)
    degree = np.asarray(net.sum(axis=0)).ravel()
    place = _cell(np.log1p(degree), cells) * cells + _cell(np.log(authority + 1e-12), cells)
    kinds = sparse.coo_matrix((np.ones(len(place)), (np.arange(len(place)), place)), (len(place), cells**2)).tocsr()
    share = net @ kinds
    count = np.maximum(np.asarray(net.sum(axis=1)).ravel(), 1.0)
    share = sparse.diags(1.0 / count) @ share
    every = np.bincount(place, weights=degree, minlength=cells**2) / degree.sum()
    synchrony = np.asarray(share.multiply(share).sum(axis=1)).ravel()
    normality = share @ every
    used = (every > 0).sum()
    bound = (-used * normality**2 + 2 * normality - (every**2).sum()) / max(1 - used * (every**2).sum(), -1e12)
    return np.where(count >= 2, synchrony - np.where(np.isfinite(bound), bound, 0.0), -1.0)


def _cell(value: np.ndarray, cells: int) -> np.ndarray:
    low, high = value.min(), value.max()
    return np.minimum((cells * (value - low) / max(high - low, 1e-12)).astype(np.int64), cells - 1)


def _bipartite(who: np.ndarray, shop: np.ndarray) -> tuple[tuple[np.ndarray, np.ndarray], int]:
    """Distinct edges between people and merchants, merchants numbered after people."""
    people, shops = int(who.max()) + 1, int(shop.max()) + 1
    key = np.unique(who * shops + shop)
    return (key // shops, key % shops + people), people + shops


def _peeled(a: np.ndarray, b: np.ndarray, weight: np.ndarray, n: int):
    """Take away the node of least weight until none is left: order, weight at leaving, weight left before leaving."""
    start, rows = group_rows(np.concatenate([a, b]), n)
    return _peel(start, np.concatenate([b, a])[rows], np.concatenate([weight, weight])[rows])


@numba.njit(cache=True)
def _peel(start, near, weight):  # pragma: no cover - compiled
    n = len(start) - 1
    own, gone = np.zeros(n), np.zeros(n, np.bool_)
    for i in range(n):
        own[i] = weight[start[i] : start[i + 1]].sum()
    heap = [(own[i], i) for i in range(n)]
    heapq.heapify(heap)
    order, at_leaving, left = np.empty(n, np.int64), np.empty(n), np.empty(n)
    total, done = weight.sum() / 2, 0
    while done < n:
        value, i = heapq.heappop(heap)
        if gone[i] or value > own[i] + 1e-12:
            continue
        order[done], at_leaving[done], left[done] = i, own[i], total
        done += 1
        gone[i] = True
        total -= own[i]
        for e in range(start[i], start[i + 1]):
            j = near[e]
            if not gone[j]:
                own[j] -= weight[e]
                heapq.heappush(heap, (own[j], j))
    return order, at_leaving, left


RIVALS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "FRAUDAR": fraudar,
    "FRAUDAR, order of peeling": fraudar_peel,
    "CatchSync": catch_sync,
    "k-core": k_core,
    "raw count": raw_count,
}
