"""Records as evidence shows them: credit records, and complaint tickets without who filed them.

The graph holds the records of flagged companies only, the tables hold all: where tables are given, credit records
come from them, and from the graph what they do not have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any, Protocol

import pyarrow as pa

from graph.model.asof import today
from graph.model.kinds import COMPLAINT, CREDIT_RECORD
from queries.catalog import Reader, count, run
from queries.results import Record

_COLUMNS = [field.name for field in fields(Record)]


class RecordTables(Protocol):
    """What records take from the clean tables."""

    def having(self, table: str, columns: Sequence[str], by: str, values: Sequence[str]) -> pa.Table:
        """Columns of the rows whose column `by` has one of the values."""


_PROCEDURE = {"complaint": "投诉", "report": "举报"}


def records(
    store: Reader, ids: Iterable[str], tables: RecordTables | None = None, *, as_of: date | None = None
) -> tuple[Record, ...]:
    """Credit records and complaint tickets by id, in the order asked; unknown and later ones are left out."""
    wanted = list(dict.fromkeys(ids))
    tickets = [id_ for id_ in wanted if id_.startswith(COMPLAINT.prefix)]
    found = [ticket_of(row) for row in run(store, "credit_file/tickets", ids=tickets, as_of=as_of)] if tickets else []
    found += _in_tables(tables, "id", [id_ for id_ in wanted if id_.startswith(CREDIT_RECORD.prefix)], as_of)
    others = [id_ for id_ in wanted if id_ not in {*tickets, *(record.id for record in found)}]
    found += [record_of(row) for row in run(store, "credit_file/records", ids=others, as_of=as_of)] if others else []
    by_id = {record.id: record for record in found}
    return tuple(by_id[id_] for id_ in wanted if id_ in by_id)


def records_of(
    store: Reader,
    company: str,
    *,
    skip: int = 0,
    limit: int = 100,
    tables: RecordTables | None = None,
    as_of: date | None = None,
) -> tuple[Record, ...]:
    """Credit records of one company, latest decision first."""
    found = _in_tables(tables, "company_id", [company], as_of)
    if found:
        return tuple(sorted(found, key=_latest_first)[skip : skip + limit])
    rows = run(store, "credit_file/records_of", company=company, skip=skip, limit=limit, as_of=as_of)
    return tuple(record_of(row) for row in rows)


def records_of_count(store: Reader, company: str, *, as_of: date | None = None) -> int:
    """How many credit records of a company the graph holds."""
    return count(store, "credit_file/records_of", company=company, as_of=as_of)


def _in_tables(tables: RecordTables | None, by: str, values: Sequence[str], as_of: date | None) -> list[Record]:
    if tables is None or not values:
        return []
    rows = tables.having(CREDIT_RECORD.table, [*_COLUMNS, "status_since"], by, values).to_pylist()
    day = as_of or today()
    return [record_of(_on(row, day)) for row in rows if row["decided"] is None or row["decided"] <= day]


def _on(row: Mapping[str, Any], day: date) -> dict[str, Any]:
    """The record as it stood on a day, as the queries of the graph say it."""
    ended = row["valid_to"] is not None and row["valid_to"] <= day
    later = row["status_since"] is not None and row["status_since"] > day
    stood = {"valid_to": row["valid_to"] if ended else None, "status": "in_force" if later else row["status"]}
    return {name: row[name] for name in _COLUMNS} | stood


def _latest_first(record: Record) -> tuple[int, str]:
    """As Cypher orders: the unknown day first, of one day by id."""
    return (-record.decided.toordinal() if record.decided else -(10**7), record.id)


def record_of(row: Mapping[str, Any]) -> Record:
    """Build a record from a row that holds a credit record's columns."""
    return Record(**{**row, "kind": row["kind"] or "", "title": row["title"] or row["result"] or row["kind"] or ""})


def ticket_of(row: Mapping[str, Any]) -> Record:
    """Show a complaint or report as a record: what it is about and what became of it, not who filed it."""
    procedure = _PROCEDURE.get(row["kind"], "投诉举报")
    return Record(
        id=row["id"],
        kind=row["kind"] or "complaint",
        title=f"{procedure}：{row['category']}" if row["category"] else procedure,
        department=row["channel"],
        decided=row["filed_on"],
        result=row["outcome"],
        amount=row["amount"],
        source=row["source"],
    )
