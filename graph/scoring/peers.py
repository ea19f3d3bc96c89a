"""Peer groups: whom a company is compared with, merged upwards until there are enough of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from graph.scoring.inputs import FloatArray, IntArray

FEWEST = 30
"""Members a peer group must have; fewer make a percentile noise."""
STAFF_BANDS = (1.0, 10.0, 50.0, 200.0)
"""Insured staff from which the next size band begins. A judgement; the official bands differ by industry."""
BANDS = 10
"""Columns of a peer histogram, each a tenth of 0 … 1000."""


def size_band(staff: FloatArray) -> IntArray:
    """Return size bands 0 … 4 by insured staff, 0 also where it is unknown.

    Examples
    --------
    >>> size_band(np.array([np.nan, 0.0, 1.0, 60.0, 1000.0])).tolist()
    [0, 0, 1, 3, 4]
    """
    return np.searchsorted(STAFF_BANDS, np.nan_to_num(staff), side="right").astype(np.int64)


def peer_groups(levels: Sequence[IntArray], *, fewest: int = FEWEST) -> tuple[IntArray, IntArray]:
    """Give every company the finest group that has enough members.

    Parameters
    ----------
    levels : sequence of (n,) int
        Group numbers ≥ 0 from fine to coarse, e.g. industry group × size, section × size, section; −1 = unknown.
        Above the last level stands the whole city.
    fewest : int

    Returns
    -------
    group : (n,) int
        Number within the level; 0 for the whole city.
    level : (n,) int
        Position in `levels`; ``len(levels)`` = the whole city.

    Examples
    --------
    >>> fine, coarse = np.array([0, 0, 1, 2]), np.array([0, 0, 0, 1])
    >>> [x.tolist() for x in peer_groups((fine, coarse), fewest=2)]
    [[0, 0, 0, 0], [0, 0, 1, 2]]
    """
    n = len(levels[0])
    group, level = np.zeros(n, np.int64), np.full(n, len(levels))
    for code in reversed(range(len(levels))):
        numbers = levels[code]
        known = numbers >= 0
        size = np.bincount(numbers[known], minlength=1)
        enough = known & (size[np.maximum(numbers, 0)] >= fewest)
        group[enough], level[enough] = numbers[enough], code
    return group, level


def peer_percentile(score: FloatArray, group: IntArray, level: IntArray) -> tuple[FloatArray, IntArray]:
    """Return each company's percentile (0–100, share of its group scored lower, ties half) and the group's size.

    Examples
    --------
    >>> percentile, size = peer_percentile(np.array([1.0, 2.0, 2.0, 9.0]), np.zeros(4, int), np.zeros(4, int))
    >>> percentile.tolist(), size.tolist()
    ([12.5, 50.0, 50.0, 87.5], [4, 4, 4, 4])
    """
    _, key = np.unique(level * (int(group.max(initial=0)) + 1) + group, return_inverse=True)
    order = np.lexsort((score, key))
    sorted_key, sorted_score = key[order], score[order]
    start = np.searchsorted(sorted_key, np.arange(key.max(initial=-1) + 2))
    new = np.concatenate([[True], (np.diff(sorted_key) != 0) | (np.diff(sorted_score) != 0)])[: len(key)]
    tie = np.cumsum(new) - 1
    ties = np.bincount(tie, minlength=0)
    below = np.flatnonzero(new)[tie] - start[sorted_key] if len(key) else np.empty(0, np.int64)
    size = np.diff(start)[sorted_key]
    percentile = np.empty(len(key))
    percentile[order] = 100.0 * (below + ties[tie] / 2.0) / size
    return percentile, np.diff(start)[key].astype(np.int64)


def peer_histograms(score: FloatArray, key: IntArray) -> IntArray:
    """Count the scores of each company's peers in ten equal bands of 0 … 1000, once per group; shape (n, 10).

    Examples
    --------
    >>> peer_histograms(np.array([0.0, 99.9, 100.0, 1000.0]), np.zeros(4, int))[0].tolist()
    [2, 1, 0, 0, 0, 0, 0, 0, 0, 1]
    """
    band = np.minimum((score * BANDS / 1000.0).astype(np.int64), BANDS - 1)
    counts = np.bincount(key * BANDS + band, minlength=(int(key.max(initial=-1)) + 1) * BANDS).reshape(-1, BANDS)
    return counts[key]
