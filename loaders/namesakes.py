"""Persons of a file who are known under another id already: decisions beside the facts."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from graph.tables import Tables
from loaders import decided
from loaders.columns import flat
from loaders.facts import Facts
from loaders.frame import stacked
from loaders.matching.past import Past
from loaders.matching.persons import PERSONS, TIES, namesakes, with_others

TIED = ("legal_reps", "officers", "shareholdings")
"""Tables that tie a person to a company."""
ENDS = pa.schema([("from_id", pa.string()), ("to_id", pa.string())])


def join_namesakes(facts: Facts, said: Facts, tables: Tables, past: Past) -> None:
    """Add a decision for each person `said` to be there by name and company who may be one known by number there."""
    persons, ties = _persons(said), _ties(said)
    if not len(persons) or not len(ties):
        return
    every = pa.concat_tables([tables.written("persons", PERSONS.names), persons])
    bare = every.filter(pc.not_equal(every["identified_by"], "resident_id"))["id"]
    ties = pa.concat_tables([*(_as_ties(tables.written(name, ENDS.names), new=False) for name in TIED), ties])
    ties = ties.set_column(1, "company", past.shown(flat(ties["company"])))
    theirs = ties.filter(pc.is_in(ties["person"], value_set=bare))["company"]
    ties = ties.filter(pc.is_in(ties["company"], value_set=theirs))
    if not pc.any(ties["new"]).as_py():
        return
    here = every.filter(pc.is_in(every["id"], value_set=ties["person"]))
    found = past.free(with_others(namesakes(ties, here), every))
    if len(found):
        lines = pa.table({"id": found["left"].unique()})
        lines = lines.append_column("line", pa.array([1] * len(lines)))
        decided.decisions(facts, lines, found, len(every))


def _persons(facts: Facts) -> pa.Table:
    if "persons" not in facts.parts:
        return PERSONS.empty_table()
    return stacked(facts.parts["persons"]).table(PERSONS).cast(PERSONS)


def _ties(facts: Facts) -> pa.Table:
    """Who has a post or share in what, as this file says."""
    parts = [stacked(facts.parts[table]).table(ENDS).cast(ENDS) for table in TIED if table in facts.parts]
    return _as_ties(pa.concat_tables([ENDS.empty_table(), *parts]), new=True)


def _as_ties(rows: pa.Table, *, new: bool) -> pa.Table:
    return pa.table([*rows.columns, pa.repeat(new, len(rows))], schema=TIES)
