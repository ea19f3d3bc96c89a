"""`creditnet db`: the local Neo4j."""

from __future__ import annotations

from typing import Annotated

import typer

from api.commands.console import err, json_line, out, progress, settings
from graph.errors import ConfigError
from graph.settings import Settings

app = typer.Typer(no_args_is_help=True, help="The local Neo4j: fetch, start, stop, status, logs, password.")


def _local() -> Settings:
    config = settings()
    if not config.is_local:
        raise ConfigError(f"NEO4J_URI={config.neo4j_uri} is set: that server is not ours to start or stop; unset it")
    return config


@app.command()
def provision() -> None:
    """Fetch Neo4j's jars into the cache, verify their hashes, archive their classes so that starts are quick.

    Sites without network: copy the cache folder from a machine that has one.
    """
    from graph.store.classes import archive_classes
    from graph.store.jars import provision as fetch

    with progress() as bars:
        fetch(_local(), progress=bars)
        archive_classes(_local(), progress=bars)
    err.print(f"jars are in {_local().jars_path}", markup=False)


@app.command()
def start() -> None:
    """Start the local Neo4j and keep it running until `creditnet db stop`."""
    from graph.store import local

    local.start(_local())
    status()


@app.command()
def stop() -> None:
    """Stop the local Neo4j. Does nothing if it is not running."""
    from graph.store import local

    stopped = local.stop(_local())
    err.print("stopped" if stopped else "it was not running")


@app.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="As a JSON object.")] = False) -> None:
    """Say whether the local Neo4j runs, where, and who uses it."""
    from graph.store import local

    found = local.status(_local())
    if as_json:
        json_line(found)
    elif found is None:
        out.print("not running")
    else:
        until = "until `creditnet db stop`" if found.stays else "until its last user ends"
        where = f"running at {found.uri}, database {found.database}, process {found.server_pid}"
        out.print(f"{where}, {until}", markup=False)


@app.command()
def logs(lines: Annotated[int, typer.Option("-n", "--lines", help="How many of the last lines.")] = 50) -> None:
    """Show the last lines of the local Neo4j's log."""
    from graph.store import local

    out.print(*local.logs(_local(), lines), sep="\n", markup=False)
