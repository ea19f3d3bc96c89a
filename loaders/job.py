"""One file on its way from records to facts in a batch, piece by piece, and the report on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa

from graph.errors import InputError
from graph.tables import BatchInfo, Tables
from graph.tables.batch import Batch
from loaders.clean import LINE, clean
from loaders.columns import Column
from loaders.complete import no_longer_said, scope_of
from loaders.distinct import Distinct
from loaders.facts import Facts, with_origin
from loaders.frame import Rows, stacked
from loaders.mapping import SourceMapping
from loaders.outcome import Outcome
from loaders.raw import Raw
from loaders.recognise import require_columns
from loaders.references import References
from loaders.rows import BUILDERS
from loaders.settle import Whole
from loaders.suspect import set_aside
from loaders.work import Earlier, Work

KEY_NAME = "ids"
"""Name of the home's secret that hashes persons, phones and unnumbered companies."""


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What became of one file. `read` = `loaded` + `quarantined`, always."""

    file: Path
    source: str
    batch: int
    read: int
    loaded: int
    quarantined: int
    superseded: int
    """Loaded records that replace a fact of an earlier load, or are replaced by a later record of this file."""
    already_loaded: bool = False
    reasons: dict[str, int] = field(default_factory=dict)
    """Quarantined records by reason code."""
    warnings: dict[str, int] = field(default_factory=dict)
    """Loaded records with a value that could not be used and is null now, by `bad_<field>`; codes by status."""
    unmapped: tuple[str, ...] = ()
    """Headings of the file that the source does not know."""
    absent: tuple[str, ...] = ()
    """Optional columns of the source that the file does not have."""
    notes: tuple[str, ...] = ()
    ended: int = 0
    """Facts that a whole list no longer has."""


class Job:
    """One file on its way from raw pieces to facts. What is done per different value is done once for all pieces."""

    def __init__(self, tables: Tables, path: Path, mapping: SourceMapping, today: date | None = None) -> None:
        self.source = mapping.name
        self.today = today or datetime.now(UTC).date()
        self.outcome = Outcome()
        self.pieces = 0
        self.day: date | None = None
        """Day of the list, where the file is a whole one: it comes in one piece then."""
        self.ended = 0
        self.notes: tuple[str, ...] = ()
        self.written: dict[str, pa.Table] = {}
        """The main table, of a file that comes in one piece."""
        self._tables = tables
        self._path = path
        self._mapping = mapping
        self._seen: dict[str, Distinct] = {}
        self._earlier = Earlier(tables)
        self.references = References(tables)

    def load(self, raw: Raw, batch: Batch, whole: Whole, *, alone: bool) -> None:
        """Write the facts of a piece; `alone` says that there is no other."""
        facts, quarantine = self.facts(raw)
        if self.day is not None:
            facts.spoken.setdefault(facts.main, set()).add("valid_to")
        self.outcome.main, self.outcome.spoken = facts.main, facts.spoken
        self.write(facts, batch, whole, alone=alone)
        batch.quarantine(quarantine)

    def write(self, facts: Facts, batch: Batch, whole: Whole, *, alone: bool) -> None:
        """Write facts, of those with one key the one that stays; `alone` says that there are no others."""
        for name, parts in facts.parts.items():
            said = stacked(parts)
            kept = whole.kept(name, said, alone=alone)
            rows = with_origin(kept, name, self.source, self.today, facts.spoken[name])
            batch.write(name, rows, unique=True)
            if alone and name == facts.main:
                self.written = {name: rows}
            if name == facts.main and kept is not said:
                self.outcome.repeated += _full_rows(said) - _full_rows(kept)

    def facts(self, raw: Raw) -> tuple[Facts, pa.Table]:
        """Clean the records of a piece, build their facts; beside them what goes to quarantine."""
        work = self.work(raw)
        facts = BUILDERS[self._mapping.builder](work)
        self.references.give_back(facts)
        if raw.last:
            self.references.decide(facts)
        self.pieces += 1
        return facts, self.outcome.add(raw, work, self._mapping)

    def work(self, raw: Raw) -> Work:
        """Set aside and clean the records of a piece."""
        require_columns(self._mapping, raw.table.column_names, str(self._path))
        kept, suspects = self._set_aside(raw)
        rows = clean(kept, self._mapping, self._seen)
        key, unfilled = self._tables.secret(KEY_NAME), _unfilled(rows, self._mapping)
        shared = self.references, self._earlier
        return Work(rows, self._tables, key, self.source, self.today, unfilled, *shared, [suspects])

    def settle(self, batch: Batch, whole: Whole) -> None:
        """Correct what was written by what only all pieces together tell."""
        for name in whole.tables():
            lost, records = whole.replaced(name)
            batch.drop(name, lost)
            self.outcome.repeated += records if name == self.outcome.main else 0

    def end(self, batch: Batch) -> None:
        """End what a whole list no longer has; nothing, while a record that nobody could read may be what is missed."""
        main = self.outcome.main
        scope_of(main)  # refuses what has no whole list
        if self.outcome.reasons:
            self.notes = ("records are in quarantine, so the list ended nothing: mend them in the file, load it again",)
        elif main in self.written and self.day is not None:
            gone = no_longer_said(self._tables, main, self.written[main], self.source, self.day)
            self.ended = batch.write(main, gone, unique=True)
            self.outcome.repeated -= self.ended

    def report(self, batch: BatchInfo) -> LoadReport:
        """Sum up."""
        headings = self.outcome.headings
        located = self._mapping.locate(headings)
        return LoadReport(
            file=self._path,
            source=self.source,
            batch=batch.id,
            superseded=batch.superseded,
            **self.outcome.counts,
            already_loaded=False,
            reasons=self.outcome.reasons,
            warnings=self.outcome.warnings,
            unmapped=self._mapping.unmapped(headings),
            absent=tuple(c.usual for c in self._mapping.columns if c.name not in located),
            notes=self.outcome.notes + self.notes,
            ended=self.ended,
        )

    def _set_aside(self, raw: Raw) -> tuple[Rows, pa.Table]:
        for name in raw.table.column_names:
            self._seen.setdefault(name, Distinct())
        expected = max(raw.expected, raw.records)
        columns = {name: self._seen[name].encoded(raw.table[name], expected) for name in raw.table.column_names}
        rows = Rows({LINE: Column(raw.lines), **columns}, len(raw.table))
        try:
            return set_aside(rows, raw, self._mapping)
        except InputError as error:
            raise type(error)(f"{self._path}: {error}") from error


def _full_rows(rows: Rows) -> int:
    """Rows that are no stubs."""
    return int(rows.spread(rows["rank"] == 0).true_count)


def _unfilled(rows: Rows, mapping: SourceMapping) -> dict[str, Column]:
    """Conditions under which a record lacks a value that its source must fill."""
    conditions = {}
    for column in mapping.columns:
        if column.filled:
            if f"{column.name}_bad" in rows.columns:
                conditions[f"bad_{column.name}"] = rows[f"{column.name}_bad"]
            conditions[f"no_{column.name}"] = rows[column.name].isnull()
    return conditions
