"""`creditnet check`: is everything in order, and how well do the analyses find what was planted?"""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from api.commands.console import err, json_line, out, progress, settings
from graph.errors import ConfigError, NotFound, ServerUnavailable

if TYPE_CHECKING:
    from loaders.compare import KindCheck


def check(
    truth: Annotated[
        bool, typer.Option("--truth", help="Compare the findings with the planted truth of the demo city.")
    ] = False,
    truth_folder: Annotated[Path | None, typer.Option(help="Folder of the truth, if not the demo's.")] = None,
    mend: Annotated[bool, typer.Option("--mend", help="Write to Neo4j what it lacks or holds otherwise.")] = False,
    api: Annotated[str, typer.Option(help="Ask the API at this address whether it is well.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per figure.")] = False,
) -> None:
    """Check every row of the tables against Neo4j; with --truth the findings against what the city planted.

    Both sides are read in full and compared by a hash of each row, so a property changed by hand in Neo4j shows
    as well as a missing node. Exit code 0 if all agrees or was mended.

    Examples: creditnet check --mend · creditnet check --truth
    """
    if api:
        _ask(api)
    elif truth or truth_folder:
        _truth(truth_folder, as_json)
    else:
        _graph(as_json, mend)


def _truth(folder: Path | None, as_json: bool) -> None:
    from graph.tables import Tables
    from queries.evaluate import evaluate, render
    from queries.snapshot import Snapshot

    config = settings()
    folder = folder or config.home_path / "demo" / "truth"
    if not folder.is_dir():
        raise NotFound(f"no planted truth in {folder}; run `creditnet demo` first or name a folder with --truth-folder")
    figures = evaluate(Snapshot.open(config), folder, Tables.open(config))
    if as_json:
        for figure in figures:
            json_line(figure)
    else:
        out.print(render(figures))


def _graph(as_json: bool, mend: bool) -> None:
    from graph import open_store
    from graph.tables import Tables
    from loaders import compare

    config = settings()
    with open_store(config) as store, progress() as bars, Tables.open(config) as tables:
        found = (compare.mend if mend else compare.compare)(tables, store, progress=bars)
    if as_json:
        for row in found:
            json_line(row)
    else:
        out.print(_table(found))
    wrong = [row for row in found if not row.agrees]
    if not wrong:
        err.print("tables and Neo4j agree")
    elif mend:
        err.print(f"mended: {', '.join(row.kind for row in wrong)}; run `creditnet check` again to see that both agree")
    else:
        raise ConfigError("tables and Neo4j differ; `creditnet check --mend` writes what is missing or differs")


def _table(found: Sequence[KindCheck]) -> Table:
    table = Table(title="tables against Neo4j", title_justify="left")
    table.add_column("kind")
    for heading in ("tables", "Neo4j", "missing", "differing", "extra", "checksum"):
        table.add_column(heading, justify="right")
    for row in found:
        numbers = (row.tables, row.graph, row.missing, row.differing, row.extra)
        sums = row.tables_checksum if row.agrees else f"{row.tables_checksum} ≠ {row.graph_checksum}"
        table.add_row(row.kind, *(f"{n:,}" for n in numbers), sums, style="" if row.agrees else "bold red")
    return table


def _ask(address: str) -> None:
    if not address.startswith(("http://", "https://")):
        raise ConfigError(f"{address!r} is not an http address, e.g. http://127.0.0.1:8321")
    try:
        with urllib.request.urlopen(f"{address.rstrip('/')}/v1/health", timeout=4) as answer:  # noqa: S310 - scheme checked above
            out.print(answer.read().decode(), markup=False)
    except (urllib.error.URLError, OSError) as error:
        raise ServerUnavailable(
            f"the API at {address} does not answer ({error}); is `creditnet serve` running?"
        ) from error
