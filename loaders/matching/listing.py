"""Decisions of a home for people: filtered, with the names of both sides."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from graph.model.kinds import COMPANY, MATCH_DECISION, SHOP
from graph.tables import Tables
from loaders.matching.decisions import SCHEMA, Decision, from_table


@dataclass(frozen=True, slots=True)
class Listed:
    """One decision and what its sides are called; a person's name stays empty, the id tells enough."""

    decision: Decision
    left_name: str
    right_name: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which decisions: `unsure` ones that wait for a person, those of a `kind`, those about one `party`."""

    unsure: bool = False
    kind: str = ""
    party: str = ""


def listed(tables: Tables, wanted: Wanted, limit: int) -> tuple[list[Listed], int]:
    """Decisions, the unsure by probability, others the newest first, at most so many; and how many there are."""
    rows = tables.arrow(MATCH_DECISION.table, SCHEMA.names)
    rows = rows.filter(_condition(tables, rows, wanted)) if len(rows) else rows
    order = ("probability", "descending") if wanted.unsure else ("decided_at", "descending")
    some = from_table(rows.sort_by([order, ("left", "ascending"), ("right", "ascending")]).slice(0, limit))
    names = _names(tables, {id_ for decision in some for id_ in (decision.left, decision.right)})
    return [Listed(d, names.get(d.left, ""), names.get(d.right, "")) for d in some], len(rows)


def _condition(tables: Tables, rows: pa.Table, wanted: Wanted) -> pa.ChunkedArray:
    condition = pc.is_valid(rows["id"])
    if wanted.unsure:
        waits = pc.and_(pc.equal(rows["outcome"], "possible"), pc.is_null(rows["reversed_at"]))
        condition = pc.and_(condition, waits)
    if wanted.kind:
        condition = pc.and_(condition, pc.equal(rows["kind"], wanted.kind))
    if wanted.party:
        ids = _ids_of(tables, wanted.party)
        condition = pc.and_(condition, pc.or_(pc.is_in(rows["left"], ids), pc.is_in(rows["right"], ids)))
    return condition


def _ids_of(tables: Tables, party: str) -> pa.Array:
    """All ids of the party that an id belongs to."""
    known = tables.identities()
    shown = known.filter(pc.equal(known["id"], party))["shown"]
    together = known.filter(pc.is_in(known["shown"], value_set=shown))["id"]
    return pa.array([party, *together.to_pylist()], pa.string())


def _names(tables: Tables, ids: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for kind in (COMPANY, SHOP):
        rows = tables.written(kind.table, ["id", "name"])
        rows = rows.filter(pc.and_(pc.is_in(rows["id"], pa.array(sorted(ids), pa.string())), pc.is_valid(rows["name"])))
        found |= dict(zip(rows["id"].to_pylist(), rows["name"].to_pylist(), strict=True))
    return found
