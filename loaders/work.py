"""What a builder of facts works with: the cleaned rows, who is known already, and the key for hashes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import ibis
import pyarrow as pa
from ibis.backends.duckdb import Backend
from ibis.expr.types import BooleanValue, StringValue, Table

from graph.tables import Tables


@dataclass(slots=True)
class Work:
    """One file while its facts are built."""

    con: Backend
    """Ibis connection to DuckDB."""
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
    accepted: Table = field(init=False)
    """Rows that no reason so far speaks against."""
    _steps: int = 0

    def keep(self, rows: Table) -> Table:
        """Compute the rows once, so that several facts can be read from them."""
        self._steps += 1
        return self.con.create_table(f"step_{self._steps}", rows)

    def accept(self, rows: Table, refuse: Mapping[str, BooleanValue] | None = None) -> Table:
        """Set aside the rows for which a reason holds (the first one counts); give the others, computed."""
        reasons = {**self.unfilled, **(refuse or {})}
        self.unfilled = {}  # the first call has dealt with them
        judged = self.keep(rows.mutate(_reason=_first_that_holds(reasons)))
        bad = judged.filter(judged._reason.notnull()).select("line", reason=judged._reason)
        self.refused.append(bad.to_pyarrow())
        self.accepted = judged.filter(judged._reason.isnull()).drop("_reason")
        return self.accepted

    def known(self, table: str, *columns: str) -> Table:
        """Columns of a clean table as earlier loads left it."""
        return ibis.memtable(self.tables.arrow(table, columns or None))


def _first_that_holds(reasons: Mapping[str, BooleanValue]) -> StringValue:
    if not reasons:
        return ibis.null("string")
    cases = ((condition.fill_null(False), code) for code, condition in reasons.items())
    return ibis.cases(*cases, else_=None).cast("string")
