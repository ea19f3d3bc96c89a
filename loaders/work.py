"""What a builder of facts works with: the cleaned rows, who is known already, and the key for hashes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from graph.tables import Tables
from loaders.columns import Column, Function, cases, derive, flat, null
from loaders.frame import Rows
from loaders.references import References


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
    read: dict[tuple[str, ...], pa.Table] = field(default_factory=dict)
    """Columns of clean tables that were read so far; the pieces of a file share them."""
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
        if (table, *columns) not in self.read:
            self.read[table, *columns] = self.tables.arrow(table, columns or None)
        return self.read[table, *columns]

    def is_known(self, ids: Column, table: str) -> Column:
        """Whether earlier loads brought an entity of each id to a table of entities."""
        return self.look_up(ids, table, "id", "id").notnull()

    def look_up(self, keys: Column, table: str, by: str, give: str) -> Column:
        """What an earlier load says for each key, in a table where a key stands once; null if nothing."""
        known = self.known(table, *dict.fromkeys((by, give)))
        texts, values = flat(known[by]), flat(known[give])
        return derive(keys, lambda given: values.take(pc.index_in(given, texts, skip_nulls=True)))
