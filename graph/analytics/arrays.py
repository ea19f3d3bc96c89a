"""Names for the kinds of arrays that kernels take, and the array functions that NumPy does slowly."""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


def distinct(values: IntArray) -> IntArray:
    """Return the distinct values, ascending.

    As `numpy.unique`, whose hash table takes seven times as long on a million distinct numbers (NumPy 2.4).

    Examples
    --------
    >>> distinct(np.array([3, 1, 3])).tolist()
    [1, 3]
    """
    return runs(np.sort(values))[0]


def runs(ordered: IntArray) -> tuple[IntArray, IntArray]:
    """Return the distinct values of an ascending array, and where the rows of each begin and end, shape (values + 1,).

    Examples
    --------
    >>> [a.tolist() for a in runs(np.array([3, 3, 7]))]
    [[3, 7], [0, 2, 3]]
    """
    new = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    first = np.flatnonzero(new)
    return ordered[first], np.append(first, len(ordered))


def among(values: IntArray, ordered: IntArray) -> BoolArray:
    """Say which values occur in `ordered`, which is ascending.

    As `numpy.isin`, which sorts both again: six times as long for the few members of a group.

    Examples
    --------
    >>> among(np.array([5, 2, 9, 5]), np.array([2, 5])).tolist()
    [True, True, False, True]
    """
    if not len(ordered):
        return np.zeros(len(values), np.bool_)
    at = np.searchsorted(ordered, values)
    return np.asarray(ordered[np.minimum(at, len(ordered) - 1)] == values)


@numba.njit(cache=True)
def group_rows(group: IntArray, n: int) -> tuple[IntArray, IntArray]:  # pragma: no cover - compiled
    """Return where the rows of each group 0 … n - 1 begin and end, shape (n + 1,), and the rows, group after group.

    Rows of a group stay in order: a stable `numpy.argsort`, which takes ten times as long on a million rows, because
    the groups are known to be small numbers (counting sort, O(rows + n)).

    Examples
    --------
    >>> [a.tolist() for a in group_rows(np.array([2, 0, 2]), 3)]
    [[0, 1, 1, 3], [1, 0, 2]]
    """
    start = np.zeros(n + 1, np.int64)
    for g in group:
        start[g + 1] += 1
    start = np.cumsum(start)
    free, rows = start[:-1].copy(), np.empty(len(group), np.int64)
    for row, g in enumerate(group):
        rows[free[g]] = row
        free[g] += 1
    return start, rows
