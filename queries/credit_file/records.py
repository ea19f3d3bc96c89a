"""Records as evidence shows them: credit records, and complaint tickets without who filed them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from graph.model.kinds import COMPLAINT
from queries.catalog import Reader, count, run
from queries.results import Record

_PROCEDURE = {"complaint": "投诉", "report": "举报"}


def records(store: Reader, ids: Iterable[str], *, as_of: date | None = None) -> tuple[Record, ...]:
    """Credit records and complaint tickets by id, in the order asked; unknown and later ones are left out."""
    wanted = list(dict.fromkeys(ids))
    tickets = [id_ for id_ in wanted if id_.startswith(COMPLAINT.prefix)]
    others = [id_ for id_ in wanted if not id_.startswith(COMPLAINT.prefix)]
    found = [ticket_of(row) for row in run(store, "credit_file/tickets", ids=tickets, as_of=as_of)] if tickets else []
    found += [record_of(row) for row in run(store, "credit_file/records", ids=others, as_of=as_of)] if others else []
    by_id = {record.id: record for record in found}
    return tuple(by_id[id_] for id_ in wanted if id_ in by_id)


def records_of(
    store: Reader, company: str, *, skip: int = 0, limit: int = 100, as_of: date | None = None
) -> tuple[Record, ...]:
    """Credit records of one company, latest decision first."""
    rows = run(store, "credit_file/records_of", company=company, skip=skip, limit=limit, as_of=as_of)
    return tuple(record_of(row) for row in rows)


def records_of_count(store: Reader, company: str, *, as_of: date | None = None) -> int:
    """How many credit records a company has in all."""
    return count(store, "credit_file/records_of", company=company, as_of=as_of)


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
