"""How long-running work tells how far it is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much is done, how much there is (0 = not known)."""


def silent(what: str, done: int, total: int) -> None:
    """Tell nobody: the default."""
