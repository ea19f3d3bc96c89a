"""Records that name a company by an older number or by its name: who is meant, whatever comes first."""

import datetime as dt
import itertools
import json

import pytest

from loaders.matching import override, save, saved, undo

NOW = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)

A, B = "91441900MA000004XT", "92441900MA0000058P"
OLD = "441900012345678"
NAME, OTHER = "东莞市云梯测试有限公司", "东莞市青禾测试店"
HEAD = "企业名称,统一社会信用代码,注册日期,法人代表,注册资金,注册地址,登记状态,注册号\n"
REGISTERED = f"{HEAD}{NAME},{A},2019-05-06,李试一,100万元,东莞市南城街道测试路1号,存续,{OLD}\n"
SECOND = f"{HEAD}{NAME},{B},2021-05-06,周试六,10万元,东莞市万江街道测试路7号,存续,\n"
COMPLAINT = f"工单编号,类型,登记日期,被投诉方名称,投诉人姓名,联系电话\n1,投诉,2024-03-02,{NAME},吴试七,13800002222\n"
PENALTIES = "统一社会信用代码,企业名称,处罚决定书文号,处罚种类,罚款金额,处罚日期\n"
PENALTY = PENALTIES + "{},{},测罚{}号,罚款,50000,2024-01-15\n"
BY_NUMBER = PENALTY.format(OLD, "", 1)
BY_NAME = PENALTY.format("", NAME, 2)
BY_ORGANISATION = PENALTY.format("MA000004-X", "", 3)
RENAMED = (
    "统一社会信用代码,企业名称,变更事项,变更前内容,变更后内容,变更日期\n"
    f"{A},{NAME},名称变更,东莞市旧名测试有限公司,{NAME},2020-01-01\n"
)
BY_OLD_NAME = PENALTY.format("", "东莞市旧名测试有限公司", 4)


def companies(tables):
    return {row["id"]: row["name"] for row in tables.arrow("companies", ["id", "name"]).to_pylist()}


def about(tables):
    """Who each record and complaint is about, by number of document or ticket."""
    records = tables.arrow("credit_records", ["document", "company_id"]).to_pylist()
    tickets = tables.arrow("complaints", ["id", "merchant_id"]).to_pylist()
    return dict(tuple(row.values()) for row in (*records, *tickets))


def decisions(tables, **wanted):
    rows = tables.arrow("match_decisions").to_pylist()
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


RECORDS = [
    PENALTIES + "".join(text.removeprefix(PENALTIES) for text in (BY_NUMBER, BY_NAME, BY_ORGANISATION, BY_OLD_NAME)),
    COMPLAINT,
]
ABOUT = {"测罚1号": A, "测罚2号": A, "测罚3号": A, "测罚4号": A, "k_12315:1": A}


@pytest.mark.parametrize("order", list(itertools.permutations(([REGISTERED], [RENAMED], RECORDS))))
def test_the_company_is_found_whichever_comes_first(tables, load, order):
    load(*itertools.chain(*order))
    assert companies(tables) == {A: NAME}
    assert about(tables) == ABOUT
    assert len(decisions(tables, outcome="match")) == 4  # penalty and complaint name it alike: one reference


@pytest.mark.parametrize("between", [[], [REGISTERED], [REGISTERED, RENAMED]])
def test_a_list_that_comes_again_brings_no_record_twice(tables, load, between):
    load(RECORDS[0], *between, f"{RECORDS[0]}\n", REGISTERED + "\n", RENAMED + "\n")
    assert about(tables) == {document: A for document in ABOUT if document != "k_12315:1"}
    assert len(tables.arrow("credit_records", ["id"])) == 4


def test_every_decision_says_who_when_why_and_adds_up(tables, load):
    load(REGISTERED, BY_NUMBER, COMPLAINT)
    number, name = sorted(decisions(tables), key=lambda row: -row["score"])
    assert number["left"] == f"o_{OLD}"
    assert name["left"].startswith("o_")
    assert {number["right"], name["right"]} == {A}
    for row in (number, name):
        assert row["kind"] == "auto"
        assert row["decided_by"] == "creditnet load"
        assert row["decided_at"] is not None
        assert sum(bits for _, _, bits in json.loads(row["waterfall"])) == pytest.approx(row["score"], abs=0.02)
        assert row["probability"] > 0.99
    assert number["reason"] == "注册号或组织机构代码为该企业所有，没有其他相符者"


def test_a_batch_taken_back_takes_its_decisions_with_it(tables, load):
    registered, *_ = load(REGISTERED, *RECORDS)
    number = load(RENAMED)[0].batch
    assert about(tables) == ABOUT
    tables.undo(number)
    assert about(tables)["测罚4号"] != A
    assert about(tables)["测罚2号"] == A
    tables.redo(number)
    assert about(tables) == ABOUT
    for batch in tables.batches()[1:]:
        tables.undo(batch.id)
    assert companies(tables) == {A: NAME}
    assert not decisions(tables)
    tables.undo(registered.batch)
    assert companies(tables) == {}


def test_two_companies_of_one_name_stay_apart_from_it_and_are_put_before_a_person(tables, load):
    load(REGISTERED, SECOND, COMPLAINT)
    (reference,) = {row["left"] for row in decisions(tables, outcome="possible")}
    assert about(tables) == {"k_12315:1": reference}
    assert companies(tables) == {A: NAME, B: NAME, reference: NAME}
    assert {row["right"]: row["probability"] for row in decisions(tables)} == pytest.approx({A: 0.5, B: 0.5}, abs=0.01)


def test_a_second_company_of_the_name_takes_the_decision_back(tables, load):
    load(REGISTERED, COMPLAINT)
    assert about(tables) == {"k_12315:1": A}
    second = load(SECOND)[0].batch
    assert len(decisions(tables, outcome="possible")) == 2
    assert about(tables)["k_12315:1"] not in (A, B)
    tables.undo(second)
    assert about(tables) == {"k_12315:1": A}


def test_the_present_bearer_of_a_name_goes_before_a_former_one(tables, load):
    former = SECOND.replace(NAME, "东莞市旧名测试有限公司")
    load(REGISTERED, RENAMED, BY_OLD_NAME)
    assert about(tables) == {"测罚4号": A}
    load(former)
    assert about(tables) == {"测罚4号": B}
    assert {(row["right"], row["outcome"]) for row in decisions(tables)} == {(A, "none"), (B, "match")}


def test_a_persons_word_stands_above_the_program(tables, load):
    load(REGISTERED, COMPLAINT)
    (found,) = decisions(tables)
    person = {"by": "陈试", "at": NOW}
    apart = override(found["left"], A, "none", **person)
    save(tables, [apart], "kept apart")
    reference = about(tables)["k_12315:1"]
    assert reference == found["left"]
    assert companies(tables) == {A: NAME, reference: NAME}
    load(REGISTERED.replace("100万元", "200万元"), BY_NAME)
    assert about(tables) == {"k_12315:1": reference, "测罚2号": reference}
    save(tables, [undo(apart, **person)], "taken back")
    load(COMPLAINT.replace("\n1,", "\n2,"))
    assert about(tables) == {"k_12315:1": A, "k_12315:2": A, "测罚2号": A}


def test_what_a_person_takes_back_the_program_does_not_decide_again(tables, load):
    load(REGISTERED, COMPLAINT)
    (found,) = saved(tables)
    save(tables, [undo(found, by="陈试", at=NOW)], "taken back")
    load(BY_NAME)
    assert set(about(tables).values()) == {found.left}


def test_a_person_gives_a_name_a_meaning_that_later_files_follow(tables, load):
    load(REGISTERED, SECOND, COMPLAINT)
    reference = about(tables)["k_12315:1"]
    save(tables, [override(reference, B, "match", by="陈试", at=NOW)], "known to the district office")
    load(BY_NAME)
    assert about(tables) == {"k_12315:1": B, "测罚2号": B}
    assert companies(tables) == {A: NAME, B: NAME}


def test_a_company_the_register_describes_is_not_merged_by_its_name_alone(tables, load):
    unnumbered = f"{HEAD}{NAME},,2001-01-01,赵试八,3万元,东莞市石龙镇测试巷2号,存续,\n"
    load(REGISTERED, unnumbered)
    assert len(companies(tables)) == 2
    assert not decisions(tables, outcome="match")


def test_a_registered_older_number_is_the_company_that_has_got_a_code(tables, load):
    old = f"{HEAD}东莞市旧名测试有限公司,{OLD},2012-01-01,赵试八,3万元,东莞市石龙镇测试巷2号,存续,\n"
    load(old, BY_NUMBER, REGISTERED)
    assert companies(tables) == {A: NAME}
    assert about(tables) == {"测罚1号": A}
    posts = tables.arrow("legal_reps", ["to_id"])["to_id"].to_pylist()
    assert posts == [A, A]


def test_a_repair_that_names_the_company_finds_the_record_under_its_code(tables, load):
    repair = "企业名称,统一社会信用代码,原文书文号,修复决定文号,修复日期,修复机关\n"
    load(REGISTERED, PENALTY.format(A, NAME, 5), f"{repair}{NAME},,测罚5号,测修1号,2024-06-01,某局\n")
    (record,) = tables.arrow("credit_records", ["company_id", "status"]).to_pylist()
    assert record == {"company_id": A, "status": "repaired"}


def test_shops_find_the_company_behind_their_licence_on_any_platform(tables, load):
    head = "平台代码,店铺编号,店铺名称,经营者统一社会信用代码,经营者名称\n"
    shops = f"pt1,1,云梯小店,{A},\npt1,2,云梯二店,{OLD},\npt2,3,云梯三店,,{NAME}\npt2,4,别家小店,,{OTHER}\n"
    load(head + shops, REGISTERED)
    operated = {row["to_id"]: row["from_id"] for row in tables.arrow("operates", ["from_id", "to_id"]).to_pylist()}
    assert [operated[f"s_pt{p}:{n}"] for p, n in ((1, 1), (1, 2), (2, 3))] == [A, A, A]
    assert companies(tables)[operated["s_pt2:4"]] == OTHER
    assert len(decisions(tables, outcome="match")) == 2
