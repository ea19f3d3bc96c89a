"""The tables of one load while it runs: each stage is computed once and held in memory, the next starts from it.

What is computed is said in ibis expressions; this module is the only place that knows what runs them. Ibis
compiles an expression in time that grows with its depth and its width, and for small files that is all the cost
there is. So no expression reaches below a held stage, and of a projection only the columns that are new are
compiled; the others are passed on as they are, without a copy.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import TracebackType
from typing import TypeAlias

import ibis
import ibis.expr.operations as ops
import pyarrow as pa
from ibis.backends.duckdb import Backend
from ibis.expr.types import StringValue, Table

from loaders.distinct import by_distinct

Function: TypeAlias = Callable[[pa.Array], pa.Array]
"""From distinct texts to one value each."""


class Stages:
    """Tables by name in a DuckDB session of their own; a context that ends with the load."""

    def __init__(self) -> None:
        self._session = _backend().con.cursor()
        self._held: dict[str, pa.Table] = {}

    def __enter__(self) -> Stages:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()

    def put(self, rows: pa.Table) -> Table:
        """Hold rows and give the expression that stands for them."""
        name = f"stage_{len(self._held)}"
        self._held[name] = rows
        self._session.register(name, rows)
        schema = ibis.Schema({field.name: _ibis_type(field.type) for field in rows.schema})
        return ops.DatabaseTable(name, schema=schema, source=_backend(), namespace=ops.Namespace()).to_expr()

    def keep(self, rows: Table) -> Table:
        """Compute the rows once, so that several expressions can start from them."""
        return rows if isinstance(rows.op(), ops.DatabaseTable) else self.put(self.run(rows))

    def run(self, rows: Table) -> pa.Table:
        """Compute an expression; what is held is not computed again."""
        node = rows.op()
        if isinstance(node, ops.DatabaseTable):
            return self._held[node.name]
        if isinstance(node, ops.DropColumns):
            return self.run(node.parent.to_expr()).drop_columns(list(node.columns_to_drop))
        if isinstance(node, ops.Project) and _is_row_by_row(node):
            return self._project(node)
        return self._compute(node)

    def derive(self, rows: Table, **columns: tuple[StringValue, Function]) -> Table:
        """Add columns, each computed from the distinct values of a text expression; null gives null."""
        bases = {f"_basis_{name}": basis for name, (basis, _) in columns.items()}
        table = self.run(rows.mutate(**bases))
        derived = {name: _of_distinct(table[f"_basis_{name}"], function) for name, (_, function) in columns.items()}
        return self.put(_with(table.drop_columns(list(bases)), derived))

    def add(self, rows: Table, name: str, column: pa.Array) -> Table:
        """Add a column that was computed elsewhere, a value per row in the order of the rows."""
        return self.put(self.run(rows).append_column(name, column))

    def _project(self, node: ops.Project) -> pa.Table:
        """Take the columns that a projection leaves as they are from the stage before, compute the others."""
        new = {name: value for name, value in node.values.items() if not isinstance(value, ops.Field)}
        if not new:
            held = computed = self.run(node.parent.to_expr())
        else:
            before = self.keep(node.parent.to_expr())
            held = self.run(before)
            based = ops.Project(node.parent, new).replace({node.parent: before.op()})
            computed = self._compute(based)
        columns = {
            name: held[value.name] if isinstance(value, ops.Field) else computed[name]
            for name, value in node.values.items()
        }
        return pa.table(columns)

    def _compute(self, node: ops.Relation) -> pa.Table:
        return self._session.sql(_backend().compile(node.to_expr())).to_arrow_table()


@functools.cache
def _backend() -> Backend:
    """One database for all loads of the process: opening one costs as much as loading a small file."""
    return ibis.duckdb.connect()


@functools.cache
def _ibis_type(type_: pa.DataType) -> ibis.DataType:
    return ibis.dtype(type_)


def _is_row_by_row(node: ops.Project) -> bool:
    """Whether each row follows from one row of a stage: only then do engines give them in the order of the stage."""
    looks_aside = (ops.WindowFunction, ops.Subquery)
    return isinstance(node.parent, (ops.DatabaseTable, ops.Project, ops.DropColumns)) and not any(
        value.find(looks_aside, filter=ops.Value) for value in node.values.values() if not isinstance(value, ops.Field)
    )


def _of_distinct(values: pa.ChunkedArray, function: Function) -> pa.ChunkedArray:
    return by_distinct(values, lambda texts: {"": function(texts)})[""]


def _with(table: pa.Table, columns: dict[str, pa.ChunkedArray]) -> pa.Table:
    return pa.table({**dict(zip(table.column_names, table.columns, strict=True)), **columns})
