"""Telephone numbers: one spelling per number, land lines told apart."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.text import Bytes, map_distinct, patched, string_array, tidy

AREA_CODE = "0769"
"""Dongguan's area code: a local number of eight digits belongs to it."""

_SEPARATORS = re.compile(r"[\s()\-—.]+")
_NEXT_NUMBER = re.compile(r"[/、,,;;]| 或")
_EXTENSION = re.compile(r"(?:转|ext\.?|x|#|\*).*$", re.IGNORECASE)
_COUNTRY = re.compile(r"^(?:\+|00)?86(?=1[3-9]\d{9}$|\d{10,12}$)")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0\d{9,11}")
_LOCAL = re.compile(r"[2-9]\d{7}")
_SERVICE = re.compile(r"[48]00\d{7}|1\d{4}")

# How nearly all are written, least and greatest: nothing need be looked up in them. 01… may be a mobile number.
_PLAIN_MOBILE = (b"13000000000", b"19999999999")
_PLAIN_LANDLINE = (b"020000000000", b"099999999999")
_HYPHENED = (b"0200-00000000", b"0999-99999999")


@dataclass(frozen=True, slots=True)
class Phones:
    """`digits`: the number without blanks, country code and extension, null where there is none;
    `landline`: whether it is a land line (then its neighbours may belong to the same office).
    """

    digits: pa.StringArray
    landline: pa.BooleanArray


def normalise_phone(values: pa.Array | pa.ChunkedArray) -> Phones:
    """Bring telephone numbers to one spelling. Of several in one field the first counts.

    >>> found = normalise_phone(pa.array(["+86 138-0000-1234", "(0769)8888 1234转8", "88881234", "无"]))
    >>> found.digits.to_pylist(), found.landline.to_pylist()
    (['13800001234', '076988881234', '076988881234', None], [False, True, True, None])
    """
    texts = string_array(values)
    written = Bytes.of(texts)
    plain = written.rows_between(*_PLAIN_MOBILE) | written.rows_between(*_PLAIN_LANDLINE)
    hyphen = written.rows_between(*_HYPHENED)
    digits = patched(
        texts, np.flatnonzero(hyphen), lambda: pc.replace_substring(texts.filter(pa.array(hyphen)), "-", "")
    )
    other = ~(plain | hyphen)
    digits = patched(digits, np.flatnonzero(other), lambda: map_distinct(texts.filter(pa.array(other)), _digits))
    return Phones(digits, pc.starts_with(digits, "0"))


def _digits(text: str) -> str | None:
    first = _NEXT_NUMBER.split(tidy(text))[0]
    written = _SEPARATORS.sub("", _EXTENSION.sub("", first))
    bare = _COUNTRY.sub("", written)
    if bare.startswith("01") and _MOBILE.fullmatch(bare[1:]):
        bare = bare[1:]  # 0 before a mobile number: dialled from another city
    if _LOCAL.fullmatch(bare):
        bare = AREA_CODE + bare
    elif bare != written and not bare.startswith("0") and not _MOBILE.fullmatch(bare):
        bare = "0" + bare  # an area code loses its 0 after the country code
    known = any(shape.fullmatch(bare) for shape in (_MOBILE, _LANDLINE, _SERVICE))
    return bare if known else None
