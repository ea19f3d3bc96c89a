"""Load files: read, clean, build facts, commit one batch each. All of a file is in, or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from graph.errors import InputError, UnknownSource
from graph.progress import Progress
from graph.tables import Batch, BatchInfo, Layout, Tables
from loaders.clean import LINE, clean
from loaders.columns import Column, encoded
from loaders.complete import no_longer_said, refuse_pieces, scope_of
from loaders.facts import one_per_key, with_origin
from loaders.frame import Rows, stacked
from loaders.headers import header_below
from loaders.mapping import SourceMapping
from loaders.raw import Raw
from loaders.read import file_hash, read_any, read_headings
from loaders.reasons import words
from loaders.recognise import recognise, require_columns, source_named
from loaders.rows import BUILDERS
from loaders.suspect import originals, set_aside
from loaders.work import Work

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
    reports: dict[Path, LoadReport] = {}
    with tables.lock("loading files"):
        for done, (path, mapping) in enumerate(sorted(plan, key=lambda item: item[1].order), 1):
            reports[path] = load_file(tables, path, mapping, complete=complete)
            if progress is not None:
                progress("loading files", done, len(plan))
    return [reports[path] for path in files]


def load_file(
    tables: Tables, path: Path, mapping: SourceMapping, *, complete: date | None = None, mends: Mended | None = None
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
    raw = read_any(path)
    headings = raw.table.column_names
    require_columns(mapping, headings, str(path))
    with tables.begin(mapping.name, path.name, digest) as batch:
        outcome = _Outcome(raw, mapping)
        kept, suspects = _set_aside(raw, mapping, path)
        outcome.refuse(suspects)
        today = datetime.now(UTC).date()
        day = complete or (today if mapping.complete and mends is None else None)
        facts = _facts(kept, mapping, tables, today, outcome, ends=day is not None)
        for name, rows in facts.items():
            batch.write(name, rows, unique=True)
        if day is not None:
            outcome.end(tables, batch, facts, day)
        batch.layout = Layout(tuple(headings), raw.delimiter)
        if mends is not None:
            batch.mends(mends.rows)
        batch.quarantine(outcome.quarantine())
        batch.counts(**outcome.counts())
        batch.supersedes(outcome.main, outcome.repeated - outcome.ended)
    return outcome.report(path, tables.batches()[-1])


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
    outcome = _Outcome(raw, mapping)
    kept, suspects = _set_aside(raw, mapping, path)
    outcome.refuse(suspects)
    _facts(kept, mapping, tables, datetime.now(UTC).date(), outcome)
    return Judgement(raw.records, outcome.reasons(), outcome.warnings)


class _Outcome:
    """Keeps count of what becomes of the records of one file."""

    def __init__(self, raw: Raw, mapping: SourceMapping) -> None:
        self._raw = raw
        self._mapping = mapping
        self._refused: list[pa.Table] = []
        self.main = ""
        self.repeated = 0
        self.ended = 0
        self.notes = raw.notes
        self.warnings: dict[str, int] = {}

    def refuse(self, rows: pa.Table) -> None:
        """Note records (line, reason code) that cannot be used."""
        self._refused.append(rows.select(["line", "reason"]).cast(_REFUSED))

    def quarantine(self) -> pa.Table:
        """Line, reason in words and original text of every record refused, in the order of the file."""
        refused = pa.concat_tables([_REFUSED.empty_table(), *self._refused]).combine_chunks()
        lines = refused["line"].combine_chunks()
        texts = pa.chunked_array([pa.array(originals(self._raw, lines), pa.string())])
        rows = pa.concat_tables([refused.append_column("original", texts), self._raw.rejected]).sort_by("line")
        reasons = pa.array([words(code) for code in rows["reason"].to_pylist()], pa.string())
        return rows.set_column(rows.column_names.index("reason"), "reason", reasons)

    def end(self, tables: Tables, batch: Batch, facts: Mapping[str, pa.Table], day: date) -> None:
        """End what a whole list no longer has; nothing, while a record that nobody could read may be what is missed."""
        scope_of(self.main)  # refuses what has no whole list
        if self.reasons():
            self.notes += (
                "records are in quarantine, so the list ended nothing: mend them in the file, load it again",
            )
        elif self.main in facts:
            gone = no_longer_said(tables, self.main, facts[self.main], self._mapping.name, day)
            self.ended = batch.write(self.main, gone, unique=True)

    def counts(self) -> dict[str, int]:
        """What was read and what became of it; what is replaced by it only the tables can say."""
        quarantined = sum(self.reasons().values())
        return {
            "read": self._raw.records,
            "loaded": self._raw.records - quarantined,
            "quarantined": quarantined,
        }

    def reasons(self) -> dict[str, int]:
        """Refused records by reason code, the most frequent first."""
        codes = [t["reason"].to_pylist() for t in (*self._refused, self._raw.rejected)]
        return dict(Counter(code for part in codes for code in part).most_common())

    def report(self, path: Path, batch: BatchInfo) -> LoadReport:
        """Sum up."""
        headings = self._raw.table.column_names
        located = self._mapping.locate(headings)
        return LoadReport(
            file=path,
            source=self._mapping.name,
            batch=batch.id,
            superseded=batch.superseded,
            **self.counts(),
            already_loaded=False,
            reasons=self.reasons(),
            warnings=self.warnings,
            unmapped=self._mapping.unmapped(headings),
            absent=tuple(c.usual for c in self._mapping.columns if c.name not in located),
            notes=self.notes,
            ended=self.ended,
        )


_REFUSED = pa.schema([("line", pa.int64()), ("reason", pa.string())])


def _mapping_of(path: Path, source: str | None, known: Mapping[str, SourceMapping] | None) -> SourceMapping:
    if source is not None:
        return source_named(source, known)
    headings = read_headings(path)
    try:
        return recognise(headings, known)
    except UnknownSource as error:
        below = header_below(path, known)
        raise UnknownSource(f"{path}: {below or error}") from error


def _set_aside(raw: Raw, mapping: SourceMapping, path: Path) -> tuple[Rows, pa.Table]:
    columns = {name: encoded(raw.table[name]) for name in raw.table.column_names}
    rows = Rows({LINE: Column(raw.lines), **columns}, len(raw.table))
    try:
        return set_aside(rows, raw, mapping)
    except InputError as error:
        raise type(error)(f"{path}: {error}") from error


def _facts(
    rows: Rows, mapping: SourceMapping, tables: Tables, today: date, outcome: _Outcome, *, ends: bool = False
) -> dict[str, pa.Table]:
    """Clean the records, build the facts, count what is refused and replaced. `ends`: they say how long they hold."""
    rows = clean(rows, mapping)
    work = Work(rows, tables, tables.secret(KEY_NAME), mapping.name, today, _unfilled(rows, mapping))
    facts = BUILDERS[mapping.builder](work)
    work.references.settle(facts)
    for refused in work.refused:
        outcome.refuse(refused)
    outcome.warnings = _warnings(work, mapping)
    if ends:
        facts.spoken.setdefault(facts.main, set()).add("valid_to")
    said = {name: stacked(parts) for name, parts in facts.parts.items()}
    kept = {name: one_per_key(rows, name) for name, rows in said.items()}
    if facts.main in said:
        outcome.main, outcome.repeated = facts.main, _repeated(said[facts.main], kept[facts.main])
    return {name: with_origin(rows, name, mapping.name, today, facts.spoken[name]) for name, rows in kept.items()}


def _unfilled(rows: Rows, mapping: SourceMapping) -> dict[str, Column]:
    """Conditions under which a record lacks a value that its source must fill."""
    conditions = {}
    for column in mapping.columns:
        if column.filled:
            if f"{column.name}_bad" in rows.columns:
                conditions[f"bad_{column.name}"] = rows[f"{column.name}_bad"]
            conditions[f"no_{column.name}"] = rows[column.name].isnull()
    return conditions


def _warnings(work: Work, mapping: SourceMapping) -> dict[str, int]:
    """Loaded records by value that could not be used, and by status of their code if it is not valid."""
    rows = work.accepted
    bad = [f"{c.name}_bad" for c in mapping.columns if f"{c.name}_bad" in rows.columns]
    found = {f"bad_{name.removesuffix('_bad')}": rows.spread(name).true_count for name in bad}
    if "code_status" in rows.columns:
        by_status = pc.value_counts(rows.spread("code_status")).to_pylist()
        found |= {f"code_{row['values']}": row["counts"] for row in by_status if row["values"] not in ("valid", None)}
    return {name: int(count) for name, count in sorted(found.items()) if count}


def _repeated(said: Rows, kept: Rows) -> int:
    """Records that give way to a later record of the same file with the same key."""
    return int(said.spread(said["rank"] == 0).true_count - kept.spread(kept["rank"] == 0).true_count)
