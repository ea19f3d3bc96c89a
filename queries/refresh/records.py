"""The credit records as arrays: whose, of what kind, with their clocks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.kinds import RECORD_KINDS, RECORD_STATUSES
from graph.projection import NO_DAY, IdMap, codes, days, numbers
from graph.scoring.inputs import NO_END, STOPPED, usable_records
from queries.refresh.reading import Reading

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_COLUMNS = (
    "id", "company_id", "person_id", "kind", "status", "title", "result", "amount", "decided", "received",
    "valid_from", "valid_to", "use_from", "use_to",
)  # fmt: skip


@dataclass(frozen=True)
class Records:
    """Credit records as parallel arrays of shape (n,); codes are -1 and days `NO_DAY` where unknown."""

    table: pa.Table
    company: Ints
    """Party number of the enterprise."""
    person: Ints
    """Party number of the person named as responsible."""
    held: tuple[str, ...] = ()
    """Statuses of records that are marked and do not count until they are decided upon."""

    @classmethod
    def read(cls, reading: Reading, parties: IdMap, held: tuple[str, ...] = ()) -> Records:
        """Read all records, whether or not they may still be used."""
        table = reading.arrow("credit_records", _COLUMNS, encoded=("title",))
        return cls(table, parties.codes(table["company_id"]), parties.codes(table["person_id"]), held)

    def day(self, column: str) -> Ints:
        """One of the dates, days since 1970-01-01."""
        return days(self.table[column])

    @cached_property
    def decided(self) -> Ints:
        """Day of the decision."""
        return self.day("decided")

    @cached_property
    def begun(self) -> Ints:
        """First day in force, else the day of the decision."""
        first = self.day("valid_from")
        return np.where(first == NO_DAY, self.decided, first)

    @cached_property
    def ended(self) -> Ints:
        """First day no longer in force; `NO_DAY` if it still is."""
        return self.day("valid_to")

    @cached_property
    def amount(self) -> npt.NDArray[np.float64]:
        """Fine or sum in yuan, 0 where not stated."""
        return numbers(self.table["amount"], 0.0)

    def is_kind(self, *kinds: str) -> Flags:
        """Whether a record is of one of the kinds."""
        return np.isin(self._kind, [RECORD_KINDS.index(kind) for kind in kinds])

    def has_status(self, *statuses: str) -> Flags:
        """Whether a record has one of the statuses; one without a status is in force."""
        return np.isin(self._status, [RECORD_STATUSES.index(status) for status in statuses])

    def has_result(self, *results: str) -> Flags:
        """Whether the result of a record is one of `results`, or is stated at all."""
        column = self.table["result"]
        return codes(column, results) >= 0 if results else np.asarray(pc.is_valid(column))

    def usable(self, today: int) -> Flags:
        """Whether a record may feed a score on a day, see `usable_records`."""
        return self._usable(today, (*STOPPED, *self.held))

    def disputed(self, today: int) -> Flags:
        """Whether a record must be marked on a day: under objection, reconsideration or litigation, held or not."""
        return self._usable(today, STOPPED) & self.has_status("objected", "under_review")

    def _usable(self, today: int, stopped: tuple[str, ...]) -> Flags:
        first, until = self.day("use_from"), self.day("use_to")
        first = np.where(first == NO_DAY, self.begun, first)
        first = np.where(first == NO_DAY, NO_END, first)  # of no known beginning: never usable
        until = np.where(until == NO_DAY, NO_END, until)
        return usable_records(self._status, first, until, today, stopped=stopped)

    @cached_property
    def _kind(self) -> Ints:
        return codes(self.table["kind"], RECORD_KINDS)

    @cached_property
    def _status(self) -> Ints:
        found = codes(self.table["status"], RECORD_STATUSES)
        return np.where(found < 0, RECORD_STATUSES.index("in_force"), found)
