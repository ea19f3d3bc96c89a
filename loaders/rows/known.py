"""What earlier loads brought, where a record says something about it: who is meant, what it replaces."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import ibis
from ibis.expr.types import Table

from loaders.facts import Facts
from loaders.work import Work

_TIES = ("legal_reps", "officers", "shareholdings")


def party(work: Work, rows: Table, *, name: str, into: str) -> Table:
    """Add `into`: who of that name has a post or share in the company `code_id`; null if nobody or several have.

    So a record that gives only a name means the person whom another source gave with a number.
    """
    ties = reduce(Table.union, (work.known(table, "from_id", "to_id") for table in _TIES)).distinct()
    named = work.known("persons", "id", "name").union(work.known("companies", "id", "name"))
    tied = ties.inner_join(named, ties.from_id == named.id)
    by_name = tied.group_by(_company="to_id", _name="name").agg(_party=tied.id.min(), _count=tied.id.nunique())
    one = work.keep(by_name.filter(by_name["_count"] == 1).drop("_count"))
    found = rows.left_join(one, (rows.code_id == one._company) & (rows[name] == one._name))
    return work.keep(found.drop("_company", "_name").rename({into: "_party"}))


def update_companies(work: Work, facts: Facts, said: Table, columns: Sequence[str]) -> None:
    """Say columns of known companies anew; what `said` leaves null, and every other column, stays as it is known.

    `said` has one row a company: `line`, `code_id` and the columns.
    """
    news = {f"_said_{name}": said[name] for name in columns}
    said = said.select("line", _company=said.code_id, **news)
    known = work.known("companies").drop("line", "source", "received")
    both = said.inner_join(known, said._company == known.id)
    kept = {name: both[name] for name in known.columns}
    new = {name: ibis.coalesce(both[f"_said_{name}"], both[name]) for name in columns}
    facts.add("companies", both, **{**kept, **new})


def standing(work: Work, table: str) -> Table:
    """Facts of a table of relationships that hold as far as earlier loads say."""
    facts = work.known(table)
    return facts.filter(facts.valid_to.isnull())


def without(rows: Table, others: Table, **same: str) -> Table:
    """Rows that meet none of `others` in the columns named: ours on the left, theirs on the right."""
    others = others.select(**{f"_its_{ours}": theirs for ours, theirs in same.items()}).distinct()
    return rows.anti_join(others, [rows[ours] == others[f"_its_{ours}"] for ours in same])


def latest(rows: Table, day: str, by: str = "code_id") -> Table:
    """The last row of each company by a day, of one day the last record."""
    order = [ibis.desc(rows[day]), ibis.desc(rows.line)]
    ranked = rows.mutate(_place=ibis.row_number().over(ibis.window(group_by=by, order_by=order)))
    return ranked.filter(ranked._place == 0).drop("_place")


def replace_links(work: Work, facts: Facts, rows: Table, table: str, *, owner: str, other: str) -> None:
    """Turn changes of a thing that a company has one of into intervals: representative, domicile.

    Each row is a change of the company `code_id` on the day `changed` from `old_id` to `new_id`. What is known
    to hold ends that day if it is the old one, or if it was received before that day; what was received later
    and is not the old one is newer than the change and stays.
    """
    rows = work.keep(_in_sequence(rows))
    known = work.known(table)
    ended = work.keep(_ended(known, rows, owner, other))
    kept = {name: ended[name] for name in known.columns if name not in ("line", "source", "received", "valid_to")}
    facts.add(table, ended, **kept, valid_to=ibis.greatest(ended._day, ended.valid_from))
    stands = without(standing(work, table), ended, **{owner: owner, other: other})
    new = rows.filter(rows.new_id.notnull())
    new = new.filter(new._next.notnull()).union(
        without(new.filter(new._next.isnull()), stands, code_id=owner, new_id=other)
    )
    ends = {owner: new.code_id, other: new.new_id}
    facts.add(table, new, **ends, valid_from=new.changed, valid_to=new._next)
    old = rows.filter(rows.old_id.notnull() & (rows.old_id != rows._before.fill_null("")))
    old = without(old, known, code_id=owner, old_id=other)
    ends = {owner: old.code_id, other: old.old_id}
    facts.add(table, old, **ends, valid_to=old.changed)


def _in_sequence(rows: Table) -> Table:
    """Add the day of the company's next change, and whom its change before brought."""
    order = ibis.window(group_by="code_id", order_by=["changed", "line"])
    return rows.mutate(_next=rows.changed.lead().over(order), _before=rows.new_id.lag().over(order))


def _ended(known: Table, rows: Table, owner: str, other: str) -> Table:
    """Known facts that a change ends, with the first such day."""
    changes = rows.select(_company="code_id", _old="old_id", _new="new_id", _changed="changed", _line="line")
    holds = known.filter(known.valid_to.isnull()).drop("line")
    both = holds.inner_join(changes, holds[owner] == changes._company)
    is_old = (both[other] == both._old).fill_null(False)
    is_new = (both[other] == both._new).fill_null(False)
    began_before = both.valid_from.isnull() | (both.valid_from < both._changed)
    both = both.filter(began_before & (is_old | (~is_new & (both.received < both._changed))))
    by = list(holds.columns)
    return both.group_by(by).agg(_day=both._changed.min(), line=both._line.min())
