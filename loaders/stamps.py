"""Stamps: the keys of rows and a hash of each, small enough to compare millions of rows in seconds.

What Neo4j was last given is remembered in the home as one Parquet file of stamps a kind. A publication writes a
draft of the new memory, each kind before its rows are sent, and the draft counts when all has been written. Of a
publication that was cut short nobody knows how much arrived: where its draft and the memory differ, the row is
doubted. The next publication writes it again, or deletes it if the tables no longer have it; doing so to a row
that never arrived has no effect.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from graph.settings import Settings
from graph.store.statements import name_of
from graph.tables.keys import quoted
from loaders.content import KINDS, Kind, keys_of
from loaders.scratch import answer

_STAMPS = "SELECT {keys}, hash(({columns})) AS stamp FROM now"
_CHANGED = """
SELECT now.place FROM now LEFT JOIN old ON {same} WHERE old.stamp IS DISTINCT FROM now.stamp ORDER BY now.place
"""
_GONE = "SELECT old.* EXCLUDE (stamp) FROM old ANTI JOIN now ON {same}"
_DOUBT = """
FROM doubt UNION
SELECT * EXCLUDE (stamp) FROM ((FROM draft EXCEPT FROM sure) UNION ALL (FROM sure EXCEPT FROM draft))
"""
_DOUBTED = """
SELECT {keys}, CASE WHEN count(stamp) = count(*) THEN any_value(stamp) END AS stamp
FROM (FROM sure UNION ALL BY NAME FROM doubt) GROUP BY {keys}
"""


def stamped(kind: Kind, rows: pa.Table) -> pa.Table:
    """The key columns of rows and `stamp` (uint64), a hash of all their columns."""
    keys = keys_of(kind, rows.column_names)
    return answer(_STAMPS.format(keys=quoted(*keys), columns=quoted(*rows.column_names)), {"now": rows})


@dataclass(frozen=True, slots=True)
class Difference:
    """How rows differ from what is held elsewhere."""

    changed: pa.Array
    """Places of the rows that are new or not the same there."""
    gone: pa.Table
    """Keys of what is held there and no longer among the rows."""


def difference(kind: Kind, now: pa.Table, old: pa.Table) -> Difference:
    """Compare the stamps of rows with stamps held elsewhere; a null stamp there never agrees."""
    keys = keys_of(kind, now.column_names)
    same = " AND ".join(f"now.{key} IS NOT DISTINCT FROM old.{key}" for key in keys)
    sides = {"now": now.append_column("place", pa.array(np.arange(len(now)))), "old": old}
    changed = answer(_CHANGED.format(same=same), sides)["place"].combine_chunks()
    return Difference(changed, answer(_GONE.format(same=same), sides))


class Memory:
    """What one server was last given, by kind."""

    def __init__(self, settings: Settings) -> None:
        self._server = settings.neo4j_uri + settings.neo4j_database or "local"
        mark = hashlib.sha256(self._server.encode()).hexdigest()[:8]
        self._folder = settings.home_path / "published"
        self._draft = self._folder.with_name(f"published.new-{mark}")
        self._doubts = self._folder.with_name(f"published.doubt-{mark}")

    def is_current(self, state: str) -> bool:
        """Whether this server was given this state of the tables, and nothing else since."""
        unsure = self._draft.exists() or self._doubts.exists()
        return not unsure and self._read() == {"server": self._server, "state": state}

    def stamps(self, kind: Kind) -> pa.Table | None:
        """Stamps of the rows this server was given, if it was given any; null where it may hold something else."""
        sure, doubt = self._given(kind), _read_if_there(_file(self._doubts, kind))
        if doubt is None:
            return sure
        sides = {"sure": _nothing(doubt) if sure is None else sure, "doubt": doubt}
        return answer(_DOUBTED.format(keys=quoted(*doubt.column_names)), sides)

    def begin(self) -> None:
        """Begin a new memory; what an interrupted publication may have written is doubted from now on."""
        for kind in KINDS:
            draft = _read_if_there(_file(self._draft, kind))
            if draft is not None:
                self._doubt(kind, draft)
        shutil.rmtree(self._draft, ignore_errors=True)
        self._draft.mkdir(parents=True, mode=0o700)

    def note(self, kind: Kind, stamps: pa.Table) -> None:
        """Put the stamps of a kind into the new memory, before its rows are sent."""
        _write(stamps, _file(self._draft, kind))

    def renew(self, state: str) -> None:
        """Let the new memory count: all of it has been written to the server."""
        (self._draft / "published.json").write_text(json.dumps({"server": self._server, "state": state}))
        shutil.rmtree(self._folder, ignore_errors=True)
        self._draft.rename(self._folder)
        shutil.rmtree(self._doubts, ignore_errors=True)

    def _doubt(self, kind: Kind, draft: pa.Table) -> None:
        """Doubt the rows that a publication cut short may have written or deleted, beside those doubted before."""
        self._doubts.mkdir(mode=0o700, exist_ok=True)
        path, sure = _file(self._doubts, kind), self._given(kind)
        before = _read_if_there(path)
        sides = {
            "draft": draft,
            "sure": draft.schema.empty_table() if sure is None else sure,
            "doubt": draft.drop_columns(["stamp"]).schema.empty_table() if before is None else before,
        }
        _write(answer(_DOUBT, sides), path)

    def _given(self, kind: Kind) -> pa.Table | None:
        return _read_if_there(_file(self._folder, kind)) if self._read().get("server") == self._server else None

    def _read(self) -> dict[str, str]:
        path: Path = self._folder / "published.json"
        found: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        return found


def _file(folder: Path, kind: Kind) -> Path:
    return folder / f"{name_of(kind)}.parquet"


def _read_if_there(path: Path) -> pa.Table | None:
    return pq.read_table(path) if path.exists() else None


def _write(rows: pa.Table, path: Path) -> None:
    """Write a file that is there as a whole or not at all: a process killed meanwhile leaves no half of it."""
    half = path.with_suffix(".half")
    pq.write_table(rows, half, compression="zstd")
    half.rename(path)


def _nothing(keys: pa.Table) -> pa.Table:
    return keys.schema.append(pa.field("stamp", pa.uint64())).empty_table()
