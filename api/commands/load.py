"""`creditnet load` and `creditnet loads`: files into clean tables and the graph; the batches so far."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from api.commands.console import err, json_line, out, progress, settings, step
from api.commands.explain import explain_files
from graph.errors import InputError

if TYPE_CHECKING:
    from graph.tables import BatchInfo, Tables
    from loaders.load import LoadReport

Files = Annotated[list[Path], typer.Argument(help="Files, or folders whose files are all loaded.", show_default=False)]


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
    graph: Annotated[bool, typer.Option("--graph/--no-graph", help="Also bring Neo4j up to date.")] = True,
    refresh: Annotated[bool, typer.Option("--refresh", help="Run all analyses afterwards.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per file.")] = False,
) -> None:
    """Load files of departments and platforms into the clean tables and the graph.

    CSV, TSV, Excel, Parquet, JSON lines, compressed or not, UTF-8 or GB18030. Rows that cannot be used are
    quarantined with line and reason. Loading the same file twice changes nothing. A file that is not recognised
    needs a mapping: let --explain write a draft of it, and keep it in the folder sources of CREDITNET_HOME.

    Example: creditnet load registration.csv complaints.xlsx
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
    with progress() as bars:
        reports = load_files(tables, found, source=named, known=known, progress=bars)
    for report in reports:
        _show(report, as_json)
    if graph:
        _to_graph(tables, refresh)
    elif refresh:
        raise InputError("--refresh writes to the graph; leave out --no-graph")


def loads(
    undo: Annotated[int | None, typer.Option(help="Take back the batch with this id.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per batch.")] = False,
) -> None:
    """List the batches loaded so far, or take one back.

    Example: creditnet loads --undo 3
    """
    from graph.tables import Tables

    tables = Tables.open(settings())
    if undo is not None:
        tables.undo(undo)
        err.print(
            f"batch {undo} is taken back; `creditnet refresh` brings findings and scores up to date", markup=False
        )
        _to_graph(tables, refresh=False)
    batches = tables.batches()
    if as_json:
        for batch in batches:
            json_line(batch)
        return
    out.print(_table(batches))


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


def _show(report: LoadReport, as_json: bool) -> None:
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
    if report.unmapped:
        out.print(f"    columns not used: {', '.join(report.unmapped)}", markup=False)


def _to_graph(tables: Tables, refresh: bool) -> None:
    from graph import open_store
    from loaders.publish import publish_graph

    config = settings()
    with step("graph"), open_store(config) as store, progress() as bars:
        report = publish_graph(tables, store, progress=bars)
        err.print(f"  {report.way}: {report.nodes:,} nodes, {report.relationships:,} relationships", markup=False)
        if refresh:
            from queries.refresh import refresh as run

            run(tables, store, config, progress=bars)


def _table(batches: list[BatchInfo]) -> Table:
    table = Table("id", "source", "file", "loaded at", "read", "loaded", "quarantined", "superseded", "")
    for b in batches:
        numbers = [f"{n:,}" for n in (b.read, b.loaded, b.quarantined, b.superseded)]
        table.add_row(
            str(b.id), b.source, Path(b.file).name, str(b.created)[:19], *numbers, "undone" if b.undone else ""
        )
    return table
