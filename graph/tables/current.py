"""What the tables say now, or said on a day, in DuckDB's SQL: of all rows with one key, the row of the last batch."""

# ruff: noqa: S608 - names of the model, paths and days of our own

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from graph.model.kinds import TABLES, table_schema
from graph.tables.keys import key_of, quoted

_TYPES = {
    pa.string(): "VARCHAR", pa.date32(): "DATE", pa.float64(): "DOUBLE", pa.int64(): "BIGINT", pa.bool_(): "BOOLEAN",
    pa.timestamp("us", tz="UTC"): "TIMESTAMPTZ",
}  # fmt: skip


def rows_of(table: str, paths: Sequence[Path]) -> str:
    """Every row of the given Parquet files, with `batch` and its `place` in the file; no files, no rows."""
    if not paths:
        nothing = [
            f"CAST(NULL AS {_TYPES[field.type]}) AS {quoted(field.name)}" for field in table_schema(TABLES[table])
        ]
        return f"SELECT {', '.join(nothing)}, 0 AS batch, 0 AS place WHERE false"
    files = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    # Batch folders are named by their number, so the folder is the batch.
    return rf"""
        SELECT * EXCLUDE (filename, file_row_number), file_row_number AS place,
               CAST(regexp_extract(filename, '(\d+)[/\\][^/\\]+$', 1) AS BIGINT) AS batch
        FROM read_parquet([{files}], filename = true, file_row_number = true)"""


def latest(rows: str, table: str, *, fresh: bool = False, origin: bool = False) -> str:
    """One row per key: of the last batch, in it the last line. `fresh` says that no key occurs twice.

    With `origin` each row says its `batch` and `place` too.
    """
    columns = quoted(*table_schema(TABLES[table]).names, *(("batch", "place") if origin else ()))
    if fresh:
        return f"SELECT {columns} FROM {rows}"
    # Ranked by the narrow columns only, then looked up: half the cost of carrying whole rows through the window.
    return f"""
        SELECT {columns} FROM {rows} SEMI JOIN (
            SELECT batch, place FROM {rows} QUALIFY row_number() OVER (
                PARTITION BY {quoted(*key_of(table))} ORDER BY batch DESC, line DESC NULLS LAST, place DESC) = 1
        ) USING (batch, place)"""


def known_on(rows: str, day: dt.date) -> str:
    """Rows that creditnet had received by a day; rows without a received date count as always known."""
    return f"SELECT * FROM {rows} WHERE received IS NULL OR received <= DATE '{day}'"


def held_on(rows: str, day: dt.date) -> str:
    """Facts that held on a day: begun by it or of unknown beginning, and not ended by it."""
    return f"""
        SELECT * FROM ({rows})
        WHERE (valid_from IS NULL OR valid_from <= DATE '{day}') AND (valid_to IS NULL OR valid_to > DATE '{day}')"""
