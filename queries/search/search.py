"""Find a party by what an officer types: name, pinyin initials, credit code, older number, id."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, get_args

from queries.catalog import Reader, run
from queries.parties import party_of
from queries.results import Party, PartyKind

__all__ = ["search"]

CANDIDATES = 200
"""Index hits that are ranked. 東莞市 alone has a million; the closest 200 (shortest names) are enough to fill
a list of 8 and keep the server's part within 30 ms (explorer.md, point 1)."""
LONGEST = 100
"""Characters of a typed text that are looked at; the longest registered names have about 60."""

_CODE = re.compile(r"(?=.*\d)[0-9A-Z]{3,18}")
_INITIALS = re.compile(r"[a-z]+")
_WORD = re.compile(r"\w")


def search(store: Reader, text: str, *, kinds: Sequence[str] | None = None, limit: int = 8) -> tuple[Party, ...]:
    """Best matches for a typed text: exact before prefix before others, then risk class, then relationships."""
    typed = _clean(text)
    if not _WORD.search(typed):
        return ()
    common = {"kinds": list(kinds or get_args(PartyKind)), "candidates": CANDIDATES, "limit": limit}
    rows = run(store, "search/by_name", phrase=_phrase(typed), text=typed.lower(), **common)
    if _INITIALS.fullmatch(typed.lower()):
        rows += run(store, "search/by_initials", initials=typed.lower(), **common)
    if _CODE.fullmatch(typed.upper()) or "_" in typed:
        rows += run(store, "search/by_code", code=typed.upper(), text=typed, **common)
    return _best(rows, limit)


def _clean(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())[:LONGEST]


def _phrase(typed: str) -> str:
    r"""Write the typed text as a Lucene query in which nothing of it is an operator.

    The index holds pairs of neighbouring characters, so a quoted phrase of two or more finds exactly the names
    that hold it; one Chinese character is looked for as first or last of a pair.

    >>> _phrase('宏达"商行')
    '"宏达\\"商行"'
    >>> _phrase("鑫")
    '鑫* OR *鑫'
    """
    if len(typed) == 1 and ord(typed) > 0x2E80:
        return f"{typed}* OR *{typed}"
    escaped = typed.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _best(rows: Iterable[dict[str, Any]], limit: int) -> tuple[Party, ...]:
    """Merge the rows of several indexes: one row a party, its best one."""
    best: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=_rank):
        best.setdefault(row["id"], row)
    return tuple(party_of(row) for row in list(best.values())[:limit])


def _rank(row: dict[str, Any]) -> tuple[bool, bool, int, int, str]:
    return (not row["exact"], not row["prefix"], -"ABCD".find(row["danger"] or "?"), -row["links"], row["id"])
