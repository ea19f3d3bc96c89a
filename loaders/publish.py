"""Clean tables → Neo4j: the importer into an empty local database, otherwise batches of what has changed.

What changed is the difference between the tables and the memory of what Neo4j was last given (`stamps`): new and
changed rows are upserted, vanished ones (after a batch was undone) deleted.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import pyarrow as pa

from graph.model.properties import NodeKind, RelationshipKind
from graph.progress import Progress, silent
from graph.store import Store
from graph.store.bulk import bulk_import
from graph.store.importfiles import Frames
from graph.tables import Tables
from loaders.content import KINDS, Content, Kind
from loaders.stamps import Memory, difference, stamped


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
    """Relationships that wait because one of their ends is not in the tables."""


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
        memory = Memory(store.settings)
        empty = store.is_empty()
        if memory.is_current(tables.state()) and not empty:
            return GraphReport("unchanged", 0, 0, seconds=time.monotonic() - started)
        memory.begin()
        content = Content(tables)
        if empty and store.settings.is_local:
            report = _import(content, store, memory, progress or silent)
        else:
            report = _write_changes(content, store, memory, empty, progress or silent)
        memory.renew(tables.state())
    return replace(report, seconds=time.monotonic() - started, skipped=sum(content.unconnected.values()))


def _import(content: Content, store: Store, memory: Memory, progress: Progress) -> GraphReport:
    """Fill the empty local database with the importer."""

    def frames(kind: Kind) -> Frames:
        def rows() -> Iterable[pa.RecordBatch]:
            found = content.rows(kind)
            memory.note(kind, stamped(kind, found))
            batches: list[pa.RecordBatch] = found.to_batches()
            return batches

        return rows

    nodes: dict[NodeKind, Frames] = {k: frames(k) for k in KINDS if isinstance(k, NodeKind)}
    edges: dict[RelationshipKind, Frames] = {k: frames(k) for k in KINDS if isinstance(k, RelationshipKind)}
    done = bulk_import(store.settings, nodes, edges, progress)
    return GraphReport("bulk", done.nodes, done.relationships)


def _write_changes(content: Content, store: Store, memory: Memory, empty: bool, progress: Progress) -> GraphReport:
    """Write what differs from the memory; everything, if the server is empty."""
    store.apply_schema()
    changes = Changes(store, progress)
    for kind in KINDS:
        rows = content.rows(kind)
        stamps = stamped(kind, rows)
        memory.note(kind, stamps)
        given = None if empty else memory.stamps(kind)
        if given is None:
            changes.write(kind, rows)
        else:
            found = difference(kind, stamps, given)
            changes.write(kind, rows.take(found.changed))
            changes.vanished(kind, found.gone)
    changes.delete()
    return GraphReport("batches", changes.nodes, changes.relationships, deleted=changes.deleted)


@dataclass
class Changes:
    """Writes rows to Neo4j as they come, and deletes at the end: a node goes after the relationships it ends."""

    store: Store
    progress: Progress
    nodes: int = 0
    relationships: int = 0
    deleted: int = 0
    _vanished: dict[Kind, pa.Table] = field(default_factory=dict)

    def write(self, kind: Kind, rows: pa.Table) -> None:
        """Write new and changed rows of a kind."""
        if isinstance(kind, NodeKind):
            self.nodes += self.store.upsert_nodes(kind, rows, progress=self.progress)
        else:
            self.relationships += self.store.upsert_relationships(kind, rows, progress=self.progress)

    def vanished(self, kind: Kind, keys: pa.Table) -> None:
        """Mark what is to be deleted."""
        self._vanished[kind] = keys

    def delete(self) -> None:
        """Delete what was marked."""
        for kind in reversed(self._vanished):
            keys = self._vanished[kind]
            self.deleted += len(keys)
            if not len(keys):
                continue
            if isinstance(kind, NodeKind):
                self.store.delete_nodes(kind, keys["id"])
            else:
                self.store.delete_relationships(kind, keys)
