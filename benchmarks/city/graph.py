"""The first load of Neo4j, and beside it the bare importer on files of the same rows."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pyarrow as pa

from graph.model.properties import NodeKind, RelationshipKind
from graph.settings import Settings
from graph.store import open_store
from graph.store.bulk import OPTIONS
from graph.store.importfiles import ImportFiles, write_import_files
from graph.store.java import admin_command, java_environment
from graph.store.place import Place
from graph.tables import Tables
from loaders.content import KINDS, Content, Kind
from loaders.publish import publish_graph


def import_beside_bare(home: Path, scratch: Path) -> str:
    """Wall seconds of `publish_graph` into an empty database, and of the importer alone; as Markdown."""
    settings = Settings(home=str(home))
    shutil.rmtree(scratch, ignore_errors=True)
    with Tables.open(settings) as tables:
        with open_store(settings) as store:
            began = time.perf_counter()
            report = publish_graph(tables, store)
            ours = time.perf_counter() - began
        files = _files(Content(tables), scratch / "files")
        disk = sum(file.stat().st_size for file in (scratch / "files").iterdir()) / 1e9
    bare = _bare(settings, files, scratch / "bare")
    shutil.rmtree(scratch)
    return (
        f"{report.nodes:,} nodes, {report.relationships:,} relationships: tables → Neo4j {ours:,.0f} s, "
        f"the bare importer on the same rows {bare:,.0f} s, ratio {ours / bare:.2f}; import files {disk:.1f} GB"
    )


def _files(content: Content, folder: Path) -> ImportFiles:
    folder.mkdir(parents=True)

    def frames(kind: Kind) -> Callable[[], Iterable[pa.RecordBatch]]:
        return lambda: content.rows(kind).to_batches()

    nodes = {kind: frames(kind) for kind in KINDS if isinstance(kind, NodeKind)}
    return write_import_files(folder, nodes, {k: frames(k) for k in KINDS if isinstance(k, RelationshipKind)})


def _bare(settings: Settings, files: ImportFiles, home: Path) -> float:
    """The importer into a database of an empty home."""
    own = Place(Settings(home=str(home)))
    own.create()
    command = admin_command(settings, "database", "import", "full", "neo4j", *files.arguments, *OPTIONS)
    environment = {**java_environment(settings, own.home), "NEO4J_CONF": str(own.conf)}
    began = time.perf_counter()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return time.perf_counter() - began
