"""Measures of a ranking or a set of findings against known truth."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt


def average_precision(score: npt.NDArray[np.float64], true: npt.NDArray[np.bool_]) -> float | None:
    """Mean, over the true items, of the precision at their score; items of equal score come together.

    Parameters
    ----------
    score : (n,) float
        Higher is more suspicious.
    true : (n,) bool
        What was planted.

    Returns
    -------
    float or None
        Between 0 and 1; None where nothing is true.

    Examples
    --------
    >>> average_precision(np.array([0.9, 0.8, 0.1]), np.array([True, False, True]))
    0.8333333333333333
    >>> average_precision(np.zeros(4), np.array([True, False, False, False]))
    0.25
    """
    if not true.any():
        return None
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum(true[order])
    last = np.append(np.flatnonzero(np.diff(score[order])), len(score) - 1)
    found = np.diff(hits[last], prepend=0)
    return float((found * hits[last] / (last + 1)).sum() / hits[-1])


def area_under_curve(score: npt.NDArray[np.float64], true: npt.NDArray[np.bool_]) -> float | None:
    """Chance that a true item scores above another one, ties counting half; None if either side is empty.

    >>> area_under_curve(np.array([3.0, 1.0, 2.0, 2.0]), np.array([True, False, True, False]))
    0.875
    """
    count = int(true.sum())
    if not 0 < count < len(true):
        return None
    _, place, many = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(many) - (many - 1) / 2)[place]
    return float((rank[true].sum() - count * (count + 1) / 2) / (count * (len(true) - count)))


def share(part: int, whole: int) -> float | None:
    """Part of the whole; None of nothing."""
    return part / whole if whole else None


def recall(found: Collection[object], planted: Collection[object]) -> float | None:
    """Share of the planted that was found.

    >>> recall({1, 2, 5}, {1, 2, 3, 4})
    0.5
    """
    return share(len(set(planted) & set(found)), len(set(planted)))


def precision(found: Collection[object], right: Collection[object]) -> float | None:
    """Share of the found that is right.

    >>> precision({1, 2, 5, 6}, {1, 2, 3})
    0.5
    """
    return recall(right, found)
