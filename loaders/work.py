"""What a builder of facts works with: the cleaned rows, who is known already, and the key for hashes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import ibis
import pyarrow as pa
import pyarrow.compute as pc
from ibis.expr.types import BooleanValue, StringValue, Table

from graph.tables import Tables
from loaders.stages import Function, Stages


@dataclass(slots=True)
class Work:
    """One file while its facts are built."""

    stages: Stages
    """Where rows are computed and held."""
    rows: Table
    """Cleaned rows: `line`, and per field of the source its clean columns."""
    tables: Tables
    """What earlier loads brought."""
    key: bytes
    """Secret of this home for keyed hashes."""
    source: str
    """Name of the source mapping."""
    today: date
    """Day of the load."""
    unfilled: Mapping[str, BooleanValue]
    """Conditions under which a record lacks a value that its source must fill, by reason code."""
    refused: list[pa.Table] = field(default_factory=list)
    """Records that cannot be used so far: line, reason code."""
    accepted: pa.Table = field(init=False)
    """Rows that no reason so far speaks against."""
    _known: dict[tuple[str, ...], Table] = field(default_factory=dict)

    def keep(self, rows: Table) -> Table:
        """Compute the rows once, so that several facts can be read from them."""
        return self.stages.keep(rows)

    def derive(self, rows: Table, **columns: tuple[StringValue, Function]) -> Table:
        """Add columns, each computed from the distinct values of a text expression; null gives null."""
        return self.stages.derive(rows, **columns)

    def accept(self, rows: Table, refuse: Mapping[str, BooleanValue] | None = None) -> Table:
        """Set aside the rows for which a reason holds (the first one counts); give the others, computed."""
        reasons = {**self.unfilled, **(refuse or {})}
        self.unfilled = {}  # the first call has dealt with them
        judged = self.stages.run(self.keep(rows.mutate(_reason=_first_that_holds(reasons))))
        good = pc.is_null(judged["_reason"])
        bad = judged.select(["line", "_reason"]).filter(pc.invert(good))
        self.refused.append(bad.rename_columns(["line", "reason"]))
        self.accepted = judged.drop_columns("_reason")
        if len(bad):
            self.accepted = self.accepted.filter(good)
        return self.stages.put(self.accepted)

    def known(self, table: str, *columns: str) -> Table:
        """Columns of a clean table as earlier loads left it."""
        if (table, *columns) not in self._known:
            self._known[table, *columns] = self.stages.put(self.tables.arrow(table, columns or None))
        return self._known[table, *columns]


def _first_that_holds(reasons: Mapping[str, BooleanValue]) -> StringValue:
    if not reasons:
        return ibis.null("string")
    cases = ((condition.fill_null(False), code) for code, condition in reasons.items())
    return ibis.cases(*cases, else_=None).cast("string")
