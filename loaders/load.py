"""Load files: read, clean, build facts, commit one batch each. All of a file is in, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa

from graph.errors import InputError, UnknownSource
from graph.progress import Progress, silent
from graph.tables import BatchInfo, Layout, Tables
from graph.tables.batch import Batch
from loaders.clean import LINE, clean
from loaders.columns import Column
from loaders.complete import no_longer_said, refuse_pieces, scope_of
from loaders.distinct import Distinct
from loaders.facts import Facts, with_origin
from loaders.frame import Rows, stacked
from loaders.headers import header_below
from loaders.mapping import SourceMapping
from loaders.memory import lean_memory
from loaders.outcome import Outcome
from loaders.raw import Raw
from loaders.read import file_hash, read_headings, read_pieces
from loaders.recognise import recognise, require_columns, source_named
from loaders.references import References
from loaders.rows import BUILDERS, WHOLE
from loaders.settle import Whole
from loaders.suspect import set_aside
from loaders.work import Work

PIECE = 256 << 20
"""Bytes of text that are worked on together: some 1.3 million credit records, which take about 1 GB on their way."""

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


@dataclass(frozen=True, slots=True)
class Mended:
    """Records from the quarantine that are loaded again."""

    rows: pa.Table
    """Where they come from: `batch`, `line`."""
    digest: str
    """Names these records, as the hash of a file does."""


def load_files(
    tables: Tables,
    files: Sequence[Path],
    *,
    source: str | None = None,
    known: Mapping[str, SourceMapping] | None = None,
    complete: date | None = None,
    progress: Progress | None = None,
) -> list[LoadReport]:
    """Load files, each as one batch; reports in the order given.

    Files are taken in the order of their sources, registrations first, since records refer to companies. All
    are recognised before the first is loaded, so a wrong file among many stops the load while nothing is
    written. `known` are the mappings to choose from, by default those delivered. `complete` says that each file is
    the whole list of that day: what it covers and no longer has is over.

    Raises
    ------
    InputError
        If a file cannot be used as a whole.
    TablesError
        If another load is under way or the disk is full.
    """
    plan = [(path, _mapping_of(path, source, known)) for path in files]
    refuse_pieces(mapping.name for _, mapping in plan if complete or mapping.complete)
    tell = progress or silent
    reports: dict[Path, LoadReport] = {}
    with tables.lock("loading files"), lean_memory():
        for done, (path, mapping) in enumerate(sorted(plan, key=lambda item: item[1].order), 1):
            reports[path] = load_file(tables, path, mapping, complete=complete, progress=tell)
            tell("loading files", done, len(plan))
    return [reports[path] for path in files]


def load_file(
    tables: Tables,
    path: Path,
    mapping: SourceMapping,
    *,
    complete: date | None = None,
    mends: Mended | None = None,
    progress: Progress = silent,
) -> LoadReport:
    """Load one file of a known source. A file that is in the tables already changes nothing.

    `mends` says that its records come from the quarantine, and are to be told from those of other files by what.
    """
    digest = mends.digest if mends else file_hash(path)
    before = tables.find(digest, mapping.name)
    if before is not None:
        return LoadReport(
            path, mapping.name, before.id, before.read, before.loaded, before.quarantined, before.superseded, True
        )
    job, whole, repeated, main = Job(tables, path, mapping), Whole(), 0, ""
    day = complete or (job.today if mapping.complete and mends is None else None)
    with tables.begin(mapping.name, path.name, digest) as batch:
        for raw in read_pieces(path, None if day or mapping.builder in WHOLE else PIECE):
            facts, quarantine = job.facts(raw)
            if day is not None:
                facts.spoken.setdefault(facts.main, set()).add("valid_to")
            main, again = facts.main, _write(batch, facts, job, whole, alone=raw.last and job.pieces == 1)
            repeated += again
            batch.quarantine(quarantine)
            progress(f"loading {path.name}", job.outcome.read, max(raw.expected, job.outcome.read))
        repeated += _settle(batch, whole, main)
        if day is not None:
            job.end(batch, main, day)
        batch.layout = Layout(tuple(raw.table.column_names), raw.delimiter)
        if mends is not None:
            batch.mends(mends.rows)
        batch.counts(**job.outcome.counts)
        batch.supersedes(main, repeated - job.ended)
    return job.report(raw, tables.batches()[-1])


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a load would make of some records."""

    read: int
    reasons: dict[str, int]
    """Refused records by reason code."""
    warnings: dict[str, int]
    """As in `LoadReport`."""


def judge(tables: Tables, raw: Raw, mapping: SourceMapping, path: Path) -> Judgement:
    """Say what a load would make of records; nothing is written."""
    job = Job(tables, path, mapping)
    job.facts(raw)
    return Judgement(raw.records, job.outcome.reasons, job.outcome.warnings)


class Job:
    """One file on its way from raw pieces to facts. What is done per different value is done once for all pieces."""

    def __init__(self, tables: Tables, path: Path, mapping: SourceMapping) -> None:
        self.source = mapping.name
        self.today = datetime.now(UTC).date()
        self.outcome = Outcome()
        self.pieces = 0
        self.ended = 0
        self.notes: tuple[str, ...] = ()
        self.written: dict[str, pa.Table] = {}
        """The main table, of a file that comes in one piece."""
        self._tables = tables
        self._path = path
        self._mapping = mapping
        self._seen: dict[str, Distinct] = {}
        self._read: dict[tuple[str, ...], pa.Table] = {}
        self._references = References(tables)

    def facts(self, raw: Raw) -> tuple[Facts, pa.Table]:
        """Clean the records of a piece, build their facts; beside them what goes to quarantine."""
        work = self.work(raw)
        facts = BUILDERS[self._mapping.builder](work)
        self._references.give_back(facts)
        if raw.last:
            self._references.decide(facts)
        self.pieces += 1
        return facts, self.outcome.add(raw, work, self._mapping)

    def work(self, raw: Raw) -> Work:
        """Set aside and clean the records of a piece."""
        require_columns(self._mapping, raw.table.column_names, str(self._path))
        kept, suspects = self._set_aside(raw)
        rows = clean(kept, self._mapping, self._seen)
        key, unfilled = self._tables.secret(KEY_NAME), _unfilled(rows, self._mapping)
        shared = self._references, self._read
        return Work(rows, self._tables, key, self.source, self.today, unfilled, *shared, [suspects])

    def end(self, batch: Batch, main: str, day: date) -> None:
        """End what a whole list no longer has; nothing, while a record that nobody could read may be what is missed."""
        scope_of(main)  # refuses what has no whole list
        if self.outcome.reasons:
            self.notes = ("records are in quarantine, so the list ended nothing: mend them in the file, load it again",)
        elif main in self.written:
            gone = no_longer_said(self._tables, main, self.written[main], self.source, day)
            self.ended = batch.write(main, gone, unique=True)

    def report(self, raw: Raw, batch: BatchInfo) -> LoadReport:
        """Sum up; `raw` is any piece of the file."""
        headings = raw.table.column_names
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
            notes=raw.notes + self.notes,
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


def _write(batch: Batch, facts: Facts, job: Job, whole: Whole, *, alone: bool) -> int:
    """Write the facts of a piece; how many records of it give way to a later one with the same key."""
    repeated = 0
    for name, parts in facts.parts.items():
        said = stacked(parts)
        kept = whole.kept(name, said, facts.shared if name == facts.main else (), alone=alone)
        rows = with_origin(kept, name, job.source, job.today, facts.spoken[name])
        batch.write(name, rows, unique=True)
        if alone and name == facts.main:
            job.written = {name: rows}
        if name == facts.main and kept is not said:
            repeated = _full_rows(said) - _full_rows(kept)
    return repeated


def _settle(batch: Batch, whole: Whole, main: str) -> int:
    """Correct what was written by what only all pieces together tell; how many records of one give way to another's."""
    repeated = 0
    for name in whole.tables():
        lost, records = whole.replaced(name)
        batch.amend(name, drop=lost, blank=whole.lonely(name))
        repeated += records if name == main else 0
    return repeated


def _full_rows(rows: Rows) -> int:
    """Rows that are no stubs."""
    return int(rows.spread(rows["rank"] == 0).true_count)


def _mapping_of(path: Path, source: str | None, known: Mapping[str, SourceMapping] | None) -> SourceMapping:
    if source is not None:
        return source_named(source, known)
    headings = read_headings(path)
    try:
        return recognise(headings, known)
    except UnknownSource as error:
        below = header_below(path, known)
        raise UnknownSource(f"{path}: {below or error}") from error


def _unfilled(rows: Rows, mapping: SourceMapping) -> dict[str, Column]:
    """Conditions under which a record lacks a value that its source must fill."""
    conditions = {}
    for column in mapping.columns:
        if column.filled:
            if f"{column.name}_bad" in rows.columns:
                conditions[f"bad_{column.name}"] = rows[f"{column.name}_bad"]
            conditions[f"no_{column.name}"] = rows[column.name].isnull()
    return conditions
