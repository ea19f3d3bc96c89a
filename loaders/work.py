"""What a builder of facts works with: the cleaned rows, who is known already, and the key for hashes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from graph.tables import Tables
from loaders.columns import Column, Function, cases, derive, flat, null
from loaders.frame import Rows
from loaders.references import References

if TYPE_CHECKING:
    from loaders.lexicon import RowsByText


@dataclass(slots=True)
class Earlier:
    """Clean tables as earlier loads left them, read when first asked for."""

    tables: Tables
    _read: dict[tuple[str, ...], pa.Table] = field(default_factory=dict)
    _asked: dict[tuple[str, ...], RowsByText | None] = field(default_factory=dict)
    """Tables that keys were sought in before, from the second time on with their rows by text."""

    def table(self, table: str, *columns: str) -> pa.Table:
        """Columns of a table; all of them if none is named."""
        if (table, *columns) not in self._read:
            self._read[table, *columns] = self.tables.arrow(table, columns or None)
        return self._read[table, *columns]

    def places(self, keys: pa.Array, table: str, *columns: str) -> pa.Array:
        """Row of `table(table, *columns)` in whose first column each key stands first; null where in none."""
        if (table, *columns) not in self._asked:
            self._asked[table, *columns] = None
            return pc.index_in(keys, self.table(table, *columns)[columns[0]], skip_nulls=True)
        rows = self._asked[table, *columns]
        if rows is None:
            from loaders.lexicon import RowsByText  # a CPU-second to import: only for files of several pieces

            rows = RowsByText(flat(self.table(table, *columns)[columns[0]]))
            self._asked[table, *columns] = rows
        return rows.of(keys)


@dataclass(slots=True)
class Work:
    """One file while its facts are built."""

    rows: Rows
    """Cleaned rows: `line`, and per field of the source its clean columns."""
    tables: Tables
    """What earlier loads brought."""
    key: bytes
    """Secret of this home for keyed hashes."""
    source: str
    """Name of the source mapping."""
    today: date
    """Day of the load."""
    unfilled: Mapping[str, Column]
    """Conditions under which a record lacks a value that its source must fill, by reason code."""
    references: References
    """Whom records mean that give no credit code; the pieces of a file share them."""
    earlier: Earlier
    """What earlier loads brought to the clean tables; the pieces of a file share it."""
    refused: list[pa.Table] = field(default_factory=list)
    """Records that cannot be used so far: line, reason code."""
    accepted: Rows = field(init=False)
    """Rows that no reason so far speaks against."""

    def derive(self, rows: Rows, **columns: tuple[Column, Function]) -> Rows:
        """Add columns, each computed from the different values of a text column; null gives null."""
        return rows.mutate(**{name: derive(basis, function) for name, (basis, function) in columns.items()})

    def accept(self, rows: Rows, refuse: Mapping[str, Column] | None = None) -> Rows:
        """Set aside the rows for which a reason holds (the first one counts); give the others."""
        reasons = {**self.unfilled, **(refuse or {})}
        self.unfilled = {}  # the first call has dealt with them
        reason = cases(*((condition, code) for code, condition in reasons.items()), else_=null("string"))
        self.accepted = rows.filter(reason.isnull())
        if len(self.accepted) < len(rows):
            bad = rows.mutate(_reason=reason).filter(reason.notnull())
            self.refused.append(pa.table({"line": bad.spread("line"), "reason": bad.spread("_reason")}))
        return self.accepted

    def known(self, table: str, *columns: str) -> pa.Table:
        """Columns of a clean table as earlier loads left it."""
        return self.earlier.table(table, *columns)

    def is_known(self, ids: Column, table: str) -> Column:
        """Whether earlier loads brought an entity of each id to a table of entities."""
        return derive(ids, lambda given: self.earlier.places(given, table, "id").is_valid())

    def look_up(self, keys: Column, table: str, by: str, give: str) -> Column:
        """What an earlier load says for each key, in a table where a key stands once; null if nothing."""
        values = flat(self.known(table, by, give)[give])
        return derive(keys, lambda given: values.take(self.earlier.places(given, table, by, give)))
