"""Columns → NumPy arrays with stated stand-ins for null."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

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


def months_later(day: npt.NDArray[np.int64], months: int) -> npt.NDArray[np.int64]:
    """Same day of the month so many months later, or its last day where the month is shorter; `NO_DAY` stays.

    >>> before = np.array(["2024-01-31", "2026-06-30"], "datetime64[D]")
    >>> months_later(before.astype(np.int64), 1).astype("datetime64[D]").tolist()
    [datetime.date(2024, 2, 29), datetime.date(2026, 7, 30)]
    """
    date = day.astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    last = (month + months + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
    moved = (month + months).astype("datetime64[D]") + (date - month.astype("datetime64[D]"))
    return np.where(day == NO_DAY, NO_DAY, np.minimum(moved, last).astype(np.int64))
