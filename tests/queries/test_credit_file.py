"""The credit file of a party, and evidence down to its source."""

from datetime import date

import fixture_graph as f
import pytest

from graph.errors import NotFound
from queries.credit_file import credit_file, records, records_of, records_of_count

pytestmark = pytest.mark.neo4j


class Published:
    """A snapshot that knows two leads and no score."""

    data_date = date(2024, 12, 31)

    def score(self, party):
        return None

    def party_leads(self, party):
        return ("l_7", "l_8") if party == f.HONGDA else ()


def test_a_company(city):
    file = credit_file(city, f.HONGDA, Published())
    assert file.party.name == "东莞市鑫宏达电子有限公司"
    assert [r.id for r in file.records] == ["r_1", "r_2"]
    assert {r.type for r in file.relations} >= {"LEGAL_REP", "SHAREHOLDER", "BRANCH_OF"}
    assert {p.id for p in file.neighbours} == {i for r in file.relations for i in (r.source, r.target)} - {f.HONGDA}
    assert (file.leads, file.data_date) == (("l_7", "l_8"), date(2024, 12, 31))
    assert all(c.shown == c.total for c in file.counts)


def test_facts_are_plain_and_in_the_order_of_the_model(city):
    facts = credit_file(city, f.HONGDA).facts
    assert (facts["established"], facts["capital"], facts["listed"]) == ("2015-03-02", 5e6, False)
    assert list(facts)[:3] == ["name", "uscc", "code_status"]
    assert not {"id", "name_initials", "scope", "score", "line"} & set(facts)
    assert {type(value) for value in facts.values()} <= {str, float, int, bool, type(None)}


def test_without_a_snapshot_leads_come_from_the_graph(city):
    file = credit_file(city, f.SUN)
    assert (file.leads, file.score, file.data_date) == (("l_1",), None, None)


def test_a_hub_lists_counts_only(city):
    file = credit_file(city, f.CLUSTER)
    assert (file.relations, file.neighbours) == ((), ())
    assert file.counts[0].total == 62


def test_nobody(city):
    with pytest.raises(NotFound, match="o_nobody"):
        credit_file(city, "o_nobody")


def test_records_of_both_kinds_in_the_order_asked(city):
    found = records(city, ["k_tx:3", "r_1", "k_none", "k_tx:4", "k_tx:3"])
    assert [r.id for r in found] == ["k_tx:3", "r_1", "k_tx:4"]
    report, penalty, complaint = found
    assert (report.title, report.decided, report.result) == ("举报：食品", date(2024, 5, 2), "received")
    assert (penalty.document, penalty.amount, penalty.title) == (
        "东市监罚〔2023〕7号",
        2e4,
        "销售不合格充电器，罚款二万元",
    )
    assert complaint.title == "投诉：食品"


def test_a_record_without_title_is_called_by_its_result(city):
    assert records(city, ["r_2"])[0].title == "通过登记的住所无法联系"


def test_no_records(city):
    assert records(city, []) == ()


def test_paging_covers_all(city):
    pages = [records_of(city, f.HONGDA, skip=skip, limit=1) for skip in range(records_of_count(city, f.HONGDA))]
    assert [r.id for page in pages for r in page] == ["r_1", "r_2"]
