"""Publication of the tables into the run's Neo4j: all of it, then only what changed, then what was taken back."""

import dataclasses
import shutil

import pytest

from graph.settings import Settings
from graph.tables import Tables
from loaders.load import load_files
from loaders.publish import content, publish_graph

pytestmark = pytest.mark.neo4j

A, B = "91441900MA000004XT", "92441900MA0000058P"
REGISTRATION = f"""企业名称,统一社会信用代码,注册日期,法人代表,注册资金,注册地址
东莞市云梯测试有限公司,{A},2019-05-06,李试一,100万元,东莞市南城街道测试路1号
东莞市云梯测试店,{B},2018-02-03,王试二,,
"""
COMPLAINTS = f"""工单编号,类型,渠道代码,登记日期,投诉人姓名,联系电话,联系地址,平台代码,店铺编号,被投诉方统一社会信用代码,投诉内容
1,投诉,12315,2024-01-02,周试六,13800001111,测试路9号,pt1,1001,,标签不符合规定
2,投诉,12315,2024-02-02,周试六,13800001111,测试路9号,pt1,1001,,标签不符合规定
3,投诉,12315,2024-03-02,吴试七,13800002222,,,,{A},不发货
"""  # noqa: E501
PENALTY = f"""统一社会信用代码,企业名称,处罚决定书文号,违法行为类型,处罚种类,罚款金额,处罚日期,处罚机关
{A},东莞市云梯测试有限公司,测罚1号,广告违法,罚款,50000,2024-01-15,某局
"""


@pytest.fixture
def published(empty_store, tmp_path):
    """Tables of their own home beside the run's server: Bolt batches, as for a server that is not ours."""
    home = Settings(home=str(tmp_path / "home"))
    with Tables.open(home) as tables:
        yield tables, _Beside(empty_store, dataclasses.replace(empty_store.settings, home=home.home))


class _Beside:
    """The run's store, seen from another home, so that its memory of publications is that home's."""

    def __init__(self, store, settings):
        self._store = store
        self.settings = dataclasses.replace(settings, neo4j_uri=store.uri)

    def __getattr__(self, name):
        return getattr(self._store, name)


def expected_counts(tables):
    found = {getattr(kind, "label", None) or kind.type: len(rows()) for kind, rows in content(tables).items()}
    return {name: count for name, count in found.items() if count}


def counts(store):
    return {name: count for name, count in store.counts().items() if count}


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
    assert (second.way, second.nodes, second.relationships) == ("batches", 1, 1)
    assert counts(store) == {**before, "CreditRecord": 1, "HAS_RECORD": 1}

    tables.undo(report.batch)
    third = publish_graph(tables, store)
    assert (third.nodes, third.relationships, third.deleted) == (0, 0, 2)
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

    class Breaks(_Beside):
        def upsert_relationships(self, *args, **kwargs):
            raise ConnectionError("the network went away")

    with pytest.raises(ConnectionError):
        publish_graph(tables, Breaks(store._store, store.settings))
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
