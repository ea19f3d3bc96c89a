"""What people did with leads: an append-only ledger in the home. Findings are recomputed, decisions are kept."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args

from graph.errors import InputError
from queries.results import Evidence, Lead
from queries.snapshot.files import LEAD
from queries.texts import is_counter

Action = Literal["assign", "confirm", "dismiss", "reopen", "note"]
Reason = Literal["explained", "wrong_party", "no_violation", "too_weak", "duplicate", "other"]
ACTIONS: tuple[str, ...] = get_args(Action)
REASONS: tuple[str, ...] = get_args(Reason)
"""Why a lead is dismissed. A duplicate says nothing about the finding, all others speak against it."""
STATE_AFTER = {"assign": "assigned", "confirm": "confirmed", "dismiss": "dismissed", "reopen": "new"}

_SCHEMA = """CREATE TABLE IF NOT EXISTS actions (
    number INTEGER PRIMARY KEY, lead TEXT NOT NULL, kind TEXT NOT NULL, action TEXT NOT NULL, by TEXT NOT NULL,
    at TEXT NOT NULL, assignee TEXT, reason TEXT, note TEXT NOT NULL, snapshot TEXT, body TEXT NOT NULL)"""


@dataclass(frozen=True, slots=True)
class Handled:
    """One thing somebody did with a lead. `number` orders all of them; `reason` is one of `REASONS` or None."""

    number: int
    lead: str
    kind: str
    action: str
    by: str
    at: datetime
    assignee: str | None
    reason: str | None
    note: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the handling of one lead stands, and the lead as it was when somebody last decided."""

    state: str
    assignee: str | None
    reason: str | None
    decided: Lead


class Handling:
    """The ledger of one creditnet home, `handling.sqlite`, readable by its owner only. Rows are never changed."""

    def __init__(self, home: Path) -> None:
        self._path = home / "handling.sqlite"

    def record(
        self,
        lead: Lead,
        action: str,
        *,
        by: str,
        assignee: str | None = None,
        reason: str | None = None,
        note: str = "",
    ) -> Handled:
        """Note what somebody did with a lead, together with the lead as it was shown to them.

        On disk when this returns: a kill afterwards loses nothing.

        Raises
        ------
        InputError
            If the action is unknown, an assignment names nobody, a dismissal gives no reason, or `other` no note.
        """
        _check(action, assignee, reason, note)
        at = datetime.now(UTC)
        row = (lead.id, lead.kind, action, by, at.isoformat(), assignee, reason, note, lead.snapshot)
        with self._connect() as db:
            number = db.execute(
                "INSERT INTO actions (lead, kind, action, by, at, assignee, reason, note, snapshot, body) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*row, LEAD.dump_json(lead).decode()),
            ).lastrowid
        return Handled(number or 0, lead.id, lead.kind, action, by, at, assignee, reason, note)

    def history(self, lead: str) -> tuple[Handled, ...]:
        """All that was done with a lead, oldest first."""
        with self._connect() as db:
            return tuple(map(_handled, db.execute("SELECT * FROM actions WHERE lead = ? ORDER BY number", (lead,))))

    def standings(self) -> dict[str, Standing]:
        """Where each handled lead stands, by its id. Notes alone leave a lead as it was."""
        found: dict[str, Standing] = {}
        with self._connect() as db:
            for row in db.execute("SELECT * FROM actions WHERE action != 'note' ORDER BY number"):
                state, decided = STATE_AFTER[row["action"]], LEAD.validate_json(row["body"])
                kept = found[row["lead"]].assignee if row["lead"] in found else None
                found[row["lead"]] = Standing(state, row["assignee"] or kept, row["reason"], decided)
        return found

    def last(self) -> int:
        """Number of the newest entry: what was derived from the ledger holds while it stays the same."""
        with self._connect() as db:
            return int(db.execute("SELECT coalesce(max(number), 0) FROM actions").fetchone()[0])

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Created by us and not by SQLite, whose file would be readable by the group for a moment.
        os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
        with closing(sqlite3.connect(self._path, timeout=10)) as db, db:
            db.row_factory = sqlite3.Row
            db.execute("PRAGMA synchronous = FULL")
            db.execute(_SCHEMA)
            yield db


GROWN = 1.2
"""A count must grow by at least a fifth to count as new evidence: every refresh moves a window by a day or two."""


def new_evidence(now: Lead, then: Lead) -> tuple[Evidence, ...]:
    """Find evidence that somebody who decided on a lead could not know.

    New is what speaks of other parties by another rule; under the same rule and parties, at least a fifth more records
    that were not among those shown, or where there are none, a count at least a fifth (and one) larger.

    Examples
    --------
    >>> one = Evidence("merchant_rate", "…", seen=10.0, parties=("s_1",))
    >>> more = Evidence("merchant_rate", "…", seen=14.0, parties=("s_1",))
    >>> lead = lambda item: Lead("l_1", "abnormal_merchant", "", "", 1, "new", None, ("s_1",), (item,))
    >>> len(new_evidence(lead(one), lead(one))), len(new_evidence(lead(more), lead(one)))
    (0, 1)
    """
    known: dict[tuple[str, tuple[str, ...]], list[Evidence]] = {}
    for item in then.evidence:
        known.setdefault(_about(item), []).append(item)
    telling = (item for item in now.evidence if not is_counter(item.rule))
    return tuple(item for item in telling if _is_new(item, known.get(_about(item), [])))


def _about(item: Evidence) -> tuple[str, tuple[str, ...]]:
    return item.rule, tuple(sorted(item.parties))


def _is_new(item: Evidence, known: list[Evidence]) -> bool:
    if not known:
        return bool(item.parties or item.records)  # a remark about nobody, such as a tier's reason, proves nothing
    if item.records:
        shown = {record for other in known for record in other.records}
        return len(shown | set(item.records)) >= GROWN * max(len(shown), 1)
    seen = max(other.seen or 0.0 for other in known)
    return item.seen is not None and item.seen >= max(GROWN * seen, seen + 1)


def _check(action: str, assignee: str | None, reason: str | None, note: str) -> None:
    if action not in ACTIONS:
        raise InputError(f"unknown action {action!r}; choose one of {', '.join(ACTIONS)}")
    if (action == "assign") != bool(assignee):
        raise InputError("an assignment names who is to look at the lead, and nothing else does")
    if (action == "dismiss") != bool(reason):
        raise InputError(f"a dismissal, and nothing else, gives its reason: one of {', '.join(REASONS)}")
    if reason is not None and reason not in REASONS:
        raise InputError(f"unknown reason {reason!r}; choose one of {', '.join(REASONS)}")
    if (reason == "other" or action == "note") and not note.strip():
        raise InputError("say it in words: this needs a note")


def _handled(row: sqlite3.Row) -> Handled:
    names = [name for name in Handled.__dataclass_fields__ if name != "at"]
    return Handled(**{name: row[name] for name in names}, at=datetime.fromisoformat(row["at"]))
