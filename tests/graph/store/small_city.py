"""A small invented city for the store's tests, with every text that has ever upset a CSV reader."""

import datetime as dt
from collections.abc import Callable

import pyarrow as pa

from graph.model.kinds import (
    AGAINST,
    COMPANY,
    COMPLAINANT,
    COMPLAINED,
    COMPLAINT,
    CREDIT_RECORD,
    FILED,
    HAS_RECORD,
    OFFICER,
    PERSON,
    SHAREHOLDER,
    SHOP,
)
from graph.model.properties import NodeKind, RelationshipKind
from graph.store.derived import complaint_relationships, record_relationships

DAY = dt.date(2024, 2, 29)
PROVENANCE = {"source": "registration", "received": DAY}
HARD_TEXTS = [
    '引"号"',
    "逗,号",
    "反\\斜\\n杠",
    "换\n行\r\n两次",
    "",
    "  两边空格 ",
    "𠮷野家",
    "'; MATCH (n) DETACH DELETE n //",
]


def _table(rows: list[dict[str, object]]) -> pa.Table:
    return pa.Table.from_pylist([{**PROVENANCE, **row} for row in rows])


def nodes() -> dict[NodeKind, pa.Table]:
    companies = [{"id": f"c{i}", "name": text, "listed": i % 2 == 0} for i, text in enumerate(HARD_TEXTS)]
    complaints = [
        {"id": "k1", "complainant_id": "q1", "merchant_id": "s1", "filed_on": DAY, "text": "字\n行", "amount": 12.5},
        {"id": "k2", "complainant_id": "q1", "merchant_id": "s1", "filed_on": dt.date(2024, 3, 1), "text": None},
        {"id": "k3", "complainant_id": "q1", "merchant_id": "c2", "filed_on": DAY},
        {"id": "k4", "complainant_id": None, "merchant_id": "c2", "filed_on": DAY},
    ]
    return {
        COMPANY: _table(
            [*companies, {"id": "c_bare", "capital": 1e15, "staff": 2**40, "established": dt.date(1949, 10, 1)}]
        ),
        PERSON: _table([{"id": "p1", "name": "某甲"}, {"id": "p2", "name": None}]),
        COMPLAINANT: _table([{"id": "q1", "name": "某乙"}]),
        SHOP: _table([{"id": "s1", "name": "一家小店"}]),
        COMPLAINT: _table(complaints).append_column("address_id", pa.nulls(4, pa.string())),
        CREDIT_RECORD: _table([{"id": "r1", "company_id": "c2", "kind": "penalty", "amount": 0.1}]),
    }


def relationships() -> dict[RelationshipKind, pa.Table]:
    tables = nodes()
    officers = [
        {"from_id": "p1", "to_id": "c1", "valid_from": None, "post": "董事"},
        {"from_id": "p1", "to_id": "c1", "valid_from": DAY, "post": "董事"},
        {"from_id": "p1", "to_id": "c1", "valid_from": DAY, "post": "总,经理"},
        {"from_id": "p2", "to_id": "c_none", "valid_from": DAY, "post": "监事"},  # no such company
        {"from_id": None, "to_id": "c1", "valid_from": DAY, "post": "监事"},
    ]
    holdings = [
        {"from_id": "c1", "to_id": "c2", "percent": 33.333333333333336},
        {"from_id": "p1", "to_id": "c2", "percent": None},
    ]
    derived = {**complaint_relationships(tables[COMPLAINT]), **record_relationships(tables[CREDIT_RECORD])}
    return {OFFICER: _table(officers), SHAREHOLDER: _table(holdings), **derived}


COUNTS = {
    COMPANY.label: len(HARD_TEXTS) + 1,
    PERSON.label: 2,
    COMPLAINANT.label: 1,
    SHOP.label: 1,
    COMPLAINT.label: 4,
    CREDIT_RECORD.label: 1,
    OFFICER.type: 3,
    SHAREHOLDER.type: 2,
    FILED.type: 3,
    AGAINST.type: 4,
    COMPLAINED.type: 2,
    HAS_RECORD.type: 1,
}
"""What a store must hold after the city is written, however it was written."""


def frames(
    tables: dict[NodeKind, pa.Table] | dict[RelationshipKind, pa.Table],
) -> dict[object, Callable[[], list[pa.RecordBatch]]]:
    """The tables as the importer takes them, in batches of two rows."""
    return {kind: (lambda t=table: t.to_batches(max_chunksize=2)) for kind, table in tables.items()}
