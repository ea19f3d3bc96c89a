"""Clean the columns of one file: check the distinct values of each field, then join the outcomes back.

All steps are ibis expressions, so the same code runs on another engine when one machine is too small; only
the checks themselves run on Arrow arrays, and they see distinct values.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain

import ibis
import pyarrow as pa
from ibis.backends.duckdb import Backend
from ibis.expr.types import StringValue, Table, Value
from ibis.util import gen_name

from loaders.checks import CHECKS, Check, Columns, code_list
from loaders.mapping import SourceMapping
from loaders.raw import Raw

TYPES = {
    pa.string(): "string",
    pa.date32(): "date",
    pa.float64(): "float64",
    pa.int64(): "int64",
    pa.bool_(): "boolean",
}
"""Ibis type of each Arrow type that clean tables use."""


def clean(con: Backend, raw: Raw, mapping: SourceMapping) -> Table:
    """Give a table of `line`, every field of the source with its suffixed columns; absent fields are null."""
    located = mapping.locate(raw.table.column_names)
    fields = {f"raw_{field}": raw.table[heading] for field, heading in located.items()}
    base = con.create_table("raw", ibis.memtable(pa.table({"line": raw.lines, **fields})))
    checks = {c.name: code_list(c.codes) if c.check == "codes" else CHECKS[c.check] for c in mapping.columns}
    rows = base
    for name in located:
        rows = _join_back(rows, base[f"raw_{name}"], name, checks[name])
    absent = [_absent(name, check) for name, check in checks.items() if name not in located]
    return rows.drop(*fields, *(f"value_{name}" for name in located)).mutate(**dict(chain(*absent)))


def join_checked(rows: Table, key: str, name: str, check: Check) -> Table:
    """Run a check on the distinct values of a column and join its outcome as `name`, `name_<suffix>` …"""
    return _join_back(rows, rows[key], name, check).drop(f"value_{name}")


def _join_back(rows: Table, key: StringValue, name: str, check: Check) -> Table:
    """Join the outcome for the distinct values of `key`; a chain of these is one statement."""
    values = key.as_table().distinct().to_pyarrow()[0].drop_null().combine_chunks()
    found = ibis.memtable(pa.table({f"value_{name}": values, **_named(name, check(values))}))
    return rows.left_join(found, key == found[f"value_{name}"])


def derive(rows: Table, name: str, basis: StringValue, function: Callable[[pa.Array], pa.Array]) -> Table:
    """Add a column computed from the distinct values of a text expression; null gives null."""
    with_key = rows.mutate(_basis=basis)
    return as_view(join_checked(with_key, "_basis", name, lambda values: {"": function(values)}).drop("_basis"))


def as_view(rows: Table) -> Table:
    """Give the expression a name in the database, so that what is built on it is compiled from there.

    Ibis compiles an expression in time that grows with its depth, and deep ones cost more than small files.
    """
    return rows.get_backend().create_view(gen_name("step"), rows)


def _named(name: str, outcome: Columns) -> Columns:
    return {f"{name}_{suffix}" if suffix else name: array for suffix, array in outcome.items()}


def _absent(name: str, check: Check) -> list[tuple[str, Value]]:
    """Null columns of the types the check would give."""
    outcome = _named(name, check(pa.array([], pa.string())))
    return [(column, ibis.null(TYPES[array.type])) for column, array in outcome.items()]
