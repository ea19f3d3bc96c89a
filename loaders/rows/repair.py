"""Credit repair: the original record is superseded by a copy that says it is repaired."""

from __future__ import annotations

import pyarrow as pa

from graph.model.kinds import CREDIT_RECORD
from loaders import identify
from loaders.clocks import CLOCKS, stop
from loaders.columns import literal
from loaders.facts import Facts
from loaders.frame import Rows, of_table
from loaders.work import Work


def credit_repair(work: Work) -> Facts:
    """Mark the original, found by document number and company, as repaired from the day of the decision.

    Its id stays, so the tables show the repaired state from this load on and the earlier state before it.
    """
    rows = work.accept(work.rows, {"no_company": identify.names_nobody(work.rows)})
    rows = identify.company(work, rows)
    columns = [p.name for p in CREDIT_RECORD.properties] + ["valid_from", "valid_to"]
    rows = _with_originals(rows, work.known("credit_records", *columns))
    rows = work.accept(rows, {"original_unknown": rows.old_id.isnull()})
    clocks = {name: rows[f"old_{name}"] for name in CLOCKS}
    rows = stop(rows.mutate(**clocks), literal(True), rows.repaired)
    facts = Facts("credit_records")
    kept = {name: rows[f"old_{name}"] for name in columns if name not in (*clocks, "status")}
    ended = {name: rows[name] for name in clocks}
    facts.add("credit_records", rows, **kept, **ended, status=literal("repaired"))
    return facts


def _with_originals(rows: Rows, known: pa.Table) -> Rows:
    """Each row beside each record of its document number and company, under `old_…`; beside none once, with nulls."""
    originals = of_table(known.rename_columns([f"old_{name}" for name in known.column_names]))
    return rows.beside(originals, original="old_document", code_id="old_company_id")
