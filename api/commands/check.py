"""`creditnet check`: is everything in order, and how well do the analyses find what was planted?"""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path
from typing import Annotated

import typer

from api.commands.console import err, json_line, out, settings
from graph.errors import ConfigError, NotFound, ServerUnavailable


def check(
    truth: Annotated[
        bool, typer.Option("--truth", help="Compare the findings with the planted truth of the demo city.")
    ] = False,
    truth_folder: Annotated[Path | None, typer.Option(help="Folder of the truth, if not the demo's.")] = None,
    api: Annotated[str, typer.Option(help="Ask the API at this address whether it is well.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per figure.")] = False,
) -> None:
    """Check tables against Neo4j; with --truth the findings against what the synthetic city planted.

    Example: creditnet check --truth
    """
    if api:
        _ask(api)
    elif truth or truth_folder:
        _truth(truth_folder, as_json)
    else:
        _counts(as_json)


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


def _counts(as_json: bool) -> None:
    from graph import open_store
    from graph.tables import Tables
    from loaders.compare import compare

    config = settings()
    with open_store(config) as store:
        rows = compare(Tables.open(config), store)
    for row in rows:
        json_line(row) if as_json else out.print(f"{row.kind:<16} tables {row.tables:>12,}  Neo4j {row.graph:>12,}")
    if any(r.tables != r.graph for r in rows):
        raise ConfigError(
            "tables and Neo4j differ; run `creditnet load` on any file, or empty the database, to mend it"
        )
    err.print("tables and Neo4j agree")


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
