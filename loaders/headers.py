"""Where the headings are if not in the first line: below a title, a remark, or headings of headings in merged cells."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

from graph.errors import UnknownSource
from loaders.encoding import find_encoding
from loaders.formats import detect, inner, open_bytes
from loaders.mapping import SourceMapping
from loaders.quoting import find_delimiter
from loaders.raw import unique_names
from loaders.read import read_any
from loaders.recognise import recognise

LINES = 10
"""First lines looked at: titles and remarks above a table take three or four."""


def header_below(path: Path, known: Mapping[str, SourceMapping] | None = None) -> str:
    """Say in which later line the headings of a source stand, and the cure; empty if in none.

    Call it for a file that was not recognised by its first line.
    """
    for number, cells in enumerate(_later_lines(path), 2):
        with suppress(UnknownSource):
            mapping = recognise(unique_names(cells), known)
            return (
                f"line {number} holds the headings of {mapping.name} ({mapping.title}): remove what stands above it, "
                "then load again"
            )
    return ""


def _later_lines(path: Path) -> Iterator[list[str]]:
    container = detect(path)
    if container == "parquet":
        return
    if container == "xlsx" or inner(path, container) == "jsonl":
        yield from (list(row.values()) for row in read_any(path).table.slice(0, LINES).to_pylist())
        return
    text = find_encoding(path, partial(open_bytes, path, container), whole=False)
    for line in text.sample.splitlines()[1:LINES]:
        with suppress(csv.Error):
            yield from csv.reader([line], delimiter=find_delimiter(line))
