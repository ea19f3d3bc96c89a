"""Find a party by what an officer types: name, pinyin initials, credit code, older number, id."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, get_args

from queries.catalog import Reader, run
from queries.parties import as_it_was, party_of
from queries.results import Party, PartyKind

__all__ = ["search"]

CANDIDATES = 200
"""Index hits that are ranked. 東莞市 alone has a million; the closest 200 (shortest names) are enough to fill
a list of 8 and keep the server's part within 30 ms (explorer.md, point 1)."""
CJK = 0x2E80
"""First code point of the Chinese, Japanese and Korean blocks."""
SHORTEST_INSIDE = 3
"""Letters from which initials are looked for inside others; the index works on pieces of three."""
LONGEST = 100
"""Characters of a typed text that are looked at; the longest registered names have about 60."""

_CODE = re.compile(r"(?=.*\d)[0-9A-Z]{3,18}")
_INITIALS = re.compile(r"[a-z]+")
_WORD = re.compile(r"\w")


def search(
    store: Reader,
    text: str,
    *,
    kinds: Sequence[str] | None = None,
    limit: int = 8,
    as_of: date | None = None,
) -> tuple[Party, ...]:
    """Best matches for a typed text: exact before prefix before others, then risk class, then relationships.

    Names are those of now; what was registered or opened after the day asked for is left out.
    """
    typed = _clean(text)
    if not _WORD.search(typed):
        return ()
    ask = _Search(store, kinds, limit, as_of)
    rows: list[dict[str, Any]] = []
    if _CODE.fullmatch(typed.upper()) or "_" in typed:
        rows += ask("search/by_code", code=typed.upper(), text=typed)
    for phrase in _phrases(typed):
        if _parties(rows) < limit:
            rows += ask("search/by_name", phrase=phrase, text=typed)
    letters = typed.lower()
    if _INITIALS.fullmatch(letters):
        rows += ask("search/by_initials", initials=letters)
        # What only holds the letters ranks below what begins with them: not looked for when the list is full.
        if _parties(rows) < limit and len(letters) >= SHORTEST_INSIDE:
            rows += ask("search/by_initials_inside", initials=letters)
    return tuple(as_it_was(found, as_of) for found in _best(rows, limit))


class _Search:
    """One search: runs the questions with what they have in common."""

    def __init__(self, store: Reader, kinds: Sequence[str] | None, limit: int, as_of: date | None) -> None:
        self._store = store
        # Hits of other kinds are thrown away after the index gave its closest, so more of them are asked for.
        candidates = CANDIDATES if kinds is None else 10 * CANDIDATES
        self._common: dict[str, object] = {
            "kinds": list(kinds or get_args(PartyKind)), "candidates": candidates, "limit": limit, "as_of": as_of,
        }  # fmt: skip

    def __call__(self, name: str, **params: object) -> list[dict[str, Any]]:
        return run(self._store, name, **params, **self._common)


def _parties(rows: Iterable[dict[str, Any]]) -> int:
    return len({row["id"] for row in rows})


def _clean(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())[:LONGEST]


def _phrases(typed: str) -> list[str]:
    r"""Write the typed text as Lucene queries in which nothing of it is an operator, to be tried in turn.

    The index holds pairs of neighbouring characters, so a quoted phrase of two or more finds exactly the names
    that hold it. One Chinese character is looked for as the first of a pair, then as the last: apart, because
    each alone stops at the first hits and both together would visit all.

    >>> _phrases('宏达"商行')
    ['"宏达\\"商行"']
    >>> _phrases("鑫")
    ['鑫*', '*鑫']
    """
    if len(typed) == 1 and ord(typed) >= CJK:
        return [f"{typed}*", f"*{typed}"]
    escaped = typed.replace("\\", "\\\\").replace('"', '\\"')
    return [f'"{escaped}"']


def _best(rows: Iterable[dict[str, Any]], limit: int) -> tuple[Party, ...]:
    """Merge the rows of several indexes: one row a party, its best one."""
    best: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=_rank):
        best.setdefault(row["id"], row)
    return tuple(party_of(row) for row in list(best.values())[:limit])


def _rank(row: dict[str, Any]) -> tuple[bool, bool, int, int, str]:
    return (not row["exact"], not row["prefix"], -"ABCD".find(row["danger"] or "?"), -row["links"], row["id"])
