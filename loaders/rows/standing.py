"""What earlier loads say of the records that a file is about: their originals, and the status that events gave them."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from graph.tables.keys import quoted
from loaders.clocks import CLOCKS
from loaders.columns import Column, ifelse, null
from loaders.frame import Rows, of_table
from loaders.work import Work

_ENDS = tuple(name for name in CLOCKS if name.endswith("_to"))
_STANDING = f"""
SELECT id, {quoted("status", "status_since", *_ENDS)} FROM credit_records_all WHERE status_since IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY id ORDER BY batch DESC, line DESC NULLS LAST, place DESC) = 1
"""  # noqa: S608 - names of the model
FINAL = ("withdrawn", "repaired")
"""Statuses that a department's own file may state over what an event said."""


def originals(work: Work, documents: Column, columns: Sequence[str]) -> pa.Table:
    """The records with one of these document numbers: few of millions, so they are looked for where they lie."""
    wanted = pa.table({"document": pc.unique(documents.values).cast(pa.string()).drop_null()})
    query = f"SELECT {quoted(*columns)} FROM credit_records SEMI JOIN wanted USING (document)"  # noqa: S608
    return work.tables.sql(query, wanted=wanted)


def with_status(work: Work, rows: Rows) -> Rows:
    """Add `status_since` to records with `record_id`, `status` and clocks; keep what events said of them.

    A list says no day on which a status began. Departments send their lists again and again, mostly without knowing
    of objections, annulments and repairs: the event stands above the list, unless the list itself says that the record
    is at its end.
    """
    rows = rows.mutate(status_since=null("date"))
    known = work.tables.sql(_STANDING)
    if not len(known):
        return rows
    told = of_table(known.rename_columns([f"told_{name}" for name in known.column_names]))
    rows = rows.beside(told, record_id="told_id")
    keep = rows.told_status.notnull() & ~(rows.status.isin(FINAL) & ~rows.told_status.isin(FINAL))
    names = ("status", "status_since", *_ENDS)
    return rows.mutate(**{name: ifelse(keep, rows[f"told_{name}"], rows[name]) for name in names})
