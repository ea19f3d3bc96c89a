"""Do the tables and Neo4j hold the same? Every row of every kind, and on demand the difference is mended.

Neo4j is read itself, not the memory of what it was given: somebody may have changed it by hand, restored an old
copy, or the disk may have lost something.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from graph.model.properties import RelationshipKind
from graph.progress import Progress, silent
from graph.store import Store
from graph.store.statements import name_of
from graph.tables import Tables
from graph.tables.keys import quoted
from loaders.content import KINDS, Content, Kind, keys_of
from loaders.publish import Changes
from loaders.scratch import answer
from loaders.stamps import Difference, Memory, difference, stamped

_ONE_PER_KEY = "SELECT {keys}, CASE WHEN count(*) = 1 THEN any_value(stamp) END AS stamp FROM held GROUP BY ALL"
_SUM = (
    "SELECT format('{:016x}', CAST(coalesce(sum(stamp), 0) % 18446744073709551616 AS UBIGINT)) AS checksum FROM stamps"
)


@dataclass(frozen=True, slots=True)
class KindCheck:
    """How one kind compares."""

    kind: str
    tables: int
    """Rows in the tables that Neo4j is to hold."""
    graph: int
    """Nodes or relationships in Neo4j."""
    missing: int
    """In the tables and not in Neo4j."""
    differing: int
    """In both under one key, and not the same; a relationship that is there twice counts too."""
    extra: int
    """In Neo4j and not in the tables."""
    tables_checksum: str
    """Sum of the hashes of keys and columns, 16 hexadecimal digits: equal on both sides if and only if all is."""
    graph_checksum: str

    @property
    def agrees(self) -> bool:
        """Whether both sides hold the same."""
        return not (self.missing or self.differing or self.extra)


def compare(tables: Tables, store: Store, *, progress: Progress | None = None) -> list[KindCheck]:
    """Compare every row of every kind.

    Raises
    ------
    HomeBusy
        If a load or a publication is under way.
    """
    with tables.lock("checking the graph"):
        content = Content(tables)
        return [_Sides.read(kind, content, store, progress or silent).check() for kind in KINDS]


def mend(tables: Tables, store: Store, *, progress: Progress | None = None) -> list[KindCheck]:
    """Compare, and write to Neo4j what it lacks or holds otherwise; delete what it holds too much.

    Returns what was found before. Nothing else of the graph is touched: findings and scores stay.
    """
    tell = progress or silent
    with tables.lock("mending the graph"):
        content, changes, memory = Content(tables), Changes(store, tell), Memory(store.settings)
        store.apply_schema()
        memory.begin()
        found = []
        for kind in KINDS:
            sides = _Sides.read(kind, content, store, tell)
            found.append(sides.check())
            memory.note(kind, sides.now)
            _write(kind, sides, changes)
        changes.delete()
        memory.renew(tables.state())
    return found


@dataclass(frozen=True, slots=True)
class _Sides:
    """One kind on both sides: its rows in the tables, the stamps of both, the difference."""

    kind: Kind
    rows: pa.Table
    now: pa.Table
    held: pa.Table
    keys_held: int
    difference: Difference

    @classmethod
    def read(cls, kind: Kind, content: Content, store: Store, progress: Progress) -> _Sides:
        rows = content.rows(kind)
        now, held = stamped(kind, rows), _held(kind, rows.schema, store, progress, len(rows))
        by_key = _one_per_key(kind, held)
        return cls(kind, rows, now, held, len(by_key), difference(kind, now, by_key))

    def check(self) -> KindCheck:
        """The difference in numbers."""
        new = len(self.now) + len(self.difference.gone) - self.keys_held
        return KindCheck(
            kind=name_of(self.kind),
            tables=len(self.now),
            graph=len(self.held),
            missing=new,
            differing=len(self.difference.changed) - new,
            extra=len(self.difference.gone),
            tables_checksum=_checksum(self.now),
            graph_checksum=_checksum(self.held),
        )


def _held(kind: Kind, schema: pa.Schema, store: Store, progress: Progress, expected: int) -> pa.Table:
    """Stamps of what Neo4j holds, batch after batch: whole rows of a city would not fit into memory."""
    keys = pa.schema([schema.field(name) for name in keys_of(kind, schema.names)])
    stamps = [keys.append(pa.field("stamp", pa.uint64())).empty_table()]
    done = 0
    for batch in store.held(kind, schema):
        stamps.append(stamped(kind, pa.Table.from_batches([batch])))
        done += len(batch)
        progress(f"reading {name_of(kind)}", done, max(expected, done))
    return pa.concat_tables(stamps)


def _one_per_key(kind: Kind, held: pa.Table) -> pa.Table:
    """One stamp a key; null where a key occurs twice, which agrees with nothing."""
    if not isinstance(kind, RelationshipKind):
        return held  # ids of nodes are unique by constraint
    keys = quoted(*(name for name in held.column_names if name != "stamp"))
    return answer(_ONE_PER_KEY.format(keys=keys), {"held": held})


def _checksum(stamps: pa.Table) -> str:
    return str(answer(_SUM, {"stamps": stamps})["checksum"][0])


def _write(kind: Kind, sides: _Sides, changes: Changes) -> None:
    """Relationships that differ are deleted first: MERGE would leave a second copy of one standing."""
    rows = sides.rows.take(sides.difference.changed)
    if isinstance(kind, RelationshipKind) and len(rows):
        keys = rows.select(keys_of(kind, rows.column_names))
        changes.store.delete_relationships(kind, keys)
    changes.write(kind, rows)
    changes.vanished(kind, sides.difference.gone)
