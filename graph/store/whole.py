"""Everything of one kind, read back from Neo4j: page after page by id, each page one record of rows.

The driver works per record: a page as one record comes several times as fast as its rows one by one, and neither side
holds more than a page. What no page shows, because somebody else wrote it (a node without an id, an end of another
label), comes with a last statement. Dates come as text: objects of the driver cost more than all the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from neo4j import Session

from graph.model.properties import NodeKind, RelationshipKind
from graph.store.statements import held
from graph.store.values import typed

PAGE = 5_000  # nodes, or nodes that relationships start from


def read_whole(session: Session, kind: NodeKind | RelationshipKind, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Columns of all nodes or relationships of a kind, in batches; a value of another type is null.

    Between two pages others may write: whoever needs one state keeps them from it.
    """
    days = [pa.types.is_date(field.type) for field in schema]
    pages, strays = held(kind, schema.names, days)
    for text in pages:
        after: str | None = ""
        while after is not None:
            record = session.run(text, after=after, rows=PAGE).single(strict=True)
            after = record["last"] if record["nodes"] == PAGE else None
            yield from _batches(record["values"], schema)
    yield from _batches([record["row"] for record in session.run(strays)], schema)


def _batches(rows: Sequence[Sequence[Any]], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    if rows:
        columns = zip(*rows, strict=True)
        yield pa.record_batch([_column(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)


def _column(values: Sequence[Any], type_: pa.DataType) -> pa.Array:
    if not pa.types.is_date(type_):
        return typed(values, type_)
    return pc.cast(pa.array(values, pa.string()), type_)  # none but dates come through
