"""The command line: help that teaches, errors with a cure and a documented exit code, JSON for machines."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main
from typer.core import TyperGroup

from api.cli import EXIT_CODES, app
from graph.errors import CreditnetError


def commands(command: object, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every command's words."""
    if isinstance(command, TyperGroup):
        return [found for name, inner in command.commands.items() for found in commands(inner, (*path, name))]
    return [path]


def creditnet(*words: str, home: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does, in its own process."""
    return subprocess.run(
        [sys.executable, "-c", "from api.cli import main; main()", "--home", str(home), *words],
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "160", **env},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize("words", commands(typer.main.get_command(app)), ids=" ".join)
def test_every_command_explains_itself(words: tuple[str, ...], tmp_path: Path) -> None:
    run = creditnet(*words, "--help", home=tmp_path)
    assert run.returncode == 0, run.stderr
    assert "Usage:" in run.stdout


def test_every_exit_code_is_documented() -> None:
    def tree(error: type[CreditnetError]) -> set[int]:
        return {error.exit_code}.union(*(tree(e) for e in error.__subclasses__()))

    assert all(f"{code} " in EXIT_CODES for code in tree(CreditnetError))


@pytest.mark.parametrize(
    ("words", "code", "cure"),
    [
        (("load", "no-such-file.csv"), 3, "no such file"),
        (("refresh", "--no-graph"), 7, "creditnet load"),
        (("check", "--truth"), 8, "creditnet demo"),
        (("check", "--api", "ftp://x"), 2, "http"),
        (("token", "create", "--role", "king"), 3, "viewer"),
        (("token", "revoke", "abc"), 8, "token list"),
        (("loads", "--undo", "99"), 8, "99"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_errors_say_what_cures_them(words: tuple[str, ...], code: int, cure: str, tmp_path: Path) -> None:
    run = creditnet(*words, home=tmp_path)
    assert run.returncode == code, run.stderr
    assert cure in run.stderr
    assert "Traceback" not in run.stderr


def test_a_demo_never_touches_a_home_with_data(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "manifest.sqlite").touch()
    run = creditnet("demo", "--no-serve", home=tmp_path)
    assert run.returncode == 2
    assert "another home" in run.stderr


def test_a_token_is_shown_once_on_stdout_alone(tmp_path: Path) -> None:
    run = creditnet("token", "create", "--role", "analyst", home=tmp_path)
    token = run.stdout.strip()
    assert token.startswith("cn_")
    listed = creditnet("token", "list", home=tmp_path).stdout
    assert "analyst" in listed
    assert token.split("_", 2)[2] not in listed


def test_json_lines_are_json(tmp_path: Path) -> None:
    assert [json.loads(line) for line in creditnet("loads", "--json", home=tmp_path).stdout.splitlines()] == []
