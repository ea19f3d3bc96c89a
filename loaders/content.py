"""What Neo4j is to hold: every kind of node and relationship with its present rows, read from the tables."""

# ruff: noqa: S608 - names of the model

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TypeAlias

import pyarrow as pa

from graph.model.kinds import (
    ADVERSE_KINDS,
    COMPANY,
    COMPLAINT,
    CREDIT_RECORD,
    DERIVED,
    NODES,
    RECORD_KINDS,
    TABLED,
    table_schema,
)
from graph.model.properties import NodeKind, RelationshipKind
from graph.store.derived import complaint_relationships, record_relationships
from graph.store.statements import KEY_COLUMNS, written
from graph.tables import Tables
from graph.tables.keys import quoted
from loaders.scratch import answer

Kind: TypeAlias = NodeKind | RelationshipKind

KINDS: tuple[Kind, ...] = (*NODES, *TABLED, *DERIVED)
"""Nodes first: a relationship is written between nodes that exist."""

_OF_COMPLAINTS = ["id", "complainant_id", "merchant_id", "address_id", "filed_on", "source", "received"]
_OF_RECORDS = ["id", "company_id", "source", "received"]
_ADVERSE = ", ".join(f"'{kind}'" for kind in ADVERSE_KINDS)
_SHOWN = f"""
SELECT {{columns}} FROM credit_records
WHERE kind IN ({_ADVERSE}) OR company_id IN (SELECT company_id FROM credit_records WHERE kind IN ({_ADVERSE}))"""
_SUMMARY = f"""
SELECT company_id AS id, count(*) AS records, nullif(count(*) FILTER (kind IN ({_ADVERSE})), 0) AS adverse_records,
       max(coalesce(decided, valid_from)) FILTER (kind IN ({_ADVERSE})) AS last_adverse,
       {", ".join(f"nullif(count(*) FILTER (kind = '{kind}'), 0) AS records_{kind}" for kind in RECORD_KINDS)}
FROM credit_records WHERE company_id IS NOT NULL GROUP BY company_id"""
_COMPANIES = f"SELECT {{columns}} FROM companies LEFT JOIN ({_SUMMARY}) USING (id)"
_CONNECTED = """
SELECT rows.* FROM rows SEMI JOIN sources ON rows.from_id = sources.id SEMI JOIN targets ON rows.to_id = targets.id
"""


class Content:
    """One consistent reading of the tables: hold their lock while it is used.

    Of credit records, three quarters of all rows of a city, the graph holds the adverse ones, and all of companies
    that have one; of every company it holds how many there are of each kind. So a question about who is listed,
    punished or in debt needs no table, and the database stays a tenth of the size. All records are in the tables.

    A relationship counts only if both its ends are in the tables. It waits there for its end: the day that
    end arrives, it is content like any other, and the next publication writes it.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.unconnected: dict[str, int] = {}
        """Relationships left out so far for want of an end, by type."""
        self._ends: dict[tuple[str, ...], pa.Table] = {}

    def rows(self, kind: Kind) -> pa.Table:
        """The present rows of a kind with the columns that Neo4j holds."""
        if kind is COMPANY:
            return self._companies()
        if kind is CREDIT_RECORD:
            return self._records.drop_columns("company_id")
        if isinstance(kind, NodeKind):
            return self._tables.arrow(kind.table, [p.name for p in written(kind)])
        rows = self._derived[kind] if kind.derived else self._tabled(kind)
        return self._connected(kind, rows)

    def _companies(self) -> pa.Table:
        schema = pa.schema([(p.name, p.type) for p in written(COMPANY)])
        return self._sql(_COMPANIES, schema, schema.names)

    def _sql(self, query: str, schema: pa.Schema, columns: Sequence[str]) -> pa.Table:
        rows = self._tables.sql(query.format(columns=quoted(*columns)))
        return rows.cast(pa.schema([schema.field(name) for name in columns]))

    def _tabled(self, kind: RelationshipKind) -> pa.Table:
        return self._tables.arrow(kind.table, ["from_id", "to_id", *(p.name for p in written(kind))])

    @functools.cached_property
    def _derived(self) -> dict[RelationshipKind, pa.Table]:
        complaints = self._tables.arrow(COMPLAINT.table, _OF_COMPLAINTS)
        return {**complaint_relationships(complaints), **record_relationships(self._records.select(_OF_RECORDS))}

    @functools.cached_property
    def _records(self) -> pa.Table:
        """The records that are nodes, with the company of each."""
        columns = dict.fromkeys(["company_id", *(p.name for p in written(CREDIT_RECORD))])
        return self._sql(_SHOWN, table_schema(CREDIT_RECORD), list(columns))

    def _connected(self, kind: RelationshipKind, rows: pa.Table) -> pa.Table:
        ends = {"sources": self._ids(kind.sources), "targets": self._ids(kind.targets)}
        kept = answer(_CONNECTED, {"rows": rows, **ends})
        self.unconnected[kind.type] = len(rows) - len(kept)
        return kept.cast(rows.schema)

    def _ids(self, labels: tuple[str, ...]) -> pa.Table:
        if labels not in self._ends:
            kinds = [kind for kind in NODES if kind.label in labels]
            self._ends[labels] = pa.concat_tables([self._ids_of(kind) for kind in kinds])
        return self._ends[labels]

    def _ids_of(self, kind: NodeKind) -> pa.Table:
        if kind is CREDIT_RECORD:
            return self._records.select(["id"])
        return self._tables.arrow(kind.table, ["id"])


def keys_of(kind: Kind, columns: Sequence[str]) -> list[str]:
    """The columns that tell rows of a kind apart, of those there are."""
    if isinstance(kind, NodeKind):
        return ["id"]
    return ["from_id", "to_id", *(name for name in KEY_COLUMNS.get(kind.type, ()) if name in columns)]
