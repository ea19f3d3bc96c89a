"""Facts on their way into the clean tables: given the table's columns, its provenance, one row per key."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.kinds import TABLES, table_schema
from graph.tables.keys import key_of
from loaders.columns import Column, literal
from loaders.frame import Rows, numbered

STUB = 1
"""Rank of a row that only says that something exists; a full row of the same file (rank 0) goes first."""


@dataclass(slots=True)
class Facts:
    """What one file says: rows per clean table, gathered by the builders of `loaders.rows`."""

    main: str
    """The table in which each accepted record has exactly one row; replaced rows are counted there."""
    parts: dict[str, list[Rows]] = field(default_factory=dict)
    spoken: dict[str, set[str]] = field(default_factory=dict)
    """Columns of each table that the file says something about; what it lacks, it says nothing about."""

    def add(self, table: str, rows: Rows, rank: int = 0, /, **columns: Column) -> None:
        """Add rows: the named columns, each computed from `rows`; unnamed ones of the table are null."""
        schema = table_schema(TABLES[table])
        unknown = set(columns) - set(schema.names)
        if unknown:
            raise ValueError(f"table {table} has no columns {sorted(unknown)}")
        given = {
            name: columns[name].cast(type_) if name in columns else Column(pa.scalar(None, type_))
            for name, type_ in zip(schema.names, schema.types, strict=True)
            if name != "line"
        }
        said = {name for name, column in columns.items() if not (column.constant and not column.values.is_valid)}
        self.spoken.setdefault(table, set()).update(said)
        bare = Rows({"line": rows.line, "rank": literal(rank)}, len(rows))
        self.parts.setdefault(table, []).append(bare.mutate(**given))


def with_origin(rows: Rows, table: str, source: str, received: datetime.date, spoken: Collection[str]) -> pa.Table:
    """Rows as the clean table has them: the columns spoken of, and where they come from."""
    told = rows.mutate(source=literal(source), received=literal(received))
    written = {*spoken, *key_of(table), "line", "source", "received"}
    return told.table(pa.schema([field for field in table_schema(TABLES[table]) if field.name in written]))


def one_per_key(rows: Rows, table: str) -> Rows:
    """Keep one row per key, full rows before stubs and the last record before others."""
    keys = _key_numbers(rows, table)
    chosen = _last_of_each(keys, _order(rows))
    if len(chosen) == len(rows):
        return rows
    return rows.take(np.sort(_smallest_of_equals(rows, keys, chosen)))


def _key_numbers(rows: Rows, table: str) -> npt.NDArray[np.int64]:
    """Small numbers, equal where the key of the table is."""
    first, *others = (numbered(rows[name], len(rows)) for name in key_of(table))
    for other in others:
        pairs = first * (other.max(initial=0) + 1) + other
        first = numbered(Column(pa.array(pairs)), len(rows))
    return first


def _order(rows: Rows) -> npt.NDArray[np.int64]:
    """Places of the rows, the one to be preferred last."""
    return np.argsort(preference(rows), kind="stable")


def preference(rows: Rows) -> npt.NDArray[np.int64]:
    """Of rows with one key the one with the highest number stays; stubs have numbers below 0."""
    lines, ranks = (rows.spread(name).to_numpy().astype(np.int64) for name in ("line", "rank"))
    number: npt.NDArray[np.int64] = lines - ranks * _MORE_THAN_LINES
    return number


def _last_of_each(keys: npt.NDArray[np.int64], order: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """For each key the place that comes last in an order."""
    places = np.full(keys.max(initial=-1) + 1, -1)
    places[keys[order]] = order  # of several values for one slot the last one stays
    return places[places >= 0]


def _smallest_of_equals(
    rows: Rows, keys: npt.NDArray[np.int64], chosen: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Among rows of one key and one record take the smallest content, so that the choice is the same on every run."""
    number = preference(rows)
    best = np.full(keys.max(initial=-1) + 1, -1)
    best[keys[chosen]] = chosen
    equal = np.flatnonzero(number == number[best[keys]])
    if len(equal) == len(chosen):
        return chosen
    content = pa.table({name: rows.take(equal).spread(name) for name in rows.columns if name not in ("rank", "line")})
    order = pc.sort_indices(content, [(name, "ascending") for name in content.column_names]).to_numpy()
    return _last_of_each(keys, equal[order[::-1]])


_MORE_THAN_LINES = 1 << 40
"""Larger than any record number: full rows of every line come before stubs of every line."""
