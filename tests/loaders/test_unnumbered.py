"""Enterprises the register describes without a credit code: one with a code by the full comparison, or apart."""

import random
import re

import pytest

A = "91441900MA000004XT"
HEAD = "企业名称,统一社会信用代码,注册日期,法人代表,注册资金,注册地址,登记状态,经营范围\n"
CODED = f"{HEAD}东莞市青禾星电子有限公司,{A},2011-03-04,章明远,120万元,东莞市东城街道一路1号,存续,电子元件加工\n"
NAMED = "{},,{},{},120万元,东莞市东城街道一路1号,存续,电子元件加工\n"
RENAMED = HEAD + NAMED.format("东莞市岭川实业有限公司", "2011-03-04", "章明远")
SAME_NAME = HEAD + NAMED.format("东莞市青禾星电子有限公司", "2001-12-12", "霁辰").replace("一路1号", "九路9号").replace(
    "120万", "33万"
)
AFFILIATE = HEAD + NAMED.format("东莞市青禾星贸易有限公司", "2015-05-05", "章明远")


TOWER = "东莞市松澜镇大厦"
NEIGHBOUR = HEAD + f"东莞市朗辰曜霁塑胶店,,2011-03-04,舟帆,3万元,{TOWER},存续,五金零售\n"
"""Registered at an address of many and on a day of many, and alike in nothing else."""


@pytest.fixture(scope="module")
def strangers():
    """Three hundred companies with codes: they show what chance gives."""
    draw = random.Random(5)

    def word(length):
        return "".join(draw.choices("青禾星岭川柏松澜屿晴朗辰曜霁溪竹砚墨舟帆", k=length))

    rows = (
        f"东莞市{word(4)}五金有限公司,91441900{i:09}X,{1990 + i % 20}-{1 + i % 12:02}-{1 + i % 28:02},{word(3)},"
        f"{i + 1}0万元,东莞市{word(3)}镇{word(2)}路{i}号,存续,{word(6)}销售\n"
        for i in range(300)
    )
    return HEAD + "".join(rows)


def decisions(tables):
    columns = ["outcome", "right", "kind", "decided_by"]
    return [tuple(row.values()) for row in tables.arrow("match_decisions", columns).to_pylist()]


@pytest.mark.parametrize("coded_first", [True, False])
def test_a_renamed_enterprise_is_found_whichever_comes_first(tables, load, strangers, coded_first):
    load(strangers, *((CODED, RENAMED) if coded_first else (RENAMED, CODED)))
    assert decisions(tables) == [("match", A, "auto", "creditnet load")]
    named = tables.arrow("companies", ["id", "name"]).to_pylist()
    assert {"id": A, "name": "东莞市青禾星电子有限公司"} in named
    assert len(named) == 301
    assert set(tables.arrow("legal_reps", ["to_id"])["to_id"].to_pylist()) >= {A}


def test_the_name_alone_is_put_before_a_person(tables, load, strangers):
    load(strangers, CODED, SAME_NAME)
    assert decisions(tables) == [("possible", A, "auto", "creditnet load")]
    assert len(tables.arrow("companies", ["id"])) == 302


def test_one_worth_a_look_but_alike_in_nothing_stays_a_company_of_its_own(tables, load, strangers):
    here = [re.sub(r"-\d\d-\d\d,", "-03-04,", row) for row in strangers.splitlines()[1:]]
    here = [re.sub(r",\d{4}-", ",2011-", re.sub(r"东莞市\w+镇\w+号", TOWER, row)) for row in here]
    load("\n".join([HEAD.strip(), *here]) + "\n", NEIGHBOUR)
    assert decisions(tables) == []
    assert len(tables.arrow("companies", ["id"])) == 301


def test_an_affiliate_stays_a_company_of_its_own(tables, load, strangers):
    load(strangers, CODED, AFFILIATE)
    assert decisions(tables) == []
    assert len(tables.arrow("companies", ["id"])) == 302
