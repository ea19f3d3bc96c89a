"""Which rows are in quarantine: chosen, laid out under the headings of their file, counted over time."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from graph.errors import NotFound
from graph.tables import Layout, Tables
from loaders.scratch import answer

UNLIKE_HEADER = ("wrong_field_count", "not_json")
"""Reasons of records that did not fit the header: their original is a line of the file, the others' is CSV."""

_COUNTS = """
SELECT loaded AS day, source, regexp_extract(reason, '^[^:]*') AS reason, count(*) AS rows, count(mended_by) AS reloaded
FROM rows GROUP BY ALL ORDER BY day, source, rows DESC, reason
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which quarantined rows are meant; what is left out chooses all."""

    batch: int | None = None
    source: str = ""
    reason: str = ""
    """Code of the reason, e.g. ``bad_decided``."""
    file: str = ""
    since: date | None = None
    """First day of loading."""


@dataclass(frozen=True, slots=True)
class Count:
    """Rows that the files of one source, loaded on one day, left in quarantine for one reason."""

    day: date
    source: str
    reason: str
    rows: int
    reloaded: int
    """Of these, rows that were mended and loaded again; those that were still bad count there once more."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One quarantined row under the headings of its file."""

    batch: int
    source: str
    file: str
    line: int
    reason: str
    fields: tuple[tuple[str, str], ...]
    """Heading and value; fields beyond the last heading have none."""


def chosen(tables: Tables, wanted: Wanted) -> pa.Table:
    """Rows in quarantine: batch, source, file, line, reason, original, loaded."""
    rows = _all(tables, wanted)
    return rows.filter(pc.is_null(rows["mended_by"])).drop_columns("mended_by")


def counts(tables: Tables, wanted: Wanted) -> list[Count]:
    """How many rows went to quarantine day by day, per source and reason, and how many came back."""
    return [Count(**row) for row in answer(_COUNTS, {"rows": _all(tables, wanted)}).to_pylist()]


def shown(tables: Tables, batch: int, line: int) -> list[Shown]:
    """The quarantined rows of one line under their headings; a line has one, as a rule.

    Raises
    ------
    NotFound
        If that line is not in quarantine.
    """
    rows = chosen(tables, Wanted(batch))
    rows = rows.filter(pc.equal(rows["line"], line)).to_pylist()
    if not rows:
        raise NotFound(f"line {line} of batch {batch} is not in quarantine; `creditnet quarantine` lists what is")
    layout = tables.layouts().get(batch, Layout((), ""))
    return [
        Shown(
            batch=batch,
            source=row["source"],
            file=row["file"],
            line=line,
            reason=row["reason"],
            fields=_under(layout.headings, fields(row["original"], row["reason"], layout)),
        )
        for row in rows
    ]


def fields(original: str, reason: str, layout: Layout) -> list[str]:
    """The fields of a quarantined record.

    >>> fields('x,"a, b"', "no_code: …", Layout(("name", "city"), ";"))
    ['x', 'a, b']
    >>> fields("x;y;z", "wrong_field_count: …", Layout(("name", "city"), ";"))
    ['x', 'y', 'z']
    """
    code = code_of(reason)
    if code == "not_json":
        return [original]
    delimiter = layout.delimiter if code in UNLIKE_HEADER and layout.delimiter else ","
    return next(csv.reader(io.StringIO(original, newline=""), delimiter=delimiter), [])


def code_of(reason: str) -> str:
    """Code of a reason in words.

    >>> code_of("no_document: the column document is empty")
    'no_document'
    """
    return reason.split(":", 1)[0]


def _all(tables: Tables, wanted: Wanted) -> pa.Table:
    rows = tables.set_aside(wanted.batch)
    if wanted.source:
        rows = rows.filter(pc.equal(rows["source"], wanted.source))
    if wanted.file:
        rows = rows.filter(pc.equal(rows["file"], wanted.file))
    if wanted.reason:
        rows = rows.filter(pc.starts_with(rows["reason"], f"{wanted.reason}:"))
    if wanted.since:
        rows = rows.filter(pc.greater_equal(rows["loaded"], wanted.since))
    return rows


def _under(headings: Sequence[str], values: Sequence[str]) -> tuple[tuple[str, str], ...]:
    count = max(len(headings), len(values))
    padded = ([*given, *[""] * (count - len(given))] for given in (headings, values))
    return tuple(zip(*padded, strict=True))
