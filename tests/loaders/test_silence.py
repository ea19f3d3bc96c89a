"""What a source does not speak of, it never erases: files with fewer columns, and each other source of companies."""

import csv

import pytest

from graph.model.kinds import NODES
from graph.settings import Settings
from graph.tables import Tables
from loaders.load import load_files
from loaders.recognise import recognise
from loaders.synthetic import generate

A = "91441900MA000004XT"
FULL = f"""\
企业名称,统一社会信用代码,注册日期,法人代表,注册资金,企业类型,登记状态,状态日期,行业代码,参保人数,注册地址,经营范围
测试有限公司,{A},2019-05-06,李试一,100万元,有限责任公司,吊销,2024-03-01,F5212,7,东莞市测试路1号,销售
"""
BARE = f"企业名称,统一社会信用代码,注册日期,法人代表\n测试有限公司,{A},2019-05-06,李试一\n"
OTHERS = {
    "a later registration without these columns": ("registration", BARE),
    "a later registration with empty fields": (
        "registration",
        f"企业名称,统一社会信用代码,注册日期,法人代表,注册资金,企业类型,登记状态,状态日期,参保人数\n测试有限公司,{A},,李试一,,,,,\n",
    ),
    "listed companies": ("listed_companies", f"name,stock_code,uscc\n测试有限公司,000001,{A}\n"),
    "annual reports": (
        "annual_reports",
        f"统一社会信用代码,企业名称,报告年度,填报日期\n{A},测试有限公司,2024,2025-03-01\n",
    ),
    "changes": (
        "changes",
        f"统一社会信用代码,变更事项,变更前,变更后,变更日期\n{A},经营范围变更,销售,批发,2030-01-01\n",
    ),
}
ORIGIN = {"source", "received", "line"}


def company(tables):
    (row,) = tables.arrow("companies").to_pylist()
    return {name: value for name, value in row.items() if name not in ORIGIN}


@pytest.fixture
def known(tables, csv_file):
    load_files(tables, [csv_file("full.csv", FULL)], source="registration")
    found = company(tables)
    assert {"status": "REVOKED", "staff": 7, "capital": 1e6, "industry": "F5212"}.items() <= found.items()
    return found


@pytest.mark.parametrize("other", OTHERS)
def test_no_other_source_of_companies_erases_what_is_known(tables, csv_file, known, other):
    source, text = OTHERS[other]
    (report,) = load_files(tables, [csv_file("other.csv", text)], source=source)
    assert report.loaded == 1
    said = (
        {"listed": True, "state_investor": False}
        if source == "listed_companies"
        else {"scope": "批发"}
        if source == "changes"
        else {}
    )
    assert company(tables) == {**known, **said}
    tables.undo(report.batch)
    assert company(tables) == known


def test_staff_of_the_annual_report_survives_a_later_registration(tables, csv_file):
    insured = f"统一社会信用代码,企业名称,月份,参保人数\n{A},测试有限公司,2024-05,12\n"
    load_files(tables, [csv_file("a.csv", BARE)], source="registration")
    (second,) = load_files(tables, [csv_file("b.csv", insured)], source="insured_staff")
    load_files(tables, [csv_file("c.csv", BARE.replace("李试一", "王试二"))], source="registration")
    assert company(tables)["staff"] == 12
    tables.undo(second.batch)
    assert company(tables)["staff"] is None, "nobody kept a copy"


def test_a_status_that_holds_again_has_no_end(tables, csv_file):
    gone = FULL.replace("吊销", "注销")
    load_files(tables, [csv_file("a.csv", gone)], source="registration")
    assert company(tables)["valid_to"] is not None
    load_files(
        tables,
        [csv_file("b.csv", BARE.replace("\n测", ",登记状态\n测").replace("一\n", "一,存续\n"))],
        source="registration",
    )
    assert {name: company(tables)[name] for name in ("status", "status_since", "valid_to")} == {
        "status": "ACTIVE", "status_since": None, "valid_to": None,
    }  # fmt: skip


KEYS = {"since", "until", "opened", "rep_from", "established", "platform", "number", "code"}
"""Fields that tell entities and relationships apart."""


def test_files_with_their_required_columns_only_leave_every_entity_as_it_is(tmp_path):
    generate(tmp_path, companies=500, seed=31)
    with Tables.open(Settings(home=str(tmp_path / "home"))) as tables:
        files = sorted((tmp_path / "files").glob("*.csv"))
        load_files(tables, files)
        before = _entities(tables)
        for path in files:
            short = tmp_path / f"short {path.name}"
            name = _shortened(path, short)
            assert load_files(tables, [short], source=name)[0].loaded
        after = _entities(tables)
        assert {kind: {id_: after[kind][id_] for id_ in found} for kind, found in before.items()} == before


def _shortened(path, to):
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    mapping = recognise(rows[0])
    located = mapping.locate(rows[0])
    kept = [located[c.name] for c in mapping.columns if c.name in located and (c.required or c.name in KEYS)]
    places = [rows[0].index(heading) for heading in kept]
    with to.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[row[place] for place in places] for row in rows])
    return mapping.name


def _entities(tables):
    return {
        kind.table: {
            row["id"]: {name: value for name, value in row.items() if name not in ORIGIN}
            for row in tables.arrow(kind.table).to_pylist()
        }
        for kind in NODES
        if kind.party
    }
