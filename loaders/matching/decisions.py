"""Every decision about a pair is a row: what was decided, by what or whom, on which evidence, and whether it stands.

A decision is never changed or deleted: a person overrides it by a row of their own, and takes that back by a
row with the day on which it was reversed. The id follows from the two records, so the newest row of an id is
what holds, and running again gives the same ids.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Literal

import orjson
import pyarrow as pa

from graph.errors import InputError
from graph.model.kinds import MATCH_DECISION
from graph.tables import Tables

Outcome = Literal["match", "possible", "none"]
OUTCOMES: tuple[Outcome, ...] = ("match", "possible", "none")
MANUAL_OUTCOMES: tuple[Outcome, ...] = ("match", "none")
"""What a person may decide: `possible` is a question, not an answer."""


@dataclass(frozen=True, slots=True)
class Step:
    """One bar of the waterfall: what was compared, the outcome in words, its weight in bits."""

    compared: str
    says: str
    bits: float


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision about two records; `right` is empty where a record was found to have no partner at all.

    `probability` that the two are one enterprise, given the competitors; `score` in bits: the sum of the waterfall.
    `reason` says in words what decided. `decided_by` is a person's name or the program's.
    """

    left: str
    right: str
    outcome: Outcome
    kind: Literal["auto", "manual"]
    score: float
    probability: float
    waterfall: tuple[Step, ...]
    reason: str
    decided_at: dt.datetime
    decided_by: str
    reversed_at: dt.datetime | None = None
    reversed_by: str = ""

    @property
    def id(self) -> str:
        """Stable over runs: it depends on the two records only."""
        return decision_id(self.left, self.right)

    @property
    def stands(self) -> bool:
        """Whether it has not been taken back."""
        return self.reversed_at is None


def decision_id(left: str, right: str) -> str:
    """Id of whatever is decided about two records, in this order.

    >>> decision_id("A1", "B7") == decision_id("A1", "B7") != decision_id("A", "1B7")
    True
    """
    return "m_" + hashlib.blake2b(f"{left}\x1f{right}".encode(), digest_size=12).hexdigest()


def override(left: str, right: str, outcome: Outcome, *, by: str, at: dt.datetime, reason: str = "") -> Decision:
    """A person's decision that two records are, or are not, one enterprise. It wins over the program's on every run.

    Raises
    ------
    InputError
        If the outcome is neither match nor none, or nobody is named.
    """
    if outcome not in MANUAL_OUTCOMES:
        raise InputError(f"a person decides {' or '.join(MANUAL_OUTCOMES)}, not {outcome!r}")
    if not (left and right and by):
        raise InputError("a decision names both records and who decided")
    return Decision(left, right, outcome, "manual", 0.0, float(outcome == "match"), (), reason or "人工认定", at, by)


def undo(decision: Decision, *, by: str, at: dt.datetime) -> Decision:
    """The same decision, taken back: from now on the program decides about the pair again."""
    return replace(decision, reversed_at=at, reversed_by=by)


def standing(decisions: Iterable[Decision]) -> list[Decision]:
    """Of each pair the newest row, unless it was taken back; in order of ids."""
    newest = {decision.id: decision for decision in decisions}
    return [newest[id_] for id_ in sorted(newest) if newest[id_].stands]


def to_table(decisions: Sequence[Decision]) -> pa.Table:
    """Rows of the table `match_decisions`."""
    rows = [{**asdict(d), "id": d.id, "waterfall": waterfall_json(d.waterfall)} for d in decisions]
    return pa.Table.from_pylist(rows, SCHEMA)


def from_table(table: pa.Table) -> list[Decision]:
    """The decisions of rows that `to_table` made."""
    rows = table.select(SCHEMA.names).drop_columns("id").to_pylist()
    return [Decision(**{**row, "waterfall": _steps(row["waterfall"])}) for row in rows]


SCHEMA = pa.schema([(column.name, column.type) for column in MATCH_DECISION.properties])


def waterfall_json(steps: Sequence[Step]) -> str:
    """The waterfall as a JSON list of [compared, outcome in words, bits]."""
    return orjson.dumps([[step.compared, step.says, round(step.bits, 2)] for step in steps]).decode()


def _steps(text: str) -> tuple[Step, ...]:
    return tuple(Step(*step) for step in orjson.loads(text))


def save(tables: Tables, decisions: Sequence[Decision], name: str) -> None:
    """Keep decisions in the clean tables as one batch; `name` says what they are about."""
    table = to_table(decisions)
    digest = hashlib.sha256(repr(decisions).encode()).hexdigest()
    with tables.begin("match", name, digest) as batch:
        batch.write(MATCH_DECISION.table, table)


def saved(tables: Tables) -> list[Decision]:
    """The newest row of every decision in the clean tables, those taken back too."""
    return from_table(tables.arrow(MATCH_DECISION.table))
