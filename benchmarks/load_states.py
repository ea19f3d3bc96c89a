"""What a load has led to, in a form in which two loads can be compared, and what one should not leave behind."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import psutil

from graph import open_store
from graph.model.kinds import TABLES
from graph.settings import Settings
from graph.store.place import Place
from graph.tables import Tables
from loaders.compare import compare

State = dict[str, tuple[int, str]]
"""Rows and checksum of every table, of the quarantine, of the batches, and of what Neo4j holds that tables do not."""


def state_of(settings: Settings) -> State:
    """What the tables hold, and each kind in Neo4j that is not what the tables say."""
    with Tables.open(settings) as tables, open_store(settings) as store:
        found = state_of_tables(tables)
        for kind in compare(tables, store):
            if not kind.agrees:
                found[f"Neo4j, {kind.kind}"] = kind.graph, kind.graph_checksum
    return found


def state_of_tables(tables: Tables) -> State:
    """As `state_of`, of the tables alone."""
    found = {name: _checksum(tables, f"SELECT hash(t) AS h FROM ({_lasting(name)}) t") for name in TABLES}
    kept = tables.quarantined()
    rows = sorted(map(str, kept.drop_columns("batch").to_pylist()))
    found["quarantine"] = len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest()
    found["batches"] = len(tables.batches()), str([(b.source, b.file, b.read) for b in tables.batches()])
    return found


def unlike(found: State, right: State) -> list[str]:
    """What one has otherwise than the other, in words."""
    names = sorted(found.keys() | right.keys())
    return [f"{n}: {found.get(n)} instead of {right.get(n)}" for n in names if found.get(n) != right.get(n)]


def left_over(settings: Settings) -> Iterator[str]:
    """Names of what a load should not leave behind."""
    place = Place(settings)
    folders = [f for f in (place.home / "data" / "databases").iterdir() if f.is_dir()]
    expected = {place.database(), "system"}
    yield from (f"left over: database {f.name}" for f in folders if f.name not in expected)
    if (place.home / "import").exists():
        yield "left over: import folder"
    batches = settings.home_path / "tables" / "batches"
    yield from (f"left over: {f.name}" for f in batches.iterdir() if f.name.startswith("new-"))
    strays = [p for p in psutil.process_iter(["cmdline"]) if _of_importer(p.info["cmdline"] or [], settings)]
    yield from (f"left over: importer process {p.pid}" for p in strays)


def _of_importer(words: list[str], settings: Settings) -> bool:
    return "import" in words and any(settings.home in word for word in words)


def _lasting(table: str) -> str:
    """Rows of a table without the moment at which something was decided: two runs never share that."""
    moment = " EXCLUDE (decided_at)" if table == "match_decisions" else ""
    return f"SELECT *{moment} FROM {table}"


def _checksum(tables: Tables, hashes: str) -> tuple[int, str]:
    row = tables.sql(f"SELECT count(*) AS n, sum(h)::VARCHAR AS checksum FROM ({hashes})").to_pylist()[0]
    return row["n"], str(row["checksum"])
