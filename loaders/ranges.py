"""A delimited text file cut at record borders, so that each part can be read by itself, with its record numbers."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, cast

import numba
import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from loaders.delimited import read_delimited
from loaders.encoding import Text
from loaders.quoting import find_delimiter, is_quoted
from loaders.raw import Raw

SPLITTABLE = ("utf-8", "utf-8-sig", "gb18030")
"""Encodings in which line breaks and quotes are single bytes that are part of no other character."""

_BLOCK = 16 << 20
_BOM = {"utf-8-sig": 3}
_NEW_RECORD, _NEW_FIELD, _IN_FIELD, _IN_QUOTES, _AFTER_QUOTE = range(5)


@dataclass(frozen=True, slots=True)
class Range:
    """Some records in a row of a file."""

    start: int
    """Byte of the file at which the first of them begins."""
    stop: int
    """Byte behind the last."""
    before: int
    """Records of the file before them."""
    header: bytes
    """What stands before the first record of the file."""


def cut(path: Path, text: Text, parts: int) -> list[Range]:
    """Cut a file into at most so many ranges of about equal size, one at least.

    All of it is looked at once: a line break inside quotes ends no record, and the records are counted.
    """
    size = path.stat().st_size
    scanner = _Scanner(path, text)
    first = scanner.next_record(0)
    if first is None:
        return [Range(size, size, 0, path.read_bytes())]
    with path.open("rb") as file:
        header = file.read(first[0])
    borders = [first]
    for part in range(1, parts):
        found = scanner.next_record(max(borders[-1][0] + 1, first[0] + (size - first[0]) * part // parts))
        if found is None:
            break
        borders.append(found)
    stops = [start for start, _ in borders[1:]] + [size]
    return [
        Range(start, stop, records - 1, header)  # the header is the first record seen
        for (start, records), stop in zip(borders, stops, strict=True)
    ]


def read_range(path: Path, text: Text, part: Range, size: int) -> Iterator[Raw]:
    """Read a range as `loaders.read.read_pieces` reads a file; records bear the numbers they have in the whole file.

    None of the pieces is called the last: what is behind the range is not known here.
    """
    for raw in read_delimited(path, _opened(path, part), text, size):
        line = raw.rejected.column_names.index("line")
        moved = pc.add(raw.rejected["line"], part.before)
        rejected = raw.rejected.set_column(line, "line", moved)
        yield replace(raw, lines=pc.add(raw.lines, part.before), rejected=rejected, last=False)


class _Scanner:
    """Walks through a file once and finds where records begin."""

    def __init__(self, path: Path, text: Text) -> None:
        self._path = path
        self._delimiter = ord(find_delimiter(text.sample))
        self._quote = ord('"') if is_quoted(text.sample, chr(self._delimiter)) else -1
        self._pairs = text.encoding == "gb18030"
        self._blocks = self._read(_BOM.get(text.encoding, 0))
        self._state = np.array([_NEW_RECORD, 0, 0], np.int64)  # where in a record, records so far, byte to skip
        self._start, self._at = 0, 0
        self._block = np.empty(0, np.uint8)

    def next_record(self, position: int) -> tuple[int, int] | None:
        """The first byte, from a position behind the last answer on, at which a record begins; records before it."""
        while True:
            found = _find_record(
                self._block, self._at, position - self._start, self._delimiter, self._quote, self._pairs, self._state
            )
            if found >= 0:
                self._at = found
                return self._start + found, int(self._state[1])
            self._start += len(self._block)
            block = next(self._blocks, None)
            if block is None:
                return None
            self._block, self._at = block, 0

    def _read(self, start: int) -> Iterator[npt.NDArray[np.uint8]]:
        self._start = start
        with self._path.open("rb") as file:
            file.seek(start)
            while data := file.read(_BLOCK):
                yield np.frombuffer(data, np.uint8)


@numba.njit(cache=True)
def _find_record(
    block: npt.NDArray[np.uint8],
    at: int,
    wanted: int,
    delimiter: int,
    quote: int,
    pairs: bool,
    state: npt.NDArray[np.int64],
) -> int:
    """Go through a block from `at` to the first begin of a record at `wanted` or behind; -1 if there is none.

    The header is a record, and never wanted. The rules are those of Arrow's parser: a quote counts only where a field
    begins, and an empty line is no record. With `pairs`, a byte above 0x80 and the one behind it belong together.
    """
    where, records, skip = state
    for i in range(at, len(block)):
        byte = block[i]
        if skip:
            skip = 0
        elif where == _IN_QUOTES:
            if byte == quote:
                where = _AFTER_QUOTE
            elif pairs and byte > 0x80:
                skip = 1
        elif byte == quote and where == _AFTER_QUOTE:
            where = _IN_QUOTES
        elif byte == 10 or byte == 13:
            if where != _NEW_RECORD:
                records += 1
                where = _NEW_RECORD
        else:
            if where == _NEW_RECORD and records and i >= wanted:
                state[:] = where, records, skip
                return i
            if byte == quote and where <= _NEW_FIELD:
                where = _IN_QUOTES
            elif byte == delimiter:
                where = _NEW_FIELD
            else:
                where = _IN_FIELD
                skip = 1 if pairs and byte > 0x80 else 0
    state[:] = where, records, skip
    return -1


def _opened(path: Path, part: Range) -> Callable[[], BinaryIO]:
    return lambda: cast(BinaryIO, io.BufferedReader(_Section(path, part)))


class _Section(io.RawIOBase):
    """A range as a file of its own: the header, then its records."""

    def __init__(self, path: Path, part: Range) -> None:
        self._file = path.open("rb")
        self._file.seek(part.start)
        self._left = part.stop - part.start
        self._header = part.header

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._header[: len(buffer)] or self._file.read(min(len(buffer), self._left))
        if self._header:
            self._header = self._header[len(data) :]
        else:
            self._left -= len(data)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()
