"""Companies that share a legal representative."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from queries.catalog import Reader, count, run

_QUERY = "linked_parties/shared_representatives"


@dataclass(frozen=True, slots=True)
class SharedRepresentative:
    """A company that shares a legal representative; `terms` are the pairs of terms of office that make the link."""

    other: str
    person: str
    terms: int


def shared_representatives(
    store: Reader, company: str, *, limit: int = 50, as_of: date | None = None
) -> tuple[SharedRepresentative, ...]:
    """Companies that share, on a day or once before it, a legal representative with a company."""
    return tuple(SharedRepresentative(**row) for row in run(store, _QUERY, company=company, limit=limit, as_of=as_of))


def shared_representatives_count(store: Reader, company: str, *, as_of: date | None = None) -> int:
    """How many such links there are in all."""
    return count(store, _QUERY, company=company, as_of=as_of)
