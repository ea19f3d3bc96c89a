"""Objection, review, amendment, annulment, repair as records: every transition, in any order, once or many times."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model.asof import today
from graph.model.kinds import RECORD_STATUSES
from graph.settings import Settings
from graph.tables import Tables
from loaders.load import load_files
from loaders.rules import rules

A = "91441900MA000004XT"
PENALTY = "统一社会信用代码,企业名称,处罚决定书文号,违法行为类型,处罚种类,罚款金额,处罚日期,处罚机关,法律依据"
FINE = f"{A},东莞市云梯测试有限公司,测罚1号,广告违法,罚款,50000,2024-01-15,某局,某法第1条"
EVENT = "统一社会信用代码,企业名称,原文书文号,处理事项,处理日期,处理决定文号,变更后金额"
WORDS = {
    "objected": "异议受理", "in_force": "维持", "under_review": "行政复议受理", "amended": "变更", "withdrawn": "撤销",
    "repaired": "信用修复",
}  # fmt: skip
DAY = date(2025, 3, 1)


def load(tables, folder, text):
    path = folder / f"{len(tables.batches())}-{abs(hash(text))}.csv"
    path.write_text(text, "utf-8")
    return load_files(tables, [path])[0]


def events(*said):
    """A file of events: document, status, day and, where it changes, the sum."""
    lines = [
        f"{A},东莞市云梯测试有限公司,{document},{WORDS[s]},{day},测决{day},{more}" for document, s, day, more in said
    ]
    return "\n".join([EVENT, *lines, ""])


def event(status, day=DAY, more="", document="测罚1号"):
    return document, status, day, more


def records(tables):
    return {record["document"]: record for record in tables.arrow("credit_records").to_pylist()}


def the_record(tables):
    return records(tables)["测罚1号"]


@pytest.fixture
def folder(tables, tmp_path):
    load(tables, tmp_path, f"{PENALTY}\n{FINE}\n")
    return tmp_path


@pytest.mark.parametrize("old", RECORD_STATUSES)
def test_every_transition_is_taken_or_refused_as_the_rules_say(tables, tmp_path, old):
    """A record for each status that an event may bring it to, all of them brought to the old one first."""
    documents = {f"测罚{number}号": new for number, new in enumerate(RECORD_STATUSES)}
    load(tables, tmp_path, "\n".join([PENALTY, *(FINE.replace("测罚1号", document) for document in documents), ""]))
    if old != "in_force":
        load(tables, tmp_path, events(*((document, old, DAY, "") for document in documents)))
    before = records(tables)
    report = load(tables, tmp_path, events(*((*told, DAY + timedelta(days=9), "") for told in documents.items())))
    follow = rules("transitions")[old]["next"]
    assert (report.superseded, report.reasons) == (len(follow), {"status_cannot_follow": 6 - len(follow)})
    for document, after in records(tables).items():
        if documents[document] in follow:
            assert (after["status"], after["status_since"]) == (documents[document], DAY + timedelta(days=9))
        else:
            assert after == before[document]


def test_the_rules_name_every_status_and_no_other():
    assert rules("transitions").keys() == set(RECORD_STATUSES)
    assert {s for rule in rules("transitions").values() for s in rule["next"]} == set(RECORD_STATUSES)
    assert all(rule["owner"] and rule["source"] and rule["mark"] in "TEM" for rule in rules("transitions").values())


@pytest.mark.parametrize(
    ("status", "public", "use"),
    [
        ("objected", date(2027, 1, 15), date(2027, 1, 15)),
        ("under_review", date(2027, 1, 15), date(2027, 1, 15)),
        ("amended", date(2027, 1, 15), date(2027, 1, 15)),
        ("repaired", DAY, DAY),
        ("withdrawn", date(2024, 1, 15), date(2024, 1, 15)),
    ],
)
def test_what_a_status_does_to_the_clocks(tables, folder, status, public, use):
    load(tables, folder, events(event(status)))
    record = the_record(tables)
    assert (record["public_to"], record["use_to"]) == (public, use)


def test_an_amendment_changes_the_sum_and_later_events_keep_it(tables, folder):
    load(tables, folder, events(event("amended", more="8000"), event("objected", DAY + timedelta(days=1))))
    record = the_record(tables)
    assert (record["status"], record["amount"]) == ("objected", 8000)


def test_a_list_sent_again_does_not_undo_what_events_said(tables, folder):
    load(tables, folder, events(event("repaired")))
    before = the_record(tables)
    load(tables, folder, f"{PENALTY},状态\n{FINE},有效\n")
    after = the_record(tables)
    kept = ("status", "status_since", "public_to", "use_to")
    assert [after[name] for name in kept] == [before[name] for name in kept]
    assert after["source"] == "penalties"


def test_an_event_dates_what_a_list_has_said_without_a_day(tables, tmp_path):
    load(tables, tmp_path, f"{PENALTY},状态\n{FINE},已修复\n")
    assert (the_record(tables)["status"], the_record(tables)["status_since"]) == ("repaired", None)
    load(tables, tmp_path, events(event("repaired")))
    assert (the_record(tables)["status_since"], the_record(tables)["use_to"]) == (DAY, DAY)


def test_a_list_that_says_annulled_stands_above_an_objection(tables, folder):
    load(tables, folder, events(event("objected")))
    load(tables, folder, f"{PENALTY},状态\n{FINE},已撤销\n")
    record = the_record(tables)
    assert (record["status"], record["use_to"]) == ("withdrawn", date(2024, 1, 15))


def test_what_cannot_be_used_is_said(tables, folder):
    said = [
        event("objected", today() + timedelta(days=1)),
        event("objected", "第九日"),
        event("objected", document="无此号"),
    ]
    report = load(tables, folder, events(*said))
    assert report.reasons == {"day_to_come": 1, "bad_day": 1, "original_unknown": 1}


STEPS = st.lists(st.tuples(st.sampled_from(sorted(WORDS)), st.integers(0, 6)), max_size=7)


@settings(max_examples=8)
@given(STEPS, st.randoms(use_true_random=False))
def test_in_one_file_or_many_in_any_order_of_lines_the_record_ends_up_the_same(tmp_path_factory, steps, random):
    """Events of different days; the days in order, for a late one that is older changes nothing."""
    by_day = {day: status for status, day in steps}
    said = [event(by_day[day], DAY + timedelta(days=day)) for day in sorted(by_day)]
    shuffled = random.sample(said, len(said))
    found = []
    for files in ([[one] for one in said], [shuffled] if said else []):
        home = tmp_path_factory.mktemp("statuses")
        with Tables.open(Settings(home=str(home / "home"))) as tables:
            load(tables, home, f"{PENALTY}\n{FINE}\n")
            for file in files:
                load(tables, home, events(*file))
            record = the_record(tables)
            found.append([record[name] for name in ("status", "status_since", "amount", "public_to", "use_to")])
    assert found[0] == found[1]
