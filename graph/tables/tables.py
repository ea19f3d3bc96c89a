"""The clean tables of a creditnet home: begin a batch, take one back, read what holds now or held on a day."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from graph.errors import AlreadyLoaded, TablesError
from graph.model.kinds import TABLES
from graph.settings import Settings
from graph.tables import keys
from graph.tables.batch import QUARANTINE, QUARANTINE_SCHEMA, Batch
from graph.tables.disk import disk_full_as, sync_folder, sync_names
from graph.tables.lock import HomeLock
from graph.tables.manifest import BatchInfo, Manifest, Part

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend


# `key` is made of the model's column names. The join builds its table on the new keys, so a small batch stays cheap.
_NEW_KEYS = "CREATE OR REPLACE TEMP TABLE new_keys AS SELECT DISTINCT {key} AS h FROM read_parquet(?)"
_KNOWN_KEYS = "SELECT count(DISTINCT h) FROM new_keys JOIN (SELECT {key} AS h FROM read_parquet(?)) USING (h)"


class Tables:
    """Opened once per process by `Tables.open`; reading never waits for a writer."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._home = settings.home_path
        self._batches = self._home / "tables" / "batches"
        self._spill = self._home / "tables" / "spill" / f"{os.getpid()}-{secrets.token_hex(4)}"
        self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._batches.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = HomeLock(self._home)
        self._manifest = Manifest(self._home / "tables" / "manifest.sqlite")
        self._guard = threading.RLock()  # around the connection and the state its views show
        self._connection: Backend | None = None
        self._shown = ""
        self._writing = False

    @classmethod
    def open(cls, settings: Settings) -> Tables:
        """Open the tables of a home; an empty home is made."""
        return cls(settings)

    def close(self) -> None:
        """Let go of DuckDB; the files stay."""
        with self._guard:
            if self._connection is not None:
                self._connection.disconnect()
                self._connection = None
        shutil.rmtree(self._spill, ignore_errors=True)

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
        """
        with self.lock(f"undoing batch {batch_id}"):
            return self._manifest.set_undone(batch_id, undone=True)

    def redo(self, batch_id: int) -> BatchInfo:
        """Bring an undone batch back.

        Raises
        ------
        NotFound
            If there is no such batch.
        TablesError
            If its file has been loaded again since.
        """
        with self.lock(f"bringing back batch {batch_id}"):
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
        return self._manifest.state()

    def secret(self, name: str) -> bytes:
        """The home's key of that name, 32 bytes, made on first use."""
        return keys.secret(self._home / "keys", name)

    def current(self, table: str, as_of: dt.date | None = None) -> ir.Table:
        """A clean table as an ibis expression over DuckDB: of each key the row of the last batch.

        With `as_of`, only what creditnet had received by that day, and of it what held on that day.

        Raises
        ------
        TablesError
            If there is no such table.
        """
        if table not in TABLES:
            raise TablesError(f"there is no clean table {table!r}; there are {', '.join(sorted(TABLES))}")
        with self._guard:
            connection = self._current_connection()
            if as_of is None:
                return connection.table(table)
            return self._expression(connection, table, as_of)

    def arrow(self, table: str, columns: Sequence[str] | None = None) -> pa.Table:
        """`current(table)`, or some columns of it, in memory."""
        with self._guard, disk_full_as("reading the tables"):
            rows = self.current(table)
            return (rows if columns is None else rows.select(*columns)).to_pyarrow()

    def sql(self, query: str) -> pa.Table:
        """DuckDB's answer to a query over views named like the tables. For our own code: the text is not checked."""
        with self._guard, disk_full_as("reading the tables"):
            return self._current_connection().con.sql(query).to_arrow_table()

    def quarantined(self, batch_id: int | None = None) -> pa.Table:
        """Quarantined rows of one batch, or of all batches that count: batch, source, file, line, reason, original."""
        infos = {
            info.id: info for info in self.batches() if (not info.undone if batch_id is None else info.id == batch_id)
        }
        parts = [part for part in self._manifest.parts(undone=True) if part.name == QUARANTINE and part.batch in infos]
        tables = [self._quarantine_of(infos[part.batch]) for part in parts]
        return pa.concat_tables(tables) if tables else _QUARANTINED.empty_table()

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

    def _commit(self, batch: Batch, info: BatchInfo) -> BatchInfo:
        number = self._manifest.next_id()
        overlaps = {name: self._overlap(name, batch.folder) for name in batch.rows if name in TABLES}
        parts = {
            name: Part(number, name, rows, fresh=overlaps.get(name, (rows, 0)) == (rows, 0))
            for name, rows in batch.rows.items()
        }
        committed = batch.described(replace(info, id=number), superseded=sum(known for _, known in overlaps.values()))
        sync_folder(batch.folder)
        batch.folder.rename(self._folder(number))
        sync_names(self._batches)
        return self._manifest.commit(committed, parts)

    def _overlap(self, table: str, folder: Path) -> tuple[int, int]:
        """Distinct keys in a new part, and how many of them earlier batches have: compared by 64-bit hash."""
        from graph.tables.current import key_of

        key = f"hash({', '.join(key_of(table))})"
        old = [str(path) for path in self._paths(table)]
        with self._guard:
            cursor = self._open_connection().con.cursor()
            cursor.execute(_NEW_KEYS.format(key=key), [f"{folder / table}.parquet"])
            distinct = cursor.execute("SELECT count(*) FROM new_keys").fetchone()[0]
            known = cursor.execute(_KNOWN_KEYS.format(key=key), [old]).fetchone()[0] if old else 0
        return int(distinct), int(known)

    def _discard(self, batch: Batch) -> None:
        """After a commit there is nothing to discard; otherwise no trace stays."""
        try:
            batch.close()
        finally:
            if batch.info is None:
                self._remove_leftovers()

    def _remove_leftovers(self) -> None:
        """Remove what writers that died left: folders without a row in the manifest. Only under the lock."""
        committed = {self._folder(info.id) for info in self.batches()}
        for folder in self._batches.iterdir():
            if folder not in committed:
                shutil.rmtree(folder)

    def _folder(self, number: int) -> Path:
        return self._batches / f"{number:06d}"

    def _paths(self, table: str) -> list[Path]:
        return [self._folder(part.batch) / f"{table}.parquet" for part in self._manifest.parts() if part.name == table]

    def _quarantine_of(self, info: BatchInfo) -> pa.Table:
        rows = pq.read_table(self._folder(info.id) / f"{QUARANTINE}.parquet", schema=QUARANTINE_SCHEMA)
        constants = [pa.repeat(pa.scalar(value), rows.num_rows) for value in (info.id, info.source, info.file)]
        return pa.table([*constants, *rows.columns], schema=_QUARANTINED)

    def _open_connection(self) -> Backend:
        if self._connection is None:
            import ibis  # half a second: only for those who read or commit

            from graph.tables.current import add_empty_tables

            self._connection = ibis.duckdb.connect(
                memory_limit=self._settings.memory_limit,
                temp_directory=str(self._spill),
                autoinstall_known_extensions=False,  # no outbound connection, ever
            )
            add_empty_tables(self._connection)
            self._shown = ""
        return self._connection

    def _current_connection(self) -> Backend:
        """The connection, its views showing the present state of the manifest."""
        connection, state = self._open_connection(), self.state()
        if state != self._shown:
            for table in TABLES:
                connection.create_view(table, self._expression(connection, table), overwrite=True)
            self._shown = state
        return connection

    def _expression(self, connection: Backend, table: str, as_of: dt.date | None = None) -> ir.Table:
        from graph.tables.current import held_on, known_on, latest, rows_of

        fresh = all(part.fresh for part in self._manifest.parts() if part.name == table)
        rows = rows_of(connection, table, self._paths(table))
        if as_of is None:
            return latest(rows, table, fresh=fresh)
        return held_on(latest(known_on(rows, as_of), table, fresh=fresh), as_of)


_QUARANTINED = pa.schema([("batch", pa.int64()), ("source", pa.string()), ("file", pa.string()), *QUARANTINE_SCHEMA])
