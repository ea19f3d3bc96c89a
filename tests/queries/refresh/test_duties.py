"""What companies owed and did not do: reports, licences; what the score takes from domiciles and shared addresses."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from graph.model.kinds import TABLES, table_schema
from graph.settings import Settings
from graph.tables import Tables
from queries.refresh.duties import licences_expired, reports_missed
from queries.refresh.facts import Facts
from queries.refresh.links import find_links
from queries.refresh.ownership import find_ownership
from queries.refresh.risk import find_risk
from queries.refresh.score_inputs import _moves

TODAY = date(2026, 6, 30)  # the reports of 2025 are not due before tomorrow
RECEIVED = date(2020, 1, 1)


def company(number: int, **more: Any) -> dict[str, Any]:
    facts = {"id": f"c{number}", "name": f"企业{number}", "status": "ACTIVE", "entity_type": "company"}
    return {**facts, "established": date(2015, 3, 1), "received": RECEIVED, **more}


def record(number: int, company: str, kind: str, title: str | None, **more: Any) -> dict[str, Any]:
    facts = {"id": f"r_{number}", "company_id": company, "kind": kind, "title": title, "status": "in_force"}
    return {**facts, "decided": date(2024, 5, 1), "valid_from": date(2024, 5, 1), "received": RECEIVED, **more}


@pytest.fixture
def facts(tmp_path: Path) -> Any:
    def made(**rows: list[dict[str, Any]]) -> Facts:
        tables = Tables.open(Settings(home=str(tmp_path / "home")))
        dated = {"id": "k_day", "kind": "complaint", "merchant_id": "c0", "filed_on": TODAY, "received": TODAY}
        rows.setdefault("complaints", [dated])
        with tables.begin("registration", "facts.csv", "facts") as batch:
            for name, some in rows.items():
                batch.write(name, pa.Table.from_pylist(some, schema=table_schema(TABLES[name])))
        return Facts.read(tables)

    return made


def test_reports_are_missed_by_those_that_owed_them(facts: Any) -> None:
    companies = [company(n) for n in range(6)]
    companies[1] |= {"entity_type": "household"}
    companies[2] |= {"status": "DEREG"}
    companies[3] |= {"established": date(2024, 2, 1)}  # owes 2024 only
    companies[4] |= {"status": "SUSPENDED"}
    filed = [(0, 2022), (0, 2023), (0, 2024), (5, 2022), (5, 2024), (4, 2023)]
    reports = [record(i, f"c{n}", "annual_report", f"{y}年度报告") for i, (n, y) in enumerate(filed)]
    found = facts(companies=companies, credit_records=reports)
    # 2022: 0 and 5 of 0, 4, 5; 2023: 0 and 4 of the same; 2024: 0 and 5 of 0, 3, 4, 5
    assert reports_missed(found).tolist() == [0, 0, 0, 1, 2, 1]


def test_of_a_year_whose_reports_are_not_there_nobody_has_missed_one(facts: Any) -> None:
    companies = [company(n) for n in range(5)]
    reports = [record(i, f"c{i}", "annual_report", "2023年度报告") for i in range(2)]
    assert reports_missed(facts(companies=companies, credit_records=reports)).tolist() == [0] * 5


def test_a_renewed_licence_is_not_expired(facts: Any) -> None:
    over = {"valid_to": TODAY - timedelta(days=30)}
    licences = [
        record(0, "c0", "licence", "食品经营许可", **over),
        record(1, "c1", "licence", "食品经营许可", **over),
        record(2, "c1", "licence", "食品经营许可", valid_from=date(2026, 5, 31), valid_to=date(2031, 5, 31)),
        record(3, "c2", "licence", "食品经营许可", **over),
        record(4, "c2", "licence", "药品经营许可", valid_from=date(2026, 5, 31)),
        record(5, "c3", "licence", "食品经营许可", valid_to=date(2020, 1, 1)),
        record(6, "c4", "licence", None, **over),
        record(7, "c4", "licence", "食品经营许可", status="withdrawn", **over),
    ]
    found = facts(companies=[company(n) for n in range(5)], credit_records=licences)
    assert licences_expired(found).tolist() == [1, 0, 1, 0, 1]


def test_moves_are_counted_by_day_and_the_registration_is_none(facts: Any) -> None:
    young = company(1, established=date(2026, 3, 1))
    registered = [
        {"from_id": "c0", "to_id": f"a_{n}", "valid_from": day, "received": RECEIVED}
        for n, day in enumerate((date(2015, 3, 1), date(2025, 9, 1), date(2025, 9, 1), date(2026, 2, 1)))
    ] + [{"from_id": "c1", "to_id": "a_9", "valid_from": date(2026, 3, 1), "received": RECEIVED}]
    found = facts(companies=[company(0), young], registered_at=registered)
    assert _moves(found).tolist() == [2, 0]


def test_an_address_has_a_record_unless_it_is_one_for_many(facts: Any) -> None:
    """Three companies at each of two addresses, two of which are on a list; one address is an office for many."""
    companies = [company(n) for n in range(40)]
    listed = [record(n, f"c{n}", "severe_list", "列入") for n in (0, 1, 3, 4)]
    at = [{"from_id": f"c{n}", "to_id": f"a_{n // 3}", "received": RECEIVED} for n in range(6)]
    addresses = [{"id": f"a_{n}", "name": f"路{n}号", "cluster": n == 1, "received": RECEIVED} for n in range(2)]
    found = facts(companies=companies, credit_records=listed, registered_at=at, addresses=addresses)
    risk = find_risk(found, find_ownership(found), find_links(found))
    order = {name: place for place, name in enumerate(found.companies.ids.to_pylist())}
    observed = risk.address.observed
    assert [observed[order[f"c{n}"]] for n in range(3)] == [1, 1, 2]
    assert np.isnan([observed[order[f"c{n}"]] for n in range(3, 40)]).all()
