"""Read any table file into columns of text, keeping the number of every record and whatever does not fit.

Record numbers count from 1, header excluded, over all records: also those set aside because they do not
have the header's number of fields. Nothing is interpreted here: every column stays text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from graph.errors import UnreadableFile
from loaders.binary_tables import parquet_headings, read_json_lines, read_parquet, read_workbook
from loaders.delimited import delimited_headings, read_delimited
from loaders.encoding import find_encoding, utf8_stream
from loaders.formats import DAMAGED, check_path, check_width, detect, inner, open_bytes
from loaders.raw import Raw

__all__ = ["Raw", "file_hash", "read_any", "read_headings", "read_pieces"]


def read_any(path: Path) -> Raw:
    """Read CSV, TSV, Parquet, Excel or JSON lines, also compressed, in any of the known encodings.

    Raises
    ------
    UnreadableFile
        If the file is missing, empty, damaged, or not a table.
    """
    return next(read_pieces(path, None))


def read_pieces(path: Path, size: int | None) -> Iterator[Raw]:
    """Read the same in pieces of about `size` bytes, at least one. Workbooks and JSON lines come in one piece.

    Raises
    ------
    UnreadableFile
        As `read_any`; what is damaged may show only after some pieces.
    """
    check_path(path)
    before = _stamp(path)
    try:
        for raw in _read(path, detect(path), size):
            if _stamp(path) != before:
                raise UnreadableFile(f"{path}: was changed while it was read; load it again when it is complete")
            check_width(path, raw.table.num_columns)
            yield raw
    except DAMAGED as error:
        raise UnreadableFile(f"{path}: damaged or cut ({error}); ask for the file again") from error


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


def _stamp(path: Path) -> tuple[int, int, int]:
    """What tells that a file is still the same: readers go through it more than once."""
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def _headings(path: Path, container: str) -> list[str]:
    if container == "parquet":
        return parquet_headings(path)
    if container == "xlsx" or inner(path, container) == "jsonl":
        return list(next(_read(path, container, None)).table.column_names)
    text = find_encoding(path, partial(open_bytes, path, container), whole=False)
    return delimited_headings(path, text)


def _read(path: Path, container: str, size: int | None) -> Iterator[Raw]:
    if container == "parquet":
        yield from read_parquet(path, size)
        return
    if container == "xlsx":
        yield read_workbook(path)
        return
    opened = partial(open_bytes, path, container)
    text = find_encoding(path, opened)
    if inner(path, container) == "jsonl":
        yield read_json_lines(path, utf8_stream(opened(), text), text.encoding)
    else:
        yield from read_delimited(path, opened, text, size)
