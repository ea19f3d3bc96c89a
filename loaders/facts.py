"""Facts on their way into the clean tables: given the table's columns, its provenance, one row per key."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

import ibis
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from ibis.expr.types import Table, Value

from graph.model.kinds import TABLES, table_schema
from graph.tables.keys import key_of

TYPES = {
    pa.string(): "string",
    pa.date32(): "date",
    pa.float64(): "float64",
    pa.int64(): "int64",
    pa.bool_(): "boolean",
}
"""Ibis type of each Arrow type that clean tables use."""

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


def one_per_key(rows: pa.Table, table: str, source: str, received: datetime.date) -> pa.Table:
    """Keep one row per key, full rows before stubs and the last record before others; add where they come from."""
    rows = _first_per_key(rows, list(key_of(table)))
    schema = table_schema(TABLES[table])
    told = {"source": source, "received": received}
    columns = [
        pa.repeat(pa.scalar(told[field.name], field.type), len(rows)) if field.name in told else rows[field.name]
        for field in schema
    ]
    return pa.table(dict(zip(schema.names, columns, strict=True))).cast(schema)


def _first_per_key(rows: pa.Table, keys: list[str]) -> pa.Table:
    """The row of each key whose place comes first; a window over whole rows would cost several times as much."""
    places = rows.select(keys).append_column("place", pa.array(_places(rows)))
    first = places.group_by(keys).aggregate([("place", "min")])["place_min"]
    if len(first) == len(rows):
        return rows
    chosen = np.zeros(len(rows), bool)
    chosen[first.to_numpy()] = True
    return rows.filter(pa.array(chosen[places["place"].to_numpy()]))


def _places(rows: pa.Table) -> npt.NDArray[np.int64]:
    """Place of each row in the order in which rows of one key are preferred."""
    score = rows["rank"].to_numpy().astype(np.int64) * _MORE_THAN_LINES - rows["line"].to_numpy()
    order = np.argsort(score, kind="stable")
    if (np.diff(score[order]) == 0).any():
        # the columns tell rows of one record apart, so that the choice is the same on every run
        by = [("rank", "ascending"), ("line", "descending")]
        by += [(name, "ascending") for name in rows.column_names if name not in ("rank", "line", "source", "received")]
        order = pc.sort_indices(rows, by).to_numpy()
    places = np.empty(len(rows), np.int64)
    places[order] = np.arange(len(rows))
    return places


_MORE_THAN_LINES = 1 << 40
"""Larger than any record number: full rows of every line come before stubs of every line."""
