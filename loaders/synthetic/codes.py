"""Numbers with valid check digits, built from their parts: credit codes, resident IDs, telephones.

References: GB 32100-2015 (credit code), GB 11714 (its inner check), GB 11643-1999 (resident ID),
GS15-2006 (15-digit registration number).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from loaders.synthetic.draw import Bytes, Ints, mix, permute, split_radix

_ALPHABET = np.frombuffer(b"0123456789ABCDEFGHJKLMNPQRTUWXY", dtype=np.uint8)
_OUTER_VALUE = np.zeros(128, dtype=np.int64)
_OUTER_VALUE[_ALPHABET] = np.arange(31)
_INNER_VALUE = np.zeros(128, dtype=np.int64)
_INNER_VALUE[np.frombuffer(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", dtype=np.uint8)] = np.arange(36)
_OUTER_WEIGHT = np.array([pow(3, i, 31) for i in range(17)])
_INNER_WEIGHT = np.array([3, 7, 9, 10, 5, 8, 4, 2])
_ID_WEIGHT = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_ID_CHECK = np.frombuffer(b"10X98765432", dtype=np.uint8)
_INNER_CHECK = np.frombuffer(b"?123456789X0", dtype=np.uint8)

_PREFIXES = (441900,) * 10 + (
    442527, 440106, 440305, 441302, 441481, 445221, 440882, 430122, 430421, 421023, 360121, 360782, 450103,
    450881, 510107, 511304, 522121, 410185, 411522, 340123, 350583, 440681, 441881, 445381, 430981, 420922,
    362321, 511602, 452123, 440923,
)  # fmt: skip
_PREFIX = np.array(_PREFIXES, dtype=np.int64)
_REPEAT = np.array([_PREFIXES[:i].count(p) for i, p in enumerate(_PREFIXES)], dtype=np.int64)
_FIRST_BIRTH, _BIRTH_DAYS = np.datetime64("1952-01-01"), 19_000  # to 2004-01
_MOBILE_HEADS = np.array(
    [130, 131, 132, 133, 135, 136, 137, 138, 139, 150, 151, 152, 153, 155, 156, 157, 158, 159, 166, 173, 175,
     176, 177, 178, 180, 181, 185, 187, 189, 199]
)  # fmt: skip

COMPLAINANT_SERIAL = 30_000_000
"""Persons and complainants draw their numbers from one list; complainants start here."""


def as_text(matrix: Bytes) -> pa.StringArray:
    """Rows of ASCII codes as strings, without a copy per row."""
    rows, width = matrix.shape
    offsets = np.arange(0, (rows + 1) * width, width, dtype=np.int32)
    data = np.ascontiguousarray(matrix)
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(data))


def digits(values: Ints, width: int) -> Bytes:
    """Decimal digits as ASCII codes, zero-filled to `width`."""
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    return (values[:, None] // powers % 10 + 48).astype(np.uint8)


def outer_check(head: Bytes) -> Bytes:
    """Check character over the first 17 characters of a credit code."""
    total = (_OUTER_VALUE[head] * _OUTER_WEIGHT).sum(axis=1)
    check: Bytes = _ALPHABET[(31 - total % 31) % 31]
    return check


def credit_codes(seed: int, index: Ints, second: Ints, old: Ints) -> Bytes:
    """Credit codes of companies: `second` is the type digit (1, 2, 3), `old` marks numbers from before 2015."""
    n = len(index)
    code = np.empty((n, 18), dtype=np.uint8)
    code[:, 0], code[:, 1] = ord("9"), 48 + second
    code[:, 2:8] = np.frombuffer(b"441900", dtype=np.uint8)
    new_body = np.empty((n, 8), dtype=np.uint8)
    new_body[:, :2] = np.frombuffer(b"MA", dtype=np.uint8)
    parts = split_radix(permute(seed, index, 31**6), *(31,) * 6)
    new_body[:, 2:] = _ALPHABET[np.stack(parts, axis=1)]
    code[:, 8:16] = np.where(old[:, None] > 0, digits(permute(seed, index, 10**8), 8), new_body)
    inner = 11 - (_INNER_VALUE[code[:, 8:16]] * _INNER_WEIGHT).sum(axis=1) % 11
    code[:, 16] = _INNER_CHECK[inner]
    code[:, 17] = outer_check(code[:, :17])
    return code


def registration_numbers(seed: int, index: Ints) -> Bytes:
    """15-digit registration numbers of 441900 with their ISO 7064 MOD 11,10 check digit."""
    code = np.empty((len(index), 15), dtype=np.uint8)
    code[:, :14] = digits(441900 * 10**8 + permute(seed, index, 10**8), 14)
    product = np.full(len(index), 10)
    for column in range(14):
        product = (product + code[:, column] - 48) % 10
        product = np.where(product == 0, 10, product) * 2 % 11
    code[:, 14] = 48 + (11 - product) % 10
    return code


def resident_ids(seed: int, serial: Ints) -> Bytes:
    """Resident IDs, one per serial (below 75 million)."""
    slot, birth, order = split_radix(
        permute(seed, serial, len(_PREFIX) * _BIRTH_DAYS * 99), len(_PREFIX), _BIRTH_DAYS, 99
    )
    day = (_FIRST_BIRTH + birth.astype("timedelta64[D]")).astype("datetime64[D]")
    year, month = day.astype("datetime64[Y]"), day.astype("datetime64[M]")
    born = (
        (year.astype(np.int64) + 1970) * 10_000
        + ((month - year).astype(np.int64) + 1) * 100
        + (day - month).astype(np.int64)
        + 1
    )
    code = np.empty((len(serial), 18), dtype=np.uint8)
    code[:, :6] = digits(_PREFIX[slot], 6)
    code[:, 6:14] = digits(born, 8)
    code[:, 14:17] = digits(order * 10 + _REPEAT[slot] + 1, 3)
    total = ((code[:, :17].astype(np.int64) - 48) * _ID_WEIGHT).sum(axis=1)
    code[:, 17] = _ID_CHECK[total % 11]
    return code


def mobiles(seed: int, serial: Ints) -> Ints:
    """11-digit mobile numbers, one per serial."""
    head, tail = split_radix(permute(seed, serial, len(_MOBILE_HEADS) * 10**8), len(_MOBILE_HEADS), 10**8)
    numbers: Ints = _MOBILE_HEADS[head] * 10**8 + tail
    return numbers


def landlines(seed: int, serial: Ints) -> Ints:
    """Land-lines 0769-XXXXXXXX as integers 769XXXXXXXX, at least 7 apart: neighbours are planted, never chance."""
    return 76_920_000_000 + permute(seed, serial, 9_800_000) * 7


def phone_texts(seed: int, numbers: Ints) -> pa.StringArray:
    """Telephone numbers as people write them; null where the number is negative."""
    land = (numbers >= 76_900_000_000) & (numbers < 77_000_000_000)
    text = as_text(digits(np.maximum(numbers, 0), 12))
    mobile = pa.compute.utf8_slice_codeunits(text, 1)
    dashed = pa.compute.binary_join_element_wise(
        pa.compute.utf8_slice_codeunits(text, 0, 4), pa.compute.utf8_slice_codeunits(text, 4), "-"
    )
    plain_land = pa.array(land & (mix(seed, 41, numbers, 4) == 0))
    written = pa.compute.case_when(pa.compute.make_struct(plain_land, pa.array(land)), text, dashed, mobile)
    return pa.compute.if_else(pa.array(numbers >= 0), written, pa.scalar(None, pa.string()))
