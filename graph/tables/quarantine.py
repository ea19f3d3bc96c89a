"""The quarantine: rows that could not be used, and which of them a later batch has taken over since."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from graph.errors import TablesError
from graph.tables.batch import MENDED, MENDED_SCHEMA, QUARANTINE, QUARANTINE_SCHEMA
from graph.tables.manifest import BatchInfo, Part

QUARANTINED = pa.schema([("batch", pa.int64()), ("source", pa.string()), ("file", pa.string()), *QUARANTINE_SCHEMA])
SET_ASIDE = pa.schema([*QUARANTINED, ("loaded", pa.date32()), ("mended_by", pa.int64())])
"""Every quarantined row, the day its file was loaded, and the batch that has taken it over, if one has."""

_BY = pa.schema([*MENDED_SCHEMA, ("mended_by", pa.int64())])


class Quarantine:
    """Reads the quarantined rows of some batches; `files_of` says which files parts are."""

    def __init__(
        self, infos: Sequence[BatchInfo], parts: Sequence[Part], files_of: Callable[[Sequence[Part]], list[Path]]
    ) -> None:
        self._infos: Mapping[int, BatchInfo] = {info.id: info for info in infos}
        self._parts = parts
        self._files_of = files_of

    def rows(self, batches: Iterable[int]) -> pa.Table:
        """All rows that these batches set aside, schema `SET_ASIDE`."""
        asked = set(batches)
        parts = [part for part in self._parts if part.name == QUARANTINE and part.batch in asked]
        rows = pa.concat_tables([_UNMENDED.empty_table(), *map(self._of, parts)])
        met = rows.join(self.mended(), ["batch", "line"], join_type="left outer")
        order = [("batch", "ascending"), ("line", "ascending")]
        return met.select(SET_ASIDE.names).sort_by(order).cast(SET_ASIDE)

    def mended(self) -> pa.Table:
        """Rows (batch, line) that a batch which counts has taken over, and which batch."""
        parts = [part for part in self._parts if part.name == MENDED and not self._infos[part.batch].undone]
        return pa.concat_tables([_BY.empty_table(), *(self._taken_over(part) for part in parts)])

    def refuse_undo(self, batch_id: int) -> None:
        """Refuse to take a batch back while rows of it count as mended: they came from its file.

        Raises
        ------
        TablesError
            Naming the batch that mended them.
        """
        mended = self.mended()
        by = mended.filter(pc.equal(mended["batch"], batch_id))["mended_by"].unique().to_pylist()
        if by:
            raise TablesError(f"rows of batch {batch_id} were mended in batch {_list(by)}; undo that first")

    def refuse_redo(self, batch_id: int) -> None:
        """Refuse to bring back a batch of mended rows whose place is taken, or whose first batch is not there.

        Raises
        ------
        TablesError
            Naming the batch in the way.
        """
        own = [part for part in self._parts if part.name == MENDED and part.batch == batch_id]
        for part in own:
            rows = self._taken_over(part)
            again = rows.drop_columns("mended_by").join(self.mended(), ["batch", "line"], join_type="inner")
            if len(again):
                by = again["mended_by"].unique().to_pylist()
                raise TablesError(f"rows of batch {batch_id} were mended again in batch {_list(by)}; undo that first")
            gone = [number for number in rows["batch"].unique().to_pylist() if self._infos[number].undone]
            if gone:
                raise TablesError(f"batch {batch_id} mends rows of batch {_list(gone)}; bring that back first")

    def _of(self, part: Part) -> pa.Table:
        info = self._infos[part.batch]
        rows = self._read(part, QUARANTINE_SCHEMA)
        told = (info.id, info.source, info.file)
        constants = [pa.repeat(pa.scalar(value), rows.num_rows) for value in told]
        day = pa.repeat(pa.scalar(info.created.date()), rows.num_rows)
        return pa.table([*constants, *rows.columns, day], schema=_UNMENDED)

    def _taken_over(self, part: Part) -> pa.Table:
        rows = self._read(part, MENDED_SCHEMA)
        return rows.append_column("mended_by", pa.repeat(pa.scalar(part.batch), len(rows)))

    def _read(self, part: Part, schema: pa.Schema) -> pa.Table:
        return pa.concat_tables([pq.read_table(path, schema=schema) for path in self._files_of([part])])


_UNMENDED = pa.schema([field for field in SET_ASIDE if field.name != "mended_by"])


def _list(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, sorted(numbers)))
