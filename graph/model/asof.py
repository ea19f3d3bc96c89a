"""The two days that decide what a read shows: the day whose facts are wanted, and the day up to which we know them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from graph.errors import InputError


def today() -> date:
    """The present day in UTC: the clock that `received` is written by."""
    return datetime.now(UTC).date()


def is_past(day: date | None) -> bool:
    """Whether a day is asked for and over: scores and suspected links in Neo4j are those of now."""
    return day is not None and day < today()


@dataclass(frozen=True, slots=True)
class AsOf:
    """What held on the day `valid`, of what creditnet had received by the end of the day `known`.

    Both the same day replay it: what was known then. An earlier `valid` looks back with what is known since.
    """

    valid: date
    known: date

    @classmethod
    def on(cls, valid: date, known: date | None = None) -> AsOf:
        """A day as it was known on it, or as it was known on another.

        Raises
        ------
        InputError
            If a day is still to come, or is asked for as it was known before it.

        Examples
        --------
        >>> str(AsOf.on(date(2026, 3, 1))), str(AsOf.on(date(2026, 3, 1), known=date(2026, 4, 1)))
        ('2026-03-01', '2026-03-01 as known on 2026-04-01')
        """
        found = cls(valid, known or valid)
        latest = max(found.valid, found.known)
        if latest > today():
            raise InputError(f"{latest} is still to come; ask as of a day up to {today()}")
        if found.known < found.valid:
            raise InputError(f"what holds on {valid} is not known on {known}, before it; name that day or a later one")
        return found

    @property
    def is_past(self) -> bool:
        """Whether the day is over."""
        return is_past(self.valid)

    def __str__(self) -> str:
        return f"{self.valid}" if self.valid == self.known else f"{self.valid} as known on {self.known}"
