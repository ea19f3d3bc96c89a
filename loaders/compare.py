"""Do the tables and Neo4j hold the same? Counts per kind; a difference means that a publication is missing."""

from __future__ import annotations

from dataclasses import dataclass

from graph.model.properties import NodeKind
from graph.store import Store
from graph.tables import Tables
from loaders.publish import content


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many of one kind the tables and the graph hold."""

    kind: str
    tables: int
    graph: int


def compare(tables: Tables, store: Store) -> list[KindCount]:
    """Count every kind of node and relationship on both sides."""
    graph = store.counts()
    found = []
    for kind, rows in content(tables).items():
        name = kind.label if isinstance(kind, NodeKind) else kind.type
        found.append(KindCount(name, rows().num_rows, graph.get(name, 0)))
    return found
