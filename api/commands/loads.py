"""`creditnet loads`: the batches so far; take one back, bring it back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from api.commands.console import err, json_line, out, settings
from api.commands.graph import to_graph

if TYPE_CHECKING:
    from graph.tables import BatchInfo

app = typer.Typer()

BatchId = Annotated[int, typer.Argument(help="Number of the batch, as `creditnet loads` shows it.", metavar="ID")]
WithGraph = Annotated[bool, typer.Option("--graph/--no-graph", help="Also bring Neo4j up to date.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per batch.")]


@app.callback(invoke_without_command=True)
def loads(context: typer.Context, as_json: AsJson = False) -> None:
    """List the batches loaded so far: source, file, when, what became of its rows, whether it counts.

    A load is one batch a file: all of it is in the tables, or nothing. One that was wrong can be taken back.

    Examples: creditnet loads · creditnet loads undo 3
    """
    from graph.tables import Tables

    if context.invoked_subcommand is not None:
        return
    batches = Tables.open(settings()).batches()
    if as_json:
        for batch in batches:
            json_line(batch)
        return
    out.print(_table(batches))


@app.command()
def undo(batch: BatchId, graph: WithGraph = True, as_json: AsJson = False) -> None:
    """Take a batch back: the tables, the quarantine and the graph are as if its file had never been loaded.

    Its file can be loaded again, and `creditnet loads redo` brings the batch back. Findings and scores follow
    with the next `creditnet refresh`.

    Example: creditnet loads undo 3
    """
    _turn(batch, undo=True, graph=graph, as_json=as_json)


@app.command()
def redo(batch: BatchId, graph: WithGraph = True, as_json: AsJson = False) -> None:
    """Bring back a batch that was taken back.

    Example: creditnet loads redo 3
    """
    _turn(batch, undo=False, graph=graph, as_json=as_json)


def _turn(batch: int, *, undo: bool, graph: bool, as_json: bool) -> None:
    from graph.tables import Tables

    tables = Tables.open(settings())
    info = tables.undo(batch) if undo else tables.redo(batch)
    err.print(
        f"batch {batch} ({Path(info.file).name}) {'is taken back' if undo else 'counts again'}; "
        "`creditnet refresh` brings findings and scores up to date",
        markup=False,
    )
    if as_json:
        json_line(info)
    if graph:
        to_graph(tables)


def _table(batches: list[BatchInfo]) -> Table:
    table = Table("id", "source", "file", "loaded at", "read", "loaded", "quarantined", "superseded", "state")
    for b in batches:
        numbers = [f"{n:,}" for n in (b.read, b.loaded, b.quarantined, b.superseded)]
        state = "undone" if b.undone else "counts"
        table.add_row(str(b.id), b.source, Path(b.file).name, str(b.created)[:19], *numbers, state)
    return table
