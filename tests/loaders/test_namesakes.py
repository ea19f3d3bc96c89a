"""Persons known by number in one file, by name and company in another: joined there, and nowhere by name alone."""

import itertools

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.matching.persons import PERSONS, TIES, namesakes

A, B = "91441900MA000004XT", "92441900MA0000058P"
ID, OTHER = "44190019600101001X", "441900197002020024"
REGISTERED = "企业名称,统一社会信用代码,注册日期,法人代表,法定代表人证件号码,登记状态\n"
FIRST = f"{REGISTERED}东莞市云梯测试有限公司,{A},2019-05-06,李试一,{ID},存续\n"
SECOND = f"{REGISTERED}东莞市青禾测试店,{B},2019-05-06,李试一,,存续\n"
OFFICERS = "统一社会信用代码,企业名称,姓名,证件号码,职务,任职日期\n"
BARE = f"{OFFICERS}{A},,李试一,,监事,2020-01-01\n"
NUMBERED = f"{OFFICERS}{A},,李试一,{OTHER},经理,2021-01-01\n"


def persons(tables):
    return sorted(tables.arrow("persons", ["identified_by"])["identified_by"].to_pylist())


def outcomes(tables):
    return sorted(tables.arrow("match_decisions", ["outcome"])["outcome"].to_pylist())


@pytest.mark.parametrize("order", list(itertools.permutations((FIRST, BARE))))
def test_name_and_company_join_and_taking_the_batch_back_parts(tables, load, order):
    *_, last = load(*order)
    assert persons(tables) == ["resident_id"]
    rows = [tables.arrow(name, ["from_id"])["from_id"].to_pylist() for name in ("legal_reps", "officers")]
    assert rows[0] == rows[1] == tables.arrow("persons", ["id"])["id"].to_pylist()
    tables.undo(last.batch)
    assert len(persons(tables)) == 1
    assert outcomes(tables) == []


def test_a_name_alone_never_joins(tables, load):
    load(FIRST, SECOND)
    assert persons(tables) == ["company", "resident_id"]
    assert outcomes(tables) == []


def test_two_of_one_name_in_one_company_are_put_before_a_person(tables, load):
    load(FIRST, NUMBERED, BARE)
    assert persons(tables) == ["company", "resident_id", "resident_id"]
    assert outcomes(tables) == ["possible", "possible"]


def test_a_second_of_the_name_takes_the_decision_back(tables, load):
    load(FIRST, BARE)
    assert outcomes(tables) == ["match"]
    load(NUMBERED)
    assert persons(tables) == ["company", "resident_id", "resident_id"]
    assert outcomes(tables) == ["possible", "possible"]


def test_in_one_company_under_two_ids_the_second_key_is_one(tables, load):
    named = "企业名称,统一社会信用代码,姓名,证件号码,职务,任职日期\n东莞市青禾测试店,,李试一,,监事,2020-01-01\n"
    load(named, SECOND)
    (company,) = tables.arrow("companies", ["id"])["id"].to_pylist()
    assert company == B
    load(SECOND.replace("2019-05-06", "2019-05-07"))
    assert persons(tables) == ["company"]


NAMES, COMPANIES = ["李试一", "王试二"], ["o_1", "o_2"]
PEOPLE = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(COMPANIES), st.booleans()), min_size=1, max_size=8)


@given(PEOPLE)
def test_joined_are_one_name_in_one_company_with_one_numbered_bearer(people):
    ids = [f"p_{i}" for i in range(len(people))]
    kinds = ["resident_id" if numbered else "company" for *_, numbered in people]
    table = pa.table([ids, [name for name, *_ in people], kinds], schema=PERSONS)
    ties = pa.table([ids, [company for _, company, _ in people], [True] * len(ids)], schema=TIES)
    found = {(row["left"], row["right"]) for row in namesakes(ties, table).to_pylist() if row["rivals"] == 1}
    expected = set()
    for name, company in itertools.product(NAMES, COMPANIES):
        here = [(id_, who[2]) for id_, who in zip(ids, people, strict=True) if who[:2] == (name, company)]
        numbered, bare = ([id_ for id_, by in here if by == flag] for flag in (True, False))
        if len(numbered) <= 1:
            one = numbered[0] if numbered else min(bare, default="")
            expected |= {(id_, one) for id_ in bare if id_ != one}
    assert found == expected
