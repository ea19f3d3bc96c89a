"""Working on columns of text: by distinct value, by whole column at once, or as raw bytes.

Three ways, from slow to fast, so that a million values never meet a Python loop without need:

* `map_distinct` calls a Python function once per distinct value; for a column of mostly plain values it is called
  for the few others, and `patched` puts them in;
* `rewrite` joins the values into one text, runs whole-text steps over it, splits it again;
* `Bytes` shows an Arrow string column as two NumPy arrays.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.characters import INVISIBLE, fold, ideographs

MISSING = frozenset({"", "N/A", "NA", "NULL", "NONE", "NAN", "-", "--", "—", "/", "\\", "无", "暂无", "不详", "空"})
"""Texts that stand for "no value", as upper-cased and stripped."""

_MISSING = pa.array(sorted(MISSING))
_LONGEST_MISSING = max(len(text.encode()) for text in MISSING)


def string_array(values: pa.Array | pa.ChunkedArray) -> pa.StringArray:
    """One contiguous Arrow string array, whatever kind of text column comes in."""
    array = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    if isinstance(array, pa.ChunkedArray):  # pyarrow leaves zero or several chunks in rare cases
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    return array if array.type == pa.string() else array.cast(pa.string())


def tidy(text: str) -> str:
    """NFKC, no invisible characters, no blanks at the ends."""
    return INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).strip()


def tidy_texts(texts: pa.StringArray) -> pa.StringArray:
    """`tidy` for a whole column; null stays null.

    >>> tidy_texts(pa.array([" Ａ\u200b ", None])).to_pylist()
    ['A', None]
    """
    offsets, data, odd = fold(*_buffers(texts))
    folded = pc.ascii_trim_whitespace(Bytes(offsets, data).to_arrow())
    tidied = patched(folded, odd, lambda: map_distinct(texts.take(pa.array(odd)), tidy))
    return pc.if_else(texts.is_valid(), tidied, None) if texts.null_count else tidied


def known_texts(texts: pa.StringArray) -> pa.StringArray:
    """`tidy` for a whole column; null for every way of writing "no value".

    >>> known_texts(pa.array([" Ａ\u200b ", "n/a", "—", None])).to_pylist()
    ['A', None, None, None]
    """
    return _without_missing(tidy_texts(texts))


def _without_missing(texts: pa.StringArray) -> pa.StringArray:
    short = np.flatnonzero(pc.fill_null(pc.binary_length(texts), 0).to_numpy() <= _LONGEST_MISSING)
    missing = pc.is_in(pc.utf8_upper(texts.take(pa.array(short))), _MISSING)
    gone = short[missing.to_numpy(zero_copy_only=False)]
    return patched(texts, gone, lambda: pa.nulls(len(gone), pa.string()))


def words_only(texts: pa.StringArray) -> pa.StringArray:
    """Only the ideographs of each text, whatever figures, Latin letters and punctuation stand between; null stays null.

    >>> words_only(pa.array(["订单号12，共3元。", "abc", None])).to_pylist()
    ['订单号共元', '', None]
    """
    offsets, data, odd = ideographs(*_buffers(texts))
    words = patched(Bytes(offsets, data).to_arrow(), odd, lambda: _words(texts.take(pa.array(odd))))
    return pc.if_else(texts.is_valid(), words, None) if texts.null_count else words


def _words(texts: pa.StringArray) -> pa.StringArray:
    return pc.replace_substring_regex(texts, r"[^\p{Han}]+", "")


def one_line(texts: pa.StringArray) -> pa.StringArray:
    """Each run of line breaks as a blank."""
    data = Bytes.of(texts).data
    broken = any(byte in data for byte in b"\r\n\v\f")
    return pc.replace_substring_regex(texts, r"[\r\n\v\f]+", " ") if broken else texts


def patched(column: pa.Array, rows: npt.NDArray[np.intp], values: Callable[[], pa.Array]) -> pa.Array:
    """The column with other values in some rows, which are given by ascending positions."""
    if not len(rows):
        return column
    mask = np.zeros(len(column), bool)
    mask[rows] = True
    return pc.replace_with_mask(column, pa.array(mask), values())


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
    """Tidy the values and run whole-text steps over them, one value a line; missing ones become null.

    A step sees all values joined by line feeds, so a regular expression with ``re.M`` passes over a
    million values in one call. It must keep every line feed.
    """
    texts = tidy_texts(one_line(string_array(values)))
    if not len(texts):
        return texts
    text = pc.binary_join(pa.ListArray.from_arrays([0, len(texts)], texts.fill_null("")), "\n")[0].as_py()
    for step in steps:
        text = step(text)
    lines = Bytes.of_lines(text.encode())
    if len(lines) != len(texts):
        raise ValueError(f"a step changed {len(texts)} lines into {len(lines)}")
    return _without_missing(lines.to_arrow())


@dataclass(frozen=True, slots=True)
class Bytes:
    """A string column as NumPy arrays: text i is ``data[offsets[i]:offsets[i + 1]]``; nulls have no bytes."""

    offsets: npt.NDArray[np.int32]
    data: bytes

    @classmethod
    def of(cls, values: pa.StringArray) -> Bytes:
        """View an Arrow string array, sliced or not."""
        offsets, data = _buffers(values)
        return cls(offsets, bytes(data))

    @classmethod
    def of_lines(cls, text: bytes) -> Bytes:
        """The lines of a text, which are separated by line feeds."""
        breaks = np.flatnonzero(np.frombuffer(text, np.uint8) == ord("\n"))
        ends = np.append(breaks, len(text)) - np.arange(len(breaks) + 1)
        return cls(np.concatenate([[0], ends]).astype(np.int32), text.translate(None, b"\n"))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def lengths(self) -> npt.NDArray[np.int32]:
        """Bytes of each text, shape (n,)."""
        return np.diff(self.offsets)

    def rows_with(self, table: bytes) -> npt.NDArray[np.intp]:
        """Rows that hold a byte which the 256-byte table marks non-zero, ascending."""
        marked = np.flatnonzero(np.frombuffer(self.data.translate(table), np.uint8))
        return np.unique(np.searchsorted(self.offsets, marked, side="right") - 1)

    def rows_between(self, low: bytes, high: bytes) -> npt.NDArray[np.bool_]:
        """Whether each text has as many bytes as `low`, none below its byte in `low` or above that in `high`."""
        rows: npt.NDArray[np.bool_] = self.lengths == len(low)
        inside = np.ones(np.count_nonzero(rows), bool)
        for column, least, most in zip(self.matrix(rows, len(low)).T, low, high, strict=True):
            inside &= (column >= least) & (column <= most)
        rows[rows] = inside
        return rows

    def matrix(self, rows: npt.NDArray[np.bool_], width: int) -> npt.NDArray[np.uint8]:
        """The bytes of the chosen rows, which must all be `width` long: shape (rows, width)."""
        data = np.frombuffer(self.data, np.uint8)
        if not rows.all():
            data = data[np.repeat(rows, self.lengths)]
        return data.reshape(-1, width)

    def to_arrow(self) -> pa.StringArray:
        """Back to Arrow, without nulls."""
        return pa.StringArray.from_buffers(len(self), pa.py_buffer(self.offsets), pa.py_buffer(self.data))


def _buffers(values: pa.StringArray) -> tuple[npt.NDArray[np.int32], memoryview]:
    """Offsets from 0 and the bytes they point to, where they lie."""
    if values.null_count:
        values = values.fill_null("")
    if not len(values):
        return np.zeros(1, np.int32), memoryview(b"")
    _, offsets_buffer, data_buffer = values.buffers()
    offsets = np.frombuffer(offsets_buffer, np.int32)[values.offset : values.offset + len(values) + 1]
    data = memoryview(data_buffer if data_buffer is not None else b"")
    return offsets - offsets[0], data[offsets[0] : offsets[-1]]
