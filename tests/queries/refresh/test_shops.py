"""Licences behind online shops: each rule against a handful of shops, with those it must leave alone beside them."""

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from graph.model.kinds import TABLES, table_schema
from graph.settings import Settings
from graph.tables import Tables
from queries.refresh.facts import Facts
from queries.refresh.leads import shop_leads
from queries.refresh.shops import MANY_SHOPS, find_shops

TODAY = date(2026, 6, 30)
SINCE = date(2024, 1, 1)


def company(number: int, **more: Any) -> dict[str, Any]:
    facts = {"id": f"c{number}", "name": f"企业{number}", "uscc": f"U{number}", "status": "ACTIVE"}
    return {**facts, "established": date(2015, 3, 1), "received": SINCE, **more}


def shop(number: int, **more: Any) -> dict[str, Any]:
    facts = {"id": f"s_{number}", "name": f"网店{number}", "platform": "f_1", "opened": SINCE, "source": "shops"}
    return {**facts, "received": TODAY, **more}


def runs(company: int, shop: int, first: date = SINCE, until: date | None = None) -> dict[str, Any]:
    return {"from_id": f"c{company}", "to_id": f"s_{shop}", "valid_from": first, "valid_to": until, "received": SINCE}


def complaint(number: int, shop: int) -> dict[str, Any]:
    facts = {"id": f"k_{number}", "kind": "complaint", "complainant_id": f"q_{number}", "merchant_id": f"s_{shop}"}
    return {**facts, "filed_on": TODAY, "received": TODAY}


@pytest.fixture
def found(tmp_path: Path) -> Any:
    """Find what is wrong with the shops of a handful of rows: rules by subject, and their evidence."""

    def made(**rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
        tables = Tables.open(Settings(home=str(tmp_path / "home")))
        rows.setdefault("complaints", [complaint(99, 99)])
        rows.setdefault("platforms", [{"id": "f_1", "name": "平台一", "received": SINCE}])
        with tables.begin("shops", "facts.csv", "facts") as batch:
            for name, some in rows.items():
                batch.write(name, pa.Table.from_pylist(some, schema=table_schema(TABLES[name])))
        facts = Facts.read(tables)
        findings = find_shops(facts)
        leads = list(shop_leads(findings, facts))
        assert [lead.parties[0] for lead in leads] == [f.subject for f in findings]
        assert all(item.text and item.text_en and item.lowers and item.lowers_en for f in findings for item in f.items)
        return {f.subject: {item.rule: item for item in f.items} for f in findings}

    return made


def test_a_shop_of_a_revoked_company_is_told_while_it_is_open(found: Any) -> None:
    companies = [company(0, status="REVOKED", status_since=date(2026, 1, 5)), company(1)]
    shops = [shop(0), shop(1), shop(2, closed=date(2026, 2, 1)), shop(3)]
    run = [runs(0, 0), runs(1, 1), runs(0, 2), runs(0, 3, until=date(2025, 1, 1)), runs(1, 3, date(2025, 1, 1))]
    rules = found(companies=companies, shops=shops, operates=run)
    assert {subject: list(items) for subject, items in rules.items()} == {"s_0": ["shop_licence_ended"]}
    item = rules["s_0"]["shop_licence_ended"]
    assert item.text == "网店仍在营业，其经营者 企业0 自 2026-01-05 起已被吊销"
    assert item.text_en == "the shop is open, while its operator 企业0 has been revoked since 2026-01-05"
    assert (item.first, item.parties) == (date(2026, 1, 5), ("s_0", "c0"))


def test_a_listed_operator_is_told_with_the_record_and_not_once_it_left_the_list(found: Any) -> None:
    listed = [
        {"id": f"r_{n}", "company_id": f"c{n}", "kind": "abnormal_list", "status": status, "decided": SINCE,
         "valid_from": SINCE, "valid_to": until, "received": SINCE}
        for n, (status, until) in enumerate((("in_force", None), ("in_force", TODAY), ("withdrawn", None)))
    ]  # fmt: skip
    rules = found(
        companies=[company(n) for n in range(3)],
        shops=[shop(n) for n in range(3)],
        operates=[runs(n, n) for n in range(3)],
        credit_records=listed,
    )
    assert list(rules) == ["s_0"]
    assert rules["s_0"]["shop_licence_listed"].records == ("r_0",)


def test_the_licence_shown_is_compared_with_every_present_operator(found: Any) -> None:
    shops = [
        shop(0, licence_shown="U0"),
        shop(1, licence_shown="U1"),
        shop(2, licence_shown="U9"),
        shop(3),
        shop(4, licence_shown="OLD3"),
    ]
    companies = [company(0), company(1), company(2), company(3, legacy_code="OLD3")]
    run = [runs(0, 0), runs(0, 1), runs(2, 2), runs(2, 3), runs(3, 4)]
    rules = found(companies=companies, shops=shops, operates=run)
    assert sorted(rules) == ["s_1", "s_2"]
    assert rules["s_1"]["shop_licence_differs"].params["whose"] == "企业1"
    assert rules["s_2"]["shop_licence_differs"].params["whose"] == "登记中无此代码"


def test_changes_of_operator_within_a_year_are_counted(found: Any) -> None:
    days = [SINCE, date(2025, 9, 1), date(2026, 2, 1), None]
    thrice = [runs(n, 0, first, until) for n, (first, until) in enumerate(pairwise(days))]
    once = [runs(0, 1, SINCE, date(2026, 1, 1)), runs(1, 1, date(2026, 1, 1))]
    again = [runs(0, 2, SINCE, date(2025, 12, 1)), runs(0, 2, date(2025, 12, 1), date(2026, 1, 1))]
    rules = found(
        companies=[company(n) for n in range(3)],
        shops=[shop(n) for n in range(3)],
        operates=[*thrice, *once, *again, runs(0, 2, date(2026, 1, 1))],
    )
    assert list(rules) == ["s_0"]
    item = rules["s_0"]["shop_operator_changed"]
    assert (item.seen, item.params["operators"]) == (2.0, "企业0 → 企业1 → 企业2")


def test_one_shop_of_two_licences_and_one_licence_of_many_shops(found: Any) -> None:
    shops = [shop(n) for n in range(MANY_SHOPS + 1)]
    rules = found(
        companies=[company(0), company(1)],
        shops=shops,
        operates=[*(runs(0, n) for n in range(MANY_SHOPS)), runs(1, 0), runs(1, MANY_SHOPS)],
    )
    assert {s: list(items) for s, items in rules.items()} == {
        "s_0": ["shop_several_licences"],
        "c0": ["licence_many_shops"],
    }


def test_platforms_are_silent_whose_list_is_old_or_was_never_given(found: Any) -> None:
    old = TODAY - timedelta(days=300)
    shops = [
        shop(0),
        shop(1, platform="f_2", received=old),
        shop(2, platform="f_2", source="complaints"),
        shop(3, platform="f_3", source="complaints"),
        shop(4, platform="f_4", received=old),  # about which nobody complains
    ]
    names = [{"id": f"f_{n}", "name": f"平台{n}", "received": SINCE} for n in range(1, 5)]
    rules = found(companies=[company(0)], shops=shops, platforms=names, complaints=[complaint(n, n) for n in range(4)])
    assert {s: list(items) for s, items in rules.items()} == {
        "f_2": ["platform_silent"],
        "f_3": ["platform_unreported"],
    }
    assert (rules["f_2"]["platform_silent"].last, rules["f_2"]["platform_silent"].seen) == (old, 1.0)
