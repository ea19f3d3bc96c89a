"""Clean tables → Neo4j: the importer into an empty local database, otherwise batches of what has changed.

What Neo4j was last given is remembered in the home as one small Parquet file a kind: keys and a hash of each
row. The difference to the present tables is written: new and changed rows as upserts, vanished ones (after a
batch was undone) as deletions. The memory is renewed only after all is written, and writing twice has the
effect of writing once, so a crash in between costs time and nothing else.
"""

from __future__ import annotations

import functools
import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from graph.model.kinds import COMPLAINT, CREDIT_RECORD, DERIVED, NODES, TABLED
from graph.model.properties import NodeKind, RelationshipKind
from graph.progress import Progress, silent
from graph.settings import Settings
from graph.store import Store
from graph.store.bulk import bulk_import
from graph.store.derived import complaint_relationships, record_relationships
from graph.store.importfiles import Frames
from graph.store.statements import KEY_COLUMNS, written
from graph.tables import Tables

Kind: TypeAlias = NodeKind | RelationshipKind

_OF_COMPLAINTS = ["id", "complainant_id", "merchant_id", "address_id", "filed_on", "source", "received"]
_OF_RECORDS = ["id", "company_id", "source", "received"]
_CHANGED = "SELECT {columns} FROM now LEFT JOIN old ON {same} WHERE old.stamp IS DISTINCT FROM now.stamp"
_GONE = "SELECT old.* EXCLUDE (stamp) FROM old ANTI JOIN now ON {same}"
_STAMP = "SELECT hash(({columns})) AS stamp FROM now"


@dataclass(frozen=True, slots=True)
class GraphReport:
    """What a publication did."""

    way: str
    """bulk (the importer), batches (over Bolt), unchanged."""
    nodes: int
    """Nodes written."""
    relationships: int
    """Relationships written."""
    seconds: float = 0.0
    deleted: int = 0
    """Nodes and relationships that the tables no longer have."""
    skipped: int = 0
    """Relationships left out because one of their ends is not in the tables."""


def publish_graph(tables: Tables, store: Store, *, progress: Progress | None = None) -> GraphReport:
    """Bring Neo4j to the state of the tables.

    Raises
    ------
    HomeBusy
        If a load is under way: half of it would be published.
    StoreError
        If the server cannot be used; the next publication goes on from there.
    """
    started = time.monotonic()
    with tables.lock("publishing the graph"):
        memory = _Memory(store.settings)
        empty = store.is_empty()
        if memory.is_current(tables.state()) and not empty:
            return GraphReport("unchanged", 0, 0, seconds=time.monotonic() - started)
        if empty and store.settings.is_local:
            report = _import(tables, store, progress or silent)
        else:
            report = _write_changes(tables, store, None if empty else memory, progress or silent)
        memory.renew(tables, tables.state())
    return replace(report, seconds=time.monotonic() - started)


def content(tables: Tables) -> dict[Kind, Callable[[], pa.Table]]:
    """Every kind, nodes first, with a function that gives its present rows as Neo4j is to hold them."""

    @functools.cache
    def derived() -> dict[RelationshipKind, pa.Table]:
        complaints = tables.arrow(COMPLAINT.table, _OF_COMPLAINTS)
        records = tables.arrow(CREDIT_RECORD.table, _OF_RECORDS)
        return {**complaint_relationships(complaints), **record_relationships(records)}

    found: dict[Kind, Callable[[], pa.Table]] = {}
    for kind in NODES:
        found[kind] = functools.partial(tables.arrow, kind.table, [p.name for p in written(kind)])
    for edge in TABLED:
        names = ["from_id", "to_id", *(p.name for p in written(edge))]
        found[edge] = functools.partial(tables.arrow, edge.table, names)
    for edge in DERIVED:
        found[edge] = functools.partial(lambda kind: derived()[kind], edge)
    return found


class _Memory:
    """What Neo4j was last given, by kind: keys and a hash of each row."""

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.home_path / "published"
        self._server = settings.neo4j_uri + settings.neo4j_database or "local"

    def is_current(self, state: str) -> bool:
        """Whether this server was given this state of the tables."""
        return self._read() == {"server": self._server, "state": state}

    def rows(self, kind: Kind) -> Path | None:
        """File of the rows this server was given, if it was given any."""
        path = self._folder / f"{_name(kind)}.parquet"
        return path if self._read().get("server") == self._server and path.exists() else None

    def renew(self, tables: Tables, state: str) -> None:
        """Remember the present rows; the old memory counts until the new one is complete."""
        draft = self._folder.with_name("published.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True, mode=0o700)
        for kind, rows in content(tables).items():
            pq.write_table(_stamped(kind, rows()), draft / f"{_name(kind)}.parquet", compression="zstd")
        (draft / "published.json").write_text(json.dumps({"server": self._server, "state": state}))
        shutil.rmtree(self._folder, ignore_errors=True)
        draft.rename(self._folder)

    def _read(self) -> dict[str, str]:
        path = self._folder / "published.json"
        found: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        return found


def _import(tables: Tables, store: Store, progress: Progress) -> GraphReport:
    """Fill the empty local database with the importer."""
    kinds = content(tables)
    nodes: dict[NodeKind, Frames] = {k: _frames(rows) for k, rows in kinds.items() if isinstance(k, NodeKind)}
    edges: dict[RelationshipKind, Frames] = {
        k: _frames(rows) for k, rows in kinds.items() if isinstance(k, RelationshipKind)
    }
    done = bulk_import(store.settings, nodes, edges, progress)
    return GraphReport("bulk", done.nodes, done.relationships, skipped=done.skipped)


def _frames(rows: Callable[[], pa.Table]) -> Frames:
    return lambda: rows().to_batches()


def _write_changes(tables: Tables, store: Store, memory: _Memory | None, progress: Progress) -> GraphReport:
    """Write what differs from the memory; everything, if there is none."""
    store.apply_schema()
    nodes = edges = skipped = 0
    gone: dict[Kind, pa.Table] = {}
    for kind, rows in content(tables).items():
        changed, gone[kind] = _difference(kind, rows(), memory.rows(kind) if memory else None)
        if isinstance(kind, NodeKind):
            nodes += store.upsert_nodes(kind, changed, progress=progress)
        else:
            wrote = store.upsert_relationships(kind, changed, progress=progress)
            edges, skipped = edges + wrote, skipped + len(changed) - wrote
    for kind in reversed(gone):  # relationships before the nodes they end at
        _delete(store, kind, gone[kind])
    return GraphReport("batches", nodes, edges, deleted=sum(map(len, gone.values())), skipped=skipped)


def _delete(store: Store, kind: Kind, vanished: pa.Table) -> None:
    if not len(vanished):
        return
    if isinstance(kind, NodeKind):
        store.delete_nodes(kind, vanished["id"])
    else:
        store.delete_relationships(kind, vanished)


def _difference(kind: Kind, rows: pa.Table, before: Path | None) -> tuple[pa.Table, pa.Table]:
    """Rows that are new or changed since, and the keys of those that are gone."""
    keys = _keys(kind, rows)
    if before is None:
        return rows, rows.select(keys).slice(0, 0)
    with duckdb.connect() as con:
        con.register("now", rows.append_column("stamp", _stamped(kind, rows)["stamp"]))
        con.read_parquet(str(before)).create_view("old")
        same = " AND ".join(f"now.{key} IS NOT DISTINCT FROM old.{key}" for key in keys)
        columns = ", ".join(f"now.{name}" for name in rows.column_names)
        changed: pa.Table = con.sql(_CHANGED.format(columns=columns, same=same)).to_arrow_table()
        gone: pa.Table = con.sql(_GONE.format(same=same)).to_arrow_table()
    return changed.cast(rows.schema), gone


def _stamped(kind: Kind, rows: pa.Table) -> pa.Table:
    """The keys of the rows and `stamp`, a hash of all their columns."""
    keys = _keys(kind, rows)
    with duckdb.connect() as con:
        con.register("now", rows)
        stamps: pa.Table = con.sql(_STAMP.format(columns=", ".join(rows.column_names))).to_arrow_table()
    return rows.select(keys).append_column("stamp", stamps["stamp"])


def _keys(kind: Kind, rows: pa.Table) -> list[str]:
    if isinstance(kind, NodeKind):
        return ["id"]
    return ["from_id", "to_id", *(name for name in KEY_COLUMNS.get(kind.type, ()) if name in rows.column_names)]


def _name(kind: Kind) -> str:
    return kind.label if isinstance(kind, NodeKind) else kind.type
