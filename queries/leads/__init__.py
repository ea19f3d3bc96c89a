"""Leads as `creditnet refresh` wrote them to Neo4j: what each is about. Their evidence is in the snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph.errors import NotFound
from queries.catalog import Reader, count, run
from queries.results import Lead

__all__ = ["lead", "leads", "leads_count", "leads_of"]


def leads(
    store: Reader, *, kind: str | None = None, state: str | None = None, skip: int = 0, limit: int = 50
) -> tuple[Lead, ...]:
    """Leads by rank, the first to look at first."""
    return tuple(_lead(row) for row in run(store, "leads/leads", kind=kind, state=state, skip=skip, limit=limit))


def leads_count(store: Reader, *, kind: str | None = None, state: str | None = None) -> int:
    """How many leads there are in all."""
    return count(store, "leads/leads", kind=kind, state=state)


def lead(store: Reader, lead_id: str) -> Lead:
    """One lead.

    Raises
    ------
    NotFound
        If there is no such lead.
    """
    rows = run(store, "leads/lead", lead=lead_id)
    if not rows:
        raise NotFound(f"there is no lead {lead_id!r}; it may have gone with a later refresh")
    return _lead(rows[0])


def leads_of(store: Reader, party: str) -> tuple[Lead, ...]:
    """Leads about a party, or about a suspected group it belongs to."""
    return tuple(_lead(row) for row in run(store, "leads/of_party", party=party))


def _lead(row: Mapping[str, Any]) -> Lead:
    return Lead(**{**row, "parties": tuple(row["parties"])}, summary="", confidence=None, evidence=())
