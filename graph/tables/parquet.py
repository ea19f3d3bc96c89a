"""The Parquet files of a batch: how they are written, a row group at a time, and written anew without some rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

ENCODED = pa.dictionary(pa.int32(), pa.string())
ROW_GROUP = 1 << 17  # a row group of 18 wide text columns stays near 30 MB in memory
_SOUGHT = {"credit_records": ("id", "company_id")}
"""Columns by which single rows are sought: a filter a row group says in which of 140 groups they cannot be."""


def writer_of(path: Path, schema: pa.Schema, rows: int) -> pq.ParquetWriter:
    """Columns that come encoded are written encoded; readers get plain ones, whatever they were when written.

    What comes plain hardly repeats, so nobody tries to encode it; the smallest and largest of texts that are
    hashes help no reader. Both together are a quarter of the cost of writing. LZ4 would save a seventh of the rest
    and take 1.8 times the space.
    """
    encoded = [field.name for field in schema if pa.types.is_dictionary(field.type)]
    ordered = [field.name for field in schema if field.type not in (pa.string(), ENCODED)]
    filters = {name: {"ndv": min(rows, ROW_GROUP), "fpp": 0.01} for name in _SOUGHT.get(path.stem, ())}
    return pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        use_dictionary=encoded,
        write_statistics=ordered,
        store_schema=False,
        bloom_filter_options=filters,
    )


def write_rows(writer: pq.ParquetWriter, rows: pa.Table) -> None:
    """Write rows, each row group with the dictionaries of its own values.

    Left whole, the dictionary of a million names would be written into every row group, of which there are ten: the
    cost of a file would grow with the square of its rows.
    """
    for start in range(0, len(rows), ROW_GROUP):
        group = rows.slice(start, ROW_GROUP)
        writer.write_table(pa.table([_own_values(column) for column in group.columns], schema=group.schema))


def _own_values(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not pa.types.is_dictionary(column.type):
        return column
    return pa.chunked_array([_used(chunk) for chunk in column.chunks], column.type)


def _used(chunk: pa.DictionaryArray) -> pa.DictionaryArray:
    """The same values with a dictionary of no others; those of a small one may stay."""
    if len(chunk.dictionary) <= len(chunk):
        return chunk
    known = chunk.indices.is_valid().to_numpy(zero_copy_only=False)
    index = chunk.indices.fill_null(0).to_numpy()
    used = np.zeros(len(chunk.dictionary), bool)
    used[index[known]] = True
    number = np.cumsum(used, dtype=np.int32) - np.int32(1)
    return pa.DictionaryArray.from_arrays(
        pa.array(number[index], mask=~known), chunk.dictionary.take(pa.array(np.flatnonzero(used)))
    )


def amend_file(old: Path, new: Path, drop: npt.NDArray[np.int64]) -> None:
    """Write a file of a batch anew without the rows at some ascending places."""
    with pq.ParquetFile(old) as file:
        encoded = _encoded_columns(file)
    with pq.ParquetFile(old, read_dictionary=encoded) as file, writer_of(new, file.schema_arrow, ROW_GROUP) as writer:
        start = 0
        for number in range(file.num_row_groups):
            rows = file.read_row_group(number)
            first, last = np.searchsorted(drop, (start, start + len(rows)))
            stays = np.ones(len(rows), bool)
            stays[drop[first:last] - start] = False
            writer.write_table(rows.filter(pa.array(stays)).cast(writer.schema))
            start += len(rows)


def _encoded_columns(file: pq.ParquetFile) -> list[str]:
    """Columns that were written encoded."""
    group = file.metadata.row_group(0)
    columns = [group.column(number) for number in range(group.num_columns)]
    return [column.path_in_schema for column in columns if column.has_dictionary_page]
