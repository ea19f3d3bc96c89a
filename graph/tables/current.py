"""What the tables say now, or said on a day: of all rows with one key, the row of the last batch counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from graph.model.kinds import TABLES, table_schema
from graph.tables.keys import key_of

_WRITTEN, _PLACE = "filename", "file_row_number"  # what DuckDB calls them when it reads Parquet


def rows_of(connection: Backend, table: str, paths: Sequence[Path]) -> ir.Table:
    """Every row of the given Parquet files, with `batch` and its place in the file."""
    files = [str(path) for path in paths]
    rows = connection.read_parquet(files, table_name=f"{table}_all", filename=True, file_row_number=True)
    # Batch folders are named by their number, so the folder is the batch.
    batch = rows[_WRITTEN].re_extract(r"(\d+)[/\\][^/\\]+$", 1).cast("int64")
    return rows.mutate(batch=batch, place=rows[_PLACE]).drop(_WRITTEN, _PLACE)


def no_rows(connection: Backend, table: str) -> ir.Table:
    """What stands for a table without files. Once per connection and table: ibis cannot ask DuckDB 2 what is there."""
    empty = connection.create_table(f"{table}_none", schema=ibis.Schema.from_pyarrow(table_schema(TABLES[table])))
    return empty.mutate(batch=0, place=0)


def latest(rows: ir.Table, table: str, *, fresh: bool = False) -> ir.Table:
    """One row per key: of the last batch, in it the last line. `fresh` says that no key occurs twice."""
    columns = table_schema(TABLES[table]).names
    if fresh:
        return rows.select(columns)
    keys = key_of(table)
    # Ranked by the narrow columns only, then looked up: half the cost of carrying whole rows through the window.
    narrow = rows.select(*keys, "batch", "line", "place")
    order = [narrow.batch.desc(), narrow.line.desc(nulls_first=False), narrow.place.desc()]
    ranked = narrow.mutate(rank=ibis.row_number().over(group_by=keys, order_by=order))
    return rows.semi_join(ranked.filter(ranked["rank"] == 0), ["batch", "place"]).select(columns)


def known_on(rows: ir.Table, day: dt.date) -> ir.Table:
    """Rows that creditnet had received by a day; rows without a received date count as always known."""
    return rows.filter(rows.received.isnull() | (rows.received <= day))


def held_on(rows: ir.Table, day: dt.date) -> ir.Table:
    """Facts that held on a day: begun by it or of unknown beginning, and not ended by it."""
    begun = rows.valid_from.isnull() | (rows.valid_from <= day)
    return rows.filter(begun & (rows.valid_to.isnull() | (rows.valid_to > day)))
