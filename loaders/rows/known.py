"""What earlier loads brought, where a record says something about it: who is meant, what it replaces."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from loaders.columns import Column, cases, greatest
from loaders.facts import Facts
from loaders.frame import Rows, of_table, stacked
from loaders.work import Work

_TIES = ("legal_reps", "officers", "shareholdings")


def party(work: Work, rows: Rows, *, name: str, into: str) -> Rows:
    """Add `into`: who of that name has a post or share in the company `code_id`; null if nobody or several have.

    So a record that gives only a name means the person whom another source gave with a number.
    """
    ties = pa.concat_tables([work.known(table, "from_id", "to_id") for table in _TIES])
    named = pa.concat_tables([work.known(table, "id", "name") for table in ("persons", "companies")])
    tied = ties.join(named, "from_id", "id", join_type="inner")
    one = the_only(tied, ["to_id", "name"], "from_id")
    found = rows.beside(one, **{"code_id": "only_to_id", name: "only_name"})
    return found.mutate(**{into: found.only_from_id})


def the_only(facts: pa.Table, by: Sequence[str], give: str) -> Rows:
    """For each key with one value only that value; all columns under `only_…`."""
    counted = facts.group_by(list(by)).aggregate([(give, "min"), (give, "count_distinct")])
    one = counted.filter(pc.equal(counted[f"{give}_count_distinct"], 1))
    columns = {f"only_{name}": one[name] for name in by} | {f"only_{give}": one[f"{give}_min"]}
    return of_table(pa.table(columns))


def update_companies(work: Work, facts: Facts, said: Rows, columns: Sequence[str]) -> None:
    """Say columns of known companies anew; what `said` leaves null, and every other column, stays as it is known.

    `said` has one row a company: `line`, `code_id` and the columns.
    """
    news = said.filter(work.is_known(said.code_id, "companies"))
    facts.add("companies", news, id=news.code_id, **{name: news[name] for name in columns})


def presumed(work: Work, ids: Column, column: str, value: Column) -> Column:
    """What may be supposed of companies as long as no load has said it; null for the others."""
    said = work.look_up(ids, "companies", "id", column)
    return cases((said.isnull(), value), else_=None)


def standing(work: Work, table: str) -> Rows:
    """Facts of a table of relationships that hold as far as earlier loads say."""
    facts = of_table(work.known(table))
    return facts.filter(facts.valid_to.isnull())


def latest(rows: Rows, day: str, by: str = "code_id") -> Rows:
    """The last row of each company by a day, of one day the last record."""
    ordered = rows.sort(by, day, "line")
    return ordered.filter(ordered.neighbour(ordered.line, [by], 1).isnull())


def replace_links(work: Work, facts: Facts, rows: Rows, table: str, *, owner: str, other: str) -> None:
    """Turn changes of a thing that a company has one of into intervals: representative, domicile.

    Each row is a change of the company `code_id` on the day `changed` from `old_id` to `new_id`. What is known
    to hold ends that day if it is the old one, or if it was received before that day; what was received later
    and is not the old one is newer than the change and stays.
    """
    rows = _in_sequence(rows)
    known = of_table(work.known(table))
    ended = _ended(known, rows, owner, other)
    kept = {name: ended[name] for name in known.columns if name not in ("line", "source", "received", "valid_to")}
    facts.add(table, ended, **kept, valid_to=greatest(ended._day, ended.valid_from))
    stands = standing(work, table).without(ended, **{owner: owner, other: other})
    new = rows.filter(rows.new_id.notnull())
    last = new.filter(new._next.isnull()).without(stands, code_id=owner, new_id=other)
    new = stacked([new.filter(new._next.notnull()), last])
    ends = {owner: new.code_id, other: new.new_id}
    facts.add(table, new, **ends, valid_from=new.changed, valid_to=new._next)
    old = rows.filter(rows.old_id.notnull() & (rows.old_id != rows._before.fill_null("")))
    old = old.without(known, code_id=owner, old_id=other)
    ends = {owner: old.code_id, other: old.old_id}
    facts.add(table, old, **ends, valid_to=old.changed)


def _in_sequence(rows: Rows) -> Rows:
    """Add the day of the company's next change, and whom its change before brought."""
    rows = rows.sort("code_id", "changed", "line")
    return rows.mutate(
        _next=rows.neighbour(rows.changed, ["code_id"], 1), _before=rows.neighbour(rows.new_id, ["code_id"], -1)
    )


def _ended(known: Rows, rows: Rows, owner: str, other: str) -> Rows:
    """Known facts that a change ends, with the first such day."""
    changes = {"_company": rows.code_id, "_old": rows.old_id, "_new": rows.new_id}
    changes |= {"_changed": rows.changed, "_line": rows.line}
    holds = known.filter(known.valid_to.isnull())
    holds = holds.mutate(_fact=Column(pa.array(np.arange(len(holds)))))
    both = holds.beside(Rows(changes, len(rows)), "inner", **{owner: "_company"})
    is_old = (both[other] == both._old).fill_null(False)
    is_new = (both[other] == both._new).fill_null(False)
    began_before = both.valid_from.isnull() | (both.valid_from < both._changed)
    both = both.filter(began_before & (is_old | (~is_new & (both.received < both._changed))))
    first = (
        both.plain("_fact", "_changed", "_line").group_by("_fact").aggregate([("_changed", "min"), ("_line", "min")])
    )
    day = of_table(first)
    return holds.take(first["_fact"].to_numpy()).mutate(_day=day._changed_min, line=day._line_min)
