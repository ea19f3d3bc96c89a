"""Parties by id, and which of them are hubs. Shared by every question that returns parties."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from graph.errors import NotFound
from queries.catalog import Reader, run
from queries.results import Party

HUB_LINKS = 50
"""An address or phone with more relationships than this is a hub (explorer.md, point 6: "> 50 links")."""

_FIELDS = tuple(f.name for f in fields(Party))


def party_of(row: Mapping[str, Any]) -> Party:
    """Build a party from a row of any query that returns a party's columns."""
    return Party(**{name: row[name] for name in _FIELDS if name != "name"}, name=row["name"] or row["id"])


def parties(store: Reader, ids: Iterable[str]) -> tuple[Party, ...]:
    """Parties by id, in the order asked; unknown ids are left out."""
    wanted = list(dict.fromkeys(ids))
    found = {row["id"]: party_of(row) for row in run(store, "linked_parties/parties", ids=wanted)}
    return tuple(found[id_] for id_ in wanted if id_ in found)


def party(store: Reader, party_id: str) -> Party:
    """One party.

    Raises
    ------
    NotFound
        If no party has this id.
    """
    found = parties(store, [party_id])
    if not found:
        raise NotFound(f"there is no party {party_id!r}; search for its name or code")
    return found[0]


def is_hub(party: Party) -> bool:
    """Whether a party links others only by being used by many: a platform, a busy address or phone."""
    return party.kind == "Platform" or (party.kind in ("Address", "Phone") and party.links > HUB_LINKS)
