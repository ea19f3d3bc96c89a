"""Shares where a file gives no percentage, or a change of it: contributions, changes of equity."""

from __future__ import annotations

import ibis
from ibis.expr.types import BooleanValue, Table

from loaders import identify
from loaders.facts import Facts
from loaders.rows import known, shared
from loaders.rows.people import holders
from loaders.work import Work

_ENDS = {"holder_id": "from_id", "code_id": "to_id"}
_ROUNDING = 0.01
"""Percent by which two statements of one share may differ: registers round to two decimals."""


def contributions(work: Work) -> Facts:
    """Shareholders by what they subscribed: their part of all that is subscribed for the company in the file.

    By law a company's capital is the sum of its shareholders' subscriptions. Nothing is computed for a company
    with a subscription that is not stated. A file with years says who held at the end of each: one who is
    missing in the last year held no longer at the end of the year after. A holding that another source gave
    stays as that source says; its share is added where it had none.
    """
    rows = _held(work)
    shares = work.keep(_last_of_each(_shares(rows.mutate(year=rows.year.fill_null(0)))))
    facts = Facts("shareholdings")
    new = known.without(shares, known.standing(work, "shareholdings"), **_ENDS)
    over = ibis.ifelse(new.year < new.last_year, ibis.date(new.year + 1, 12, 31), ibis.null("date"))
    facts.add("shareholdings", new, from_id=new.holder_id, to_id=new.code_id, percent=new.percent, valid_to=over)
    _fill_percent(work, facts, shares.filter(shares.year == shares.last_year))
    return _with_parties(work, facts, rows)


def equity_changes(work: Work) -> Facts:
    """Shares before and after each change; a share known to be what the last change made it stands."""
    rows = _held(work)
    order = ibis.window(group_by=list(_ENDS), order_by=["changed", "line"])
    rows = work.keep(rows.mutate(_next=rows.changed.lead().over(order), _first=rows.changed.first().over(order)))
    facts = Facts("shareholdings")
    replaced = work.keep(_replaced(known.standing(work, "shareholdings"), rows.filter(rows._next.isnull())))
    kept = {name: replaced[name] for name in ("from_id", "to_id", "percent", "valid_from")}
    facts.add("shareholdings", replaced, **kept, valid_to=replaced._first)
    stands = known.without(known.standing(work, "shareholdings"), replaced, from_id="from_id", to_id="to_id")
    last = known.without(rows.filter(rows._next.isnull()), stands, **_ENDS)
    _add(facts, rows.filter(rows._next.notnull()).union(last), percent="after", since="changed", until="_next")
    before = known.without(rows.filter(rows._first == rows.changed), work.known("shareholdings"), **_ENDS)
    _add(facts, before, percent="before", since=None, until="changed")
    return _with_parties(work, facts, rows)


def _held(work: Work) -> Table:
    """Accept the records and add `holder_id`: by the number given, else who of that name is tied to the company."""
    refuse: dict[str, BooleanValue] = {
        "no_company": identify.names_nobody(work.rows),
        "placeholder_name": work.rows.holder_sort == "placeholder",
    }
    rows = identify.company(work, work.accept(work.rows, refuse))
    rows = known.party(work, rows, name="holder", into="tied")
    rows = rows.mutate(tied=ibis.ifelse(rows.holder_code.isnull(), rows.tied, ibis.null("string")))
    rows = work.keep(holders(work, rows))
    new = {name: ibis.ifelse(rows.tied.isnull(), rows[name], ibis.null("string")) for name in _NEW}
    rows = rows.mutate(**new)
    return work.keep(rows.mutate(holder_id=ibis.coalesce(rows.tied, rows.holder_person_id, rows.holder_code_id)))


_NEW = ("holder_person_id", "holder_code_id")


def _shares(rows: Table) -> Table:
    """Share of each holder in each year, several subscriptions of one holder added up."""
    subscribed = rows.group_by(*_ENDS, "year").agg(
        line=rows.line.max(), amount=rows.amount.sum(), unstated=rows.amount.isnull().any()
    )
    year = ibis.window(group_by=["code_id", "year"])
    total = subscribed.amount.sum().over(year)
    percent = ibis.ifelse(subscribed.unstated.any().over(year), ibis.null("float64"), 100 * subscribed.amount / total)
    last = subscribed.year.max().over(group_by="code_id")
    return subscribed.mutate(percent=percent, last_year=last)


def _last_of_each(shares: Table) -> Table:
    newest = shares.year.max().over(group_by=list(_ENDS))
    shares = shares.mutate(_newest=newest)
    return shares.filter(shares.year == shares._newest)


def _fill_percent(work: Work, facts: Facts, shares: Table) -> None:
    standing = known.standing(work, "shareholdings").drop("line", "source", "received")
    bare = standing.filter(standing.percent.isnull())
    said = shares.select("line", _holder="holder_id", _company="code_id", _percent="percent")
    both = bare.inner_join(said, (bare.from_id == said._holder) & (bare.to_id == said._company))
    kept = {name: both[name] for name in ("from_id", "to_id", "valid_from")}
    facts.add("shareholdings", both, **kept, percent=both._percent)


def _replaced(standing: Table, last: Table) -> Table:
    """Holdings that began before the changes and are not what the last one left."""
    last = last.select("line", "after", "_first", _holder="holder_id", _company="code_id")
    standing = standing.drop("line")
    both = standing.inner_join(last, (standing.from_id == last._holder) & (standing.to_id == last._company))
    differs = ((both.percent - both.after).abs() > _ROUNDING).fill_null(True)
    began_before = both.valid_from.isnull() | (both.valid_from < both._first)
    return both.filter(differs & began_before)


def _add(facts: Facts, rows: Table, *, percent: str, since: str | None, until: str) -> None:
    rows = rows.filter(rows[percent] > 0)
    facts.add(
        "shareholdings",
        rows,
        from_id=rows.holder_id,
        to_id=rows.code_id,
        percent=rows[percent],
        valid_from=rows[since] if since else ibis.null("date"),
        valid_to=rows[until],
    )


def _with_parties(work: Work, facts: Facts, rows: Table) -> Facts:
    shared.persons(facts, rows, "holder_person_id", "holder", "holder_code_masked")
    shared.mentioned_companies(work, facts, rows, "holder_code", "holder")
    shared.mentioned_companies(work, facts, rows, "code", "name")
    return facts
