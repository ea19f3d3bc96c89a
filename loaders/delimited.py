"""Delimited text → columns of text, piece by piece."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from graph.errors import UnreadableFile
from loaders.encoding import Text, utf8_stream
from loaders.quoting import find_delimiter, is_quoted
from loaders.raw import Raw, gathered, rejected_table, unique_names

_BLOCK = 4 << 20
"""Bytes the parser looks at together: with 64 MB it takes twice the time, since no cache holds them."""

_LONGEST = 64 << 20
"""Bytes it looks at together where a record is longer than a block; no record may be longer than this."""

_LONGER_THAN_BLOCK = "straddling object"
"""What the parser says then, and how it says that a quote is not closed within a block."""

_Rejected: TypeAlias = tuple[int, str, str]
"""Record number, reason code, original text."""

Opened: TypeAlias = Callable[[], BinaryIO]
"""Opens the file anew, as plain bytes."""


def delimited_headings(path: Path, text: Text) -> list[str]:
    """Read the headings from the beginning of a text."""
    delimiter = find_delimiter(text.sample)
    return unique_names(_header(path, text.sample, delimiter, is_quoted(text.sample, delimiter)))


def read_delimited(path: Path, opened: Opened, text: Text, size: int | None) -> Iterator[Raw]:
    """Read pieces of about `size` bytes, at least one; without a size all in one."""
    delimiter = find_delimiter(text.sample)
    quoted = is_quoted(text.sample, delimiter)
    parser = _Parser(opened, text, delimiter, quoted, len(_header(path, text.sample, delimiter, quoted)))
    numbers = _Numbers(parser.rejected)
    names: list[str] = []
    try:
        for table, last in gathered(parser.blocks(), size):
            rows = table if names else table.slice(1)
            names = names or unique_names([column[0].as_py() for column in table.columns])
            lines, rejected = numbers.take(len(rows), last)
            named = rows.rename_columns(names)
            yield Raw(named, lines, rejected, text.encoding, delimiter, "csv", _notes(text), text.breaks, last)
    except pa.ArrowInvalid as error:
        raise UnreadableFile(f"{path}: not a table of delimited text ({error})") from error


@dataclass(slots=True)
class _Parser:
    """Arrow's parser, which sets aside the records that do not have the header's number of fields."""

    opened: Opened
    text: Text
    delimiter: str
    quoted: bool
    fields: int
    rejected: list[_Rejected] = field(default_factory=list)

    def blocks(self) -> Iterator[pa.RecordBatch]:
        """All records, the header first. Where one is longer than a block, it goes on with longer blocks."""
        given = 0
        for block in (_BLOCK, _LONGEST):
            self.rejected.clear()
            skip = given
            try:
                for batch in self._parse(block):
                    new = batch.slice(min(skip, len(batch)))
                    skip -= len(batch) - len(new)
                    given += len(new)
                    yield new
            except pa.ArrowInvalid as error:
                if block == _LONGEST or _LONGER_THAN_BLOCK not in str(error):
                    raise
            else:
                return

    def _parse(self, block: int) -> Iterator[pa.RecordBatch]:
        with utf8_stream(self.opened(), self.text) as stream:
            yield from pa_csv.open_csv(
                stream,
                # one thread: only then does the parser know the number of a record it sets aside
                read_options=pa_csv.ReadOptions(use_threads=False, block_size=block, autogenerate_column_names=True),
                parse_options=pa_csv.ParseOptions(
                    delimiter=self.delimiter,
                    quote_char='"' if self.quoted else False,
                    newlines_in_values=self.quoted,
                    invalid_row_handler=self._set_aside,
                ),
                convert_options=pa_csv.ConvertOptions(
                    column_types={f"f{i}": pa.string() for i in range(self.fields)},
                    strings_can_be_null=False,
                    check_utf8=False,  # whoever found the encoding has decoded all of it
                ),
            )

    def _set_aside(self, row: pa_csv.InvalidRow) -> str:
        self.rejected.append((row.number - 1, "wrong_field_count", row.text))  # the header is row 1
        return "skip"


class _Numbers:
    """Numbers the records of the pieces, and hands out those set aside between them."""

    def __init__(self, rejected: list[_Rejected]) -> None:
        self._rejected = rejected
        self._next = 1
        self._handed = 0

    def take(self, rows: int, last: bool) -> tuple[pa.Array, pa.Table]:
        """Numbers of the next rows; what is set aside before the last of them, behind the last piece all that is left.

        The parser may be ahead of the rows with what it sets aside.
        """
        ahead = self._rejected[self._handed :]
        missing = np.array([number for number, _, _ in ahead], np.int64)
        numbers = np.arange(self._next, self._next + rows + len(missing), dtype=np.int64)
        numbers = numbers[~np.isin(numbers, missing)][:rows] if len(missing) else numbers
        if rows:
            self._next = int(numbers[-1]) + 1
        here = [one for one in ahead if last or one[0] < self._next]
        self._handed += len(here)
        return pa.array(numbers), rejected_table(here)


def _header(path: Path, sample: str, delimiter: str, quoted: bool) -> list[str]:
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    try:
        return next(csv.reader(io.StringIO(sample.lstrip("\r\n"), newline=""), delimiter=delimiter, quoting=quoting))
    except (StopIteration, csv.Error) as error:
        raise UnreadableFile(f"{path}: no header line; ask for a file with one") from error


def _notes(text: Text) -> tuple[str, ...]:
    if text.cut:
        return ("the last character is unfinished: the file was cut",)
    return () if text.ends_with_break else ("no line break at the end: the file may have been cut",)
