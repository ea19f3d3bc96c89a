"""A person decides whether two ids are one party, or takes a decision back: rows in a batch of their own.

Every reading of the tables follows at once, whenever the facts were loaded; Neo4j with the next publication.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from graph.errors import InputError, NotFound
from graph.model.kinds import COMPANY, MATCH_DECISION, PERSON
from graph.tables import Tables
from loaders.matching.decisions import SCHEMA, Decision, Outcome, decision_id, from_table, override, save, undo


def rule(
    tables: Tables, pairs: Sequence[tuple[str, str, Outcome]], *, by: str, reason: str = "", at: dt.datetime
) -> list[Decision]:
    """Let a person decide about pairs of ids: `match`, one party, or `none`, kept apart whatever the program thinks.

    Raises
    ------
    NotFound
        If no record bears one of the ids.
    InputError
        If the two are not parties of one kind, nobody is named, or somebody gave one of them another partner.
    """
    _check(tables, pairs)
    known = set(tables.arrow(MATCH_DECISION.table, ["id"])["id"].to_pylist())
    made = []
    for left, right, outcome in pairs:
        # The side that refers stands left: as an earlier decision has it, else the one without credit code.
        turned = decision_id(right, left) in known or (not _prefix(left) and _prefix(right) != "")
        turned = turned and decision_id(left, right) not in known
        ends = (right, left) if turned else (left, right)
        made.append(override(*ends, outcome, by=by, at=at, reason=reason))
    save(tables, made, f"{len(made)} by {by}")
    return made


def take_back(tables: Tables, number: str, *, by: str, at: dt.datetime) -> Decision:
    """Take a decision back; gives the row that holds now.

    Behind a person's decision the program's own stands again, if there was one. What the program decided stays
    taken back: it does not decide so again.

    Raises
    ------
    NotFound
        If there is no such decision.
    InputError
        If it has been taken back already, or nobody is named.
    """
    if not by:
        raise InputError("taking a decision back needs a name")
    rows = history(tables, number)
    if not rows:
        raise NotFound(f"there is no decision {number}; `creditnet match decisions` lists them")
    newest = rows[-1]
    if not newest.stands:
        raise InputError(f"{number} was taken back by {newest.reversed_by} already")
    before = [row for row in rows if row.kind == "auto" and row.stands] if newest.kind == "manual" else []
    left = before[-1] if before else undo(newest, by=by, at=at)
    save(tables, [left], f"{number} taken back by {by} on {at:%Y-%m-%d %H:%M:%S}")
    return left


def history(tables: Tables, number: str) -> list[Decision]:
    """All rows of a decision, the one that holds last."""
    rows = tables.written(MATCH_DECISION.table, SCHEMA.names)
    return from_table(rows.filter(pc.equal(rows["id"], number)))


def _check(tables: Tables, pairs: Sequence[tuple[str, str, Outcome]]) -> None:
    named = pa.array(sorted({id_ for left, right, _ in pairs for id_ in (left, right)}), pa.string())
    known = [tables.written(kind.table, ["id"])["id"] for kind in (COMPANY, PERSON)]
    there = pa.chunked_array([chunk for ids in known for chunk in ids.chunks], pa.string())
    absent = named.filter(pc.invert(pc.is_in(named, value_set=there))).to_pylist()
    if absent:
        raise NotFound(f"no company or person has the id {', '.join(absent)}")
    for left, right, _ in pairs:
        if left == right or (PERSON.prefix in (_prefix(left), _prefix(right)) and _prefix(left) != _prefix(right)):
            raise InputError(f"{left} and {right} are not two companies or two persons")


def _prefix(id_: str) -> str:
    return id_[:2] if id_[1:2] == "_" else ""
