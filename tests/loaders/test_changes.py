"""Change records: old names, intervals of representatives and domiciles, the company as it is now."""

import datetime as dt

import pytest

from loaders.load import load_files

A, B = "91441900MA000004XT", "92441900MA0000058P"
ID = "11010519491231002X"
DAY = dt.date
HEAD = "统一社会信用代码,企业名称,变更事项,变更前内容,变更后内容,变更日期\n"
REGISTERED = f"""统一社会信用代码,企业名称,企业类型,成立日期,法定代表人,法定代表人证件号码,注册资本,住所,经营范围
{A},东莞市新名测试有限公司,有限责任公司,2015-05-06,李试一,{ID},200万元,南城街道测试路9号,零售
"""
HISTORY = f"""{HEAD}{A},东莞市新名测试有限公司,名称变更,东莞市旧名测试有限公司,东莞市新名测试有限公司,2020-02-02
{A},东莞市新名测试有限公司,名称变更,东莞市更旧测试有限公司,东莞市旧名测试有限公司,2017-07-07
{A},东莞市新名测试有限公司,法定代表人变更,王试二,李试一,2019-09-09
{A},东莞市新名测试有限公司,法定代表人变更,赵试三,王试二,2018-08-08
{A},东莞市新名测试有限公司,住所变更,南城街道测试路1号,南城街道测试路9号,2021-01-01
{A},东莞市新名测试有限公司,注册资本变更,100万元,200万元,2021-01-01
{A},东莞市新名测试有限公司,章程备案,,,2021-01-01
{A},东莞市新名测试有限公司,负责人变更,王试二,王试二、李试一,2021-01-01
"""


@pytest.fixture
def load(tables, csv_file):
    return lambda name, text: load_files(tables, [csv_file(name, text)])[0]


def intervals(rows, table, owner, other, names):
    named = {row["id"]: row["name"] for row in rows(names)}
    found = [(named[row[other]], row["valid_from"], row["valid_to"]) for row in rows(table) if row[owner] == A]
    return sorted(found, key=lambda row: (row[0], row[1] or DAY.min))


def test_history_beside_a_register_of_today(load, rows):
    load("registration.csv", REGISTERED)
    report = load("changes.csv", HISTORY)
    assert (report.source, report.loaded, report.quarantined) == ("changes", 7, 1)
    assert report.reasons == {"not_one_name": 1}
    assert report.warnings["bad_item"] == 1
    assert intervals(rows, "legal_reps", "to_id", "from_id", "persons") == [
        ("李试一", None, None),  # the register's own fact, by resident ID: the change adds nobody of that name
        ("王试二", DAY(2018, 8, 8), DAY(2019, 9, 9)),
        ("赵试三", None, DAY(2018, 8, 8)),
    ]
    assert intervals(rows, "registered_at", "from_id", "to_id", "addresses") == [
        ("南城街道测试路1号", None, DAY(2021, 1, 1)),
        ("南城街道测试路9号", None, None),
    ]
    aliases = {row["value"]: (row["entity_id"], row["valid_from"], row["valid_to"]) for row in rows("aliases")}
    assert aliases == {
        "东莞市更旧测试有限公司": (A, None, DAY(2017, 7, 7)),
        "东莞市旧名测试有限公司": (A, DAY(2017, 7, 7), DAY(2020, 2, 2)),
    }
    (company,) = rows("companies")
    assert (company["name"], company["capital"], company["scope"]) == ("东莞市新名测试有限公司", 2_000_000, "零售")


def test_a_change_after_the_register_takes_effect(load, rows):
    load("registration.csv", REGISTERED)
    report = load(
        "changes.csv",
        f"""{HEAD}{A},,名称,东莞市新名测试有限公司,东莞市最新测试有限公司,2022-02-02
{A},,法定代表人（负责人）,李试一,钱试四,2022-02-02
{A},,住所（经营场所）,南城街道测试路9号,东城街道测试路3号,2022-02-02
{A},,经营范围,零售,零售；批发,2022-02-02
{A},,注册资本,300万元,500万元,2022-02-02
""",
    )
    assert report.loaded == 5
    assert intervals(rows, "legal_reps", "to_id", "from_id", "persons") == [
        ("李试一", None, DAY(2022, 2, 2)),
        ("钱试四", DAY(2022, 2, 2), None),
    ]
    assert intervals(rows, "registered_at", "from_id", "to_id", "addresses") == [
        ("东城街道测试路3号", DAY(2022, 2, 2), None),
        ("南城街道测试路9号", None, DAY(2022, 2, 2)),
    ]
    (company,) = rows("companies")
    assert (company["name"], company["name_initials"]) == ("东莞市最新测试有限公司", "dgszxcsyxgs")
    assert company["scope"] == "零售;批发"
    # the register was received after that day and says 2 million, not the 3 million the change began from
    assert company["capital"] == 2_000_000
    assert company["entity_type"] == "company"


def test_the_same_changes_again_in_another_file_alter_nothing(load, rows):
    load("registration.csv", REGISTERED)
    load("changes.csv", HISTORY)
    told = [(row["from_id"], row["to_id"], row["valid_from"], row["valid_to"]) for row in rows("legal_reps")]
    load("again.csv", HISTORY + "\n")
    assert told == [(row["from_id"], row["to_id"], row["valid_from"], row["valid_to"]) for row in rows("legal_reps")]
    assert len(rows("companies")) == 1


def test_back_to_the_first_representative(load, rows):
    load("registration.csv", REGISTERED)
    load(
        "changes.csv",
        f"""{HEAD}{A},,法定代表人,李试一,孙试五,2016-01-01
{A},,法定代表人,孙试五,李试一,2017-01-01
""",
    )
    assert intervals(rows, "legal_reps", "to_id", "from_id", "persons") == [
        ("孙试五", DAY(2016, 1, 1), DAY(2017, 1, 1)),
        ("李试一", None, DAY(2016, 1, 1)),
        ("李试一", DAY(2017, 1, 1), None),
    ]


def test_changes_before_the_company_is_known(load, rows):
    load("changes.csv", f"{HEAD}{B},东莞市南城测试店,经营者变更,周试六,吴试七,2019-01-01\n")
    (company,) = rows("companies")
    assert (company["id"], company["name"], company["status"]) == (B, "东莞市南城测试店", None)
    assert sorted(row["valid_to"] or DAY.max for row in rows("legal_reps")) == [DAY(2019, 1, 1), DAY.max]
