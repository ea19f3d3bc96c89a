"""What a load would do with a file: which source, which column means what, what is missing, what would be refused.

Nothing is loaded, and no value leaves this module: shares, counts and shapes only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow.compute as pc

from graph.errors import UnknownSource
from graph.tables import Tables
from loaders.contents import KINDS, kind_of, shape
from loaders.headers import header_below
from loaders.load import judge
from loaders.mapping import Column, SourceMapping
from loaders.propose import Look
from loaders.raw import Raw
from loaders.read import read_any
from loaders.recognise import recognise, source_named, sources

JUDGED_ROWS = 10_000
"""First records that are checked as a load would check them."""
LOOKED_ROWS = 2_000
"""First records whose values tell what a column holds."""


@dataclass(frozen=True, slots=True)
class ColumnView:
    """One column of the file."""

    heading: str
    field: str
    """Field it is, or could be; empty if none."""
    how: str
    """`heading`, or why it is only proposed; empty if there is no field."""
    holds: str
    """What its values look like, in words; empty where they have no form."""
    filled: float
    """Share of the values that say something."""
    shape: str
    """Form of most values: 9 a digit, A a letter, 汉 a Chinese character."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """How one file was recognised."""

    file: Path
    format: str
    encoding: str
    delimiter: str
    records: int
    notes: tuple[str, ...]
    mapping: SourceMapping
    certain: bool
    """Whether the source follows from the headings or was named; else it is the one that fits best."""
    columns: tuple[ColumnView, ...]
    missing: tuple[Column, ...]
    """Required columns for which the file has no heading."""
    absent: tuple[Column, ...]
    """Optional columns for which it has none."""
    others: Mapping[str, tuple[str, ...]]
    """Other sources that know some of the headings → the required columns they miss."""
    judged: int
    """Records checked as a load would; 0 if a required column is missing."""
    refused: Mapping[str, int]
    """Of these, records for the quarantine, by reason."""
    unusable: Mapping[str, int]
    """Of these, loaded records with a value that cannot be used, by kind."""


def recognition(
    path: Path, tables: Tables, *, source: str | None = None, known: Mapping[str, SourceMapping] | None = None
) -> Recognition:
    """Look at a file; nothing is loaded.

    Records are judged against what is loaded already: a repair whose original the tables lack would be refused.

    Raises
    ------
    InputError
        If the file cannot be read, or the source named is not there.
    """
    known = sources() if known is None else known
    raw = read_any(path)
    headings = raw.table.column_names
    look = Look(raw.table.slice(0, LOOKED_ROWS))
    mapping, certain = _mapping_of(look, source, known)
    located = mapping.locate(headings)
    missing = tuple(c for c in mapping.columns if c.required and c.name not in located)
    judged = None if missing else judge(tables, _first(raw), mapping, path)
    return Recognition(
        file=path,
        format=raw.format,
        encoding=raw.encoding,
        delimiter=raw.delimiter,
        records=raw.records,
        notes=raw.notes if certain else tuple(filter(None, (*raw.notes, header_below(path, known)))),
        mapping=mapping,
        certain=certain,
        columns=_views(look, mapping),
        missing=missing,
        absent=tuple(c for c in mapping.columns if not c.required and c.name not in located),
        others={m.name: m.missing(headings) for m in _others(mapping, headings, known)},
        judged=judged.read if judged else 0,
        refused=judged.reasons if judged else {},
        unusable=judged.warnings if judged else {},
    )


def meaning(column: Column) -> str:
    """What stands under a field, in words.

    >>> meaning(Column("since", ("任职日期",), "date"))
    'days'
    """
    if column.check == "codes":
        return "one of " + ", ".join(column.codes)
    kind = kind_of(column)
    return KINDS[kind].words if kind in KINDS else kind


def _mapping_of(look: Look, source: str | None, known: Mapping[str, SourceMapping]) -> tuple[SourceMapping, bool]:
    if source is not None:
        return source_named(source, known), True
    try:
        return recognise(look.headings, known), True
    except UnknownSource:
        return look.best(known), False


def _first(raw: Raw) -> Raw:
    """The first records, with those set aside while reading."""
    lines = raw.lines.slice(0, JUDGED_ROWS)
    early = pc.less_equal(raw.rejected["line"], JUDGED_ROWS)
    return replace(raw, table=raw.table.slice(0, JUDGED_ROWS), lines=lines, rejected=raw.rejected.filter(early))


def _views(look: Look, mapping: SourceMapping) -> tuple[ColumnView, ...]:
    found = {heading: (field, "heading") for field, heading in reversed(mapping.locate(look.headings).items())}
    found |= {p.heading: (p.field, p.why) for p in look.proposals(mapping)}
    return tuple(
        ColumnView(
            heading,
            *found.get(heading, ("", "")),
            look.looks_like(heading),
            look.filled[heading],
            shape(look.values(heading)),
        )
        for heading in look.headings
    )


def _others(chosen: SourceMapping, headings: list[str], known: Mapping[str, SourceMapping]) -> list[SourceMapping]:
    """The three other sources that know most of the headings."""
    others = [m for m in known.values() if m.name != chosen.name and m.locate(headings)]
    return sorted(others, key=lambda m: (-len(m.locate(headings)), m.name))[:3]
