"""Publication of the tables into the run's Neo4j: all of it, then only what changed, then what was taken back."""

import shutil

import pyarrow as pa
import pytest
from loaders_graph import COMPLAINTS, PENALTY, REGISTRATION, A, Beside, C, counts, everything

from graph.store.statements import name_of
from graph.tables import Tables
from loaders.content import KINDS, Content
from loaders.load import load_files
from loaders.publish import publish_graph

pytestmark = pytest.mark.neo4j


def expected_counts(tables):
    content = Content(tables)
    found = {name_of(kind): len(content.rows(kind)) for kind in KINDS}
    return {name: count for name, count in found.items() if count}


def test_all_then_changes_then_taken_back(published, csv_file):
    tables, store = published
    load_files(tables, [csv_file("registration.csv", REGISTRATION), csv_file("complaints.csv", COMPLAINTS)])
    first = publish_graph(tables, store)
    assert (first.way, first.deleted, first.skipped) == ("batches", 0, 0)
    assert counts(store) == expected_counts(tables)
    assert counts(store)["COMPLAINED"] == 2
    (pair,) = store.read("MATCH (:Complainant)-[r:COMPLAINED]->(:Shop) RETURN r.count AS n, r.first AS first")
    assert (pair["n"], str(pair["first"])) == (2, "2024-01-02")

    assert publish_graph(tables, store).way == "unchanged"

    before = counts(store)
    (report,) = load_files(tables, [csv_file("penalties.csv", PENALTY)])
    second = publish_graph(tables, store)
    assert (second.way, second.nodes, second.relationships) == ("batches", 2, 1)  # the record; the company's counts
    assert counts(store) == {**before, "CreditRecord": 1, "HAS_RECORD": 1}

    tables.undo(report.batch)
    third = publish_graph(tables, store)
    assert (third.nodes, third.relationships, third.deleted) == (1, 0, 2)
    assert counts(store) == before


def test_changed_row_is_updated_in_place(published, csv_file):
    tables, store = published
    load_files(tables, [csv_file("a.csv", REGISTRATION)])
    publish_graph(tables, store)
    load_files(tables, [csv_file("b.csv", REGISTRATION.replace("100万元", "200万元"))])
    report = publish_graph(tables, store)
    assert report.nodes == 1  # of two companies one has changed
    (company,) = store.read("MATCH (c:Company {id: $id}) RETURN c.capital AS capital", {"id": A})
    assert company["capital"] == 2_000_000


def test_publication_cut_short_is_finished_by_the_next(published, csv_file):
    tables, store = published
    load_files(tables, [csv_file("registration.csv", REGISTRATION)])

    class Breaks(Beside):
        def upsert_relationships(self, *args, **kwargs):
            raise ConnectionError("the network went away")

    with pytest.raises(ConnectionError):
        publish_graph(tables, Breaks(store.store, store.settings))
    assert "LEGAL_REP" not in counts(store)
    publish_graph(tables, store)
    assert counts(store) == expected_counts(tables)


def test_empty_local_database_is_filled_by_the_importer(empty_store, csv_file):
    if not empty_store.settings.is_local:
        pytest.skip("the importer works on the local server only")
    home = empty_store.settings.home_path
    try:
        with Tables.open(empty_store.settings) as tables:
            load_files(tables, [csv_file("registration.csv", REGISTRATION), csv_file("complaints.csv", COMPLAINTS)])
            report = publish_graph(tables, empty_store)
            assert (report.way, report.skipped) == ("bulk", 0)
            assert counts(empty_store) == expected_counts(tables)
            assert publish_graph(tables, empty_store).way == "unchanged"
    finally:
        for folder in ("tables", "published"):
            shutil.rmtree(home / folder, ignore_errors=True)


def test_relationship_waits_for_the_end_that_comes_later(published, csv_file):
    tables, store = published
    with tables.begin("branches", "branches.csv", "b") as batch:
        batch.write("companies", pa.table({"id": [C], "name": ["测试分公司"]}))
        batch.write("branches", pa.table({"from_id": [C], "to_id": [A]}))
    first = publish_graph(tables, store)
    assert (first.nodes, first.relationships, first.skipped) == (1, 0, 1)
    load_files(tables, [csv_file("registration.csv", REGISTRATION)])
    assert publish_graph(tables, store).skipped == 0
    assert counts(store)["BRANCH_OF"] == 1  # it was remembered as written before, and never came


def test_graph_after_undo_equals_the_graph_before(published, csv_file):
    tables, store = published
    load_files(tables, [csv_file("registration.csv", REGISTRATION), csv_file("complaints.csv", COMPLAINTS)])
    publish_graph(tables, store)
    before = everything(store)
    changed = (
        REGISTRATION.replace("100万元", "200万元").replace("李试一", "赵试九") + f"新测试店,{C},2022-02-02,孙试五,,\n"
    )
    reports = load_files(tables, [csv_file("changed.csv", changed), csv_file("penalties.csv", PENALTY)])
    publish_graph(tables, store)
    assert everything(store) != before
    for report in reports:
        tables.undo(report.batch)
    publish_graph(tables, store)
    assert everything(store) == before
    for report in reports:
        tables.redo(report.batch)
    publish_graph(tables, store)
    assert {"capital": 2_000_000.0}.items() <= dict(everything(store)[0])[A].items()


class Killed(BaseException):
    """What no code catches, as a kill."""


class Dies(Beside):
    """A store whose process dies at the n-th piece of work it is given, before or after the server has done it."""

    def __init__(self, store, settings, moment, *, after):
        super().__init__(store, settings)
        self.moment, self.after = moment, after

    def __getattr__(self, name):
        work = getattr(self.store, name)
        if not name.startswith(("upsert_", "delete_")):
            return work

        def step(*args, **kwargs):
            self.moment -= 1
            if self.moment < 0 and not self.after:
                raise Killed
            done = work(*args, **kwargs)
            if self.moment < 0:
                raise Killed
            return done

        return step


def test_what_a_killed_publication_wrote_goes_with_its_batch(published, csv_file):
    """Undone before it was ever published as a whole: the memory never knew its rows, nor those it had deleted."""
    tables, store = published
    load_files(tables, [csv_file("registration.csv", REGISTRATION), csv_file("complaints.csv", COMPLAINTS)])
    publish_graph(tables, store)
    (gone,) = load_files(tables, [csv_file("penalties.csv", PENALTY)])
    publish_graph(tables, store)
    before, state = everything(store), tables.state()
    changed = REGISTRATION.replace("100万元", "200万元").replace("李试一", "赵试九")
    changed += f"新测试店,{C},2022-02-02,孙试五,,\n"
    (new,) = load_files(tables, [csv_file("changed.csv", changed)])
    tables.undo(new.batch)
    for moment, twice in ((0, False), (1, False), (7, True), (16, False), (25, True), (34, False)):
        tables.redo(new.batch)
        tables.undo(gone.batch)  # so that the killed publication deletes, too
        with pytest.raises(Killed):
            publish_graph(tables, Dies(store.store, store.settings, moment // 2, after=moment % 2))
        tables.undo(new.batch)
        tables.redo(gone.batch)
        if twice:
            with pytest.raises(Killed):
                publish_graph(tables, Dies(store.store, store.settings, 1, after=True))
        assert tables.state() == state
        publish_graph(tables, store)
        assert everything(store) == before, f"killed at moment {moment}"
    assert publish_graph(tables, store).way == "unchanged"
