"""Writing one batch: Parquet files under a temporary name, made durable, then renamed, then committed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from graph.errors import TablesError
from graph.model.kinds import MATCH_DECISION, TABLES, table_schema
from graph.model.properties import NodeKind
from graph.tables.keys import key_of
from graph.tables.manifest import BatchInfo, Layout
from graph.tables.parquet import ENCODED, ROW_GROUP, amend_file, write_rows, writer_of

QUARANTINE = "quarantine"
QUARANTINE_SCHEMA = pa.schema([("line", pa.int64()), ("reason", pa.string()), ("original", pa.string())])
MENDED = "mended"
MENDED_SCHEMA = pa.schema([("batch", pa.int64()), ("line", pa.int64())])
COUNTS = ("read", "loaded", "quarantined", "superseded")

_ALWAYS = {
    name: key_of(name) if isinstance(kind, NodeKind) and kind.party else (*key_of(name), "valid_to")
    for name, kind in TABLES.items()
} | {MATCH_DECISION.table: tuple(table_schema(MATCH_DECISION).names)}
"""Columns of which each row speaks: what identifies it, of a record or relationship how long it holds; of a decision
all, since a new one takes the place of the old."""


class Batch:
    """The open batch inside ``with tables.begin(...) as batch``; readers see nothing of it until the block ends."""

    def __init__(self, folder: Path, source: str, received: dt.date) -> None:
        self.folder = folder
        self._defaults = MappingProxyType({"source": source, "received": received})
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._rows: dict[str, int] = {}
        self._counts: dict[str, int] = {}
        self._superseding: str | None = None
        self._repeated = 0
        self.unique: set[str] = set()
        """Tables of which the writer says that no key stands twice in this batch."""
        self.layout: Layout | None = None
        """How the records of the file are laid out, so that quarantined ones can be shown under their headings."""
        self.info: BatchInfo | None = None
        """What was committed, once the ``with`` block has ended well."""

    def write(
        self, table_name: str, data: pa.Table | pa.RecordBatch | pa.RecordBatchReader, *, unique: bool = False
    ) -> int:
        """Append rows to a clean table of this batch; returns how many.

        Of columns that are absent the batch says nothing: what earlier ones said of them stays. An absent `source`
        or `received` is filled with the batch's own.
        `unique` says that these are all rows of the batch for that table and no key stands twice in them, so
        that nobody needs to look.

        Raises
        ------
        TablesError
            If there is no such table, a column the table does not have, or a row without a key.
        DiskFull
            When the ``with`` block ends, if the disk filled up.
        """
        if table_name not in TABLES:
            raise TablesError(f"there is no clean table {table_name!r}; there are {', '.join(sorted(TABLES))}")
        if unique:
            self.unique.add(table_name)
        return sum(self._append(table_name, self._conform(table_name, rows)) for rows in _pieces(data))

    def quarantine(self, rows: pa.Table) -> int:
        """Keep rows that could not be used: `line` in the file, `reason`, `original` text."""
        return self._append(QUARANTINE, rows.select(QUARANTINE_SCHEMA.names).cast(QUARANTINE_SCHEMA))

    def mends(self, rows: pa.Table) -> int:
        """Take over rows (`batch`, `line`) from the quarantine of earlier batches: what becomes of them is said here"""
        return self._append(MENDED, rows.select(MENDED_SCHEMA.names).cast(MENDED_SCHEMA))

    def drop(self, table_name: str, places: npt.NDArray[np.int64]) -> None:
        """Leave out rows written to a table, by their ascending places.

        What is written is finished by it: no more rows can follow.
        """
        if not len(places):
            return
        self._writers.pop(table_name).close()
        path = self.folder / f"{table_name}.parquet"
        new = path.with_suffix(".amended")
        amend_file(path, new, places)
        new.replace(path)
        self._rows[table_name] -= len(places)

    def adopt(self, files: Mapping[str, Sequence[Path]], rows: Mapping[str, int]) -> None:
        """Take over files that were written elsewhere on the disk of this batch, in their order, and count their rows.

        Per table (or the quarantine); together they are all rows of the batch for it, and no key stands twice in them.
        """
        for name, paths in files.items():
            for number, path in enumerate(paths):
                path.rename(self.folder / f"{name}.{number:05d}.parquet")
            self._rows[name] = rows[name]
            self.unique.add(name)

    def counts(self, **counts: int) -> None:
        """State what became of the file's rows: `read`, `loaded`, `quarantined`, `superseded`.

        What is not stated is counted: quarantined rows as written, superseded keys by looking at earlier
        batches, loaded as the rest of read.
        """
        unknown = counts.keys() - set(COUNTS)
        if unknown:
            raise TypeError(f"unknown counts {sorted(unknown)}; there are {COUNTS}")
        self._counts.update(counts)

    def supersedes(self, table_name: str, repeated: int) -> None:
        """Let only facts of one table count as superseded, and add records that repeat a key of their own file."""
        self._superseding = table_name
        self._repeated = repeated

    @property
    def rows(self) -> dict[str, int]:
        """Rows written so far, per table."""
        return dict(self._rows)

    def close(self) -> None:
        """Finish the Parquet files. Called by `Tables.begin`, whether or not the batch is kept."""
        while self._writers:
            _, writer = self._writers.popitem()
            writer.close()

    def described(self, info: BatchInfo, known: Mapping[str, int]) -> BatchInfo:
        """The batch with its four counts, the unstated ones filled in; `known`: keys that were there, per table."""
        replaced = sum(known.values()) if self._superseding is None else known.get(self._superseding, 0)
        quarantined = self._counts.get("quarantined", self._rows.get(QUARANTINE, 0))
        read = self._counts.get("read", sum(rows for name, rows in self._rows.items() if name != MENDED))
        return replace(
            info,
            read=read,
            loaded=self._counts.get("loaded", read - quarantined),
            quarantined=quarantined,
            superseded=self._counts.get("superseded", replaced + self._repeated),
        )

    def _append(self, name: str, rows: pa.Table) -> int:
        if rows.num_rows:
            if name not in self._writers:
                self._writers[name] = writer_of(self.folder / f"{name}.parquet", rows.schema, rows.num_rows)
            write_rows(self._writers[name], _aligned(name, rows, self._writers[name].schema))
            self._rows[name] = self._rows.get(name, 0) + rows.num_rows
        return int(rows.num_rows)

    def _conform(self, name: str, rows: pa.Table) -> pa.Table:
        schema = table_schema(TABLES[name])
        unknown = set(rows.schema.names) - set(schema.names)
        if unknown:
            raise TablesError(f"table {name} has no column {', '.join(sorted(unknown))}; see docs/model.md")
        given = [field for field in schema if field.name in {*rows.schema.names, *_ALWAYS[name], *self._defaults}]
        conformed = pa.table({field.name: self._column(rows, field) for field in given})
        for key in {"id", "from_id", "to_id"}.intersection(schema.names):
            if conformed[key].null_count or pc.any(pc.equal(conformed[key], "")).as_py():
                raise TablesError(f"table {name}: a row has no {key}; send it to the quarantine instead")
        return conformed

    def _column(self, rows: pa.Table, field: pa.Field) -> pa.ChunkedArray | pa.Array:
        if field.name in rows.schema.names:
            column = rows[field.name]
            return column if field.type == pa.string() and column.type == ENCODED else column.cast(field.type)
        return pa.repeat(pa.scalar(self._defaults.get(field.name), field.type), rows.num_rows)


def _aligned(name: str, rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """Rows with the columns that the first ones of their table had."""
    more = set(rows.column_names) - set(schema.names)
    if more:
        raise TablesError(f"table {name}: the first rows of this batch had no column {', '.join(sorted(more))}")
    columns = [
        rows[field.name].cast(field.type) if field.name in rows.column_names else pa.nulls(len(rows), field.type)
        for field in schema
    ]
    return pa.table(columns, schema=schema)


def files_of(folder: Path, name: str) -> list[Path]:
    """The files of a table in a batch's folder, in the order of their records: one, or several that were adopted."""
    return sorted(folder.glob(f"{name}.*parquet"))


def _pieces(data: pa.Table | pa.RecordBatch | pa.RecordBatchReader) -> Iterator[pa.Table]:
    """The data in tables of at least a row group, the last one apart: many tiny row groups read slowly."""
    if isinstance(data, pa.Table):
        yield data
        return
    waiting: list[pa.RecordBatch] = []
    count = 0
    for batch in [data] if isinstance(data, pa.RecordBatch) else data:
        waiting.append(batch)
        count += batch.num_rows
        if count >= ROW_GROUP:
            yield pa.Table.from_batches(waiting)
            waiting, count = [], 0
    if waiting:
        yield pa.Table.from_batches(waiting)
