"""What a declared kind is made of: properties, nodes, relationships. Pure data, no behaviour beyond look-up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

Index = Literal["", "range", "text", "fulltext"]
Standing = Literal["recorded", "inferred", "context"]
"""How a relationship is drawn: solid (on record), dashed (to be verified), dotted (weak context)."""


@dataclass(frozen=True, slots=True)
class Property:
    """One column of a clean table and, unless `table_only`, one property in Neo4j."""

    name: str
    type: pa.DataType
    describe: str
    index: Index = ""
    sensitive: bool = False
    """Personal data: masked by role before it leaves the API."""
    table_only: bool = False
    """Kept in the tables but not written to Neo4j."""
    graph_only: bool = False
    """Summed up from other tables when the graph is written; no column of the kind's own table."""


@dataclass(frozen=True, slots=True)
class NodeKind:
    """A kind of node: label, clean table, properties. `id` is always the key."""

    label: str
    table: str
    prefix: str
    """What ids of this kind start with; companies with a credit code use the bare code."""
    describe: str
    properties: tuple[Property, ...]
    party: bool = True
    """Parties carry the second label `Party`, so that one look-up by id serves all kinds."""


@dataclass(frozen=True, slots=True)
class RelationshipKind:
    """A kind of relationship, from one of `sources` to one of `targets`, kept in `table`."""

    type: str
    table: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    describe: str
    properties: tuple[Property, ...] = ()
    standing: Standing = "recorded"
    derived: str = ""
    """Non-empty: not a table of its own; the SQL or analysis it is derived from, in words."""

    @property
    def picture(self) -> str:
        """The relationship as Cypher draws it, e.g. ``(:Person|Company)-[:LEGAL_REP]->(:Company)``."""
        return f"(:{'|'.join(self.sources)})-[:{self.type}]->(:{'|'.join(self.targets)})"
