"""Read any table file into columns of text, keeping the number of every record and whatever does not fit.

Record numbers count from 1, header excluded, over all records: also those set aside because they do not
have the header's number of fields. Nothing is interpreted here: every column stays text.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import BinaryIO, Literal, TypeAlias

import pyarrow as pa
import pyarrow.csv as pa_csv

from graph.errors import UnreadableFile
from loaders.binary_tables import parquet_headings, read_json_lines, read_parquet, read_workbook
from loaders.encoding import Text, find_encoding, utf8_stream
from loaders.formats import DAMAGED, check_path, check_width, detect, inner, open_bytes
from loaders.quoting import find_delimiter, is_quoted
from loaders.raw import Raw, record_numbers, rejected_table, unique_names

__all__ = ["Raw", "file_hash", "read_any", "read_headings"]

_BLOCK = 4 << 20
"""Bytes the CSV parser looks at together: with 64 MB it takes twice the time, since no cache holds them."""

_LONGEST = 64 << 20
"""Bytes it looks at together where a record is longer than a block; no record may be longer than this."""


_LONGER_THAN_BLOCK = "straddling object"
"""What the parser says then, and how it says that a quote is not closed within a block."""

_Rejected: TypeAlias = tuple[int, str, str]
"""Record number, reason code, original text."""


def read_any(path: Path) -> Raw:
    """Read CSV, TSV, Parquet, Excel or JSON lines, also compressed, in any of the known encodings.

    Raises
    ------
    UnreadableFile
        If the file is missing, empty, damaged, or not a table.
    """
    check_path(path)
    try:
        raw = _read(path, detect(path))
    except DAMAGED as error:
        raise UnreadableFile(f"{path}: damaged or cut ({error}); ask for the file again") from error
    check_width(path, raw.table.num_columns)
    return raw


def read_headings(path: Path) -> list[str]:
    """Read the headings only, as `read_any` would give them.

    Raises
    ------
    UnreadableFile
        If the file is missing, empty, damaged, or not a table.
    """
    check_path(path)
    try:
        headings = _headings(path, detect(path))
    except DAMAGED as error:
        raise UnreadableFile(f"{path}: damaged or cut ({error}); ask for the file again") from error
    check_width(path, len(headings))
    return headings


def file_hash(path: Path) -> str:
    """SHA-256 of the file's bytes, hexadecimal."""
    check_path(path)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _headings(path: Path, container: str) -> list[str]:
    if container == "parquet":
        return parquet_headings(path)
    if container == "xlsx" or inner(path, container) == "jsonl":
        return list(_read(path, container).table.column_names)
    text = find_encoding(path, partial(open_bytes, path, container), whole=False)
    delimiter = find_delimiter(text.sample)
    return unique_names(_header(path, text.sample, delimiter, is_quoted(text.sample, delimiter)))


def _read(path: Path, container: str) -> Raw:
    if container == "parquet":
        return read_parquet(path)
    if container == "xlsx":
        return read_workbook(path)
    opened = partial(open_bytes, path, container)
    text = find_encoding(path, opened)
    if inner(path, container) == "jsonl":
        return read_json_lines(path, utf8_stream(opened(), text), text.encoding)
    return _read_delimited(path, opened, text)


def _read_delimited(path: Path, opened: Callable[[], BinaryIO], text: Text) -> Raw:
    delimiter = find_delimiter(text.sample)
    quoted = is_quoted(text.sample, delimiter)
    fields = len(_header(path, text.sample, delimiter, quoted))
    bad: list[_Rejected] = []
    try:
        table = _parse(opened, text, delimiter, quoted, fields, bad)
    except pa.ArrowInvalid as error:
        raise UnreadableFile(f"{path}: not a table of delimited text ({error})") from error
    names = unique_names([column[0].as_py() for column in table.columns])
    rejected = rejected_table(bad)
    rows = table.slice(1).rename_columns(names)
    lines = record_numbers(len(rows), rejected["line"])
    return Raw(rows, lines, rejected, text.encoding, delimiter, "csv", _notes(text))


def _header(path: Path, sample: str, delimiter: str, quoted: bool) -> list[str]:
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    try:
        return next(csv.reader(io.StringIO(sample.lstrip("\r\n"), newline=""), delimiter=delimiter, quoting=quoting))
    except (StopIteration, csv.Error) as error:
        raise UnreadableFile(f"{path}: no header line; ask for a file with one") from error


def _parse(
    opened: Callable[[], BinaryIO], text: Text, delimiter: str, quoted: bool, fields: int, bad: list[_Rejected]
) -> pa.Table:
    try:
        return _parse_blocks(opened, text, delimiter, quoted, fields, bad, _BLOCK)
    except pa.ArrowInvalid as error:
        if _LONGER_THAN_BLOCK not in str(error):
            raise
        bad.clear()
        return _parse_blocks(opened, text, delimiter, quoted, fields, bad, _LONGEST)


def _parse_blocks(
    opened: Callable[[], BinaryIO],
    text: Text,
    delimiter: str,
    quoted: bool,
    fields: int,
    bad: list[_Rejected],
    block: int,
) -> pa.Table:
    def set_aside(row: pa_csv.InvalidRow) -> str:
        bad.append((row.number - 1, "wrong_field_count", row.text))  # the header is row 1
        return "skip"

    with utf8_stream(opened(), text) as stream:
        return pa_csv.read_csv(
            stream,
            # one thread: only then does the parser know the number of a record it sets aside
            read_options=pa_csv.ReadOptions(use_threads=False, block_size=block, autogenerate_column_names=True),
            parse_options=pa_csv.ParseOptions(
                delimiter=delimiter,
                quote_char='"' if quoted else False,
                newlines_in_values=quoted,
                invalid_row_handler=set_aside,
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types={f"f{i}": pa.string() for i in range(fields)}, strings_can_be_null=False
            ),
        )


def _notes(text: Text) -> tuple[str, ...]:
    if text.cut:
        return ("the last character is unfinished: the file was cut",)
    return () if text.ends_with_break else ("no line break at the end: the file may have been cut",)
