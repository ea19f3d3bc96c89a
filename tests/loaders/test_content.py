"""Which credit records the graph is to hold, what it says of the others, and that all of them can be read."""

from datetime import date

import pytest
from loaders_graph import PENALTY, REGISTRATION, A, B

from graph.model.kinds import COMPANY, CREDIT_RECORD, HAS_RECORD
from loaders.content import Content
from loaders.load import load_files
from queries.credit_file import records, records_of

INSPECTIONS = f"""统一社会信用代码,企业名称,检查事项,检查日期,检查结果
{A},东莞市云梯测试有限公司,公示信息,2024-02-01,未发现问题
{B},东莞市云梯测试店,公示信息,2024-02-02,未发现问题
{B},东莞市云梯测试店,公示信息,2024-03-02,未发现问题
"""
DEBTOR = """统一社会信用代码,被执行人名称,被执行人证件号码,案号,执行法院,发布日期,失信被执行人行为具体情形
,李试一,11010519491231002X,(2023)测执1号,测试法院,2023-06-01,有能力而拒不履行
"""


@pytest.fixture
def loaded(tables, csv_file):
    def load(**files):
        paths = [csv_file(f"{name}.csv", text) for name, text in files.items()]
        return load_files(tables, paths)

    load(registration=REGISTRATION, inspections=INSPECTIONS)
    return load


def shown(tables):
    content = Content(tables)
    nodes = content.rows(CREDIT_RECORD).to_pylist()
    edges = content.rows(HAS_RECORD).to_pylist()
    assert {edge["to_id"] for edge in edges} <= {node["id"] for node in nodes}
    kinds = {node["id"]: node["kind"] for node in nodes}
    return sorted((edge["from_id"], kinds[edge["to_id"]]) for edge in edges), sorted(kinds.values())


def summary(tables, company):
    row = next(row for row in Content(tables).rows(COMPANY).to_pylist() if row["id"] == company)
    return {name: value for name, value in row.items() if "record" in name or name == "last_adverse"}


def test_harmless_records_are_counted_and_not_drawn(tables, loaded):
    assert shown(tables) == ([], [])
    said = {name: value for name, value in summary(tables, B).items() if value is not None}
    assert said == {"records": 2, "records_inspection": 2}


def test_an_adverse_record_brings_all_records_of_its_company(tables, loaded):
    loaded(penalty=PENALTY)
    assert shown(tables)[0] == [(A, "inspection"), (A, "penalty")]
    said = {name: value for name, value in summary(tables, A).items() if value is not None}
    assert said == {
        "records": 2,
        "adverse_records": 1,
        "last_adverse": date(2024, 1, 15),
        "records_inspection": 1,
        "records_penalty": 1,
    }
    tables.undo(tables.batches()[-1].id)
    assert shown(tables) == ([], [])


def test_an_adverse_record_of_a_person_is_a_node(tables, loaded):
    loaded(debtor=DEBTOR)
    assert shown(tables) == ([], ["judgment_debtor"])


def test_every_record_can_be_read_from_the_tables(tables, loaded):
    loaded(penalty=PENALTY)
    found = records_of(None, B, tables=tables)
    assert [record.decided for record in found] == [date(2024, 3, 2), date(2024, 2, 2)]
    assert records_of(None, B, skip=1, limit=5, tables=tables) == found[1:]
    ids = [found[1].id, records_of(None, A, tables=tables)[1].id, found[1].id]
    assert [record.kind for record in records(None, ids, tables)] == ["inspection", "penalty"]


def test_what_a_later_load_says_of_a_record_is_what_is_read(tables, loaded):
    headings = "统一社会信用代码,企业名称,原文书文号,修复决定文号,修复日期"
    repair = f"{headings}\n{A},东莞市云梯测试有限公司,测罚1号,修1号,2024-08-01\n"
    loaded(penalty=PENALTY)
    loaded(repair=repair)
    statuses = {record.kind: record.status for record in records_of(None, A, tables=tables)}
    assert statuses == {"inspection": "in_force", "penalty": "repaired"}
    assert shown(tables)[0] == [(A, "inspection"), (A, "penalty")]
