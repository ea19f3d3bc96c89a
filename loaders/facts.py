"""Facts on their way into the clean tables: given the table's columns, its provenance, one row per key."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

import ibis
import pyarrow as pa
from ibis.expr.types import Table, Value

from graph.model.kinds import TABLES, table_schema
from graph.tables.keys import key_of
from loaders.clean import TYPES

STUB = 1
"""Rank of a row that only says that something exists; a full row of the same file (rank 0) goes first."""


@dataclass(slots=True)
class Facts:
    """What one file says: rows per clean table, gathered by the builders of `loaders.rows`."""

    main: str
    """The table in which each accepted record has exactly one row; replaced rows are counted there."""
    parts: dict[str, list[Table]] = field(default_factory=dict)

    def add(self, table: str, rows: Table, rank: int = 0, **columns: Value) -> None:
        """Add rows: the named columns, each an expression over `rows`; unnamed ones of the table are null."""
        schema = table_schema(TABLES[table])
        unknown = set(columns) - set(schema.names)
        if unknown:
            raise ValueError(f"table {table} has no columns {sorted(unknown)}")
        given = {
            name: columns[name].cast(TYPES[type_]) if name in columns else ibis.null(TYPES[type_])
            for name, type_ in zip(schema.names, schema.types, strict=True)
            if name != "line"
        }
        self.parts.setdefault(table, []).append(rows.select(**given, line=rows.line, rank=ibis.literal(rank)))


def one_per_key(parts: list[Table], table: str, source: str, received: datetime.date) -> Table:
    """Unite the parts of a table and keep one row per key: full rows before stubs, the last record wins."""
    rows = ibis.union(*parts) if len(parts) > 1 else parts[0]
    order = [ibis.asc("rank"), ibis.desc("line")]
    # columns that tell equal keys of one record apart make the choice the same on every run
    told = ("line", "source", "received")
    order += [ibis.asc(name) for name in table_schema(TABLES[table]).names if name not in told]
    rows = rows.mutate(place=ibis.row_number().over(group_by=key_of(table), order_by=order))
    kept = rows.filter(rows.place == 0).drop("place", "rank")
    return kept.mutate(source=ibis.literal(source), received=ibis.literal(received))


def to_arrow(rows: Table, table: str) -> pa.Table:
    """Run the expression; columns in the order and types of the table's schema."""
    schema = table_schema(TABLES[table])
    return rows.select(*schema.names).to_pyarrow().cast(schema)
