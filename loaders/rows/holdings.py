"""Shares where a file gives no percentage, or a change of it: contributions, changes of equity."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from loaders import identify
from loaders.columns import Column, apply, coalesce, ifelse, null
from loaders.facts import Facts
from loaders.frame import Rows, of_table, stacked
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
    shares = _shares(rows.mutate(year=rows.year.fill_null(0)))
    facts = Facts("shareholdings")
    new = shares.without(known.standing(work, "shareholdings"), **_ENDS)
    over = ifelse(new.year < new.last_year, apply(_end_of_next_year, new.year), null("date"))
    facts.add("shareholdings", new, from_id=new.holder_id, to_id=new.code_id, percent=new.percent, valid_to=over)
    _fill_percent(work, facts, shares.filter(shares.year == shares.last_year))
    return _with_parties(work, facts, rows)


def equity_changes(work: Work) -> Facts:
    """Shares before and after each change; a share known to be what the last change made it stands."""
    rows = _held(work)
    rows = _beside_group(rows.sort(*_ENDS, "changed", "line"), list(_ENDS), _first=("changed", "min"))
    rows = rows.mutate(_next=rows.neighbour(rows.changed, list(_ENDS), 1))
    facts = Facts("shareholdings")
    replaced = _replaced(known.standing(work, "shareholdings"), rows.filter(rows._next.isnull()))
    kept = {name: replaced[name] for name in ("from_id", "to_id", "percent", "valid_from")}
    facts.add("shareholdings", replaced, **kept, valid_to=replaced._first)
    stands = known.standing(work, "shareholdings").without(replaced, from_id="from_id", to_id="to_id")
    last = rows.filter(rows._next.isnull()).without(stands, **_ENDS)
    _add(facts, stacked([rows.filter(rows._next.notnull()), last]), percent="after", since="changed", until="_next")
    before = rows.filter(rows._first == rows.changed).without(of_table(work.known("shareholdings")), **_ENDS)
    _add(facts, before, percent="before", since=None, until="changed")
    return _with_parties(work, facts, rows)


def _held(work: Work) -> Rows:
    """Accept the records and add `holder_id`: by the number given, else who of that name is tied to the company."""
    refuse: dict[str, Column] = {
        "no_company": identify.names_nobody(work.rows),
        "placeholder_name": work.rows.holder_sort == "placeholder",
    }
    rows = identify.company(work, work.accept(work.rows, refuse))
    rows = known.party(work, rows, name="holder", into="tied")
    rows = rows.mutate(tied=ifelse(rows.holder_code.isnull(), rows.tied, null("string")))
    rows = holders(work, rows)
    new = {name: ifelse(rows.tied.isnull(), rows[name], null("string")) for name in _NEW}
    rows = rows.mutate(**new)
    return rows.mutate(holder_id=coalesce(rows.tied, rows.holder_person_id, rows.holder_code_id))


_NEW = ("holder_person_id", "holder_code_id")


def _shares(rows: Rows) -> Rows:
    """Share of each holder at the end of the last year it is in, several subscriptions of one holder added up."""
    given = rows.mutate(unstated=rows.amount.isnull()).plain(*_ENDS, "year", "line", "amount", "unstated")
    subscribed = given.group_by([*_ENDS, "year"]).aggregate([("line", "max"), ("amount", "sum"), ("unstated", "any")])
    shares = of_table(subscribed.rename_columns([*_ENDS, "year", "line", "amount", "unstated"]))
    shares = _beside_group(shares, ["code_id", "year"], _total=("amount", "sum"), _unsure=("unstated", "any"))
    shares = _beside_group(shares, ["code_id"], last_year=("year", "max"))
    shares = _beside_group(shares, list(_ENDS), _newest=("year", "max"))
    percent = ifelse(shares._unsure, null("float64"), apply(_percent, shares.amount, shares._total))
    shares = shares.mutate(percent=percent)
    return shares.filter(shares.year == shares._newest)


def _beside_group(rows: Rows, by: list[str], **columns: tuple[str, str]) -> Rows:
    """Add to each row what a function gives for its group: column and name of the function."""
    needed = dict.fromkeys([*by, *(name for name, _ in columns.values())])
    groups = rows.plain(*needed).group_by(by).aggregate(list(columns.values()))
    found = {f"_{name}": groups[name] for name in by}
    found |= {name: groups[f"{basis}_{function}"] for name, (basis, function) in columns.items()}
    return rows.beside(of_table(pa.table(found)), **{name: f"_{name}" for name in by})


def _percent(amounts: pa.Array, totals: pa.Array) -> pa.Array:
    return pc.divide(pc.multiply(amounts, 100.0), totals)


def _end_of_next_year(years: pa.Array) -> pa.Array:
    """The last day of the year after; none for 0, which stands for a year that is not stated."""
    years = pc.if_else(pc.greater(years, 0), years, None)
    return pc.cast(pc.binary_join_element_wise(pc.cast(pc.add(years, 1), pa.string()), "12-31", "-"), pa.date32())


def _fill_percent(work: Work, facts: Facts, shares: Rows) -> None:
    bare = known.standing(work, "shareholdings")
    bare = bare.filter(bare.percent.isnull())
    said = {"_holder": shares.holder_id, "_company": shares.code_id, "_percent": shares.percent, "_line": shares.line}
    both = bare.beside(Rows(said, len(shares)), "inner", from_id="_holder", to_id="_company")
    both = both.mutate(line=both._line)
    kept = {name: both[name] for name in ("from_id", "to_id", "valid_from")}
    facts.add("shareholdings", both, **kept, percent=both._percent)


def _replaced(standing: Rows, last: Rows) -> Rows:
    """Holdings that began before the changes and are not what the last one left."""
    news = {"_holder": last.holder_id, "_company": last.code_id, "after": last.after, "_first": last._first}
    both = standing.beside(Rows({**news, "_line": last.line}, len(last)), "inner", from_id="_holder", to_id="_company")
    differs = apply(_far_apart, both.percent, both.after).fill_null(True)
    began_before = both.valid_from.isnull() | (both.valid_from < both._first)
    return both.mutate(line=both._line).filter(differs & began_before)


def _far_apart(percents: pa.Array, others: pa.Array) -> pa.Array:
    return pc.greater(pc.abs(pc.subtract(percents, others)), _ROUNDING)


def _add(facts: Facts, rows: Rows, *, percent: str, since: str | None, until: str) -> None:
    rows = rows.filter(rows[percent] > 0)
    facts.add(
        "shareholdings",
        rows,
        from_id=rows.holder_id,
        to_id=rows.code_id,
        percent=rows[percent],
        valid_from=rows[since] if since else null("date"),
        valid_to=rows[until],
    )


def _with_parties(work: Work, facts: Facts, rows: Rows) -> Facts:
    shared.persons(facts, rows, "holder_person_id", "holder", "holder_code_masked")
    shared.mentioned_companies(work, facts, rows, "holder_code", "holder")
    shared.mentioned_companies(work, facts, rows, "code", "name")
    return facts
