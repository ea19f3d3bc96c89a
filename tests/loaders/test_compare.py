"""`creditnet check`: whatever is changed in Neo4j behind our back is seen row by row, and mended on demand."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from loaders_graph import COMPLAINTS, PENALTY, REGISTRATION, A, B, everything

from graph.errors import HomeBusy
from loaders.compare import compare, mend
from loaders.load import load_files
from loaders.publish import publish_graph

pytestmark = pytest.mark.neo4j

FAULTS = {
    "a node deleted": ("MATCH (c:Company {id: $b}) DETACH DELETE c", {"Company": (1, 0, 0), "LEGAL_REP": (1, 0, 0)}),
    "a property changed": ("MATCH (c:Company {id: $a}) SET c.capital = 5.0", {"Company": (0, 1, 0)}),
    "a property of another type": ("MATCH (c:Company {id: $a}) SET c.capital = 'much'", {"Company": (0, 1, 0)}),
    "a property removed": ("MATCH (c:Company {id: $a}) REMOVE c.established", {"Company": (0, 1, 0)}),
    "a relationship deleted": ("MATCH ()-[r:HAS_RECORD]->() DELETE r", {"HAS_RECORD": (1, 0, 0)}),
    "a relationship twice": (
        "MATCH (p)-[r:LEGAL_REP]->(c {id: $a}) CREATE (p)-[s:LEGAL_REP]->(c) SET s = properties(r)",
        {"LEGAL_REP": (0, 1, 0)},
    ),
    "an invented relationship": (
        "MATCH (p)-[:LEGAL_REP]->({id: $a}), (c {id: $b}) CREATE (p)-[:LEGAL_REP {key: ''}]->(c)",
        {"LEGAL_REP": (0, 0, 1)},
    ),
    "an invented node": ("CREATE (:Company:Party {id: 'o_nobody', name: '无此公司'})", {"Company": (0, 0, 1)}),
}


@pytest.fixture
def city(published, csv_file):
    tables, store = published
    texts = {"registration.csv": REGISTRATION, "complaints.csv": COMPLAINTS, "penalties.csv": PENALTY}
    load_files(tables, [csv_file(name, text) for name, text in texts.items()])
    publish_graph(tables, store)
    return tables, store


def wrong(found):
    return {row.kind: (row.missing, row.differing, row.extra) for row in found if not row.agrees}


def test_what_was_published_agrees(city):
    found = compare(*city)
    assert wrong(found) == {}
    assert all(row.tables == row.graph and row.tables_checksum == row.graph_checksum for row in found)
    assert {row.kind for row in found if row.tables} >= {"Company", "Complaint", "FILED", "COMPLAINED", "HAS_RECORD"}


def test_faults_are_seen_and_mended(city):
    tables, store = city
    before = everything(store)
    for fault, (statement, expected) in FAULTS.items():
        store.write(statement, {"a": A, "b": B})
        found = mend(tables, store)
        assert wrong(found).items() >= expected.items(), fault
        assert all((row.tables_checksum == row.graph_checksum) == row.agrees for row in found), fault
        assert everything(store) == before, fault
    assert wrong(compare(tables, store)) == {}
    assert publish_graph(tables, store).way == "unchanged"


def test_a_batch_not_yet_published_is_missing(city, csv_file):
    tables, store = city
    load_files(tables, [csv_file("more.csv", PENALTY.replace("测罚1号", "测罚2号"))])
    assert wrong(compare(tables, store)) == {
        "Company": (0, 1, 0),
        "CreditRecord": (1, 0, 0),
        "HAS_RECORD": (1, 0, 0),
    }
    mend(tables, store)
    assert wrong(compare(tables, store)) == {}


def test_findings_are_left_alone(city):
    tables, store = city
    store.write("MATCH (c:Company {id: $a}) CREATE (c)<-[:CONCERNS]-(:Lead {id: 'l_1'})", {"a": A})
    store.write("MATCH (c:Company {id: $a}) SET c.score = 1.0, c.capital = 5.0", {"a": A})
    mend(tables, store)
    (row,) = store.read("MATCH (c:Company {id: $a})<--(l:Lead) RETURN c.score AS score, c.capital AS capital", {"a": A})
    assert row == {"score": 1.0, "capital": 1_000_000.0}


def test_no_check_while_a_load_is_under_way(city):
    tables, store = city
    with ThreadPoolExecutor(1) as pool, tables.lock("loading"), pytest.raises(HomeBusy, match="loading"):
        pool.submit(compare, tables, store).result()
