"""Reference pages made from the product itself: settings, commands, features of the score, sources of files.

``python -m api.document settings|commands|features|sources`` prints one; `make docs` writes all, and a test keeps
them fresh.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields

import typer.main
from typer.core import TyperCommand, TyperGroup, TyperOption

from graph.settings import Settings


def settings_page() -> str:
    """Every setting: variable, default, meaning."""
    lines = ["# Settings", "", "All are environment variables; `--home` overrides `CREDITNET_HOME`.", ""]
    lines += ["| variable | default | meaning |", "|---|---|---|"]
    lines += [f"| `{f.metadata['env']}` | `{f.default or ' '}` | {f.metadata['describe']} |" for f in fields(Settings)]
    return "\n".join(lines) + "\n"


def commands_page() -> str:
    """Every command with its options, from its own help; a group that does something by itself is a command, too."""
    from api.cli import EXIT_CODES, app

    root = typer.main.get_command(app)
    lines = ["# The command line", "", EXIT_CODES.strip().replace("\n", " "), ""]
    for path, command in _commands(root, "creditnet"):
        lines += [f"## `{path}`", "", inspect.cleandoc(command.help or ""), ""]
        for parameter in command.params:
            if isinstance(parameter, TyperOption) and parameter.name != "help":
                names = ", ".join(f"`{n}`" for n in (*parameter.opts, *parameter.secondary_opts))
                lines.append(f"* {names}: {parameter.help or ''}")
        lines.append("")
    return "\n".join(lines)


def features_page() -> str:
    """Every feature of the scorecard: the table and each function's docstring."""
    from graph.scoring.document import document

    return document()


def sources_page() -> str:
    """Every source of files: its columns and headings."""
    from loaders.document import document

    return document()


PAGES: dict[str, Callable[[], str]] = {
    "settings": settings_page,
    "commands": commands_page,
    "features": features_page,
    "sources": sources_page,
}


def _commands(command: object, path: str) -> Iterator[tuple[str, TyperCommand | TyperGroup]]:
    if isinstance(command, TyperGroup):
        if command.invoke_without_command and command.callback is not None and path != "creditnet":
            yield path, command
        for name, inner in command.commands.items():
            yield from _commands(inner, f"{path} {name}")
    elif isinstance(command, TyperCommand):
        yield path, command


if __name__ == "__main__":
    sys.stdout.write(PAGES[sys.argv[1]]())
