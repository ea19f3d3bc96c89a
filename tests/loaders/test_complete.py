"""Whole lists end what they no longer have, within what they cover and never beyond; other files end nothing."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from graph.errors import ConfigError, InputError
from loaders.load import load_files
from loaders.mapping import parse_mapping
from loaders.recognise import sources

A, B, C = "91441900MA000004XT", "92441900MA0000058P", "91441900MA0000066M"
DAY = date(2025, 6, 1)
HEADINGS = "统一社会信用代码,企业名称,列入文号,列入日期,列入原因,移出日期,列入决定机关"


def listing(code, number, *, decided="2024-01-15", department="甲局"):
    return f"{code},测试有限公司,{number},{decided},未年报,,{department}"


def text(*rows):
    return "\n".join([HEADINGS, *rows]) + "\n"


@pytest.fixture
def load(tables, csv_file):
    def load(name, *rows, complete=None, source="abnormal_list", known=None):
        (report,) = load_files(
            tables, [csv_file(f"{name}.csv", text(*rows))], source=source, known=known, complete=complete
        )
        return report

    return load


@pytest.fixture
def standing(tables):
    """Listings by document, with the day they ended."""

    def read():
        rows = tables.arrow("credit_records").to_pylist()
        return {row["document"]: row["valid_to"] for row in rows}

    return read


ALL = {
    "1": listing(A, "1"),
    "2": listing(B, "2"),
    "later": listing(B, "later", decided="2025-07-01"),
    "other": listing(C, "other", department="乙局"),
}


def test_what_the_list_no_longer_has_is_over_and_undo_brings_it_back(tables, load, standing):
    load("first", *ALL.values())
    before = sorted(map(repr, tables.arrow("credit_records").to_pylist()))
    report = load("list", ALL["1"], complete=DAY)
    assert (report.loaded, report.superseded, report.ended) == (1, 1, 1)
    assert standing() == {"1": None, "2": DAY, "later": None, "other": None}
    (row,) = (row for row in tables.arrow("credit_records").to_pylist() if row["document"] == "2")
    assert (row["public_to"], row["use_to"], row["status"]) == (DAY, DAY, "in_force")
    tables.undo(report.batch)
    assert sorted(map(repr, tables.arrow("credit_records").to_pylist())) == before


def test_any_other_file_ends_nothing(load, standing):
    load("first", *ALL.values())
    assert load("some", ALL["1"]).ended == 0
    assert set(standing().values()) == {None}


def test_an_ended_listing_that_is_there_again_holds_again(load, standing):
    load("first", *ALL.values())
    load("list", ALL["1"], complete=DAY)
    load("list again", ALL["1"], ALL["2"], complete=date(2025, 9, 1))
    assert standing() == {"1": None, "2": None, "later": date(2025, 9, 1), "other": None}


def test_facts_of_other_sources_are_never_ended(load, standing):
    mine = {**sources(), "mine": replace(sources()["abnormal_list"], name="mine")}
    load("theirs", ALL["2"], source="mine", known=mine)
    load("list", ALL["1"], complete=DAY)
    assert standing() == {"1": None, "2": None}


@pytest.mark.parametrize("rows", [(), (listing(A, "9", department=""),)], ids=["no row", "no department"])
def test_a_list_that_covers_nothing_ends_nothing(load, standing, rows):
    load("first", *ALL.values())
    assert load("list", *rows, complete=DAY).ended == 0
    assert set(standing().values()) == {None}


def test_while_a_record_is_in_quarantine_the_list_ends_nothing(load, standing):
    load("first", *ALL.values())
    report = load("list", ALL["1"], listing(B, "2", decided="2024-02-30"), complete=DAY)
    assert (report.quarantined, report.ended) == (1, 0)
    assert "ended nothing" in report.notes[-1]
    assert standing()["2"] is None


def test_shareholders_end_within_the_companies_of_the_list(tables, csv_file):
    headings = "统一社会信用代码,企业名称,股东名称,股东证件号,持股比例,持股起始日期"
    full = f"{headings}\n{A},甲,李试一,,60,2020-01-01\n{A},甲,王试二,,40,2020-01-01\n{B},乙,赵试三,,100,2020-01-01\n"
    short = "\n".join(line for line in full.splitlines() if "王试二" not in line and "赵试三" not in line) + "\n"
    load_files(tables, [csv_file("full.csv", full)], source="shareholders")
    (report,) = load_files(tables, [csv_file("short.csv", short)], source="shareholders", complete=DAY)
    assert report.ended == 1
    ended = [(row["to_id"], row["percent"], row["valid_to"]) for row in tables.arrow("shareholdings").to_pylist()]
    assert sorted(ended, key=str) == [(A, 40.0, DAY), (A, 60.0, None), (B, 100.0, None)]


def test_a_mapping_may_say_that_its_files_are_whole_lists(load, standing):
    mapping = parse_mapping("mine", {"extends": "abnormal_list", "complete": True}, sources())
    known = {**sources(), "mine": mapping}
    load("first", *ALL.values(), source="mine", known=known)
    assert load("list", ALL["1"], ALL["later"], source="mine", known=known).ended == 1
    assert standing()["2"] == datetime.now(UTC).date()


def test_what_cannot_be_a_whole_list(tables, csv_file, load):
    both = [csv_file("a.csv", text(ALL["1"])), csv_file("b.csv", text(ALL["2"]))]
    with pytest.raises(InputError, match="several files of abnormal_list"):
        load_files(tables, both, complete=DAY)
    complaint = "工单编号,类型,渠道代码,登记日期,投诉人姓名,联系电话,被投诉方统一社会信用代码\n"
    complaint += f"1,投诉,12315,2024-01-02,周试六,13800001111,{A}\n"
    with pytest.raises(InputError, match="whole list of complaints"):
        load_files(tables, [csv_file("c.csv", complaint)], source="complaints", complete=DAY)
    assert tables.batches() == []
    with pytest.raises(ConfigError, match="complete is true or false"):
        parse_mapping("mine", {"extends": "abnormal_list", "complete": "yes"}, sources())
