"""Readers of Parquet, Excel workbooks and JSON lines."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import python_calamine

from graph.errors import UnreadableFile
from graph.tables.duck import connect
from loaders.formats import check_workbook, refuse_bomb
from loaders.raw import Raw, gathered, record_numbers, rejected_table, text_columns, unique_names


def read_parquet(path: Path, size: int | None) -> Iterator[Raw]:
    """Read pieces of a Parquet file; dates become ISO text, numbers their shortest text."""
    with _readable(path), pq.ParquetFile(path) as file:
        held = file.metadata
        refuse_bomb(path, held.num_rows * held.num_columns)
        nothing = pa.RecordBatch.from_pylist([], file.schema_arrow)  # a file without rows has no batch
        before = 0
        for table, last in gathered(itertools.chain([nothing], file.iter_batches()), size):
            lines = pa.array(np.arange(before + 1, before + len(table) + 1, dtype=np.int64))
            before += len(table)
            yield Raw(text_columns(table), lines, rejected_table(()), "", "", "parquet", (), held.num_rows, last)


def parquet_headings(path: Path) -> list[str]:
    """Column names of a Parquet file, without reading its data."""
    with _readable(path):
        return unique_names(pq.read_schema(path).names)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"{path}: damaged or cut Parquet file ({error}); ask for it again") from error


def read_workbook(path: Path) -> Raw:
    """Read the first sheet of an Excel workbook; its first row is the header."""
    check_workbook(path)
    try:
        with python_calamine.CalamineWorkbook.from_path(str(path)) as book:
            rows = book.get_sheet_by_index(0).to_python()
    except (python_calamine.CalamineError, IndexError) as error:
        raise UnreadableFile(f"{path}: damaged Excel workbook ({error}); save it again as .xlsx") from error
    if not rows:
        raise UnreadableFile(f"{path}: the first sheet is empty; put the table there")
    names = unique_names([_cell(value) for value in rows[0]])
    columns = zip(*rows[1:], strict=True) if len(rows) > 1 else ([] for _ in names)
    table = pa.table({n: pa.array([_cell(v) for v in c], pa.string()) for n, c in zip(names, columns, strict=True)})
    return _whole(table, "xlsx")


def read_json_lines(path: Path, stream: BinaryIO, encoding: str) -> Raw:
    """Read one JSON object a line; a line that is none is set aside."""
    with stream:
        lines = pa.array([line for line in stream.read().decode().split("\n") if line.strip()], pa.string())
    with connect() as con:
        con.register("lines", pa.table({"text": lines, "line": record_numbers(len(lines), _none())}))
        con.execute(
            "CREATE TABLE read AS SELECT line, text, "
            "CASE WHEN json_valid(text) THEN json_type(text) = 'OBJECT' ELSE false END AS ok FROM lines"
        )
        keys = con.execute(
            "SELECT key FROM (SELECT unnest(json_keys(text)) AS key, line FROM read WHERE ok)"
            " GROUP BY key ORDER BY min(line), key"
        ).fetchall()
        bad = con.execute("SELECT line, text FROM read WHERE NOT ok ORDER BY line").fetchall()
        if not keys:
            raise UnreadableFile(f"{path}: no line is a JSON object; give one object a line")
        table = con.sql("SELECT line FROM read WHERE ok ORDER BY line").to_arrow_table()
        values = [_json_values(con, key) for (key,) in keys]
    names = unique_names([key for (key,) in keys])
    rejected = rejected_table((line, "not_json", text) for line, text in bad)
    return Raw(
        pa.table(dict(zip(names, values, strict=True))),
        table["line"].combine_chunks(),
        rejected,
        encoding,
        "",
        "jsonl",
    )


def _json_values(con: duckdb.DuckDBPyConnection, key: str) -> pa.ChunkedArray:
    pointer = "/" + key.replace("~", "~0").replace("/", "~1")
    found: pa.Table = con.sql(
        "SELECT coalesce(json_extract_string(text, ?), '') AS v FROM read WHERE ok ORDER BY line", params=[pointer]
    ).to_arrow_table()
    return found["v"].cast(pa.string())


_DIGITS_KEPT = 1e15
"""A spreadsheet keeps 15 digits of a number: a credit code of 18 digits, typed as a number, is lost."""


def _cell(value: object) -> str:
    """A workbook's typed cell as text: whole numbers without `.0`, dates as ISO.

    A number of more digits than a spreadsheet keeps is no code any more; it is written so that this can be seen.
    """
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and abs(value) >= _DIGITS_KEPT:
        return f"{value:.5E}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    return str(value)


def _whole(table: pa.Table, form: str) -> Raw:
    """Wrap a table none of whose records is set aside."""
    return Raw(table, record_numbers(len(table), _none()), rejected_table(()), "", "", form)


def _none() -> pa.ChunkedArray:
    return pa.chunked_array([pa.array([], pa.int64())])
