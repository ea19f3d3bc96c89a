"""CSV files for Neo4j's own importer, with headers from the model.

Nodes are numbered from 0 here, and relationships name their ends by number: the importer then need not keep, sort and
look up a text for every node, which is a fifth of its CPU-seconds. The ids stay a property of the nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from graph.model.properties import NodeKind, Property, RelationshipKind
from graph.progress import Progress, silent
from graph.store.rows import relationship_key
from graph.store.statements import KEY_COLUMNS, labels, written

Frames = Callable[[], Iterable[pa.RecordBatch]]
"""Gives the rows of one kind, batch after batch."""

TYPES = {
    pa.string(): "string",
    pa.date32(): "date",
    pa.float64(): "double",
    pa.int64(): "long",
    pa.bool_(): "boolean",
}
ID_TYPE = "--id-type=actual"
"""The numbers of the files are the numbers of the nodes in the store."""


@dataclass(frozen=True, slots=True)
class ImportFiles:
    """What was written and the importer's arguments for it."""

    arguments: tuple[str, ...]
    nodes: int
    relationships: int
    skipped: int
    """Nodes that were there already, and relationships with an end that is not there."""


class _Numbers:
    """Numbers of nodes, from 0 in the order in which their kinds are added."""

    def __init__(self) -> None:
        self._ids: dict[str, pa.ChunkedArray] = {}
        self._first: dict[str, int] = {}
        self._count = 0

    def add(self, label: str, ids: pa.ChunkedArray) -> pa.Array:
        """Number the nodes of a label; their ids must differ."""
        self._ids[label], self._first[label] = ids, self._count
        self._count += len(ids)
        return pa.array(np.arange(self._first[label], self._count))

    def of(self, labels: Sequence[str], ids: pa.ChunkedArray) -> pa.ChunkedArray:
        """Number of each id among the nodes of some labels; null where there is none."""
        found = pa.chunked_array([pa.nulls(len(ids), pa.int64())])
        for label in labels:
            if label in self._ids:
                place = pc.index_in(ids, value_set=self._ids[label]).cast(pa.int64())
                found = pc.coalesce(found, pc.add(place, self._first[label]))
        return found


def write_import_files(
    folder: Path,
    nodes: Mapping[NodeKind, Frames],
    relationships: Mapping[RelationshipKind, Frames],
    progress: Progress | None = None,
) -> ImportFiles:
    """Write a header and a data file per kind into an empty folder.

    Rows without an id or an end, of a node that is there already, and of relationships with an end that is not, are
    left out. Relationship rows must be unique by from_id, to_id and the key columns of their type: the importer,
    unlike MERGE, would write them twice.
    """
    tell, numbers = progress or silent, _Numbers()
    files = [_node_file(folder, kind, frames, numbers, tell) for kind, frames in nodes.items()]
    edges = [_relationship_file(folder, kind, frames, numbers, tell) for kind, frames in relationships.items()]
    full = [file for file in (*files, *edges) if file.rows]
    multiline = any(file.multiline for file in full)
    return ImportFiles(
        (*(file.argument for file in full), ID_TYPE, f"--multiline-fields={str(multiline).lower()}"),
        sum(file.rows for file in files),
        sum(file.rows for file in edges),
        sum(file.skipped for file in (*files, *edges)),
    )


@dataclass(frozen=True, slots=True)
class _File:
    argument: str
    rows: int
    skipped: int
    multiline: bool


def node_header(kind: NodeKind) -> str:
    """Header line of a kind's file: ``:ID,id:string,name:string,...``."""
    return ",".join([":ID", *(f"{p.name}:{TYPES[p.type]}" for p in written(kind))])


def relationship_header(kind: RelationshipKind) -> str:
    """Header line of a relationship type's file: both ends, the key, the properties."""
    key = ["key:string"] if kind.type in KEY_COLUMNS else []
    return ",".join([":START_ID", ":END_ID", *key, *(f"{p.name}:{TYPES[p.type]}" for p in written(kind))])


def _node_file(folder: Path, kind: NodeKind, frames: Frames, numbers: _Numbers, tell: Progress) -> _File:
    given = _table(frames)
    if given is None:
        return _File("", 0, 0, False)
    named = given.filter(given["id"].is_valid())
    rows = named.take(_first_of_each(named["id"]))
    numbered = pa.table({":ID": numbers.add(kind.label, rows["id"]), **_declared(rows, written(kind))})
    option = f"--nodes={':'.join(labels(kind))}"
    return _write(folder, kind.label, option, node_header(kind), numbered, len(named) - len(rows), tell)


def _relationship_file(
    folder: Path, kind: RelationshipKind, frames: Frames, numbers: _Numbers, tell: Progress
) -> _File:
    given = _table(frames)
    if given is None:
        return _File("", 0, 0, False)
    closed = given.filter(pc.and_(given["from_id"].is_valid(), given["to_id"].is_valid()))
    start, end = numbers.of(kind.sources, closed["from_id"]), numbers.of(kind.targets, closed["to_id"])
    known = pc.and_(start.is_valid(), end.is_valid())
    rows = closed.filter(known)
    key = {"key": relationship_key(kind, rows)} if kind.type in KEY_COLUMNS else {}
    ends = {":START_ID": start.filter(known), ":END_ID": end.filter(known)}
    numbered = pa.table({**ends, **key, **_declared(rows, written(kind))})
    option = f"--relationships={kind.type}"
    return _write(folder, kind.type, option, relationship_header(kind), numbered, len(closed) - len(rows), tell)


def _table(frames: Frames) -> pa.Table | None:
    batches = list(frames())
    return pa.Table.from_batches(batches) if batches else None


def _first_of_each(ids: pa.ChunkedArray) -> pa.Array:
    """Positions of the first row of each id."""
    places = pa.table({"id": ids, "at": np.arange(len(ids))})
    return places.group_by("id").aggregate([("at", "min")])["at_min"].combine_chunks().sort()


def _declared(rows: pa.Table, properties: Sequence[Property]) -> dict[str, pa.Array | pa.ChunkedArray]:
    """Exactly the declared columns in the declared types; an absent one is null."""
    return {
        p.name: rows[p.name].cast(p.type) if p.name in rows.column_names else pa.nulls(len(rows), p.type)
        for p in properties
    }


def _write(folder: Path, name: str, option: str, header: str, rows: pa.Table, skipped: int, tell: Progress) -> _File:
    """Write one kind. Strings are quoted and nulls are not, so the importer tells "" from nothing."""
    header_path, data_path = folder / f"{name}.header.csv", folder / f"{name}.csv"
    header_path.write_text(header + "\n", encoding="utf-8")
    write_rows(data_path, rows)
    tell(f"writing {name}", len(rows), len(rows))
    return _File(f"{option}={header_path},{data_path}", len(rows), skipped, _has_line_break(rows))


def write_rows(path: Path, rows: pa.Table) -> None:
    """Write a file without headings.

    Batch by batch, as Arrow 26 writes bytes of no meaning for a table whose first chunk is empty.
    """
    with csv.CSVWriter(path, rows.schema, write_options=csv.WriteOptions(include_header=False)) as writer:
        for batch in rows.to_batches():
            if len(batch):
                writer.write_batch(batch)


def _has_line_break(table: pa.Table) -> bool:
    texts = [column for column in table.columns if pa.types.is_string(column.type)]
    return any(pc.any(pc.match_substring_regex(text, "[\r\n]")).as_py() for text in texts)
