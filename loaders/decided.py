"""Decisions of the loader as rows beside the facts of a file, and the references they are about."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from graph.model.identifiers import check_uscc, name_initials
from graph.model.kinds import MATCH_DECISION
from loaders.columns import Column, derive, literal, null
from loaders.facts import STUB, Facts
from loaders.frame import of_table
from loaders.matching.decisions import decision_id, waterfall_json
from loaders.matching.exact import RULES, weigh

BY = "creditnet load"
_COLUMNS = ("left", "right", "outcome", "score", "probability", "waterfall", "reason")


def references(facts: Facts, seen: pa.Table) -> None:
    """Add a company for each reference that means another: without the decision it is one of its own."""
    rows = of_table(seen)
    facts.add(
        "companies",
        rows,
        STUB,
        id=rows.id,
        name=rows.name,
        name_initials=derive(rows.name, name_initials),
        legacy_code=rows.number.notnull().ifelse(rows.id.re_replace("^o_", ""), null("string")),
        code_status=derive(rows.number, lambda numbers: check_uscc(numbers).status).fill_null("missing"),
        state_investor=literal(False),
        listed=literal(False),
    )


def decisions(facts: Facts, lines: pa.Table, found: pa.Table, known: int) -> None:
    """Add a row for each pair found among so many known: `match` where nobody else fits, else `possible`."""
    kinds = found.group_by(["rule", "rivals", "others"]).aggregate([])
    judged = [_judged(known, **kind) for kind in kinds.to_pylist()]
    add(facts, lines, found.join(pa.Table.from_pylist(judged), kinds.column_names))


def withdrawals(facts: Facts, lines: pa.Table, pairs: pa.Table) -> None:
    """Add a row for each pair that is not decided so any more."""
    said = {"outcome": "none", "waterfall": "[]", "reason": "后来的登记信息使该认定不再成立"}
    for name, value in said.items():
        pairs = pairs.append_column(name, pa.array([value] * len(pairs), pa.string()))
    for name in ("score", "probability"):
        pairs = pairs.append_column(name, pa.array(np.zeros(len(pairs))))
    add(facts, lines, pairs)


def add(facts: Facts, lines: pa.Table, rows: pa.Table) -> None:
    """Add decisions of the program; `lines` (id, line) says on which line of the file each left side stands."""
    lines = lines.select(["id", "line"]).rename_columns(["left", "line"])
    rows = rows.join(lines, "left").sort_by([("left", "ascending"), ("right", "ascending")])
    pairs = zip(rows["left"].to_pylist(), rows["right"].to_pylist(), strict=True)
    ids = pa.array([decision_id(left, right) for left, right in pairs], pa.string())
    given = of_table(rows)
    facts.add(
        MATCH_DECISION.table,
        given,
        id=Column(ids),
        kind=literal("auto"),
        decided_at=literal(datetime.now(UTC)),
        decided_by=literal(BY),
        reversed_by=null("string"),
        **{name: given[name] for name in _COLUMNS},
    )


def _judged(known: int, rule: str, rivals: int, others: int) -> dict[str, str | int | float]:
    steps, probability = weigh(rule, rivals, known, others)
    return {
        "rule": rule,
        "rivals": rivals,
        "others": others,
        "outcome": "match" if rivals == 1 else "possible",
        "score": sum(step.bits for step in steps),
        "probability": probability,
        "waterfall": waterfall_json(steps),
        "reason": f"{RULES[rule].says}，" + ("没有其他相符者" if rivals == 1 else f"相符者有 {rivals} 个"),
    }
