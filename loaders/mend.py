"""Out of the quarantine: rows into a spreadsheet, mended by a person, and loaded again by the mapping of their source.

What comes back is a batch of its own. It takes its rows over from the batches they were in: those that can be used
now are facts, the others are in quarantine under the new batch with the new reason. Taken back, it leaves the rows
where they were.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from graph.errors import InputError, NotFound
from graph.tables import Layout, Tables
from loaders.job import LoadReport
from loaders.load import Mended, load_file
from loaders.mapping import SourceMapping
from loaders.quarantine import UNLIKE_HEADER, Wanted, chosen, code_of, fields
from loaders.raw import ORIGINAL_LIMIT
from loaders.read import file_hash
from loaders.recognise import source_named
from loaders.sheet import read_sheet, write_sheet

PLACE = ("#batch", "#line", "#reason")
"""First columns of the sheet: which row it is, and why it is there."""

_MORE = "#more"
"""Heading, with a number, of fields beyond the last heading of the file."""


@dataclass(frozen=True, slots=True)
class Exported:
    """Rows written to a sheet, and rows in quarantine that no sheet can mend."""

    rows: int
    left_out: int
    """Rows whose text was too long to be kept whole, or whose headings were not: mend these in their file."""


@dataclass(frozen=True, slots=True)
class Reloaded:
    """What became of the rows of a mended sheet."""

    reports: list[LoadReport]
    left: int
    """Rows that do not fit their header and were not changed: they stay where they are."""


def export(tables: Tables, wanted: Wanted, path: Path) -> Exported:
    """Write the rows in quarantine to a sheet (.xlsx or .csv), each field under its heading.

    Raises
    ------
    NotFound
        If no such row is in quarantine.
    InputError
        If the rows are of several sources, or the file cannot be written.
    """
    rows = chosen(tables, wanted)
    sources = pc.unique(rows["source"]).to_pylist()
    if len(sources) > 1:
        raise InputError(
            f"the rows are of several sources ({', '.join(sorted(sources))}); name one of them: a sheet each"
        )
    layouts = tables.layouts()
    kept = [row for row in rows.to_pylist() if row["batch"] in layouts and len(row["original"]) < ORIGINAL_LIMIT]
    if not kept:
        raise NotFound("no such row is in quarantine that a spreadsheet could mend")
    headings = list(dict.fromkeys(name for row in kept for name in layouts[row["batch"]].headings))
    cells = [_cells(row, layouts[row["batch"]]) for row in kept]
    more = [f"{_MORE}{i}" for i in range(1, max(len(beyond) for _, beyond in cells) + 1)]
    lines = [
        [str(row["batch"]), str(row["line"]), row["reason"], *(under.get(name, "") for name in headings)]
        + beyond
        + [""] * (len(more) - len(beyond))
        for row, (under, beyond) in zip(kept, cells, strict=True)
    ]
    write_sheet(path, [*PLACE, *headings, *more], lines)
    return Exported(len(kept), len(rows) - len(kept))


def reload(tables: Tables, path: Path, *, known: Mapping[str, SourceMapping] | None = None) -> Reloaded:
    """Load the rows of a mended sheet; each goes by the mapping of its source, `known` are those to choose from.

    A row left as it was is judged again, since what it refers to may be known by now; only one that does not fit
    its header stays where it is. The same sheet loaded twice changes nothing.

    Raises
    ------
    InputError
        If the sheet lacks a column, or names a row that is not in quarantine.
    UnknownSource
        If the mapping of a source is no longer known.
    """
    with tables.lock("loading mended rows"):
        groups = [(source_named(group.source, known), group) for group in _groups(tables, path)]
        plan = sorted(groups, key=lambda item: item[0].order)
        for _, group in plan:
            _refuse_strange(tables, group, path)
        reports = [_load(tables, mapping, group, path) for mapping, group in plan if group.rows]
    return Reloaded(reports, sum(group.left for _, group in plan))


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of a sheet: which it is, and its fields under the headings of its batch."""

    batch: int
    line: int
    values: tuple[str, ...]
    beyond: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Group:
    """The rows of one sheet that come from files of one source and form."""

    source: str
    headings: tuple[str, ...]
    digest: str
    rows: Sequence[_Row]
    left: int


def _cells(row: Mapping[str, str], layout: Layout) -> tuple[dict[str, str], list[str]]:
    values = fields(row["original"], row["reason"], layout)
    count = len(layout.headings)
    return dict(zip(layout.headings, values, strict=False)), values[count:]


def _groups(tables: Tables, path: Path) -> list[_Group]:
    names, lines = read_sheet(path)
    absent = [name for name in PLACE[:2] if name not in names]
    if absent:
        raise InputError(f"{path}: lacks the column {absent[0]}; mend a file that `creditnet quarantine export` wrote")
    sources = {info.id: info.source for info in tables.batches()}
    layouts, digest = tables.layouts(), file_hash(path)
    found: dict[tuple[str, tuple[str, ...]], list[_Row]] = {}
    for number, line in enumerate(lines, 1):
        row = _row(dict(zip(names, line, strict=True)), layouts, f"{path}: row {number}")
        found.setdefault((sources[row.batch], layouts[row.batch].headings), []).append(row)
    return [_group(tables, digest, layouts, *form, rows) for form, rows in found.items()]


def _row(cells: Mapping[str, str], layouts: Mapping[int, Layout], where: str) -> _Row:
    try:
        batch, line = (int(cells[name]) for name in PLACE[:2])
    except ValueError as error:
        raise InputError(f"{where} says no {PLACE[0]} and {PLACE[1]}; leave these columns as they were") from error
    if batch not in layouts:
        raise InputError(f"{where}: there is no batch {batch} with rows to mend")
    headings = layouts[batch].headings
    absent = [name for name in headings if name not in cells]
    if absent:
        raise InputError(f"{where}: the column {absent[0]} of its file is not in the sheet; export it again")
    beyond = [value for name, value in cells.items() if name.startswith(_MORE)]
    while beyond and not beyond[-1]:
        beyond.pop()
    return _Row(batch, line, tuple(cells[name] for name in headings), tuple(beyond))


def _group(
    tables: Tables,
    digest: str,
    layouts: Mapping[int, Layout],
    source: str,
    headings: tuple[str, ...],
    rows: Sequence[_Row],
) -> _Group:
    """Leave out the rows that do not fit their header, as they did not before."""
    unfit = _unlike_header(tables, layouts, {row.batch for row in rows})
    kept = [row for row in rows if not row.beyond and row not in unfit]
    told = json.dumps([digest, source, headings])
    return _Group(source, headings, hashlib.sha256(told.encode()).hexdigest(), kept, len(rows) - len(kept))


def _unlike_header(tables: Tables, layouts: Mapping[int, Layout], batches: Iterable[int]) -> set[_Row]:
    """The rows of some batches that did not fit the header, as a sheet shows them."""
    found = set()
    for batch in batches:
        headings = layouts[batch].headings
        for row in tables.set_aside(batch).to_pylist():
            if code_of(row["reason"]) in UNLIKE_HEADER:
                under, beyond = _cells(row, layouts[batch])
                values = tuple(under.get(name, "") for name in headings)
                found.add(_Row(batch, row["line"], values, tuple(beyond)))
    return found


def _refuse_strange(tables: Tables, group: _Group, path: Path) -> None:
    """Refuse rows that are not in quarantine, unless it is this sheet that took them from there."""
    if tables.find(group.digest, group.source) is not None:
        return
    rows = tables.quarantined()
    there = set(zip(rows["batch"].to_pylist(), rows["line"].to_pylist(), strict=True))
    strange = [row for row in group.rows if (row.batch, row.line) not in there]
    if strange:
        raise InputError(
            f"{path}: line {strange[0].line} of batch {strange[0].batch} is not in quarantine: mended already, or "
            "its batch was taken back; export again what is there"
        )


def _load(tables: Tables, mapping: SourceMapping, group: _Group, path: Path) -> LoadReport:
    columns = {
        name: pa.array([row.values[place] for row in group.rows], pa.string())
        for place, name in enumerate(group.headings)
    }
    places = sorted({(row.batch, row.line) for row in group.rows})
    taken = pa.table({"batch": [batch for batch, _ in places], "line": [line for _, line in places]})
    with tempfile.TemporaryDirectory(prefix="creditnet-") as folder:
        file = Path(folder) / path.name  # Parquet, whatever its name: the fields arrive as they are
        pq.write_table(pa.table(columns), file)
        return replace(load_file(tables, file, mapping, mends=Mended(taken, group.digest)), file=path)
