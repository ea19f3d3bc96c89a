"""Credit repair: the original record is superseded by a copy that says it is repaired."""

from __future__ import annotations

import ibis

from graph.model.kinds import CREDIT_RECORD
from loaders import identify
from loaders.clocks import CLOCKS, stop
from loaders.facts import Facts
from loaders.work import Work


def credit_repair(work: Work) -> Facts:
    """Mark the original, found by document number and company, as repaired from the day of the decision.

    Its id stays, so the tables show the repaired state from this load on and the earlier state before it.
    """
    rows = work.accept(work.rows, {"no_company": identify.names_nobody(work.rows)})
    rows = identify.company(work, rows)
    columns = [p.name for p in CREDIT_RECORD.properties] + ["valid_from", "valid_to"]
    originals = work.known("credit_records", *columns).rename({f"old_{name}": name for name in columns})
    rows = rows.left_join(
        originals, (rows.original == originals.old_document) & (rows.code_id == originals.old_company_id)
    )
    rows = work.accept(rows, {"original_unknown": rows.old_id.isnull()})
    clocks = {name: rows[f"old_{name}"] for name in CLOCKS}
    rows = stop(rows.mutate(**clocks), ibis.literal(True), rows.repaired)
    facts = Facts("credit_records")
    kept = {name: rows[f"old_{name}"] for name in columns if name not in (*clocks, "status")}
    ended = {name: rows[name] for name in clocks}
    facts.add("credit_records", rows, **kept, **ended, status=ibis.literal("repaired"))
    return facts
