"""Stamps: the keys of rows and a hash of each, small enough to compare millions of rows in seconds.

What Neo4j was last given is remembered in the home as one Parquet file of stamps a kind. The new memory counts
only when it is complete, so a crash while publishing costs time and nothing else: the next publication finds
the old memory, sees more differences than there are, and writing a row twice has the effect of writing it once.
"""

from __future__ import annotations

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
from loaders.content import Kind, keys_of
from loaders.scratch import answer

_STAMPS = "SELECT {keys}, hash(({columns})) AS stamp FROM now"
_CHANGED = """
SELECT now.place FROM now LEFT JOIN old ON {same} WHERE old.stamp IS DISTINCT FROM now.stamp ORDER BY now.place
"""
_GONE = "SELECT old.* EXCLUDE (stamp) FROM old ANTI JOIN now ON {same}"


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
        self._folder = settings.home_path / "published"
        self._draft = self._folder.with_name("published.new")
        self._server = settings.neo4j_uri + settings.neo4j_database or "local"

    def is_current(self, state: str) -> bool:
        """Whether this server was given this state of the tables."""
        return self._read() == {"server": self._server, "state": state}

    def stamps(self, kind: Kind) -> pa.Table | None:
        """Stamps of the rows this server was given, if it was given any."""
        path = self._folder / f"{name_of(kind)}.parquet"
        return pq.read_table(path) if self._read().get("server") == self._server and path.exists() else None

    def begin(self) -> None:
        """Begin a new memory; what an interrupted publication left of one is dropped."""
        shutil.rmtree(self._draft, ignore_errors=True)
        self._draft.mkdir(parents=True, mode=0o700)

    def note(self, kind: Kind, stamps: pa.Table) -> None:
        """Put the stamps of a kind into the new memory."""
        pq.write_table(stamps, self._draft / f"{name_of(kind)}.parquet", compression="zstd")

    def renew(self, state: str) -> None:
        """Let the new memory count: all of it has been written to the server."""
        (self._draft / "published.json").write_text(json.dumps({"server": self._server, "state": state}))
        shutil.rmtree(self._folder, ignore_errors=True)
        self._draft.rename(self._folder)

    def _read(self) -> dict[str, str]:
        path: Path = self._folder / "published.json"
        found: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        return found
