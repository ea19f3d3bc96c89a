"""One behaviour script over every way into Neo4j: in batches, by the importer, reopened after a stop."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import csv
from small_city import COUNTS, frames, nodes, relationships

from graph import Settings, Store, open_store
from graph.errors import StoreError
from graph.store import local
from graph.store.bulk import bulk_import
from graph.store.importfiles import write_import_files, write_rows
from graph.store.place import Place

pytestmark = pytest.mark.neo4j


def fill(store: Store) -> None:
    for kind, rows in nodes().items():
        store.upsert_nodes(kind, rows)
    for relation, rows in relationships().items():
        store.upsert_relationships(relation, rows)


def content(store: Store) -> dict[str, list[Any]]:
    """Everything the database holds, in an order of our own."""
    nodes = store.read("MATCH (n) RETURN labels(n) AS labels, properties(n) AS properties ORDER BY n.id")
    edges = store.read(
        "MATCH (a)-[r]->(b) RETURN a.id AS source, type(r) AS type, b.id AS target, properties(r) AS properties "
        "ORDER BY source, type, target, r.key"
    )
    return {"nodes": [{**n, "labels": sorted(n["labels"])} for n in nodes], "edges": edges}


def indexes(store: Store) -> set[str]:
    return {row["name"] for row in store.read("SHOW INDEXES YIELD name, state WHERE state = 'ONLINE' RETURN name")}


def test_batches_importer_and_reopening_give_one_graph(empty_store: Store, home_settings: Settings):
    fill(empty_store)
    by_batches = content(empty_store)
    assert {kind: n for kind, n in empty_store.counts().items() if n} == COUNTS

    told: list[str] = []
    report = bulk_import(home_settings, frames(nodes()), frames(relationships()), lambda what, *_: told.append(what))
    with open_store(home_settings) as store:
        assert content(store) == by_batches
        assert {kind: n for kind, n in store.counts().items() if n} == COUNTS
        assert indexes(store) == indexes(empty_store)

    assert report.skipped == 1  # the officer of no company
    assert (report.database, report.nodes) == ("city1", sum(n for kind, n in COUNTS.items() if not kind.isupper()))
    assert {"writing Company", "importing into Neo4j"} <= set(told)

    local.stop(home_settings)
    schema_due = Place(home_settings).schema_due
    assert not schema_due.exists()
    schema_due.touch()  # as if the import had been cut short after its swap
    with open_store(home_settings) as store:
        assert content(store) == by_batches
        assert not schema_due.exists()
        _second_import_is_seen_by_an_open_store(home_settings, store)


def _second_import_is_seen_by_an_open_store(settings: Settings, store: Store) -> None:
    (first, rows), *_ = nodes().items()

    report = bulk_import(settings, frames({first: rows.slice(0, 3)}), {})

    assert {kind: n for kind, n in store.counts().items() if n} == {"Company": 3}
    place = Place(settings)
    assert report.database == place.database() == "city2"
    assert [folder.exists() for folder in place.database_folders("city1")] == [False, False]
    assert not (place.home / "import").exists()

    _failing_import_changes_nothing(settings, store)


def _failing_import_changes_nothing(settings: Settings, store: Store) -> None:
    (first, rows), *_ = nodes().items()
    broken = rows.slice(0, 1).set_column(rows.column_names.index("name"), "name", [["x" * 5_000_000]])

    with pytest.raises(StoreError, match="importer failed, nothing was changed"):
        bulk_import(settings, frames({first: broken}), {})

    assert store.counts()["Company"] == 3
    assert not any(folder.exists() for folder in Place(settings).database_folders("city3"))


def test_the_importer_is_for_the_local_server_only():
    with pytest.raises(StoreError, match="unset NEO4J_URI"):
        bulk_import(Settings(neo4j_uri="bolt://127.0.0.1:9"), {}, {})


def test_rows_behind_an_empty_batch_are_written_as_they_are(tmp_path: Path):
    rows = pa.table({"id": pa.chunked_array([pa.array([], pa.string()), pa.array(["甲", None, ""])])})

    write_rows(tmp_path / "rows.csv", rows)

    assert (tmp_path / "rows.csv").read_text(encoding="utf-8") == '"甲"\n\n""\n'


def test_import_files_number_each_node_once_and_leave_open_ends_out(tmp_path: Path):
    (companies, rows), *_ = nodes().items()
    doubled = {**nodes(), companies: pa.concat_tables([rows, rows.slice(0, 2)])}

    files = write_import_files(tmp_path, frames(doubled), frames(relationships()))

    assert files.nodes == sum(n for kind, n in COUNTS.items() if not kind.isupper())
    assert files.relationships == sum(n for kind, n in COUNTS.items() if kind.isupper())
    assert files.skipped == 3  # two companies again, the officer of no company
    numbers = [
        number
        for kind in nodes()
        for number in csv.read_csv(
            tmp_path / f"{kind.label}.csv",
            read_options=csv.ReadOptions(autogenerate_column_names=True),
            parse_options=csv.ParseOptions(newlines_in_values=True),
        )["f0"].to_pylist()
    ]
    assert numbers == list(range(files.nodes))
