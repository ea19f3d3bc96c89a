"""The publicity and use clocks of a credit record, from the terms in `rules/clocks.toml`."""

from __future__ import annotations

import ibis
from ibis.expr.types import BooleanValue, DateValue, NumericValue, StringValue, Table, Value

from loaders.rules import rules

CLOCKS = ("public_from", "public_to", "use_from", "use_to")
"""Columns of `credit_records` that this module fills."""


def with_clocks(rows: Table, term: StringValue, *, start: DateValue, end: DateValue) -> Table:
    """Add the four clock columns.

    `term` names a section of the terms for each row; `start` is the day the clocks run from, `end` the day
    the record was lifted, null if it was not. A clock stops at the end of its term or when the record is
    lifted, whichever comes first; without either it stays open. A record that is never public gets an empty
    interval: its first day is also the first day it may not be shown.
    """
    rows = rows.mutate(_term=term, _start=start, _end=end)
    clocks: dict[str, Value] = {}
    for clock in ("public", "use"):
        last = ibis.least(_term_end(rows, clock), rows._end)  # of one, if the other is null
        clocks[f"{clock}_from"] = rows._start
        clocks[f"{clock}_to"] = ibis.ifelse(last < rows._start, rows._start, last)
    return rows.mutate(**clocks).drop("_term", "_start", "_end")


def stop(rows: Table, when: BooleanValue, day: DateValue) -> Table:
    """End both clocks on a day at the latest, in the rows for which the condition holds."""
    stopped = {}
    for clock in ("public", "use"):
        first, last = rows[f"{clock}_from"], rows[f"{clock}_to"]
        stopped[f"{clock}_to"] = ibis.ifelse(when, ibis.greatest(ibis.least(last, day), first), last)
    return rows.mutate(**stopped)


def penalty_term(kinds: StringValue, fine: NumericValue) -> StringValue:
    """Section of the terms that a penalty falls under, by its kinds and its fine in yuan."""
    terms = rules("clocks")
    warning, minor = terms["penalty_warning"], terms["penalty_minor"]
    bare = kinds.replace(" ", "")
    low = fine.fill_null(0) < minor["low_fine"]
    return ibis.cases(
        (bare.re_search(warning["kinds"]), "penalty_warning"),
        (bare.re_search(minor["kinds"]) & low, "penalty_minor"),
        else_="penalty",
    )


def _term_end(rows: Table, clock: str) -> DateValue:
    """First day after the term; null where the section sets none."""
    ends = [
        (rows._term == name, rows._start.cast("timestamp") + ibis.interval(months=section[clock]))
        for name, section in rules("clocks").items()
        if clock in section
    ]
    return ibis.cases(*ends, else_=ibis.null("timestamp")).cast("date")
