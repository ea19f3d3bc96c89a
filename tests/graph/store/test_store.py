"""What goes in comes out, limits hold, refusals are told in our own words."""

import datetime as dt
import subprocess
import sys

import pyarrow as pa
import pytest

from graph import CreditnetError, Settings, Store, open_store
from graph.errors import ConfigError, ServerUnavailable, StatementFailed, StatementTimeout, StoreError
from graph.model.kinds import COMPANY, GROUP, HIDDEN_LINK, LEGAL_REP, OFFICER, PERSON, SCORE_PROPERTIES
from graph.store import statements
from graph.store.connect import Address, connect

pytestmark = pytest.mark.neo4j
DAY = dt.date(2024, 5, 1)


def table(**columns: list[object]) -> pa.Table:
    return pa.table(columns)


def two_companies(store: Store) -> None:
    store.upsert_nodes(COMPANY, table(id=["c1", "c2"], name=["一号公司", "二号公司"], listed=[True, None]))


def test_nodes_come_back_with_their_values(empty_store: Store):
    rows = table(id=["c1"], name=['引"号,\n换行\\'], capital=[1.5], staff=[7], listed=[True], established=[DAY])

    empty_store.upsert_nodes(COMPANY, rows)

    (row,) = empty_store.read("MATCH (c:Party {id: $id}) RETURN c, labels(c) AS labels", {"id": "c1"})
    assert row["c"] == {**rows.to_pylist()[0]}
    assert set(row["labels"]) == {"Company", "Party"}


def test_a_second_upsert_changes_and_null_removes(empty_store: Store):
    two_companies(empty_store)

    empty_store.upsert_nodes(COMPANY, table(id=["c1"], name=["新名称"], listed=pa.array([None], pa.bool_())))

    assert empty_store.counts()["Company"] == 2
    assert empty_store.read("MATCH (c:Company {id: 'c1'}) RETURN c.name AS name, c.listed AS listed") == [
        {"name": "新名称", "listed": None}
    ]


def test_table_only_and_unknown_columns_stay_out(empty_store: Store):
    empty_store.upsert_nodes(COMPANY, table(id=["c1"], scope=["卖糖"], line=[1], other=["x"]))

    assert empty_store.read("MATCH (c:Company) RETURN c") == [{"c": {"id": "c1"}}]


def test_history_keeps_several_intervals(empty_store: Store):
    two_companies(empty_store)
    empty_store.upsert_nodes(PERSON, table(id=["p1"], name=["某甲"]))
    terms = table(
        from_id=["p1"] * 3 + [None], to_id=["c1"] * 4, valid_from=pa.array([None, DAY, dt.date(2025, 1, 1), DAY])
    )

    for _ in range(2):
        written = empty_store.upsert_relationships(LEGAL_REP, terms)

    assert written == 3
    assert empty_store.counts()["LEGAL_REP"] == 3


def test_posts_are_told_apart_and_deleted_one_by_one(empty_store: Store):
    two_companies(empty_store)
    empty_store.upsert_nodes(PERSON, table(id=["p1"]))
    posts = table(from_id=["p1", "p1"], to_id=["c1", "c1"], valid_from=[DAY, DAY], post=["董事", "经理"])
    empty_store.upsert_relationships(OFFICER, posts)

    empty_store.delete_relationships(OFFICER, posts.slice(0, 1))

    assert empty_store.read("MATCH ()-[r:OFFICER]->() RETURN r.post AS post") == [{"post": "经理"}]


def test_a_missing_end_is_not_written(empty_store: Store):
    two_companies(empty_store)

    assert empty_store.upsert_relationships(LEGAL_REP, table(from_id=["p9", "c2"], to_id=["c1", "c1"])) == 1


def test_deleting_a_node_takes_its_relationships(empty_store: Store):
    two_companies(empty_store)
    empty_store.upsert_relationships(LEGAL_REP, table(from_id=["c2"], to_id=["c1"]))

    empty_store.delete_nodes(COMPANY, ["c2", "c9"])

    assert (empty_store.counts()["Company"], empty_store.counts()["LEGAL_REP"]) == (1, 0)


def test_findings_are_cleared_and_facts_stay(empty_store: Store):
    two_companies(empty_store)
    empty_store.upsert_nodes(GROUP, table(id=["g_1"], size=[2]))
    empty_store.upsert_nodes(PERSON, table(id=["p1"]))
    empty_store.upsert_relationships(LEGAL_REP, table(from_id=["p1"], to_id=["c1"]))
    links = table(from_id=["c1", "c1"], to_id=["c2", "c2"], rule=["same_phone", "same_person"], shared=["t_1", "p1"])
    empty_store.upsert_relationships(HIDDEN_LINK, links)

    assert empty_store.clear_findings() == 3
    assert {kind: n for kind, n in empty_store.counts().items() if n} == {"Company": 2, "Person": 1, "LEGAL_REP": 1}
    assert empty_store.clear_findings() == 0


def test_scores_reach_every_kind_of_party(empty_store: Store):
    two_companies(empty_store)
    empty_store.upsert_nodes(PERSON, table(id=["p1"]))

    empty_store.set_properties(
        "Party", SCORE_PROPERTIES, table(id=["c1", "p1", "none"], score=[710.5, 1.0, 2.0], links=[3, 1, 0])
    )

    assert empty_store.read("MATCH (n:Party) RETURN n.id AS id, n.score AS score ORDER BY id") == [
        {"id": "c1", "score": 710.5},
        {"id": "c2", "score": None},
        {"id": "p1", "score": 1.0},
    ]


def test_ids_are_unique_over_all_parties(empty_store: Store):
    empty_store.upsert_nodes(COMPANY, table(id=["x1"]))

    with pytest.raises(StatementFailed, match=r"^Person: Neo.ClientError.Schema.ConstraintValidationFailed"):
        empty_store.upsert_nodes(PERSON, table(id=["x1"]))


def test_rows_without_their_key_are_refused(store: Store):
    with pytest.raises(StoreError, match="lack the column id"):
        store.upsert_nodes(COMPANY, table(name=["无号"]))


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("date('2024-02-29')", dt.date(2024, 2, 29)),
        ("datetime('2024-02-29T01:02:03Z')", dt.datetime(2024, 2, 29, 1, 2, 3, tzinfo=dt.UTC)),
        ("localdatetime('2024-02-29T01:02:03')", dt.datetime(2024, 2, 29, 1, 2, 3)),  # noqa: DTZ001
        ("[date('2024-02-29'), null]", [dt.date(2024, 2, 29), None]),
        ("{a: {b: date('2024-02-29')}}", {"a": {"b": dt.date(2024, 2, 29)}}),
        ("duration('P1M2D')", "P1M2D"),
        ("$given", dt.date(1949, 10, 1)),
    ],
)
def test_values_are_plain(store: Store, expression: str, value: object):
    (row,) = store.read(f"RETURN {expression} AS value", {"given": dt.date(1949, 10, 1)})

    assert row["value"] == value
    assert type(row["value"]) is type(value)


def test_nodes_relationships_and_paths_are_mappings(empty_store: Store):
    two_companies(empty_store)
    empty_store.upsert_relationships(LEGAL_REP, table(from_id=["c2"], to_id=["c1"], received=[DAY]))

    (row,) = empty_store.read("MATCH path = (a)-[r:LEGAL_REP]->(b) RETURN a, r, path")

    relationship = {"key": "", "received": DAY}
    assert row["r"] == relationship
    assert row["a"]["id"] == "c2"
    assert [item.get("id") for item in row["path"]] == ["c2", None, "c1"]


def test_reading_stops_at_the_limit(store: Store):
    assert len(store.read("UNWIND range(1, 50000) AS i RETURN i", limit=25)) == 25
    assert len(store.read("UNWIND range(1, 50000) AS i RETURN i")) == 10_000


def test_reading_stops_at_the_timeout(store: Store):
    slow = "UNWIND range(1, 100000000) AS i WITH i WHERE i % 7 = 8 RETURN count(i) AS n"

    with pytest.raises(StatementTimeout, match=r"^slow/one was stopped"):
        store.read(slow, name="slow/one", timeout=0.3)


def test_reading_cannot_write(empty_store: Store):
    with pytest.raises(StatementFailed, match=r"^sneaky: Neo.ClientError"):
        empty_store.read("CREATE (n:Company {id: 'c9'}) RETURN n", name="sneaky")
    assert empty_store.is_empty()


def test_columns_are_arrow_with_and_without_rows(store: Store):
    got = store.columns("UNWIND [1, 2] AS i RETURN i, date({year: 2000 + i}) AS day")

    assert got.to_pydict() == {"i": [1, 2], "day": [dt.date(2001, 1, 1), dt.date(2002, 1, 1)]}
    assert store.columns("UNWIND [] AS i RETURN i, 1 AS one").to_pydict() == {"i": [], "one": []}


def test_collected_columns_are_joined(store: Store):
    text = "UNWIND range(0, 9) AS i WITH i % 3 AS part, i ORDER BY i RETURN collect(i) AS i, collect(i * 2) AS twice"

    got = store.columns(text, collected=True)

    assert sorted(got["i"].to_pylist()) == list(range(10))
    assert [2 * i for i in got["i"].to_pylist()] == got["twice"].to_pylist()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("MATCH (n:Nobody) RETURN n", "01N50"),
        ("MATCH (:Company)-[r:NOWHERE]->() RETURN r", "01N51"),
        ("MATCH (n:Company) RETURN n.nothing AS x", "01N52"),
        ("MATCH (a:Company), (b:Company) RETURN a, b", "03N90"),
    ],
)
def test_explain_returns_remarks(empty_store: Store, text: str, code: str):
    two_companies(empty_store)

    assert [n.code for n in empty_store.explain(text)] == [code]


def test_explain_of_a_good_statement_is_silent_and_of_a_bad_one_fails(empty_store: Store):
    two_companies(empty_store)

    assert empty_store.explain("MATCH (c:Company {id: $id}) RETURN c.name AS name", {"id": "c1"}) == []
    with pytest.raises(StatementFailed, match="SyntaxError"):
        empty_store.explain("MATCH (c:Company RETURN c")


def test_names_are_found_by_quoted_phrase_and_by_part(empty_store: Store):
    empty_store.upsert_nodes(COMPANY, table(id=["c1", "c2"], name=["鑫宏达贸易", "宏鑫达贸易"]))
    empty_store.read("CALL db.awaitIndexes()")
    found = "CALL db.index.fulltext.queryNodes('names', $q) YIELD node RETURN node.id AS id"

    assert empty_store.read(found, {"q": '"鑫宏达"'}) == [{"id": "c1"}]
    assert empty_store.read("MATCH (n:Party) WHERE n.name CONTAINS '宏鑫' RETURN n.id AS id") == [{"id": "c2"}]


def test_a_wrong_password_says_what_to_set(store: Store):
    with pytest.raises(ServerUnavailable, match="NEO4J_PASSWORD"):
        connect(Address(store.uri, "neo4j", "certainly-wrong"))


def test_nothing_listening_says_what_to_do():
    with pytest.raises(ServerUnavailable, match="no Neo4j answers at"):
        open_store(Settings(neo4j_uri="bolt://127.0.0.1:9", neo4j_password="whatever"))


def test_another_kind_of_address_is_refused():
    with pytest.raises(ConfigError, match="is no address of a Neo4j"):
        open_store(Settings(neo4j_uri="https://127.0.0.1:9", neo4j_password="whatever"))


def test_the_running_server_serves_as_an_external_one(empty_store: Store, neo4j_settings: Settings):
    two_companies(empty_store)
    address = empty_store._address
    external = Settings(neo4j_uri=address.uri, neo4j_user=address.user, neo4j_password=address.password)

    with open_store(external) as other:
        assert other.counts()["Company"] == 2


def test_the_public_names():
    import graph

    assert {name for name in graph.__all__ if getattr(graph, name)} == {
        "CreditnetError",
        "Settings",
        "Store",
        "open_store",
    }
    assert issubclass(StatementFailed, CreditnetError)
    with pytest.raises(AttributeError):
        graph.nothing  # noqa: B018


def test_analytics_alone_import_no_driver():
    program = "import sys, graph, graph.store.keeper; print(sorted({'neo4j', 'pyarrow'} & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def operators(plan: dict[str, object]) -> set[str]:
    return {str(plan["operatorType"]).split("@")[0]}.union(*map(operators, plan.get("children", [])))


def test_writing_looks_nodes_up_by_index(store: Store):
    texts = [
        *(statements.upsert_nodes(kind) for kind in statements.ALL_NODES),
        *(statements.upsert_relationships(kind) for kind in statements.ALL_RELATIONSHIPS),
        *(statements.delete_relationships(kind) for kind in statements.ALL_RELATIONSHIPS),
        statements.set_properties("Party"),
    ]
    with store._session("plan") as session:
        used = {text: operators(session.run(f"EXPLAIN {text}", rows=[]).consume().plan) for text in texts}

    assert all(any("IndexSeek" in name or "Merge" in name for name in names) for names in used.values())
    assert not {text for text, names in used.items() if any(name.endswith("Scan") for name in names)}
