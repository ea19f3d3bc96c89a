"""`creditnet load`: files into clean tables and the graph."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.console import json_line, out, progress, settings
from api.commands.explain import explain_files
from api.commands.graph import to_graph
from graph.errors import InputError

if TYPE_CHECKING:
    from loaders.job import LoadReport
    from loaders.load import LoadOne

Files = Annotated[list[Path], typer.Argument(help="Files, or folders whose files are all loaded.", show_default=False)]


class Engine(StrEnum):
    """What loads files."""

    LOCAL = "local"
    SPARK = "spark"


def load(
    files: Files,
    source: Annotated[str, typer.Option(help="Name of the mapping; default: recognised by the columns.")] = "",
    mapping: Annotated[
        Path | None,
        typer.Option(help="Mapping of your own to load with: a TOML as --draft writes.", show_default=False),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Only say what is recognised, missing and refused; load nothing.")
    ] = False,
    draft: Annotated[
        Path | None,
        typer.Option(help="With --explain of one file: write a mapping for it to edit.", show_default=False),
    ] = None,
    complete: Annotated[
        bool, typer.Option("--complete", help="The file is the whole list: what it covers and no longer has is over.")
    ] = False,
    day: Annotated[
        datetime | None, typer.Option(help="With --complete: the day of the list; default today.", formats=["%Y-%m-%d"])
    ] = None,
    graph: Annotated[bool, typer.Option("--graph/--no-graph", help="Also bring Neo4j up to date.")] = True,
    refresh: Annotated[bool, typer.Option("--refresh", help="Run all analyses afterwards.")] = False,
    engine: Annotated[
        Engine, typer.Option(help="spark: share large files out on the cluster SPARK_MASTER names (docs/spark.md).")
    ] = Engine.LOCAL,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per file.")] = False,
) -> None:
    """Load files of departments and platforms into the clean tables and the graph.

    CSV, TSV, Excel, Parquet, JSON lines, compressed or not, UTF-8 or GB18030. Rows that cannot be used are
    quarantined with line and reason. Loading the same file twice changes nothing: after an interruption the same
    command goes on with the first file that is not in yet; of a file all is in, or nothing. A file that is not
    recognised needs a mapping: let --explain write a draft of it, and keep it in the folder sources of CREDITNET_HOME.

    A file ends nothing by what it leaves out. With --complete it does: facts of its source, of the departments,
    regions, platforms or companies that it names, end on the day of the list if it does not have them.

    Examples: creditnet load registration.csv complaints.xlsx · creditnet load severe.csv --complete --day 2026-11-01
    """
    from graph.tables import Tables
    from loaders.load import load_files
    from loaders.recognise import known_sources

    found = list(_expand(files))
    if mapping and source:
        raise InputError("a mapping names its source itself; leave out --source")
    tables = Tables.open(settings())
    known = known_sources(settings().home_path / "sources", *([mapping] if mapping else []))
    named = mapping.stem if mapping else source or None
    if explain or draft:
        explain_files(tables, found, source=named, known=known, draft_to=draft)
        return
    with _loader(engine) as by, progress() as bars:
        last = _list_day(complete, day)
        reports = load_files(tables, found, source=named, known=known, complete=last, progress=bars, by=by)
    for report in reports:
        show_report(report, as_json)
    if graph:
        to_graph(tables, refresh=refresh)
    elif refresh:
        raise InputError("--refresh writes to the graph; leave out --no-graph")


def _list_day(complete: bool, day: datetime | None) -> date | None:
    if day and not complete:
        raise InputError("--day is the day of a whole list; add --complete")
    return (day or datetime.now(UTC)).date() if complete else None


def _loader(engine: Engine) -> AbstractContextManager[LoadOne | None]:
    if engine is Engine.LOCAL:
        return nullcontext()
    from loaders.spark.load import spark_loader

    return spark_loader(settings())


def _expand(files: list[Path]) -> list[Path]:
    missing = [str(p) for p in files if not p.exists()]
    if missing:
        raise InputError(f"no such file: {', '.join(missing)}")
    return [q for p in files for q in (_within(p) if p.is_dir() else [p])]


def _within(folder: Path) -> list[Path]:
    """The files of a folder. Whoever delivers into it may put a link there, but not to what lies elsewhere."""
    found = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    for path in found:
        if not path.resolve().is_relative_to(folder.resolve()):
            raise InputError(f"{path}: is a link out of the folder; load the file it leads to, if that is meant")
    return found


def show_report(report: LoadReport, as_json: bool) -> None:
    """Print what became of one file."""
    if as_json:
        json_line(report)
        return
    again = " (already loaded: nothing changed)" if report.already_loaded else ""
    out.print(
        f"{Path(report.file).name}: {report.source} · read {report.read:,} · loaded {report.loaded:,} · "
        f"quarantined {report.quarantined:,} · superseded {report.superseded:,}{again}",
        markup=False,
    )
    for reason, count in sorted(report.reasons.items(), key=lambda item: -item[1]):
        out.print(f"    {count:>8,} {reason}", markup=False)
    if report.ended:
        out.print(f"    {report.ended:>8,} ended: the whole list no longer has them", markup=False)
    for note in report.notes:
        out.print(f"    {note}", markup=False)
    if report.unmapped:
        out.print(f"    columns not used: {', '.join(report.unmapped)}", markup=False)
