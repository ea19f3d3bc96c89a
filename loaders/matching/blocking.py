"""Candidate pairs without comparing everything with everything: records that share a key, whatever the key.

A renamed enterprise shares no name, so names are one kind of key among several. A key that too many records
share (a cluster address, a day on which thousands registered) tells nothing and is left out; how many
pairs that cost is reported, not hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.tables.duck import connect
from loaders.matching.records import Records

PAIRS_PER_KEY = 5_000
"""Pairs one key may make: at the city's size a day has 400 registrations, a department's list a dozen of them."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Candidate pairs as row numbers: `left`, `right`, shape (n,), each pair once, ascending.

    `found_by` counts the pairs each rule proposes; `skipped` the keys of each rule that were too common.
    """

    left: npt.NDArray[np.int64]
    right: npt.NDArray[np.int64]
    found_by: Mapping[str, int]
    skipped: Mapping[str, int]

    def __len__(self) -> int:
        """Number of pairs."""
        return len(self.left)


Keys = Callable[[Records], list[pa.Array]]


def _called(records: Records) -> list[pa.Array]:
    """Everything a record may be called: trade name, name without region and form, short and former names."""
    return [records.column(name) for name in ("name", "core", "trade", "aliases", "alias_cores")]


def _columns(*names: str) -> Keys:
    """One key made of several columns; null if one of them is."""
    return lambda records: [
        pc.binary_join_element_wise(*(records.column(name).cast(pa.string()) for name in names), "|")
    ]


RULES: Mapping[str, Keys] = {
    "called": _called,
    "representative": _columns("rep"),
    "established": _columns("established"),
    "established and city": _columns("established", "city"),
    "address": _columns("address"),
    "building": _columns("building"),
    "capital and city": _columns("capital", "city"),
    "phone": _columns("phone"),
    "code": _columns("code"),
}
"""Each rule gives one or more columns of keys; two records meet if any key of one equals any key of the other."""


def candidates(left: Records, right: Records, *, pairs_per_key: int = PAIRS_PER_KEY) -> Pairs:
    """Find the pairs worth comparing."""
    with connect() as engine:
        engine.register("left_keys", _keys(left))
        engine.register("right_keys", _keys(right))
        engine.execute(_SHARED_KEYS, [pairs_per_key])
        skipped = dict(engine.execute(_SKIPPED).fetchall())
        engine.execute(_MET)
        found_by = dict(engine.execute(_FOUND_BY).fetchall())
        rows = engine.execute(_PAIRS).fetchnumpy()
    return Pairs(np.asarray(rows["a"], np.int64), np.asarray(rows["b"], np.int64), found_by, skipped)


_SHARED_KEYS = """
CREATE TEMP TABLE shared AS
WITH l AS (SELECT rule, key, list(DISTINCT row) AS a FROM left_keys GROUP BY ALL),
     r AS (SELECT rule, key, list(DISTINCT row) AS b FROM right_keys SEMI JOIN l USING (rule, key) GROUP BY ALL)
SELECT rule, a, b, len(a) * len(b) > ? AS common FROM l JOIN r USING (rule, key)
"""
_SKIPPED = "SELECT rule, count(*) FROM shared WHERE common GROUP BY rule ORDER BY rule"
_MET = """
CREATE TEMP TABLE met AS
SELECT rule, a, unnest(b) AS b FROM (SELECT rule, unnest(a) AS a, b FROM shared WHERE NOT common)
"""
_FOUND_BY = "SELECT rule, count(DISTINCT struct_pack(a, b)) FROM met GROUP BY rule ORDER BY rule"
_PAIRS = "SELECT DISTINCT a, b FROM met ORDER BY a, b"


def _keys(records: Records) -> pa.Table:
    """All keys of all rules: rule, key, row."""
    parts = [_long(rule, column) for rule, columns in RULES.items() for column in columns(records)]
    return pa.concat_tables(parts)


def _long(rule: str, column: pa.Array) -> pa.Table:
    if pa.types.is_list(column.type):
        rows, keys = pc.list_parent_indices(column), column.flatten()
    else:
        rows, keys = pa.array(np.arange(len(column))), column
    table = pa.table({"rule": pa.repeat(rule, len(keys)), "key": keys, "row": pc.cast(rows, pa.int64())})
    return table.filter(pc.and_kleene(table["key"].is_valid(), pc.not_equal(table["key"], "")))
