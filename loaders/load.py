"""Load files: read, clean, build facts, commit one batch each. All of a file is in, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from graph.errors import UnknownSource
from graph.progress import Progress, silent
from graph.tables import Tables
from graph.tables.batch import COUNTS
from loaders.complete import refuse_pieces
from loaders.headers import header_below
from loaders.job import Job, LoadReport
from loaders.mapping import SourceMapping
from loaders.memory import lean_memory
from loaders.raw import Raw
from loaders.read import file_hash, read_headings, read_pieces
from loaders.recognise import recognise, source_named
from loaders.rows import WHOLE
from loaders.settle import Whole

PIECE = 256 << 20
"""Bytes of text that are worked on together: some 1.3 million credit records, which take about 1 GB on their way."""


@dataclass(frozen=True, slots=True)
class Mended:
    """Records from the quarantine that are loaded again."""

    rows: pa.Table
    """Where they come from: `batch`, `line`."""
    digest: str
    """Names these records, as the hash of a file does."""


class LoadOne(Protocol):
    """Loads one file of a known source, as `load_file` does."""

    def __call__(
        self,
        tables: Tables,
        path: Path,
        mapping: SourceMapping,
        *,
        complete: date | None = None,
        progress: Progress = silent,
    ) -> LoadReport:
        """Load it, as one batch."""


def load_files(
    tables: Tables,
    files: Sequence[Path],
    *,
    source: str | None = None,
    known: Mapping[str, SourceMapping] | None = None,
    complete: date | None = None,
    progress: Progress | None = None,
    by: LoadOne | None = None,
) -> list[LoadReport]:
    """Load files, each as one batch; reports in the order given.

    Files are taken in the order of their sources, registrations first, since records refer to companies. All
    are recognised before the first is loaded, so a wrong file among many stops the load while nothing is
    written. `known` are the mappings to choose from, by default those delivered. `complete` says that each file is
    the whole list of that day: what it covers and no longer has is over. `by` loads each file,
    by default this process alone.

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
            reports[path] = (by or load_file)(tables, path, mapping, complete=complete, progress=tell)
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
    before = loaded_before(tables, path, mapping, digest)
    if before is not None:
        return before
    job, whole = Job(tables, path, mapping), Whole()
    job.day = complete or (job.today if mapping.complete and mends is None else None)
    with tables.begin(mapping.name, path.name, digest) as batch:
        for raw in read_pieces(path, None if job.day or mapping.builder in WHOLE else PIECE):
            job.load(raw, batch, whole, alone=raw.last and job.pieces == 0)
            progress(f"loading {path.name}", job.outcome.read, max(raw.expected, job.outcome.read))
        job.settle(batch, whole)
        if job.day is not None:
            job.end(batch)
        if mends is not None:
            batch.mends(mends.rows)
        job.outcome.state(batch)
    return job.report(tables.batches()[-1])


def loaded_before(tables: Tables, path: Path, mapping: SourceMapping, digest: str) -> LoadReport | None:
    """The report of the load that brought a file already, if one did."""
    found = tables.find(digest, mapping.name)
    if found is None:
        return None
    counts = {name: getattr(found, name) for name in COUNTS}
    return LoadReport(path, mapping.name, found.id, **counts, already_loaded=True)


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


def _mapping_of(path: Path, source: str | None, known: Mapping[str, SourceMapping] | None) -> SourceMapping:
    if source is not None:
        return source_named(source, known)
    headings = read_headings(path)
    try:
        return recognise(headings, known)
    except UnknownSource as error:
        below = header_below(path, known)
        raise UnknownSource(f"{path}: {below or error}") from error
