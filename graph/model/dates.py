"""Dates in the spellings that departments use → days, with a status. An impossible date is flagged, never guessed."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.text import Bytes, is_missing, map_distinct, patched, string_array, tidy

DATE_STATUSES = ("valid", "missing", "open", "impossible", "unreadable")
"""`open`: no end (长期, 9999-12-31), given as null; `impossible`: reads as a date that does not exist, such as
30 February or the year 0201; `unreadable`: not a date at all."""

_SPLIT = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*(?:日|号)?(?!\d)")
_TOGETHER = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{6})?(?!\d)")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_OPEN = frozenset({"长期", "永久", "至今", "无固定期限", "不约定期限"})
_SERIAL_ZERO = dt.date(1899, 12, 30)  # Excel's day 0, with its false leap year 1900 folded in
_SERIAL_END = 73_051  # 2100-01-01: a bigger number of five digits is a postal code or the like
_FIRST_YEAR, _OPEN_YEAR = 1800, 2999
_FIRST_DAY, _OPEN_DAY = (np.datetime64(f"{year}-01-01") for year in (_FIRST_YEAR, _OPEN_YEAR))


@dataclass(frozen=True, slots=True)
class Dates:
    """`day`: date32, null unless the status is valid; `status`: one of `DATE_STATUSES`."""

    day: pa.Date32Array
    status: pa.StringArray


def parse_dates(values: pa.Array | pa.ChunkedArray) -> Dates:
    """Read dates: 2024-01-05, 2024/1/5, 2024.1.5, 20240105, 2024年1月5日, with or without a time, Excel serials.

    Columns that already hold dates or timestamps pass through.

    >>> found = parse_dates(pa.array(["2024年1月5日", "20240105 10:30", "2023-02-30", "长期", "soon"]))
    >>> found.status.to_pylist()
    ['valid', 'valid', 'impossible', 'open', 'unreadable']
    """
    if pa.types.is_temporal(values.type):
        day = pa.concat_arrays(values.chunks) if isinstance(values, pa.ChunkedArray) else values
        day = day.cast(pa.date32(), safe=False)
        return Dates(day, pc.if_else(day.is_valid(), "valid", "missing"))
    texts = string_array(values)
    days = _plain_days(Bytes.of(texts))
    other = np.flatnonzero(np.isnat(days))
    read = map_distinct(texts.take(pa.array(other)), _parse, pa.struct([("day", pa.date32()), ("status", pa.string())]))
    day, status = read.flatten()
    valid = pa.repeat("valid", len(texts))
    return Dates(
        patched(pa.array(days), other, lambda: day), patched(valid, other, lambda: status.fill_null("missing"))
    )


def _plain_days(texts: Bytes) -> npt.NDArray[np.datetime64]:
    """The days that are written as 2024-01-05; NaT for any other text, and for what is no valid day."""
    days = np.full(len(texts), np.datetime64("NaT"), "datetime64[D]")
    plain = texts.rows_between(b"1000-00-00", b"2999-19-39")
    digits = texts.matrix(plain, 10)[:, [0, 1, 2, 3, 5, 6, 8, 9]] - np.uint8(ord("0"))
    found = days_of(digits)
    days[plain] = np.where((found >= _FIRST_DAY) & (found < _OPEN_DAY), found, np.datetime64("NaT"))
    return days


def days_of(digits: npt.NDArray[np.integer]) -> npt.NDArray[np.datetime64]:
    """YYYYMMDD digits, shape (n, 8), as days; NaT where there is no such day.

    >>> days_of(np.array([[2, 0, 2, 4, 0, 2, 2, 9], [2, 0, 2, 3, 0, 2, 2, 9]], np.uint8)).astype(str).tolist()
    ['2024-02-29', 'NaT']
    """
    place = digits.astype(np.int32)
    year = place[:, :4] @ np.array([1000, 100, 10, 1], np.int32)
    month = place[:, 4] * 10 + place[:, 5]
    day = place[:, 6] * 10 + place[:, 7]
    sane = (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1)
    months = np.where(sane, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (day - 1)
    return np.where(sane & (days.astype("datetime64[M]") == months), days, np.datetime64("NaT"))


def _parse(text: str) -> tuple[dt.date | None, str]:
    if is_missing(text):
        return None, "missing"
    text = tidy(text)
    if text in _OPEN:
        return None, "open"
    found = _SPLIT.match(text) or _TOGETHER.match(text)
    if found is not None:
        return _day(*(int(part) for part in found.groups()))
    if _SERIAL.fullmatch(text) and float(text) < _SERIAL_END:
        return _SERIAL_ZERO + dt.timedelta(days=int(float(text))), "valid"
    return None, "unreadable"


def _day(year: int, month: int, day: int) -> tuple[dt.date | None, str]:
    if year >= _OPEN_YEAR:
        return None, "open"
    try:
        found = dt.date(year, month, day)
    except ValueError:
        return None, "impossible"
    return (found, "valid") if year >= _FIRST_YEAR else (None, "impossible")
