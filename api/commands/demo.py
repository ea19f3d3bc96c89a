"""`creditnet demo`: the whole way on a synthetic city, ending with the page served."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import orjson
import typer

from api.commands.console import err, out, progress, settings, step
from graph.errors import ConfigError
from graph.settings import Settings


@dataclass(frozen=True, slots=True)
class DemoCity:
    """The synthetic city of a demo home: how big, which seed, and which of its steps are done."""

    companies: int
    seed: int


def demo(
    companies: Annotated[int, typer.Option(min=500, help="Companies of the synthetic city.")] = 20_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same city.")] = 1,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="End with the page served.")] = True,
    fresh: Annotated[bool, typer.Option("--fresh", help="Throw away an earlier demo in this home first.")] = False,
    port: Annotated[int, typer.Option(help="Port of the page; 0 picks a free one.")] = -1,
) -> None:
    """Build a synthetic city, load it into Neo4j, find leads, serve the page.

    Everything in it is invented. A second run reuses what is there. Ctrl-C stops the page and the database.
    """
    from graph import open_store
    from graph.store import local
    from graph.store.classes import archive_classes
    from graph.store.jars import provision
    from graph.tables import Tables
    from loaders.load import load_files
    from loaders.publish import publish_graph
    from queries.refresh import is_current
    from queries.refresh import refresh as run_refresh

    config = settings()
    city = DemoCity(companies, seed)
    folder = _claim(config, city, fresh)
    err.print(f"home {config.home_path}", markup=False)
    try:
        if config.is_local:
            with step("Neo4j: jars (fetched once, then reused)"), progress() as bars:
                provision(config, progress=bars)
                archive_classes(config, progress=bars)
        _generate(folder, city)
        tables = Tables.open(config)
        with step("files → clean tables"), progress() as bars:
            reports = load_files(tables, sorted((folder / "files").glob("*.csv")), progress=bars)
        if all(r.already_loaded for r in reports):
            err.print("  reused: every file was loaded before")
        else:
            rows, bad = sum(r.loaded for r in reports), sum(r.quarantined for r in reports)
            err.print(f"  {rows:,} rows loaded, {bad:,} quarantined (see `creditnet quarantine`)", markup=False)
        with step("Neo4j: start"):
            store = open_store(config)
        with store:
            with step("clean tables → Neo4j"), progress() as bars:
                report = publish_graph(tables, store, progress=bars)
            err.print(f"  {report.way}: {report.nodes:,} nodes, {report.relationships:,} relationships", markup=False)
            if is_current(tables, config):
                err.print("[bold]•[/bold] analyses: reused, nothing changed since the last refresh")
            else:
                with step("analyses, scores, leads"), progress() as bars:
                    found = run_refresh(tables, store, config, progress=bars)
                out.print(found.text(), markup=False)
            if serve:
                _serve(config, port)
    finally:
        if config.is_local:
            local.stop(config)
            err.print("Neo4j is stopped; `make demo` again takes up from here")


def _claim(config: Settings, city: DemoCity, fresh: bool) -> Path:
    """Make the home a demo home, or check that it already is one of the same city."""
    home, mark = config.home_path, config.home_path / "demo" / "city.json"
    if fresh and mark.is_file():
        from graph.store import local

        local.stop(config)
        shutil.rmtree(home)
    if mark.is_file():
        known = DemoCity(**orjson.loads(mark.read_bytes()))
        if known != city:
            raise ConfigError(
                f"{home} holds a demo of {known.companies:,} companies (seed {known.seed}); add --fresh to replace it, "
                "or use another home: creditnet --home DIR demo"
            )
        return mark.parent
    if (home / "tables" / "manifest.sqlite").exists():
        raise ConfigError(f"{home} holds data that is not a demo; use another home: creditnet --home DIR demo")
    mark.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    mark.write_bytes(orjson.dumps(city))
    return mark.parent


def _generate(folder: Path, city: DemoCity) -> None:
    from loaders.synthetic import generate

    done = folder / "generated"
    if done.is_file():
        err.print(f"[bold]•[/bold] synthetic city of {city.companies:,} companies: reused")
        return
    with step(f"synthetic city of {city.companies:,} companies (seed {city.seed})"):
        generate(folder, companies=city.companies, seed=city.seed)
    done.touch()


def _serve(config: Settings, port: int) -> None:
    from api.commands.serve import run_server
    from api.tokens import Tokens

    token = Tokens(config.home_path).create("analyst", "demo", days=1)
    run_server(replace(config, port=str(port)) if port >= 0 else config, token=token)
