"""Names for the kinds of arrays that kernels take, and the one array function that NumPy does slowly."""

from __future__ import annotations

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
    ordered = np.sort(values)
    new = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    return ordered[new]
