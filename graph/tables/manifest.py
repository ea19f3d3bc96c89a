"""The manifest: an SQLite file that says which batches exist. Its commit is the one commit point of a load."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from graph.errors import NotFound, TablesError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS batch (
    id INTEGER PRIMARY KEY, source TEXT NOT NULL, file TEXT NOT NULL, sha256 TEXT NOT NULL, created TEXT NOT NULL,
    read INTEGER NOT NULL, loaded INTEGER NOT NULL, quarantined INTEGER NOT NULL, superseded INTEGER NOT NULL,
    undone INTEGER NOT NULL DEFAULT 0);
CREATE UNIQUE INDEX IF NOT EXISTS batch_once ON batch (source, sha256) WHERE NOT undone;
CREATE TABLE IF NOT EXISTS part (
    batch INTEGER NOT NULL REFERENCES batch, name TEXT NOT NULL, rows INTEGER NOT NULL, fresh INTEGER NOT NULL,
    PRIMARY KEY (batch, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS layout (
    batch INTEGER PRIMARY KEY REFERENCES batch, headings TEXT NOT NULL, delimiter TEXT NOT NULL);
"""
_ADD_BATCH = """
INSERT INTO batch (id, source, file, sha256, created, read, loaded, quarantined, superseded, undone)
VALUES (:id, :source, :file, :sha256, :created, :read, :loaded, :quarantined, :superseded, :undone)
"""


_LIVE_PARTS = """
SELECT p.batch, p.name, p.rows, p.fresh FROM part p JOIN batch b ON b.id = p.batch WHERE NOT b.undone
ORDER BY p.batch, p.name
"""


@dataclass(frozen=True, slots=True)
class BatchInfo:
    """One load of one file. `read` = rows in the file; `loaded`, `quarantined`, `superseded` = what became of them."""

    id: int
    source: str
    file: str
    sha256: str
    created: dt.datetime
    read: int = 0
    loaded: int = 0
    quarantined: int = 0
    superseded: int = 0
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """How the records of a file are laid out: what is needed to read the original text of one of them."""

    headings: tuple[str, ...]
    delimiter: str
    """What stands between the fields of a record; empty where the file is no delimited text."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a batch holds of one table: its table, its rows, and whether every key in it occurs once and was new.

    As long as all parts of a table are `fresh`, its current view needs no look for duplicates.
    """

    batch: int
    name: str
    rows: int
    fresh: bool


@dataclass(frozen=True, slots=True)
class Content:
    """The parts that count at one moment, oldest batch first, and the name of that state: equal names, equal tables."""

    state: str
    parts: tuple[Part, ...]

    def of(self, table: str) -> list[Part]:
        """The parts of one table."""
        return [part for part in self.parts if part.name == table]


class Manifest:
    """Reads and writes the manifest. Each call opens its own connection, so threads and processes may share a home."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._open() as connection:
            connection.executescript(_SCHEMA)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=10)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")  # WAL alone may lose the last commit in a power cut
            connection.row_factory = sqlite3.Row
            with connection:
                yield connection

    def batches(self) -> list[BatchInfo]:
        """All batches, oldest first, the undone ones too."""
        with self._open() as connection:
            return [_info(row) for row in connection.execute("SELECT * FROM batch ORDER BY id")]

    def find(self, source: str, sha256: str) -> BatchInfo | None:
        """The batch that holds this file of this source, unless it was undone."""
        query = "SELECT * FROM batch WHERE source = ? AND sha256 = ? AND NOT undone"
        with self._open() as connection:
            row = connection.execute(query, (source, sha256)).fetchone()
        return _info(row) if row else None

    def parts(self) -> list[Part]:
        """The parts of all batches, the undone ones too, oldest batch first."""
        with self._open() as connection:
            return _parts(connection, "SELECT batch, name, rows, fresh FROM part ORDER BY batch, name")

    def content(self) -> Content:
        """What counts at this moment, read in one transaction."""
        with self._open() as connection:
            connection.execute("BEGIN")
            live = connection.execute("SELECT id, source, sha256 FROM batch WHERE NOT undone ORDER BY id").fetchall()
            parts = _parts(connection, _LIVE_PARTS)
        text = "\n".join(f"{row['id']}:{row['source']}:{row['sha256']}" for row in live)
        return Content(hashlib.sha256(text.encode()).hexdigest()[:16], tuple(parts))

    def next_id(self) -> int:
        """The number of the next batch. Rows are never deleted, so no number comes twice."""
        with self._open() as connection:
            return int(connection.execute("SELECT coalesce(max(id), 0) + 1 FROM batch").fetchone()[0])

    def layouts(self) -> dict[int, Layout]:
        """How the files of the batches were laid out, by batch; of some nobody may have said it."""
        with self._open() as connection:
            rows = connection.execute("SELECT batch, headings, delimiter FROM layout").fetchall()
        return {row["batch"]: Layout(tuple(json.loads(row["headings"])), row["delimiter"]) for row in rows}

    def commit(self, batch: BatchInfo, parts: Sequence[Part], layout: Layout | None = None) -> BatchInfo:
        """Make a batch exist, with all its parts, in one transaction."""
        with self._open() as connection:
            if layout is not None:
                told = (batch.id, json.dumps(layout.headings), layout.delimiter)
                connection.execute("INSERT INTO layout VALUES (?, ?, ?)", told)
            connection.execute(_ADD_BATCH, {**asdict(batch), "created": batch.created.isoformat()})
            connection.executemany(
                "INSERT INTO part VALUES (?, ?, ?, ?)",
                [(part.batch, part.name, part.rows, int(part.fresh)) for part in parts],
            )
        return batch

    def set_undone(self, batch_id: int, *, undone: bool) -> BatchInfo:
        """Take a batch back, or bring it back.

        Raises
        ------
        NotFound
            If there is no such batch.
        TablesError
            If it is brought back though the same file has been loaded again since.
        """
        found = next((batch for batch in self.batches() if batch.id == batch_id), None)
        if found is None:
            raise NotFound(f"there is no batch {batch_id}; `creditnet loads` lists them")
        try:
            with self._open() as connection:
                connection.execute("UPDATE batch SET undone = ? WHERE id = ?", (int(undone), batch_id))
                if not undone:  # batches loaded meanwhile did not look at this one's keys
                    connection.execute("UPDATE part SET fresh = 0 WHERE batch = ?", (batch_id,))
        except sqlite3.IntegrityError as error:
            raise TablesError(
                f"batch {batch_id} cannot come back: its file was loaded again since; undo that first"
            ) from error
        return replace(found, undone=undone)


class Remembered(Manifest):
    """What a manifest said once, for readers on other machines: SQLite is not for network file systems."""

    def __init__(self, content: Content) -> None:
        self._said = content

    def content(self) -> Content:
        """What counted then."""
        return self._said

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        raise TablesError("these tables are open for reading what counted once, and for nothing else")
        yield


def _parts(connection: sqlite3.Connection, query: str) -> list[Part]:
    rows = connection.execute(query)
    return [Part(row["batch"], row["name"], row["rows"], bool(row["fresh"])) for row in rows]


def _info(row: sqlite3.Row) -> BatchInfo:
    values = {**dict(row), "created": dt.datetime.fromisoformat(row["created"]), "undone": bool(row["undone"])}
    return BatchInfo(**values)
