"""Working on columns of text: by distinct value, by whole column at once, or as raw bytes.

Three ways, from slow to fast, so that a million values never meet a Python loop without need:

* `map_distinct` calls a Python function once per distinct value;
* `rewrite` joins the distinct values into one text, runs whole-text steps over it, splits it again;
* `Bytes` shows an Arrow string column as two NumPy arrays.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

MISSING = frozenset({"", "N/A", "NA", "NULL", "NONE", "NAN", "-", "--", "—", "/", "\\", "无", "暂无", "不详", "空"})
"""Texts that stand for "no value", as upper-cased and stripped."""

_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060\ufeff]")

_INVISIBLE_RE2 = r"[\x00-\x08\x0b-\x1f\x7f\x{200b}-\x{200f}\x{2028}-\x{202e}\x{2060}\x{feff}]"


def string_array(values: pa.Array | pa.ChunkedArray) -> pa.StringArray:
    """One contiguous Arrow string array, whatever kind of text column comes in."""
    array = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    if isinstance(array, pa.ChunkedArray):  # pyarrow leaves zero or several chunks in rare cases
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    return array if array.type == pa.string() else array.cast(pa.string())


def tidy(text: str) -> str:
    """NFKC, no invisible characters, no blanks at the ends."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).strip()


def tidy_texts(texts: pa.StringArray) -> pa.StringArray:
    """`tidy` for a whole column; null stays null.

    >>> tidy_texts(pa.array([" Ａ\u200b ", None])).to_pylist()
    ['A', None]
    """
    texts = pc.utf8_normalize(texts, "NFKC")
    if pc.any(pc.match_substring_regex(texts, _INVISIBLE_RE2)).as_py():  # looking is cheaper than replacing
        texts = pc.replace_substring_regex(texts, _INVISIBLE_RE2, "")
    return pc.utf8_trim_whitespace(texts)


def is_missing(text: str | None) -> bool:
    """Whether a text stands for "no value": null, empty, ``N/A``, ``-``, ``无`` and the like."""
    return text is None or tidy(text).upper() in MISSING


def map_distinct(
    values: pa.Array | pa.ChunkedArray, function: Callable[[str], Any], type_: pa.DataType | None = None
) -> pa.Array:
    """Apply a function to each distinct text; nulls stay null."""
    encoded = string_array(values).dictionary_encode()
    results = pa.array([function(text) for text in encoded.dictionary.to_pylist()], type_ or pa.string())
    return results.take(encoded.indices)


def rewrite(values: pa.Array | pa.ChunkedArray, *steps: Callable[[str], str]) -> pa.StringArray:
    """Tidy the distinct values and run whole-text steps over them, one value a line; missing ones become null.

    A step sees all values joined by line feeds, so a regular expression with ``re.M`` passes over a
    million values in one call. It must keep every line feed.
    """
    encoded = string_array(values).dictionary_encode()
    distinct = encoded.dictionary
    singles = pc.replace_substring_regex(distinct, r"[\r\n\v\f]+", " ").to_pylist()
    singles = _INVISIBLE.sub("", "\n".join(singles)).split("\n")
    # Normalised one by one: a text already in NFKC, as most are, is seen at a glance; the whole never is.
    text = "\n".join(unicodedata.normalize("NFKC", single).strip() for single in singles)
    for step in steps:
        text = step(text)
    lines = pa.array(text.split("\n") if len(distinct) else [], pa.string())
    if len(lines) != len(distinct):
        raise ValueError(f"a step changed {len(distinct)} lines into {len(lines)}")
    missing = pc.is_in(pc.utf8_upper(lines), pa.array(sorted(MISSING)))
    return pc.if_else(missing, None, lines).take(encoded.indices)


@dataclass(frozen=True, slots=True)
class Bytes:
    """A string column as NumPy arrays: text i is ``data[offsets[i]:offsets[i + 1]]``; nulls have no bytes."""

    offsets: npt.NDArray[np.int32]
    data: bytes

    @classmethod
    def of(cls, values: pa.StringArray) -> Bytes:
        """View an Arrow string array, sliced or not."""
        if values.null_count:
            values = values.fill_null("")
        if not len(values):
            return cls(np.zeros(1, np.int32), b"")
        _, offsets_buffer, data_buffer = values.buffers()
        offsets = np.frombuffer(offsets_buffer, np.int32)[values.offset : values.offset + len(values) + 1]
        data = memoryview(data_buffer)[offsets[0] : offsets[-1]] if data_buffer else b""
        return cls(offsets - offsets[0], bytes(data))

    @property
    def lengths(self) -> npt.NDArray[np.int32]:
        """Bytes of each text, shape (n,)."""
        return np.diff(self.offsets)

    def rows_with(self, table: bytes) -> npt.NDArray[np.intp]:
        """Rows that hold a byte which the 256-byte table marks non-zero, ascending."""
        marked = np.flatnonzero(np.frombuffer(self.data.translate(table), np.uint8))
        return np.unique(np.searchsorted(self.offsets, marked, side="right") - 1)

    def matrix(self, rows: npt.NDArray[np.bool_], width: int) -> npt.NDArray[np.uint8]:
        """The bytes of the chosen rows, which must all be `width` long: shape (rows, width)."""
        data = np.frombuffer(self.data, np.uint8)
        if not rows.all():
            data = data[np.repeat(rows, self.lengths)]
        return data.reshape(-1, width)

    def to_arrow(self) -> pa.StringArray:
        """Back to Arrow, without nulls."""
        count = len(self.offsets) - 1
        return pa.StringArray.from_buffers(count, pa.py_buffer(self.offsets), pa.py_buffer(self.data))
