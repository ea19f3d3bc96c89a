"""`creditnet token`: who may read over the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

import typer
from rich.table import Table

from api.commands.console import err, out, settings

if TYPE_CHECKING:
    from queries.masking import Role

app = typer.Typer(no_args_is_help=True, help="Access tokens of the API: create, list, revoke.")


@app.command()
def create(
    role: Annotated[
        str, typer.Option(help="viewer, analyst, supervisor, auditor, administrator or system.")
    ] = "viewer",
    label: Annotated[str, typer.Option(help="For whom, in your words.")] = "",
    days: Annotated[float, typer.Option(help="Valid for so many days.")] = 30,
) -> None:
    """Make a token. It is shown once: only its hash is kept."""
    from api.tokens import Tokens

    text = Tokens(settings().home_path).create(cast("Role", role), label, days)  # refused inside if it is none
    err.print(f"role {role}, valid {days:g} days; keep it, it cannot be shown again:", markup=False)
    out.print(text, markup=False, soft_wrap=True)


@app.command("list")
def show() -> None:
    """List tokens without their secrets."""
    from api.tokens import Tokens

    table = Table("id", "role", "label", "created", "expires", "revoked")
    for t in Tokens(settings().home_path).list():
        table.add_row(
            t.id, t.role, t.label, f"{t.created:%F}", f"{t.expires:%F}", f"{t.revoked:%F}" if t.revoked else ""
        )
    out.print(table)


@app.command()
def revoke(token_id: str) -> None:
    """End a token now."""
    from api.tokens import Tokens

    Tokens(settings().home_path).revoke(token_id)
    err.print(f"token {token_id} is revoked", markup=False)
