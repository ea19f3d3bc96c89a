"""Complaints against a merchant, counted straight from Neo4j. How abnormal they are is in the snapshot."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from queries.catalog import Reader, count, run
from queries.credit_file.records import ticket_of
from queries.results import Record

__all__ = ["ComplaintCounts", "complaints", "complaints_count", "counts", "most_complained", "most_complained_count"]


@dataclass(frozen=True, slots=True)
class ComplaintCounts:
    """Complaints against a merchant, counted apart; reports of violations are not among them.

    `suspected` complaints were filed by members of suspected groups: a merchant is not to suffer from being
    targeted, so every count can be read without them.
    """

    merchant: str
    received: int
    accepted: int
    substantiated: int
    complainants: int
    suspected: int
    suspected_substantiated: int


def counts(store: Reader, merchants: Iterable[str], *, as_of: date | None = None) -> tuple[ComplaintCounts, ...]:
    """Complaint counts of chosen merchants, in the order asked; unknown ids are left out."""
    wanted = list(dict.fromkeys(merchants))
    rows = run(store, "merchants/standing", merchants=wanted, as_of=as_of)
    found = {row["merchant"]: ComplaintCounts(**row) for row in rows}
    return tuple(found[id_] for id_ in wanted if id_ in found)


def most_complained(
    store: Reader, *, skip: int = 0, limit: int = 50, as_of: date | None = None
) -> tuple[ComplaintCounts, ...]:
    """Merchants with the most complainants. This is no finding: a big shop has many."""
    rows = run(store, "merchants/most_complained", skip=skip, limit=limit, as_of=as_of)
    return counts(store, [row["merchant"] for row in rows], as_of=as_of)


def most_complained_count(store: Reader, *, as_of: date | None = None) -> int:
    """How many merchants have any complainant."""
    return count(store, "merchants/most_complained", as_of=as_of)


def complaints(
    store: Reader, merchant: str, *, skip: int = 0, limit: int = 50, as_of: date | None = None
) -> tuple[Record, ...]:
    """Complaints and reports against one merchant, latest first, without who filed them."""
    rows = run(store, "merchants/complaints", merchant=merchant, skip=skip, limit=limit, as_of=as_of)
    return tuple(ticket_of(row) for row in rows)


def complaints_count(store: Reader, merchant: str, *, as_of: date | None = None) -> int:
    """How many complaints and reports one merchant has."""
    return count(store, "merchants/complaints", merchant=merchant, as_of=as_of)
