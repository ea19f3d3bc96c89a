"""Objection, review, amendment, annulment, repair: the record is superseded by a copy with its new status.

The id stays, so the tables show the new state from the load on, and the earlier state before it. Files may come late
and repeat themselves: an event older than the present status of its record changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph.model.kinds import CREDIT_RECORD
from loaders import identify
from loaders.clocks import CLOCKS, stop
from loaders.columns import Column, coalesce, literal, null
from loaders.facts import Facts
from loaders.frame import Rows, of_table
from loaders.rows import standing
from loaders.rules import rules
from loaders.work import Work

_COLUMNS = [p.name for p in CREDIT_RECORD.properties] + ["valid_from", "valid_to"]
_CHANGED = ("status", "status_since", "amount", *CLOCKS)


def credit_repair(work: Work) -> Facts:
    """Mark the original, found by document number and company, as repaired from the day of the decision."""
    return _superseded(work, status=literal("repaired"), day=work.rows.repaired, amount=null("float64"))


def record_statuses(work: Work) -> Facts:
    """Give the original, found by document number and company, the status that follows from an event."""
    return _superseded(work, status=work.rows.event, day=work.rows.day, amount=work.rows.amount)


def _superseded(work: Work, *, status: Column, day: Column, amount: Column) -> Facts:
    rows = work.rows.mutate(_status=status, _day=day, _amount=amount)
    to_come = rows._day > literal(work.today)
    rows = work.accept(rows, {"no_company": identify.names_nobody(rows), "day_to_come": to_come})
    rows = identify.company(work, rows)
    rows = _with_originals(rows, standing.originals(work, rows.original, _COLUMNS))
    rows = work.accept(rows, {"original_unknown": rows.old_id.isnull()})
    events = Events.of(rows)
    rows = rows.mutate(_refused=Column(events.refused), _last=Column(events.last), _sum=Column(events.amounts))
    rows = rows.take(events.shown)
    rows = work.accept(rows, {"status_cannot_follow": rows._refused})
    return _facts(rows.filter(rows._last))


def _with_originals(rows: Rows, known: pa.Table) -> Rows:
    """Each row beside each record of its document number and company, under `old_…`; beside none once, with nulls."""
    originals = of_table(known.rename_columns([f"old_{name}" for name in known.column_names]))
    return rows.beside(originals, original="old_document", code_id="old_company_id")


@dataclass(slots=True)
class _State:
    """How a record stands while the events of a file are gone through in the order of their days."""

    status: str
    since: date | None
    amount: float | None = None
    last: int | None = None
    """Place of the event that brought it there."""


@dataclass(slots=True)
class Events:
    """What becomes of the events of a file, one per row and record."""

    refused: pa.Array
    """Whether the status cannot follow, for any record that the row is about."""
    last: pa.Array
    """Whether the event is the last of its record: it says how the record stands now."""
    amounts: pa.Array
    """The sum as last amended in this file."""
    shown: npt.NDArray[Any]
    """Places without the refused events of rows that say something of another record, or were refused before."""

    @classmethod
    def of(cls, rows: Rows) -> Events:
        """Go through the events of each record by day, then by line."""
        said = rows.plain("old_id", "old_status", "old_status_since", "_status", "_day", "_amount", "line").to_pylist()
        states: dict[str, _State] = {}
        refused = np.zeros(len(said), np.bool_)
        for place in sorted(range(len(said)), key=lambda i: (said[i]["_day"], said[i]["line"])):
            event = said[place]
            state = states.setdefault(
                event["old_id"], _State(event["old_status"] or "in_force", event["old_status_since"])
            )
            refused[place] = not _follow(state, event, place)
        last = np.zeros(len(said), np.bool_)
        amounts: list[float | None] = [None] * len(said)
        for state in states.values():
            if state.last is not None:
                last[state.last], amounts[state.last] = True, state.amount
        lines = np.array([event["line"] for event in said], np.int64)
        return cls(pa.array(refused), pa.array(last), pa.array(amounts, pa.float64()), _shown(lines, refused))


def _follow(state: _State, event: Mapping[str, Any], place: int) -> bool:
    """Take an event into a record's state; False if its status cannot follow the present one."""
    day, status = event["_day"], event["_status"]
    if state.since is not None and (day < state.since or (day == state.since and status == state.status)):
        return True  # told before
    dated = state.since is None and status == state.status != "in_force"  # a list said so, without the day
    if not dated and status not in rules("transitions")[state.status]["next"]:
        return False
    state.status, state.since, state.last = status, day, place
    state.amount = state.amount if event["_amount"] is None else event["_amount"]
    return True


def _shown(lines: npt.NDArray[Any], refused: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Places to go on with: a line is refused once, and only if it is so for every record it is about."""
    fine = np.isin(lines, lines[~refused])
    first = np.zeros(len(lines), np.bool_)
    first[np.unique(lines, return_index=True)[1]] = True
    return np.flatnonzero(~refused | (first & ~fine))


def _facts(rows: Rows) -> Facts:
    """The originals with status, sum and clocks as the event leaves them."""
    rows = rows.mutate(**{name: rows[f"old_{name}"] for name in CLOCKS})
    rows = stop(rows, rows._status == "repaired", rows._day)
    rows = stop(rows, rows._status == "withdrawn", rows.use_from)
    facts = Facts("credit_records")
    kept = {name: rows[f"old_{name}"] for name in _COLUMNS if name not in _CHANGED}
    changed = {name: rows[name] for name in CLOCKS}
    changed |= {"status": rows._status, "status_since": rows._day, "amount": coalesce(rows._sum, rows.old_amount)}
    facts.add("credit_records", rows, **kept, **changed)
    return facts
