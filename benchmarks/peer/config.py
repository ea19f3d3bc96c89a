"""The specification, read as data: which heading means what, word lists, weights. Nothing here computes anything.

The peer is given the same tables of constants as creditnet (they are configuration an office owns), so that the
same answers can be expected; every function that works on them is the peer's own.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Column:
    """One column of a department's file."""

    name: str
    headings: tuple[str, ...]
    check: str
    filled: bool
    codes: dict[str, str]


def toml(path: str) -> dict[str, Any]:
    """One of the rule files."""
    return tomllib.loads((ROOT / "loaders" / path).read_text("utf-8"))


def columns_of(source: str) -> list[Column]:
    """The columns of a source, in the order of its file."""
    found = toml(f"sources/{source}.toml")["columns"]
    return [
        Column(name, tuple(c["names"]), c.get("check", "text"), c.get("filled", False), c.get("codes", {}))
        for name, c in found.items()
    ]


SOURCES = (
    "registration", "officers", "shareholders", "shops", "complaints", "abnormal_list", "inspections",
    "judgment_debtors", "licences", "penalties", "severe_list", "credit_repair",
)  # fmt: skip
"""In the order in which they refer to one another."""
WORDS, POSTS, CLOCKS = toml("rules/words.toml"), toml("rules/posts.toml"), toml("rules/clocks.toml")
ENTITY_TYPES, STATUSES = toml("rules/entity_types.toml"), toml("rules/statuses.toml")
