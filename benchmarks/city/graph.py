"""The first load of Neo4j, and beside it the bare importer on files of the same rows, as anybody would write them."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import pyarrow as pa

from graph.model.properties import NodeKind
from graph.settings import Settings
from graph.store import local, open_store
from graph.store.importfiles import TYPES, write_rows
from graph.store.java import admin_command, java_environment
from graph.store.place import Place
from graph.store.rows import relationship_key
from graph.store.statements import KEY_COLUMNS, labels, name_of, written
from graph.tables import Tables
from loaders.content import KINDS, Content, Kind
from loaders.publish import publish_graph

OPTIONS = ("--id-type=string", "--multiline-fields=false")  # no text of the synthetic city holds a line break


def import_beside_bare(home: Path, scratch: Path) -> str:
    """Wall seconds of `publish_graph` into an empty database, and of the importer alone; as Markdown."""
    settings = Settings(home=str(home))
    shutil.rmtree(scratch, ignore_errors=True)
    (scratch / "files").mkdir(parents=True)
    with Tables.open(settings) as tables:
        content = Content(tables)
        arguments = [_file(scratch / "files", kind, content.rows(kind)) for kind in KINDS]
        disk = sum(file.stat().st_size for file in (scratch / "files").iterdir()) / 1e9
        del content
        before = _bare(settings, arguments, scratch / "bare")
        with open_store(settings) as store:
            began = time.perf_counter()
            report = publish_graph(tables, store)
            ours = time.perf_counter() - began
    local.stop(settings)
    bare = (before + _bare(settings, arguments, scratch / "bare")) / 2
    shutil.rmtree(scratch)
    return (
        f"{report.nodes:,} nodes, {report.relationships:,} relationships: tables → Neo4j {ours:,.0f} s, the bare "
        f"importer on the same rows {bare:,.0f} s (before {before:,.0f}), ratio {ours / bare:.2f}; files {disk:.1f} GB"
    )


def _file(folder: Path, kind: Kind, rows: pa.Table) -> str:
    """Write a kind's rows with the ids that they have in the tables; the importer's argument."""
    name, data = name_of(kind), {p.name: rows[p.name] for p in written(kind) if p.name in rows.column_names}
    heads = [f"{p.name}:{TYPES[p.type]}" for p in written(kind) if p.name in data]
    if isinstance(kind, NodeKind):
        heads, option = ["id:ID", *heads[1:]], f"--nodes={':'.join(labels(kind))}"
    else:
        key = {"key": relationship_key(kind, rows)} if kind.type in KEY_COLUMNS else {}
        data = {":START_ID": rows["from_id"], ":END_ID": rows["to_id"], **key, **data}
        heads, option = [":START_ID", ":END_ID", *key, *heads], f"--relationships={kind.type}"
    (folder / f"{name}.header.csv").write_text(",".join(heads) + "\n")
    write_rows(folder / f"{name}.csv", pa.table(data))
    return f"{option}={folder / name}.header.csv,{folder / name}.csv"


def _bare(settings: Settings, arguments: list[str], home: Path) -> float:
    """Wall seconds of the importer into a database of an empty home."""
    shutil.rmtree(home, ignore_errors=True)
    own = Place(Settings(home=str(home)))
    own.create()
    command = admin_command(settings, "database", "import", "full", "neo4j", *arguments, *OPTIONS)
    environment = {**java_environment(settings, own.home), "NEO4J_CONF": str(own.conf)}
    began = time.perf_counter()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return time.perf_counter() - began
