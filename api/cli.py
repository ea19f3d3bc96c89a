"""The command `creditnet`: one sub-command per thing to do, each in a module of `api.commands`.

Modules are imported when their command runs, so that `creditnet --help` answers at once.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from api.commands import (
    check,
    database,
    demo,
    leads,
    load,
    loads,
    match,
    quarantine,
    refresh,
    score,
    screen,
    serve,
    token,
)  # fmt: skip
from api.commands.console import fail
from graph.errors import CreditnetError

EXIT_CODES = """
Exit codes: 0 done · 1 unexpected · 2 wrong use or setting · 3 a file cannot be used · 4 tables busy or disk
full · 5 Neo4j · 6 query · 7 no snapshot · 8 not found · 9 access denied · 130 interrupted.
"""

app = typer.Typer(
    name="creditnet",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="Credit network analyser: load files, find leads, show why.\n\nFirst steps: [bold]creditnet demo[/bold], or "
    "[bold]creditnet load FILE…[/bold], then [bold]creditnet refresh[/bold], then [bold]creditnet serve[/bold]."
    + EXIT_CODES,
)


@app.callback()
def everywhere(
    home: Annotated[
        str, typer.Option("--home", help="Folder that holds everything (default: CREDITNET_HOME or ~/.creditnet).")
    ] = "",
) -> None:
    """Take `--home` as if CREDITNET_HOME had been set, for this process and those it starts."""
    if home:
        os.environ["CREDITNET_HOME"] = home


app.command("demo")(demo.demo)
app.command("load")(load.load)
app.command("refresh")(refresh.refresh)
app.command("score")(score.score)
app.command("serve")(serve.serve)
app.command("check")(check.check)
app.add_typer(match.app, name="match")
app.add_typer(leads.app, name="leads")
app.add_typer(loads.app, name="loads")
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(screen.app, name="screen")
app.add_typer(database.app, name="db")
app.add_typer(token.app, name="token")


def main() -> None:
    """Run the command line; errors become one message and an exit code, never a traceback."""
    try:
        app()
    except CreditnetError as error:
        fail(str(error))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        fail("interrupted; nothing half-written is left, run the command again to go on")
        sys.exit(130)
