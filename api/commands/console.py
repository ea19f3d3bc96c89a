"""What all commands share: the console, progress bars, steps with their time, JSON lines, the settings."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from graph.errors import InputError
from graph.model.asof import AsOf
from graph.settings import Settings

out = Console(highlight=False, width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else 160)
err = Console(stderr=True, highlight=False)
"""Progress and messages go to stderr, so that stdout can be piped."""


def settings() -> Settings:
    """Settings of this process."""
    return Settings.from_env()


AsOfOption = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="As of this day, by what had been received by its end."),
]
KnownOnOption = Annotated[
    datetime | None,
    typer.Option("--known-on", formats=["%Y-%m-%d"], help="With --as-of: by what had been received by this later day."),
]


def as_of_days(as_of: datetime | None, known_on: datetime | None) -> AsOf | None:
    """The day that `--as-of` and `--known-on` ask for; None = now.

    Raises
    ------
    InputError
        If a day is still to come, or the second is given alone.
    """
    if as_of is None:
        if known_on is not None:
            raise InputError("--known-on needs --as-of: say as of which day, too")
        return None
    return AsOf.on(as_of.date(), known_on.date() if known_on else None)


def fail(message: str) -> None:
    """Print an error the way every command does."""
    err.print("[bold red]error:[/bold red] ", end="")
    err.print(message, markup=False)


def json_line(value: object) -> None:
    """Print one JSON object on one line of stdout."""
    sys.stdout.write(orjson.dumps(value, default=str).decode() + "\n")
    sys.stdout.flush()


class Bars:
    """One progress bar per piece of long work, moved by calls ``bars(what, done, total)``."""

    def __init__(self, drawn: Progress) -> None:
        self._drawn = drawn
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, what: str, done: int, total: int) -> None:
        """Move the bar of `what`; the first call makes it."""
        if what not in self._tasks:
            self._tasks[what] = self._drawn.add_task(what, total=total)
        self._drawn.update(self._tasks[what], completed=done, total=total)


class Rate(ProgressColumn):
    """How much is done in a second, as far as that is known."""

    def render(self, task: Task) -> Text:
        """Of a bar that has moved."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed else "", style="progress.data.speed")


@contextmanager
def progress() -> Iterator[Bars]:
    """Progress bars on stderr; silent when that is not a terminal."""
    columns = (
        TextColumn("  {task.description}"),
        BarColumn(bar_width=28),
        MofNCompleteColumn(),
        Rate(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as drawn:
        yield Bars(drawn)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Announce a step, and its time when it is done."""
    started = time.perf_counter()
    err.print(f"[bold]•[/bold] {title} …")
    yield
    err.print(f"  [green]done[/green] in {time.perf_counter() - started:.1f} s")
