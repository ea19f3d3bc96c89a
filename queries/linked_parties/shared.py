"""Companies that share a legal representative."""

from __future__ import annotations

from dataclasses import dataclass

from queries.catalog import Reader, count, run

_QUERY = "linked_parties/shared_representatives"


@dataclass(frozen=True, slots=True)
class SharedRepresentative:
    """A company that shares a legal representative; `terms` are the pairs of terms of office that make the link."""

    other: str
    person: str
    terms: int


def shared_representatives(store: Reader, company: str, *, limit: int = 50) -> tuple[SharedRepresentative, ...]:
    """Companies that share, now or once, a legal representative with a company."""
    return tuple(SharedRepresentative(**row) for row in run(store, _QUERY, company=company, limit=limit))


def shared_representatives_count(store: Reader, company: str) -> int:
    """How many such links there are in all."""
    return count(store, _QUERY, company=company)
