"""Bulk import: a whole city into a new database beside the one in use, then a swap by restart.

The importer in the jars writes the store files of a database that the running server does not know (61 s for
5.2 M nodes and 7.5 M relationships). The one commit point is the renaming of the file that names the database
in use: a crash before it leaves the old city in use and some files that the next import removes; a crash after
it leaves the new city, and whoever opens it next adds the schema that is still due.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from graph.errors import StoreError
from graph.model.properties import NodeKind, RelationshipKind
from graph.progress import Progress, silent
from graph.settings import Settings
from graph.store.importfiles import Frames, write_import_files
from graph.store.java import admin_command, die_with_parent, java_environment
from graph.store.local import restart, used
from graph.store.place import FIRST_DATABASE, Place
from graph.store.store import open_store
from graph.store.sweep import import_lock, remove_database, remove_unused

STAGES = 4  # the importer counts its stages "(1/4)" and the percent done in each


@dataclass(frozen=True, slots=True)
class BulkReport:
    """What a bulk import did."""

    database: str
    nodes: int
    relationships: int
    skipped: int
    """Rows left out: nodes that were there already, and relationships with an end that is not there."""


def bulk_import(
    settings: Settings,
    nodes: Mapping[NodeKind, Frames],
    relationships: Mapping[RelationshipKind, Frames],
    progress: Progress | None = None,
) -> BulkReport:
    """Replace the whole content of the local Neo4j by these rows.

    Relationship rows must be unique by from_id, to_id and the key columns of their type
    (`graph.store.statements.KEY_COLUMNS`). Stores that are open reconnect by themselves after the swap.

    Raises
    ------
    StoreError
        If the server is not ours, or the importer fails; the old content stays in use.
    """
    if not settings.is_local:
        raise StoreError("the importer works on the local Neo4j only; unset NEO4J_URI, or load in batches")
    place = Place(settings)
    place.create()
    with import_lock(place), used(settings), _scratch(place.home / "import") as folder:
        files = write_import_files(folder, nodes, relationships, progress)
        old, new = place.database(), _next_name(place.database())
        remove_database(place, new)  # what a crashed import left
        _run_importer(settings, place, new, files.arguments, progress or silent)
        _swap(settings, place, old, new)
        remove_unused(place)  # `old`, and one that an import killed in its swap left
    return BulkReport(new, files.nodes, files.relationships, files.skipped)


def _next_name(database: str) -> str:
    return "city1" if database == FIRST_DATABASE else f"city{int(database.removeprefix('city')) + 1}"


def _run_importer(
    settings: Settings, place: Place, database: str, arguments: tuple[str, ...], progress: Progress
) -> None:
    report = f"--report-file={place.home / 'import' / 'bad.log'}"
    command = admin_command(settings, "database", "import", "full", database, *arguments, report)
    with subprocess.Popen(
        command,
        env=java_environment(settings, place.home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        preexec_fn=die_with_parent,  # an importer left alone would write beside the one of the next run
    ) as importer:
        lines = _follow(importer, progress)
    if importer.returncode:
        remove_database(place, database)
        raise StoreError("Neo4j's importer failed, nothing was changed; it said:\n" + "\n".join(lines[-15:]))


def _follow(importer: subprocess.Popen[str], progress: Progress) -> list[str]:
    lines, stage = [], 0
    for line in importer.stdout or ():
        lines.append(line.rstrip())
        if found := re.match(r"\((\d)/\d\)", line):
            stage = int(found[1]) - 1
        elif found := re.search(r" (\d+)% ", line):
            progress("importing into Neo4j", 100 * stage + int(found[1]), 100 * STAGES)
    return lines


def _swap(settings: Settings, place: Place, old: str, new: str) -> None:
    place.schema_due.touch()
    place.use_database(new)
    try:
        restart(settings)
        with open_store(settings):  # adds the schema, which the importer cannot
            return
    except BaseException:
        place.use_database(old)
        restart(settings)
        raise


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
