"""`creditnet screen`: the analyses on one plain file, without any database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.commands.console import err, step

app = typer.Typer(no_args_is_help=True, help="Analyse one spreadsheet, no database: complaints or ownership.")

Out = Annotated[Path, typer.Option("-o", "--output", help="Folder for the results; made if it does not exist.")]


@app.command()
def complaints(
    file: Annotated[Path, typer.Argument(help="Columns complainant, merchant, date; and, if there, more.")],
    output: Out,
    merchants: Annotated[
        Path | None, typer.Option(help="Columns merchant and, if there, orders, industry, size.")
    ] = None,
) -> None:
    """Find groups of complainants and abnormal merchants.

    Reads `complainant, merchant, date` and, if there, `rating, outcome, amount, phone, address, account, device, agent,
    image, text, platform` (Chinese headings too). Writes complainants.csv, merchants.csv, groups.csv, events.csv,
    report.html; and beliefs.csv, a second opinion, where there are ratings or outcomes.
    """
    from loaders.read import read_any
    from queries.screen.complaints import screen_complaints

    with step(f"complaints of {file.name}"):
        table = read_any(file).table
        screen_complaints(table, output, merchants=read_any(merchants).table if merchants else None)
    err.print(f"open {output / 'report.html'}", markup=False)


@app.command()
def ownership(
    file: Annotated[Path, typer.Argument(help="Columns owner, company, percent; and, if there, owner_kind.")],
    output: Out,
) -> None:
    """Find who controls, who owns in the end, and circular holdings.

    Writes control.csv, ownership.csv, beneficial_owners.csv, cycles.csv, report.html.
    """
    from loaders.read import read_any
    from queries.screen.ownership import screen_ownership

    with step(f"ownership in {file.name}"):
        screen_ownership(read_any(file).table, output)
    err.print(f"open {output / 'report.html'}", markup=False)
