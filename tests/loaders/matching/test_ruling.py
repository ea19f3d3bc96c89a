"""A person decides about two parties of a home and takes it back: tables at once, the real Neo4j with a publication."""

import datetime as dt

import pytest
from loaders_graph import everything

from graph.errors import InputError, NotFound
from graph.tables import Tables
from loaders.compare import compare
from loaders.load import load_files
from loaders.matching.listing import Wanted, listed
from loaders.matching.ruling import history, rule, take_back
from loaders.publish import publish_graph

A, B = "91441900MA000004XT", "92441900MA0000058P"
NAME = "东莞市云梯测试有限公司"
REGISTERED = f"""企业名称,统一社会信用代码,注册日期,法人代表,法定代表人证件号码,登记状态,住所
{NAME},{A},2019-05-06,李试一,,存续,东莞市南城街道测试路1号
{NAME},{B},2020-05-06,王试二,,存续,东莞市南城街道测试路2号
"""
COMPLAINTS = f"""工单编号,类型,登记日期,被投诉方名称,投诉人姓名,联系电话
1,投诉,2024-03-02,{NAME},吴试七,13800002222
2,投诉,2024-03-05,{NAME},周试六,13800001111
"""
NOW = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
PERSON = {"by": "陈试", "at": NOW}


@pytest.fixture
def tables(tmp_path, settings):
    """Two companies of one name, and complaints that give only the name."""
    (tmp_path / "registration.csv").write_text(REGISTERED)
    (tmp_path / "complaints.csv").write_text(COMPLAINTS)
    with Tables.open(settings) as opened:
        load_files(opened, [tmp_path / "registration.csv", tmp_path / "complaints.csv"])
        yield opened


@pytest.fixture
def reference(tables):
    found, total = listed(tables, Wanted(unsure=True), limit=10)
    assert (total, {row.decision.right for row in found}) == (2, {A, B})
    return found[0].decision.left


def merchants(tables):
    return set(tables.arrow("complaints", ["merchant_id"])["merchant_id"].to_pylist())


def test_one_party_then_apart_then_as_before(tables, reference):
    (one,) = rule(tables, [(B, reference, "match")], **PERSON)
    assert (one.left, one.right) == (reference, B)
    assert merchants(tables) == {B}
    (apart,) = rule(tables, [(reference, B, "none")], **PERSON)
    assert apart.id == one.id
    assert merchants(tables) == {reference}
    back = take_back(tables, one.id, **PERSON)
    assert (back.kind, back.outcome, back.stands) == ("auto", "possible", True)
    assert merchants(tables) == {reference}
    assert [row.kind for row in history(tables, one.id)] == ["auto", "manual", "manual", "auto"]


def test_without_a_decision_of_the_program_nothing_is_left(tables):
    (one,) = rule(tables, [(A, B, "match")], **PERSON)
    assert len(tables.arrow("companies", ["id"])) == 2
    assert not take_back(tables, one.id, **PERSON).stands
    assert len(tables.arrow("companies", ["id"])) == 3
    with pytest.raises(InputError, match="taken back by 陈试 already"):
        take_back(tables, one.id, **PERSON)


def test_listed_by_party_and_by_whom(tables, reference):
    rule(tables, [(reference, B, "match")], **PERSON)
    assert {row.decision.right for row in listed(tables, Wanted(party=B), limit=10)[0]} == {A, B}
    found, total = listed(tables, Wanted(kind="manual"), limit=1)
    assert (total, found[0].right_name, found[0].left_name) == (1, NAME, NAME)
    assert listed(tables, Wanted(), limit=1)[1] == 2


@pytest.mark.parametrize(
    ("left", "right", "by", "error", "says"),
    [
        ("o_nobody", A, "陈试", NotFound, "no company or person has the id o_nobody"),
        (A, A, "陈试", InputError, "not two companies or two persons"),
        (A, B, "", InputError, "who decided"),
    ],
)
def test_wrong_decisions_are_refused_whole(tables, left, right, by, error, says):
    with pytest.raises(error, match=says):
        rule(tables, [(A, B, "none"), (left, right, "match")], by=by, at=NOW)
    assert listed(tables, Wanted(kind="manual"), limit=1)[1] == 0


def test_a_company_and_a_person_are_not_one(tables):
    person = tables.arrow("persons", ["id"])["id"][0].as_py()
    with pytest.raises(InputError, match="not two companies or two persons"):
        rule(tables, [(person, A, "match")], **PERSON)


@pytest.mark.neo4j
def test_the_graph_follows_and_comes_back(published, reference):
    tables, store = published
    publish_graph(tables, store)
    before = everything(store)
    assert against(store) == {reference: 2}
    (one,) = rule(tables, [(reference, B, "match")], **PERSON)
    publish_graph(tables, store)
    assert against(store) == {B: 2}
    assert not store.read("MATCH (c:Company {id: $id}) RETURN c.id AS id", {"id": reference})
    assert all(check.agrees for check in compare(tables, store))
    take_back(tables, one.id, **PERSON)
    publish_graph(tables, store)
    assert everything(store) == before
    assert all(check.agrees for check in compare(tables, store))


def against(store):
    rows = store.read("MATCH (:Complaint)-[:AGAINST]->(c:Company) RETURN c.id AS id, count(*) AS n ORDER BY id")
    return {row["id"]: row["n"] for row in rows}
