"""Columns → NumPy arrays with stated stand-ins for null, and edges → compressed sparse rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

NO_DAY = -(2**31)
"""Stands for an unknown day; no real date is near it."""


def days(column: pa.Array | pa.ChunkedArray) -> npt.NDArray[np.int64]:
    """Dates as days since 1970-01-01; `NO_DAY` where null.

    >>> from datetime import date
    >>> days(pa.array([date(1970, 1, 3), None], pa.date32())).tolist()[0]
    2
    """
    filled = pc.fill_null(column.cast(pa.int32()), NO_DAY)
    return np.ascontiguousarray(filled.to_numpy(zero_copy_only=False), dtype=np.int64)


def numbers(column: pa.Array | pa.ChunkedArray, null: float = np.nan) -> npt.NDArray[np.float64]:
    """Numbers or booleans as float64; `null` where null."""
    filled = pc.fill_null(column.cast(pa.float64()), null)
    return np.ascontiguousarray(filled.to_numpy(zero_copy_only=False), dtype=np.float64)


def codes(column: pa.Array | pa.ChunkedArray, values: tuple[str, ...]) -> npt.NDArray[np.int64]:
    """Position of each text in `values`; -1 where null or not among them.

    >>> codes(pa.array(["B", None, "A"]), ("A", "B")).tolist()
    [1, -1, 0]
    """
    found = pc.index_in(column, value_set=pa.array(values, pa.string()), skip_nulls=True)
    return np.ascontiguousarray(pc.fill_null(found, -1).to_numpy(zero_copy_only=False), dtype=np.int64)


def adjacency(
    rows: npt.NDArray[np.integer], columns: npt.NDArray[np.integer], shape: tuple[int, int]
) -> sparse.csr_array[Any, tuple[int, int]]:
    """Edges as a sparse matrix that holds the number of parallel edges; edges with a -1 end are left out.

    >>> adjacency(np.array([0, 0, 1, -1]), np.array([1, 1, 0, 1]), (2, 2)).toarray().tolist()
    [[0, 2], [1, 0]]
    """
    known = (rows >= 0) & (columns >= 0)
    ones = np.ones(int(known.sum()), dtype=np.int64)
    return sparse.csr_array((ones, (rows[known], columns[known])), shape=shape)
