"""Suspected groups of complainants as `creditnet refresh` wrote them to Neo4j. Always 'suspected'."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph.errors import NotFound
from queries.catalog import Reader, count, run
from queries.parties import parties
from queries.results import Group, GroupMember, Party


def groups(store: Reader, *, skip: int = 0, limit: int = 50) -> tuple[Group, ...]:
    """Suspected groups, the most suspicious first, without their members; `group` gives them."""
    return tuple(_group(row) for row in run(store, "complainants/groups", skip=skip, limit=limit))


def groups_count(store: Reader) -> int:
    """How many suspected groups there are."""
    return count(store, "complainants/groups")


def group(store: Reader, group_id: str, *, limit: int = 200) -> Group:
    """One group with up to `limit` members and as many merchants.

    Raises
    ------
    NotFound
        If there is no such group.
    """
    rows = run(store, "complainants/group", group=group_id)
    if not rows:
        raise NotFound(f"there is no group {group_id!r}; it may have gone with a later refresh")
    return _group(
        rows[0],
        found=members(store, group_id, limit=limit),
        hit=targets(store, group_id, limit=limit),
    )


def members(store: Reader, group_id: str, *, skip: int = 0, limit: int = 50) -> tuple[GroupMember, ...]:
    """Suspected members, the surest first."""
    rows = run(store, "complainants/members", group=group_id, skip=skip, limit=limit)
    return tuple(GroupMember(**{**row, "name": row["name"] or row["id"]}) for row in rows)


def members_count(store: Reader, group_id: str) -> int:
    """How many suspected members a group has."""
    return count(store, "complainants/members", group=group_id)


def targets(store: Reader, group_id: str, *, skip: int = 0, limit: int = 50) -> tuple[Party, ...]:
    """Merchants that members complained about, those hit by most members first."""
    rows = run(store, "complainants/targets", group=group_id, skip=skip, limit=limit)
    return parties(store, [row["id"] for row in rows])


def targets_count(store: Reader, group_id: str) -> int:
    """How many merchants the members of a group complained about."""
    return count(store, "complainants/targets", group=group_id)


def _group(row: Mapping[str, Any], found: tuple[GroupMember, ...] = (), hit: tuple[Party, ...] = ()) -> Group:
    return Group(**row, members=found, merchants=hit, evidence=())
