"""The ownership tree of a company: owners above, holdings below, with the shares of a day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from graph.model.asof import today
from queries.catalog import Reader, run
from queries.layout import layers
from queries.linked_parties.relations import relations_among
from queries.parties import parties, party
from queries.results import Network

DEPTH = 5
"""Steps up and down; real chains of the listed companies rarely go further."""


def ownership_tree(
    store: Reader, company: str, *, depth: int = DEPTH, limit: int = 60, as_of: date | None = None
) -> Network:
    """Owners up to `depth` steps above a company on a day and holdings below it, at most `limit` parties, in rows.

    Cross-holdings close a circle in the picture; no party stands in it twice.

    Raises
    ------
    NotFound
        If there is no such company.
    """
    party(store, company, as_of)
    levels = {company: 0}
    complete = all(
        [
            _climb(levels, company, depth, limit, step=-1, onward=_owners(store, as_of)),
            _climb(levels, company, depth, limit, step=1, onward=_holdings(store, as_of)),
        ]
    )
    relations = [r for r in relations_among(store, levels, ["SHAREHOLDER"], as_of=as_of) if r.valid_to is None]
    return Network(
        centre=company,
        parties=parties(store, levels, as_of),
        relations=tuple(relations),
        positions=layers(levels),
        truncated=not complete,
        as_of=as_of or today(),
    )


def _owners(store: Reader, as_of: date | None) -> Callable[[list[str], int], list[str]]:
    return lambda ids, limit: [
        row["owner"] for row in run(store, "linked_parties/owners", ids=ids, limit=limit, as_of=as_of)
    ]


def _holdings(store: Reader, as_of: date | None) -> Callable[[list[str], int], list[str]]:
    return lambda ids, limit: [
        row["company"] for row in run(store, "linked_parties/holdings", ids=ids, limit=limit, as_of=as_of)
    ]


def _climb(
    levels: dict[str, int],
    start: str,
    depth: int,
    limit: int,
    *,
    step: int,
    onward: Callable[[list[str], int], list[str]],
) -> bool:
    """Walk level by level from `start`, filling `levels`; False if something was left out."""
    frontier: Iterable[str] = [start]
    for level in range(1, depth + 2):
        found = [id_ for id_ in dict.fromkeys(onward(list(frontier), limit + 1)) if id_ not in levels]
        if level > depth:
            return not found
        frontier = found[: max(limit - len(levels), 0)]
        levels.update(dict.fromkeys(frontier, step * level))
        if len(frontier) < len(found):
            return False
        if not frontier:
            return True
    return True
