"""The clean tables as the analyses read them: as they are, or as they stood on a day.

Whoever reads through it need not know of days: what was not known, or had not happened, is not there, and what
ended later has not ended.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from graph.model.asof import AsOf
from graph.model.kinds import COMPANY, COMPLAINT, CREDIT_RECORD, SHOP, TABLES
from graph.model.properties import RelationshipKind
from graph.tables import Tables

Clip = Callable[[pa.Table, date], pa.Table]
"""From rows to those that had begun by a day, with what came later taken back."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The tables as of a day; without one, everything that was received."""

    tables: Tables
    as_of: AsOf | None = None

    def arrow(self, table: str, columns: Sequence[str], *, encoded: Collection[str] = ()) -> pa.Table:
        """Some columns of a clean table in memory; texts of `encoded` columns as dictionaries."""
        if self.as_of is None:
            return self.tables.arrow(table, columns, encoded=encoded)
        needed, clip = _clip_of(table)
        every = self.tables.arrow(table, list(dict.fromkeys([*columns, *needed])), known=self.as_of.known)
        stood = clip(every, self.as_of.valid).select(list(columns))
        for name in encoded:
            place = stood.column_names.index(name)
            stood = stood.set_column(place, name, stood[name].dictionary_encode())
        return stood


def _later(rows: pa.Table, column: str, day: date) -> pa.ChunkedArray:
    """Whether a day of the rows is after the day asked for; an unknown one is not."""
    return pc.fill_null(pc.greater(rows[column], pa.scalar(day, pa.date32())), False)


def _replaced(rows: pa.Table, where: pa.ChunkedArray, **values: str | None) -> pa.Table:
    for name, value in values.items():
        place = rows.column_names.index(name)
        new = pc.if_else(where, pa.scalar(value, rows[name].type), rows[name])
        rows = rows.set_column(place, name, new)
    return rows


def _companies(rows: pa.Table, day: date) -> pa.Table:
    """A later registration than the day it was received is a slip, no reason to leave the company out.

    What the status was before the present one is not recorded: a company that lost its licence had it before.
    """
    slip = pc.fill_null(pc.greater(rows["established"], rows["received"]), False)
    rows = rows.filter(pc.or_(pc.invert(_later(rows, "established", day)), slip))
    return _replaced(rows, _later(rows, "status_since", day), status="ACTIVE", status_since=None)


def _shops(rows: pa.Table, day: date) -> pa.Table:
    rows = rows.filter(pc.invert(_later(rows, "opened", day)))
    return _replaced(rows, _later(rows, "closed", day), closed=None)


def _complaints(rows: pa.Table, day: date) -> pa.Table:
    rows = rows.filter(pc.invert(_later(rows, "filed_on", day)))
    return _replaced(rows, _later(rows, "outcome_on", day), outcome="received")


def _records(rows: pa.Table, day: date) -> pa.Table:
    """A record that was annulled counts on no day, once that is known; any other status begins on its day."""
    rows = rows.filter(pc.invert(_later(rows, "decided", day)))
    void = pc.fill_null(pc.equal(rows["status"], "withdrawn"), False)
    rows = _replaced(rows, pc.and_not(_later(rows, "status_since", day), void), status="in_force")
    return _replaced(rows, _later(rows, "valid_to", day), valid_to=None)


def _relationships(rows: pa.Table, day: date) -> pa.Table:
    rows = rows.filter(pc.invert(_later(rows, "valid_from", day)))
    return _replaced(rows, _later(rows, "valid_to", day), valid_to=None)


def _unchanged(rows: pa.Table, day: date) -> pa.Table:
    return rows


_CLIPS: Mapping[str, tuple[tuple[str, ...], Clip]] = {
    COMPANY.table: (("established", "received", "status", "status_since"), _companies),
    SHOP.table: (("opened", "closed"), _shops),
    COMPLAINT.table: (("filed_on", "outcome", "outcome_on"), _complaints),
    CREDIT_RECORD.table: (("decided", "status", "status_since", "valid_to"), _records),
}
"""What each kind of node needs to be read as of a day, and how it is."""


def _clip_of(table: str) -> tuple[tuple[str, ...], Clip]:
    if isinstance(TABLES[table], RelationshipKind):
        return ("valid_from", "valid_to"), _relationships
    return _CLIPS.get(table, ((), _unchanged))
