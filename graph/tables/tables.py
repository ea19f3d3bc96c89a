"""The clean tables of a creditnet home: begin a batch, take one back, read what holds now or held on a day."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import psutil
import pyarrow as pa
import pyarrow.compute as pc

from graph.errors import AlreadyLoaded, TablesError
from graph.model.asof import AsOf
from graph.model.kinds import TABLES, table_schema
from graph.settings import Settings
from graph.tables.batch import Batch, files_of
from graph.tables.disk import disk_full_as, sync_folder, sync_names
from graph.tables.engine import Engine
from graph.tables.identity import DECISIONS, IDENTITIES, Identities, columns_of, concerned
from graph.tables.keys import KeyComparison, Overlap
from graph.tables.lock import HomeLock
from graph.tables.manifest import BatchInfo, Content, Layout, Manifest, Part, Remembered
from graph.tables.plain import as_written
from graph.tables.quarantine import QUARANTINED, Quarantine
from graph.tables.secrets import secret

if TYPE_CHECKING:
    import ibis.expr.types as ir


_ENCODED = pa.dictionary(pa.int32(), pa.string())


class Tables:
    """Opened once per process by `Tables.open`; reading never waits for a writer."""

    def __init__(self, settings: Settings, content: Content | None = None) -> None:
        self._settings = settings
        self._home = settings.home_path
        self._batches = self._home / "tables" / "batches"
        self._spill = self._home / "tables" / "spill" / f"{os.getpid()}-{secrets.token_hex(4)}"
        self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._batches.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = HomeLock(self._home)
        self._manifest = Remembered(content) if content else Manifest(self._home / "tables" / "manifest.sqlite")
        self._joined = Identities(lambda columns: self.arrow(DECISIONS, columns))
        self._engine = Engine(self._spill, settings.memory_limit, self._manifest.content, self._files, self._joined.of)
        self._keys = KeyComparison(settings.memory_limit, self._spill)
        self._writing = False

    @classmethod
    def open(cls, settings: Settings) -> Tables:
        """Open the tables of a home; an empty home is made."""
        return cls(settings)

    @classmethod
    def at(cls, settings: Settings, content: Content) -> Tables:
        """Open them for reading what they held in one state, on any machine that sees the home's files."""
        return cls(settings, content)

    def close(self) -> None:
        """Let go of DuckDB; the files stay."""
        self._keys.close()
        self._engine.close()

    def __enter__(self) -> Tables:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- writing ---------------------------------------------------------------------------------------------

    @contextmanager
    def begin(self, source: str, file: str, sha256: str) -> Iterator[Batch]:
        """Write one batch: it is committed when the block ends well; any error leaves nothing.

        Raises
        ------
        HomeBusy
            If another process, or another part of this one, is writing.
        AlreadyLoaded
            If the same file of the same source is there already.
        DiskFull
            If the disk fills up.
        """
        with self.lock(f"loading {file}"), self._one_writer(), disk_full_as(f"loading {file}"):
            self._refuse_second(source, sha256)
            self._remove_leftovers()
            created = dt.datetime.now(dt.UTC)
            draft = self._batches / f"new-{secrets.token_hex(8)}"
            draft.mkdir(mode=0o700)
            batch = Batch(draft, source, created.date())
            try:
                yield batch
                batch.close()
                batch.info = self._commit(batch, BatchInfo(0, source, file, sha256, created))
            finally:
                self._discard(batch)

    def undo(self, batch_id: int) -> BatchInfo:
        """Take a batch back: readers no longer see it. Its files stay, so `redo` can bring it back.

        Raises
        ------
        NotFound
            If there is no such batch.
        TablesError
            If rows of it were mended since: the batch that holds them goes first.
        """
        with self.lock(f"undoing batch {batch_id}"):
            self._quarantine().refuse_undo(batch_id)
            return self._manifest.set_undone(batch_id, undone=True)

    def redo(self, batch_id: int) -> BatchInfo:
        """Bring an undone batch back.

        Raises
        ------
        NotFound
            If there is no such batch.
        TablesError
            If its file has been loaded again since, or the rows that it mends were mended otherwise.
        """
        with self.lock(f"bringing back batch {batch_id}"):
            self._quarantine().refuse_redo(batch_id)
            return self._manifest.set_undone(batch_id, undone=False)

    @contextmanager
    def lock(self, purpose: str = "working on the tables") -> Iterator[None]:
        """Keep other writers out for the block; `begin` may be called inside it.

        Raises
        ------
        HomeBusy
            If another process or thread holds it; the message names it.
        """
        with self._lock.held(purpose):
            yield

    # -- reading ---------------------------------------------------------------------------------------------

    def batches(self) -> list[BatchInfo]:
        """All batches, oldest first; the undone ones are marked."""
        return self._manifest.batches()

    def find(self, sha256: str, source: str) -> BatchInfo | None:
        """The batch that holds this file of this source, if it counts."""
        return self._manifest.find(source, sha256)

    def state(self) -> str:
        """A short name of the present content: it changes with every commit, undo and redo."""
        return self.content().state

    def content(self) -> Content:
        """What the tables consist of at this moment; `Tables.at` opens them so elsewhere."""
        return self._manifest.content()

    def secret(self, name: str) -> bytes:
        """The home's key of that name, 32 bytes, made on first use."""
        return secret(self._home / "keys", name)

    def current(self, table: str, as_of: AsOf | None = None) -> ir.Table:
        """A clean table as an ibis expression over DuckDB: of each key the row of the last batch.

        With `as_of`, only what creditnet had received by its known day, and of it what held on its valid day. An
        expression follows the tables: hold `lock` where several must see one state.

        Raises
        ------
        TablesError
            If there is no such table.
        """
        self._columns(table)
        return self._engine.table(table, as_of)

    def arrow(
        self,
        table: str,
        columns: Sequence[str] | None = None,
        *,
        encoded: Collection[str] = (),
        known: dt.date | None = None,
    ) -> pa.Table:
        """`current(table)`, or some columns of it, in memory; texts of `encoded` columns as dictionaries.

        With `known`, only what creditnet had received by that day, ended facts too.
        """
        every = self._columns(table)
        fields = [every.field(name) for name in (every.names if columns is None else columns)]
        schema = pa.schema([f.with_type(_ENCODED) if f.name in encoded else f for f in fields])
        content = self._manifest.content()
        parts = content.of(table)
        joined = concerned(table, schema.names) and concerned(table, schema.names, self._joined.labels(content))
        if known is None and all(part.fresh for part in parts) and not joined:
            return as_written(self._files(parts), schema, encoded)
        return self._engine.rows(table, schema.names, known).cast(schema)

    def written(self, table: str, columns: Sequence[str]) -> pa.Table:
        """Columns of every row that counts, as its record gave it: no key looked for twice, no id replaced."""
        every = self._columns(table)
        parts = self._manifest.content().of(table)
        return as_written(self._files(parts), pa.schema([every.field(name) for name in columns]))

    def identities(self, label: str | None = None) -> pa.Table:
        """`id` → `shown`, for every id of a party that stands under several; see `graph.tables.identity`."""
        content = self._manifest.content()
        if label is not None and label not in self._joined.labels(content):
            return IDENTITIES.empty_table()
        return self._joined.of(content)

    def having(self, table: str, columns: Sequence[str], by: str, values: Sequence[str]) -> pa.Table:
        """Columns of the nodes in a clean table, as they are now, whose column `by` has one of the values.

        A value that names a party finds all ids it stands under; what is found bears the ids that its records gave.
        Of credit records by `id` or `company_id` a few take tenths of a second among 18 million.
        """
        schema = pa.schema([self._columns(table).field(name) for name in columns])
        if by in columns_of(table):
            joined = self.identities()
            others = joined.filter(pc.is_in(joined["shown"], value_set=pa.array(values, pa.string())))["id"]
            values = list(dict.fromkeys([*values, *others.to_pylist()]))
        found = self._engine.having(table, columns, by, values) if len(values) else schema.empty_table()
        return found.cast(schema)

    def sql(self, query: str, **given: pa.Table) -> pa.Table:
        """DuckDB's answer to a query over views named like the tables, and tables `given` by name.

        For our own code: the text is not checked.
        """
        return self._engine.sql(query, given)

    def quarantined(self, batch_id: int | None = None) -> pa.Table:
        """Quarantined rows of one batch, or of all batches that count: batch, source, file, line, reason, original.

        Rows that a later batch has taken over, mended or not, are no longer among them.
        """
        rows = self.set_aside(batch_id)
        return rows.filter(pc.is_null(rows["mended_by"])).select(QUARANTINED.names)

    def set_aside(self, batch_id: int | None = None) -> pa.Table:
        """As `quarantined`, with the rows that were taken over since, the day of the load and `mended_by`."""
        live = [info.id for info in self.batches() if not info.undone]
        return self._quarantine().rows(live if batch_id is None else [batch_id])

    def layouts(self) -> dict[int, Layout]:
        """How the files of the batches were laid out, by batch."""
        return self._manifest.layouts()

    # -- inside ----------------------------------------------------------------------------------------------

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        """The lock lets the same thread in again, so a batch inside a batch is refused here."""
        if self._writing:
            raise TablesError("a batch is being written already; end it before the next one")
        self._writing = True
        try:
            yield
        finally:
            self._writing = False

    def _refuse_second(self, source: str, sha256: str) -> None:
        before = self.find(sha256, source)
        if before is not None:
            raise AlreadyLoaded(
                f"the same content is in the tables since {before.created:%Y-%m-%d} as batch {before.id}"
            )

    def _columns(self, table: str) -> pa.Schema:
        if table not in TABLES:
            raise TablesError(f"there is no clean table {table!r}; there are {', '.join(sorted(TABLES))}")
        return table_schema(TABLES[table])

    def _commit(self, batch: Batch, info: BatchInfo) -> BatchInfo:
        number = self._manifest.next_id()
        overlaps = self._overlaps(batch)
        fresh = {name for name, keys in overlaps.items() if keys == Overlap(batch.rows[name], 0)}
        parts = [Part(number, name, rows, fresh=name in fresh) for name, rows in batch.rows.items()]
        known = {name: keys.known for name, keys in overlaps.items()}
        committed = batch.described(replace(info, id=number), known)
        sync_folder(batch.folder)
        batch.folder.rename(self._folder(number))
        sync_names(self._batches)
        return self._manifest.commit(committed, parts, batch.layout)

    def _overlaps(self, batch: Batch) -> dict[str, Overlap]:
        """Per table of the batch, how its keys meet those already there."""
        content = self._manifest.content()
        old = {name: self._files(content.of(name)) for name in batch.rows if name in TABLES}
        return {
            name: self._keys.overlap(name, files_of(batch.folder, name), paths)
            if paths or name not in batch.unique
            else Overlap(batch.rows[name], 0)
            for name, paths in old.items()
        }

    def _discard(self, batch: Batch) -> None:
        """After a commit there is nothing to discard; otherwise no trace stays."""
        try:
            batch.close()
        finally:
            if batch.info is None:
                self._remove_leftovers()

    def _remove_leftovers(self) -> None:
        """Remove what processes that died left: folders without a row in the manifest, spilled data."""
        committed = {self._folder(info.id) for info in self.batches()}
        for folder in self._batches.iterdir():
            if folder not in committed:
                shutil.rmtree(folder)
        for folder in self._spill.parent.glob("*-*"):
            if not psutil.pid_exists(int(folder.name.split("-")[0])):
                shutil.rmtree(folder, ignore_errors=True)

    def _folder(self, number: int) -> Path:
        return self._batches / f"{number:06d}"

    def _files(self, parts: Sequence[Part]) -> list[Path]:
        return [path for part in parts for path in files_of(self._folder(part.batch), part.name)]

    def _quarantine(self) -> Quarantine:
        return Quarantine(self.batches(), self._manifest.parts(), self._files)
