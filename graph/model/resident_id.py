"""Resident ID numbers (居民身份证号, GB 11643-1999): check character, plausible birth date, soft region.

Sex and age can be read from the number; they are personal data and never score features, so nothing here
returns them. The birth date is returned only to tell one person from another.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.dates import days_of
from graph.model.text import MISSING, Bytes, string_array
from graph.model.uscc import normalise_codes

ID_STATUSES = ("valid", "bad_check", "bad_format", "old15", "missing")
_STATUS = {name: np.int8(position) for position, name in enumerate(ID_STATUSES)}

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = np.frombuffer(b"10X98765432", np.uint8)
_EARLIEST = np.datetime64("1880-01-01")  # nobody living, and no legal representative on record, is older
# Province digits of GB/T 2260, 81–83 residence permits of Hong Kong, Macao and Taiwan, 91 and 92 permanent residents.
_PROVINCES = (
    *(11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46),
    *(50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83, 91, 92),
)


@dataclass(frozen=True, slots=True)
class IdCheck:
    """Outcome of `check_resident_id`, one row per number.

    `normalised`: upper case, no blanks, null where missing; `status`: one of `ID_STATUSES`; `birth`: date32,
    null unless valid or old15; `region_known`: whether the first two digits are a known province. An unknown
    region is a remark, never a reason to reject.
    """

    normalised: pa.StringArray
    status: pa.StringArray
    birth: pa.Date32Array
    region_known: pa.BooleanArray


def check_resident_id(ids: pa.Array | pa.ChunkedArray, *, today: dt.date | None = None) -> IdCheck:
    """Check a column of resident ID numbers; no row is dropped.

    Parameters
    ----------
    ids : pa.StringArray or pa.ChunkedArray, shape (n,)
        Numbers as written.
    today : datetime.date, optional
        Last plausible birth date; the current day by default.

    Returns
    -------
    IdCheck
        Arrays of shape (n,). ``bad_format`` also covers a birth date that does not exist or lies outside
        1880 … `today`. ``old15`` is the form without century and check, read as 19YY.

    Examples
    --------
    >>> check_resident_id(pa.array(["11010519491231002x", "110105194912310021", "110105491231002"])).status.to_pylist()
    ['valid', 'bad_check', 'old15']

    References
    ----------
    GB 11643-1999; ISO 7064 MOD 11-2.
    """
    normalised = normalise_codes(ids)
    texts = Bytes.of(normalised)
    last = np.datetime64(today or dt.datetime.now(dt.UTC).date())
    status = np.full(len(normalised), _STATUS["bad_format"])
    birth = np.full(len(normalised), np.datetime64("NaT"), "datetime64[D]")
    for width, check in ((18, _check18), (15, _check15)):
        rows = texts.lengths == width
        status[rows], birth[rows] = check(texts.matrix(rows, width), last)
    missing = pc.is_in(normalised, pa.array(sorted(MISSING)))
    status[missing.to_numpy(zero_copy_only=False)] = _STATUS["missing"]
    names = pa.array(ID_STATUSES).take(pa.array(status))
    return IdCheck(pc.if_else(missing, None, normalised), names, pa.array(birth), _region_known(normalised))


def _check18(
    ids: npt.NDArray[np.uint8], last: np.datetime64
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.datetime64]]:
    digits = (ids[:, :17] - np.uint8(ord("0"))).astype(np.int32)
    well_formed: npt.NDArray[np.bool_] = np.all(digits <= 9, axis=1) & np.isin(ids[:, 17], _CHECKS)
    birth = _births(digits[:, 6:14], last)
    right: npt.NDArray[np.bool_] = _CHECKS[digits @ np.array(_WEIGHTS, np.int32) % 11] == ids[:, 17]
    return _outcome(well_formed, birth, right, "valid")


def _check15(
    ids: npt.NDArray[np.uint8], last: np.datetime64
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.datetime64]]:
    digits = (ids - np.uint8(ord("0"))).astype(np.int32)
    century = np.tile(np.array([1, 9], np.int32), (len(digits), 1))
    birth = _births(np.hstack([century, digits[:, 6:12]]), last)
    well_formed: npt.NDArray[np.bool_] = np.all(digits <= 9, axis=1)
    return _outcome(well_formed, birth, np.ones(len(digits), bool), "old15")


def _outcome(
    well_formed: npt.NDArray[np.bool_], birth: npt.NDArray[np.datetime64], right: npt.NDArray[np.bool_], good: str
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.datetime64]]:
    readable = well_formed & ~np.isnat(birth)
    status = np.where(readable, np.where(right, _STATUS[good], _STATUS["bad_check"]), _STATUS["bad_format"])
    return status, np.where(readable & right, birth, np.datetime64("NaT"))


def _births(digits: npt.NDArray[np.integer], last: np.datetime64) -> npt.NDArray[np.datetime64]:
    """YYYYMMDD digits, shape (n, 8), as days; NaT where no such day exists or it is implausible."""
    days = days_of(digits)
    return np.where((days >= _EARLIEST) & (days <= last), days, np.datetime64("NaT"))


def _region_known(normalised: pa.StringArray) -> pa.BooleanArray:
    first_two = pc.utf8_slice_codeunits(string_array(normalised), 0, 2)
    return pc.is_in(first_two, pa.array([str(code) for code in _PROVINCES]))
