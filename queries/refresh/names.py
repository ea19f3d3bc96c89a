"""Names and short facts of parties, for the texts of findings, many at a time."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from graph.model.kinds import COMPANY, SHOP
from graph.model.properties import NodeKind
from queries.refresh.reading import Reading


def shown(names: pa.Array, ids: pa.Array) -> pa.Array:
    """Names, and the id where there is none.

    >>> shown(pa.array(["鑫宏达", None, ""]), pa.array(["a", "b", "c"])).to_pylist()
    ['鑫宏达', 'b', 'c']
    """
    return pc.if_else(pc.fill_null(pc.greater(pc.binary_length(names), 0), False), names, ids)


def looked_up(reading: Reading, kind: NodeKind, ids: pa.Array, columns: Sequence[str] = ()) -> pa.Table:
    """Name and more of the parties of one kind, in the order of `ids`; one only mentioned is shown by its id."""
    table = reading.arrow(kind.table, ["id", "name", *columns]).combine_chunks()
    rows = table.take(pc.index_in(ids, value_set=table["id"].combine_chunks()))
    return rows.select(columns).append_column("name", shown(rows["name"].combine_chunks(), ids))


def described(ids: pa.Array, companies: pa.Table, shops: pa.Table) -> pa.Table:
    """What lists show of merchants: id, kind, name, code, town, status; an unknown one is a company shown by its id."""
    known = pa.concat_tables(
        [
            companies.select(["id", "name", "uscc", "town", "status"]).rename_columns({"uscc": "code"}),
            shops.select(["id", "name"]),
        ],
        promote_options="default",
    )
    at = pc.index_in(ids, value_set=known["id"].combine_chunks())
    is_shop = pc.greater_equal(pc.fill_null(at, -1), companies.num_rows)
    rows = known.take(at)
    kind = pc.if_else(is_shop, SHOP.label, COMPANY.label)
    return pa.table({
        "id": ids, "kind": kind, "name": shown(rows["name"].combine_chunks(), ids),
        "code": rows["code"], "town": rows["town"], "status": rows["status"],
    })  # fmt: skip
