"""Parties by id, and which of them are hubs. Shared by every question that returns parties."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

from graph.errors import NotFound
from graph.model.asof import is_past
from queries.catalog import Reader, run
from queries.results import Party

HUB_LINKS = 50
"""An address or phone with more relationships than this is a hub (explorer.md, point 6: "> 50 links")."""

_FIELDS = tuple(f.name for f in fields(Party))


def party_of(row: Mapping[str, Any]) -> Party:
    """Build a party from a row of any query that returns a party's columns."""
    return Party(**{name: row[name] for name in _FIELDS if name != "name"}, name=row["name"] or row["id"])


def parties(store: Reader, ids: Iterable[str], as_of: date | None = None) -> tuple[Party, ...]:
    """Parties by id, in the order asked; unknown ids are left out."""
    wanted = list(dict.fromkeys(ids))
    rows = run(store, "linked_parties/parties", ids=wanted, as_of=as_of)
    found = {row["id"]: as_it_was(party_of(row), as_of) for row in rows}
    return tuple(found[id_] for id_ in wanted if id_ in found)


def as_it_was(party: Party, as_of: date | None) -> Party:
    """Leave out the score where the day is over: Neo4j holds the present one, snapshots hold those of before."""
    return replace(party, score=None, risk_class=None) if is_past(as_of) else party


def party(store: Reader, party_id: str, as_of: date | None = None) -> Party:
    """One party.

    Raises
    ------
    NotFound
        If no party has this id.
    """
    found = parties(store, [party_id], as_of)
    if not found:
        raise NotFound(f"there is no party {party_id!r}; search for its name or code")
    return found[0]


def is_hub(party: Party) -> bool:
    """Whether a party links others only by being used by many: a platform, a busy address or phone."""
    return party.kind == "Platform" or (party.kind in ("Address", "Phone") and party.links > HUB_LINKS)
