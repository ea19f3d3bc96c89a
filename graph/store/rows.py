"""Arrow tables turned into what the generated statements and the importer take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from graph.errors import StoreError
from graph.model.properties import NodeKind, Property, RelationshipKind
from graph.store.statements import KEY_COLUMNS, written


def node_rows(kind: NodeKind, rows: pa.Table) -> pa.Table:
    """Table of `id` and a struct `properties` of the declared columns that `rows` has."""
    return property_rows(rows, written(kind))


def property_rows(rows: pa.Table, properties: Sequence[Property]) -> pa.Table:
    """Table of `id` and a struct of the given properties as far as `rows` has them."""
    _require(rows, ("id",))
    return pa.table({"id": rows["id"], "properties": _struct(rows, properties)})


def relationship_rows(kind: RelationshipKind, rows: pa.Table) -> pa.Table:
    """Table of `from_id`, `to_id`, `key` and the struct `properties`; rows with an open end are left out."""
    _require(rows, ("from_id", "to_id"))
    rows = rows.filter(pc.and_(rows["from_id"].is_valid(), rows["to_id"].is_valid()))
    ends = {"from_id": rows["from_id"], "to_id": rows["to_id"], "key": relationship_key(kind, rows)}
    return pa.table({**ends, "properties": _struct(rows, written(kind))})


def relationship_key(kind: RelationshipKind, rows: pa.Table) -> pa.Array:
    """Text that tells relationships of one pair apart, e.g. ``2019-03-01|监事``."""
    names = [name for name in KEY_COLUMNS.get(kind.type, ()) if name in rows.column_names]
    if not names:
        return pa.repeat("", len(rows))
    columns = [rows[name].cast(pa.string()) for name in names]
    return pc.binary_join_element_wise(*columns, "|", null_handling="replace", null_replacement="")


def batches(rows: pa.Table, size: int) -> Iterator[list[dict[str, Any]]]:
    """Cut a table into lists of at most `size` rows, each a mapping."""
    for start in range(0, len(rows), size):
        yield rows.slice(start, size).to_pylist()


def _struct(rows: pa.Table, properties: Sequence[Property]) -> pa.Array:
    present = [p for p in properties if p.name in rows.column_names]
    if not present:
        return pa.array([{}] * len(rows), pa.struct([]))
    columns = [rows[p.name].combine_chunks().cast(p.type) for p in present]
    return pa.StructArray.from_arrays(columns, names=[p.name for p in present])


def _require(rows: pa.Table, names: Sequence[str]) -> None:
    absent = [name for name in names if name not in rows.column_names]
    if absent:
        raise StoreError(f"rows for Neo4j lack the column {', '.join(absent)}; they have {rows.column_names}")
