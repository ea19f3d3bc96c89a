"""The publicity and use clocks of a credit record, from the terms in `rules/clocks.toml`."""

from __future__ import annotations

from typing import Any

import ibis
from ibis.expr.types import DateValue, StringValue, Table

from loaders.rules import rules

CLOCKS = ("public_from", "public_to", "use_from", "use_to")


def with_clocks(rows: Table, term: StringValue, *, start: DateValue, end: DateValue) -> Table:
    """Add the four clock columns.

    `term` names a section of the terms for each row; `start` is the day the clocks run from, `end` the day
    the record was lifted, null if it was not. A clock stops at the end of its term or when the record is
    lifted, whichever comes first; without either it stays open. A record that is never public gets an empty
    interval: its first day is also the first day it may not be shown.
    """
    rows = rows.mutate(_term=term, _start=start, _end=end)
    clocks: dict[str, Any] = {}
    for clock in ("public", "use"):
        last = _term_end(rows, clock)
        clocks[f"{clock}_from"] = rows._start
        clocks[f"{clock}_to"] = ibis.greatest(ibis.least(last, rows._end), rows._start)
    return rows.mutate(**clocks).drop("_term", "_start", "_end")


def stop(rows: Table, when: Any, day: DateValue) -> Table:
    """End both clocks on a day at the latest, in the rows for which the condition holds."""
    ended = {
        clock: ibis.ifelse(when, ibis.greatest(ibis.least(rows[clock], day), rows[clock[:-3] + "_from"]), rows[clock])
        for clock in ("public_to", "use_to")
    }
    return rows.mutate(**{k: ibis.ifelse(when & rows[k].isnull(), day, v) for k, v in ended.items()})


def penalty_term(kinds: StringValue, fine: Any) -> StringValue:
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
