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
    return positions(column, pa.array(values, pa.string()))


def positions(column: pa.Array | pa.ChunkedArray, values: pa.Array) -> npt.NDArray[np.int64]:
    """Position of each text in an array; -1 where null or absent. Of an encoded column each text is sought once.

    >>> positions(pa.array(["b", None, "b", "x"]).dictionary_encode(), pa.array(["a", "b"])).tolist()
    [1, -1, 1, -1]
    """
    if not pa.types.is_dictionary(column.type):
        found = pc.fill_null(pc.index_in(column, value_set=values, skip_nulls=True), -1)
        return np.ascontiguousarray(found.to_numpy(zero_copy_only=False), dtype=np.int64)
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    found = [np.append(positions(chunk.dictionary, values), -1)[indices(chunk)] for chunk in chunks]
    return np.concatenate([np.empty(0, np.int64), *found])


def indices(chunk: pa.DictionaryArray) -> npt.NDArray[np.int64]:
    """Which text of its dictionary each row of an encoded column holds, -1 for null.

    >>> indices(pa.array(["b", None, "b"]).dictionary_encode()).tolist()
    [0, -1, 0]
    """
    return np.asarray(pc.fill_null(chunk.indices, -1), np.int64)


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
