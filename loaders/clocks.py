"""The publicity and use clocks of a credit record, from the terms in `rules/clocks.toml`."""

from __future__ import annotations

from loaders.columns import Column, cases, greatest, ifelse, least, null
from loaders.frame import Rows
from loaders.rules import rules

CLOCKS = ("public_from", "public_to", "use_from", "use_to")
"""Columns of `credit_records` that this module fills."""


def with_clocks(rows: Rows, term: Column, *, start: Column, end: Column) -> Rows:
    """Add the four clock columns.

    `term` names a section of the terms for each row; `start` is the day the clocks run from, `end` the day
    the record was lifted, null if it was not. A clock stops at the end of its term or when the record is
    lifted, whichever comes first; without either it stays open. A record that is never public gets an empty
    interval: its first day is also the first day it may not be shown.
    """
    rows = rows.mutate(_term=term, _start=start, _end=end)
    clocks: dict[str, Column] = {}
    for clock in ("public", "use"):
        last = least(_term_end(rows, clock), rows._end)  # of one, if the other is null
        clocks[f"{clock}_from"] = rows._start
        clocks[f"{clock}_to"] = ifelse(last < rows._start, rows._start, last)
    return rows.mutate(**clocks)


def stop(rows: Rows, when: Column, day: Column) -> Rows:
    """End both clocks on a day at the latest, in the rows for which the condition holds."""
    stopped = {}
    for clock in ("public", "use"):
        first, last = rows[f"{clock}_from"], rows[f"{clock}_to"]
        stopped[f"{clock}_to"] = ifelse(when, greatest(least(last, day), first), last)
    return rows.mutate(**stopped)


def penalty_term(kinds: Column, fine: Column) -> Column:
    """Section of the terms that a penalty falls under, by its kinds and its fine in yuan."""
    terms = rules("clocks")
    warning, minor = terms["penalty_warning"], terms["penalty_minor"]
    bare = kinds.replace(" ", "")
    low = fine.fill_null(0) < minor["low_fine"]
    return cases(
        (bare.re_search(warning["kinds"]), "penalty_warning"),
        (bare.re_search(minor["kinds"]) & low, "penalty_minor"),
        else_="penalty",
    )


def _term_end(rows: Rows, clock: str) -> Column:
    """First day after the term; null where the section sets none."""
    ends = [
        (rows._term == name, rows._start.plus_months(section[clock]))
        for name, section in rules("clocks").items()
        if clock in section
    ]
    return cases(*ends, else_=null("date"))
