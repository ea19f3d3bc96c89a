"""Enterprises that the register describes without a credit code: whether they are one that has a code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc

from graph.model.kinds import TABLES, table_schema
from graph.tables import Tables
from loaders import decided
from loaders.facts import Facts
from loaders.frame import stacked
from loaders.matching.decisions import to_table
from loaders.matching.past import Past
from loaders.matching.register import candidates, compare

_KEYS = {
    "companies": ("id", "name", "established"),
    "legal_reps": ("from_id", "to_id"),
    "persons": ("id", "name"),
    "registered_at": ("from_id", "to_id"),
    "aliases": ("entity_id", "scheme", "value"),
}
"""What candidates are found by."""
_COMPARED = {
    **_KEYS,
    "companies": ("id", "name", "uscc", "status", "established", "capital", "scope"),
    "legal_reps": ("from_id", "to_id", "valid_from", "valid_to"),
    "registered_at": ("from_id", "to_id", "valid_to"),
    "addresses": ("id", "name"),
}
"""What is compared then."""


def join_unnumbered(facts: Facts, tables: Tables, past: Past) -> None:
    """Add decisions about enterprises without code that this file describes, or that it brings a partner for."""
    if "companies" not in facts.parts:
        return
    new = _of_file(facts, "companies", ("id", "status"))
    ids = past.open(new.filter(pc.is_valid(new["status"])))
    if not len(ids):
        return
    near = _near(_Parts(facts, tables, _KEYS), ids)
    pairs = past.free(candidates(near, pa.table({"id": ids})))
    pairs = pairs.filter(pc.or_(pc.is_in(pairs["left"], new["id"]), pc.is_in(pairs["right"], new["id"])))
    if not len(pairs):
        return
    parts = _Parts(facts, tables, _COMPARED)
    rows = to_table(compare({name: parts[name] for name in _COMPARED}, pairs, datetime.now(UTC)))
    lines = pa.table({"id": rows["left"].unique()})
    decided.add(facts, lines.append_column("line", pa.array([1] * len(lines), pa.int64())), rows)


@dataclass(frozen=True)
class _Parts:
    """Columns of the tables with the rows of this file below those of earlier loads."""

    facts: Facts
    tables: Tables
    columns: Mapping[str, tuple[str, ...]]

    def __getitem__(self, table: str) -> pa.Table:
        known = self.tables.arrow(table, self.columns[table])
        return pa.concat_tables([known, _of_file(self.facts, table, self.columns[table])])


def _near(parts: _Parts, ids: pa.Array) -> dict[str, pa.Table]:
    """What may share a key with one of these enterprises: of a city some hundreds of companies are left to look at."""
    companies, aliases = parts["companies"], parts["aliases"]
    own = companies.filter(pc.is_in(companies["id"], value_set=ids))
    same_day = pc.is_in(companies["established"], value_set=own["established"].drop_null())
    same_name = pc.is_in(companies["name"], value_set=own["name"].drop_null())
    near = companies.filter(pc.or_(same_day, same_name))
    led, housed = parts["legal_reps"], parts["registered_at"]
    led = led.filter(pc.is_in(led["to_id"], value_set=near["id"]))
    persons = parts["persons"]
    return {
        "companies": near,
        "legal_reps": led,
        "persons": persons.filter(pc.is_in(persons["id"], value_set=led["from_id"])),
        "registered_at": housed.filter(pc.is_in(housed["from_id"], value_set=near["id"])),
        "aliases": aliases.filter(pc.is_in(aliases["value"], value_set=own["name"].drop_null())),
    }


def _of_file(facts: Facts, table: str, columns: Sequence[str]) -> pa.Table:
    schema = table_schema(TABLES[table])
    schema = pa.schema([schema.field(name) for name in columns])
    return stacked(facts.parts[table]).table(schema).cast(schema) if table in facts.parts else schema.empty_table()
