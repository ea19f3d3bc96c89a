"""`creditnet quarantine`: the rows that could not be used: list, show, count, mend in a spreadsheet, load again."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from api.commands.console import err, json_line, out, settings
from api.commands.graph import to_graph
from api.commands.load import show_report

if TYPE_CHECKING:
    import pyarrow as pa

    from loaders.quarantine import Count, Wanted

app = typer.Typer()

BatchOption = Annotated[int | None, typer.Option("--batch", help="Only rows of the batch with this id.")]
Source = Annotated[str, typer.Option(help="Only rows of this source, e.g. penalties.")]
Reason = Annotated[str, typer.Option(help="Only rows with this reason, e.g. bad_decided.")]
File = Annotated[str, typer.Option("--file", help="Only rows of the file of this name.")]
Since = Annotated[
    datetime | None, typer.Option(help="Only rows of files loaded on this day or later.", formats=["%Y-%m-%d"])
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per row.")]


@app.callback(invoke_without_command=True)
def quarantine(
    context: typer.Context,
    batch: BatchOption = None,
    source: Source = "",
    reason: Reason = "",
    file: File = "",
    since: Since = None,
    limit: Annotated[int, typer.Option(help="Rows to show on screen.")] = 20,
    text: Annotated[bool, typer.Option("--text", help="Show the original text, which may be personal data.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the rows that could not be used: batch, file, line and why. Rows mended since are no longer there.

    The way out: export rows of one source, correct them in a spreadsheet, reload the sheet. The original text is
    personal data: shown only when asked for.

    Examples: creditnet quarantine --source penalties · creditnet quarantine export to-mend.xlsx --source penalties
    · creditnet quarantine reload to-mend.xlsx
    """
    from graph.tables import Tables
    from loaders.quarantine import chosen

    if context.invoked_subcommand is not None:
        return
    rows = chosen(Tables.open(settings()), _wanted(batch, source, reason, file, since))
    shown = rows if text else rows.drop_columns(["original"])
    if as_json:
        for row in shown.to_pylist():
            json_line(row)
        return
    out.print(_listed(shown, limit))


@app.command()
def show(
    batch: Annotated[int, typer.Argument(help="Id of the batch.")],
    line: Annotated[int, typer.Argument(help="Number of the record in its file, header excluded, from 1.")],
    as_json: AsJson = False,
) -> None:
    """Show one row as it stood in its file, each field under its heading. It may hold personal data.

    Example: creditnet quarantine show 3 17
    """
    from graph.tables import Tables
    from loaders.quarantine import shown

    for row in shown(Tables.open(settings()), batch, line):
        if as_json:
            json_line(row)
            continue
        out.print(f"{row.file} (batch {row.batch}, {row.source}), line {row.line}: {row.reason}", markup=False)
        for heading, value in row.fields:
            out.print(f"    {heading or '(beyond the headings)'}: {value}", markup=False)


@app.command()
def counts(
    batch: BatchOption = None,
    source: Source = "",
    reason: Reason = "",
    file: File = "",
    since: Since = None,
    as_json: AsJson = False,
) -> None:
    """Count what went to quarantine, per day of loading, source and reason, and how much was mended and reloaded.

    Example: creditnet quarantine counts --since 2026-01-01
    """
    from graph.tables import Tables
    from loaders.quarantine import counts as count

    found = count(Tables.open(settings()), _wanted(batch, source, reason, file, since))
    if as_json:
        for row in found:
            json_line(row)
        return
    out.print(_counted(found))


@app.command()
def export(
    sheet: Annotated[Path, typer.Argument(help="File to write: .xlsx, or .csv.", show_default=False)],
    batch: BatchOption = None,
    source: Source = "",
    reason: Reason = "",
    file: File = "",
    since: Since = None,
) -> None:
    """Write rows of one source to a spreadsheet for mending: their batch, line and reason, then their fields.

    In a workbook every cell is text, so codes stay what they are. Spreadsheet programs turn the codes of a .csv into
    numbers like 9.14E+17: take .xlsx. The first three columns must stay; a row may be left out or left as it is.

    Example: creditnet quarantine export to-mend.xlsx --source penalties --reason bad_decided
    """
    from graph.tables import Tables
    from loaders.mend import export as write

    done = write(Tables.open(settings()), _wanted(batch, source, reason, file, since), sheet)
    out.print(f"{done.rows:,} rows written to {sheet}", markup=False)
    if done.left_out:
        err.print(f"{done.left_out:,} rows hold too long a text for a spreadsheet: mend them in their file")


@app.command()
def reload(
    sheet: Annotated[Path, typer.Argument(help="The mended sheet.", exists=True, dir_okay=False, show_default=False)],
    mapping: Annotated[
        Path | None, typer.Option(help="The mapping of your own that the rows were loaded with.", show_default=False)
    ] = None,
    graph: Annotated[bool, typer.Option("--graph/--no-graph", help="Also bring Neo4j up to date.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per batch.")] = False,
) -> None:
    """Load mended rows by the mapping of their source, as a batch of their own.

    They leave the quarantine; a row that still cannot be used is there under the new batch with its new reason.
    `creditnet loads undo` of the new batch brings the rows back as they were.

    Example: creditnet quarantine reload to-mend.xlsx
    """
    from graph.tables import Tables
    from loaders.mend import reload as load
    from loaders.recognise import known_sources

    tables = Tables.open(settings())
    known = known_sources(settings().home_path / "sources", *([mapping] if mapping else []))
    done = load(tables, sheet, known=known)
    for report in done.reports:
        show_report(report, as_json)
    if done.left:
        err.print(f"{done.left:,} rows still have more or fewer fields than headings: they stay in quarantine")
    if graph and done.reports:
        to_graph(tables)


def _wanted(batch: int | None, source: str, reason: str, file: str, since: datetime | None) -> Wanted:
    from loaders.quarantine import Wanted

    return Wanted(batch, source, reason, file, since.date() if since else None)


def _listed(rows: pa.Table, limit: int) -> Table:
    table = Table(*rows.column_names, title=f"{rows.num_rows:,} quarantined rows")
    for row in rows.slice(0, limit).to_pylist():
        table.add_row(*(str(value) for value in row.values()))
    return table


def _counted(found: list[Count]) -> Table:
    table = Table("loaded on", "source", "reason")
    for heading in ("rows", "reloaded", "left"):
        table.add_column(heading, justify="right")
    for row in found:
        numbers = (row.rows, row.reloaded, row.rows - row.reloaded)
        table.add_row(str(row.day), row.source, row.reason, *(f"{n:,}" for n in numbers))
    return table
