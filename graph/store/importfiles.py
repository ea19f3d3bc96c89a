"""CSV files for Neo4j's own importer, with headers from the model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

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


@dataclass(frozen=True, slots=True)
class ImportFiles:
    """What was written and the importer's arguments for it."""

    arguments: tuple[str, ...]
    nodes: int
    relationships: int


def write_import_files(
    folder: Path,
    nodes: Mapping[NodeKind, Frames],
    relationships: Mapping[RelationshipKind, Frames],
    progress: Progress | None = None,
) -> ImportFiles:
    """Write a header and a data file per kind into an empty folder.

    Relationship rows must be unique by from_id, to_id and the key columns of their type: the importer, unlike
    MERGE, would write them twice.
    """
    tell = progress or silent
    files = [_node_file(folder, kind, frames, tell) for kind, frames in nodes.items()]
    edges = [_relationship_file(folder, kind, frames, tell) for kind, frames in relationships.items()]
    full = [file for file in (*files, *edges) if file.rows]
    multiline = any(file.multiline for file in full)
    return ImportFiles(
        (*(file.argument for file in full), f"--multiline-fields={str(multiline).lower()}"),
        sum(file.rows for file in files),
        sum(file.rows for file in edges),
    )


@dataclass(frozen=True, slots=True)
class _File:
    argument: str
    rows: int
    multiline: bool


def node_header(kind: NodeKind) -> str:
    """Header line of a kind's file: ``id:ID,name:string,...``."""
    return ",".join("id:ID" if p.name == "id" else f"{p.name}:{TYPES[p.type]}" for p in written(kind))


def relationship_header(kind: RelationshipKind) -> str:
    """Header line of a relationship type's file: both ends, the key, the properties."""
    key = ["key:string"] if kind.type in KEY_COLUMNS else []
    return ",".join([":START_ID", ":END_ID", *key, *(f"{p.name}:{TYPES[p.type]}" for p in written(kind))])


def _node_file(folder: Path, kind: NodeKind, frames: Frames, tell: Progress) -> _File:
    def shape(rows: pa.Table) -> pa.Table:
        return _declared(rows.filter(rows["id"].is_valid()), written(kind))

    option = f"--nodes={':'.join(labels(kind))}"
    return _write(folder, kind.label, option, node_header(kind), map(shape, _tables(frames)), tell)


def _relationship_file(folder: Path, kind: RelationshipKind, frames: Frames, tell: Progress) -> _File:
    def shape(rows: pa.Table) -> pa.Table:
        rows = rows.filter(pc.and_(rows["from_id"].is_valid(), rows["to_id"].is_valid()))
        key = {"key": relationship_key(kind, rows)} if kind.type in KEY_COLUMNS else {}
        ends = pa.table({"from_id": rows["from_id"], "to_id": rows["to_id"], **key})
        for name, column in zip((p.name for p in written(kind)), _declared(rows, written(kind)), strict=True):
            ends = ends.append_column(name, column)
        return ends

    option = f"--relationships={kind.type}"
    return _write(folder, kind.type, option, relationship_header(kind), map(shape, _tables(frames)), tell)


def _tables(frames: Frames) -> Iterator[pa.Table]:
    return (pa.Table.from_batches([batch]) for batch in frames() if len(batch))


def _declared(rows: pa.Table, properties: Sequence[Property]) -> pa.Table:
    """Exactly the declared columns in the declared types; an absent one is null."""
    columns = [
        rows[p.name].cast(p.type) if p.name in rows.column_names else pa.nulls(len(rows), p.type) for p in properties
    ]
    return pa.table(columns, names=[p.name for p in properties])


def _write(folder: Path, name: str, option: str, header: str, tables: Iterator[pa.Table], tell: Progress) -> _File:
    """Write one kind. Strings are quoted and nulls are not, so the importer tells "" from nothing."""
    header_path, data_path = folder / f"{name}.header.csv", folder / f"{name}.csv"
    header_path.write_text(header + "\n", encoding="utf-8")
    rows, multiline = 0, False
    writer: csv.CSVWriter | None = None
    for table in tables:
        if writer is None:
            writer = csv.CSVWriter(data_path, table.schema, write_options=csv.WriteOptions(include_header=False))
        writer.write_table(table)
        rows += len(table)
        multiline = multiline or _has_line_break(table)
        tell(f"writing {name}", rows, 0)
    if writer is not None:
        writer.close()
    return _File(f"{option}={header_path},{data_path}", rows, multiline)


def _has_line_break(table: pa.Table) -> bool:
    texts = [column for column in table.columns if pa.types.is_string(column.type)]
    return any(pc.any(pc.match_substring_regex(text, "[\r\n]")).as_py() for text in texts)
