"""Rows as their files have them, where nothing is to be computed, so that no engine is asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from graph.tables.disk import disk_full_as


def as_written(paths: Iterable[Path], schema: pa.Schema, encoded: Collection[str] = ()) -> pa.Table:
    """The rows of some parts, below each other, with the columns of a schema; those a part does not have are null."""
    with disk_full_as("reading the tables"):
        files = [pq.ParquetFile(path, read_dictionary=list(encoded)) for path in paths]
        read = [file.read([name for name in schema.names if name in file.schema_arrow.names]) for file in files]
    return pa.concat_tables([schema.empty_table(), *(_filled(rows, schema) for rows in read)])


def _filled(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    columns = [
        rows[field.name] if field.name in rows.column_names else pa.nulls(len(rows), field.type) for field in schema
    ]
    return pa.table(columns, schema=schema)
