"""What the analyses read: dates, names, links in force, and which credit records count for what."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model.kinds import TABLES, table_schema
from graph.settings import Settings
from graph.tables import Tables
from queries.refresh.facts import Facts
from queries.refresh.score_inputs import GOOD_RESULTS, _supervision

TODAY = date(2026, 6, 30)
COMPANY = {"id": "c1", "name": "甲", "status": "ACTIVE", "established": TODAY, "received": TODAY}
BATCH = itertools.count()


def write(tables: Tables, **rows: Sequence[Mapping[str, Any]]) -> None:
    with tables.begin("hand", "hand.csv", str(next(BATCH))) as batch:
        for name, given_ in rows.items():
            batch.write(name, pa.Table.from_pylist(list(given_), schema=table_schema(TABLES[name])))


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    return Tables.open(Settings(home=str(tmp_path)))


def test_an_anonymous_complaint_dates_the_data_but_accuses_nobody(tables: Tables) -> None:
    late = TODAY + timedelta(days=1)
    complaint = {"id": "k_1", "kind": "complaint", "filed_on": TODAY, "complainant_id": "q_1", "merchant_id": "c1"}
    write(tables, companies=[COMPANY], complaints=[
        complaint, {**complaint, "id": "k_2", "filed_on": late, "complainant_id": None, "merchant_id": "s_2"},
    ])  # fmt: skip
    facts = Facts.read(tables)
    assert facts.data_date == late
    assert facts.complaints.merchants.ids.to_pylist() == ["c1"]
    assert facts.complaints.against.to_pylist() == ["c1", "s_2"]


def test_a_date_after_the_day_it_was_received_does_not_date_the_data(tables: Tables) -> None:
    slip = {"id": "c2", "established": date(2026, 12, 1), "received": TODAY}
    write(tables, companies=[COMPANY, slip])
    assert Facts.read(tables).data_date == TODAY


def test_who_is_only_mentioned_is_shown_by_the_id(tables: Tables) -> None:
    complaints = [{"id": f"k_{m}", "complainant_id": "q_1", "merchant_id": m} for m in ("c1", "s_1", "s_9")]
    write(
        tables,
        companies=[{**COMPANY, "uscc": "c1", "town": "镇"}],
        persons=[{"id": "p_1", "name": "赵"}, {"id": "p_2"}],
        shops=[{"id": "s_1", "name": "店"}],
        legal_reps=[{"from_id": "p_3", "to_id": "c1"}],
        complaints=complaints,
    )
    facts = Facts.read(tables)
    assert facts.parties.ids.to_pylist() == ["c1", "p_1", "p_2", "p_3"]
    assert facts.party_names.to_pylist() == ["甲", "赵", "p_2", "p_3"]
    assert facts.party_company.tolist() == [0, -1, -1, -1, -1]
    assert facts.complainant_names.to_pylist() == ["q_1"]
    shown = [tuple(row.values()) for row in facts.merchants.to_pylist()]
    assert shown == [
        ("c1", "Company", "甲", "c1", "镇", "ACTIVE"),
        ("s_1", "Shop", "店", None, None, None),
        ("s_9", "Company", "s_9", None, None, None),
    ]


def test_links_come_by_company_and_person_the_unknown_first_day_last(tables: Tables) -> None:
    old, ended = date(2020, 1, 1), date(2026, 7, 1)
    terms = [("p_2", "c1", old, None), ("p_1", "c1", None, None), ("p_1", "c1", old, ended), ("p_9", "c0", old, TODAY)]
    rows = [dict(zip(("from_id", "to_id", "valid_from", "valid_to"), term, strict=True)) for term in terms]
    write(tables, companies=[COMPANY], legal_reps=rows)
    facts = Facts.read(tables)
    every, now = facts.links("legal_reps", history=True), facts.links("legal_reps")
    assert facts.parties.take(every.source).to_pylist() == ["p_9", "p_1", "p_1", "p_2"]
    assert every.table["valid_from"].to_pylist() == [old, old, None, old]
    assert facts.parties.take(now.source).to_pylist() == ["p_1", "p_1", "p_2"], "over on the data date: not in force"


DAYS = st.one_of(st.none(), st.dates(date(2022, 6, 1), date(2027, 1, 1)))
RECORDS = st.lists(
    st.fixed_dictionaries({
        "company_id": st.sampled_from(["c1", "c2", "elsewhere", None]),
        "kind": st.sampled_from(["penalty", "inspection", "licence", "abnormal_list"]),
        "status": st.sampled_from(["in_force", "withdrawn", "repaired", "objected", "under_review", None]),
        "result": st.sampled_from([*GOOD_RESULTS, "不合格", None]),
        "amount": st.sampled_from([None, 1000.0, 250.5]),
        "decided": DAYS, "valid_from": DAYS, "valid_to": DAYS, "use_from": DAYS, "use_to": DAYS,
    }),
    max_size=12,
)  # fmt: skip


def expected(record: Mapping[str, Any]) -> dict[str, float]:
    """What one record adds, said again in plain words."""
    start = record["use_from"] or record["valid_from"] or record["decided"]
    valid = record["status"] not in ("withdrawn", "repaired")
    usable = valid and start is not None and start <= TODAY and (record["use_to"] is None or record["use_to"] > TODAY)
    kind, result = record["kind"], record["result"]
    recent = usable and kind == "inspection" and record["decided"] and record["decided"] > date(2024, 6, 30)
    end = record["valid_to"]
    over = end is not None and end <= TODAY
    return {
        "penalties": usable and kind == "penalty",
        "penalty_amount": (usable and kind == "penalty") * (record["amount"] or 0.0),
        "inspections_failed": bool(recent and result and result not in GOOD_RESULTS),
        "inspections_passed": bool(recent and result in GOOD_RESULTS),
        "objected": usable and record["status"] in ("objected", "under_review"),
        "licences_expired": kind == "licence" and over and end > date(2025, 6, 30),
        "abnormal_past": kind == "abnormal_list" and over and end > date(2023, 6, 30) and valid,
    }


@given(RECORDS)
@settings(max_examples=30, deadline=None)
def test_supervision_counts_what_each_record_is_worth(tmp_path_factory: Any, records: list[dict[str, Any]]) -> None:
    rows = [{**record, "id": f"r_{i}", "received": date(2020, 1, 1)} for i, record in enumerate(records)]
    with Tables.open(Settings(home=str(tmp_path_factory.mktemp("facts")))) as tables:
        write(tables, companies=[COMPANY, {**COMPANY, "id": "c2"}], credit_records=rows)
        facts = Facts.read(tables)
        found = _supervision(facts, facts.records.usable(facts.today))
    for place, company in enumerate(("c1", "c2")):
        own = [record for record in records if record["company_id"] == company]
        for name in expected(rows[0]) if rows else ():
            assert found[name][place] == sum(expected(record)[name] for record in own), name
        used = [r["decided"] for r in own if expected(r)["penalties"] and r["decided"]]
        latest = (TODAY - max(used)).days if used else np.nan
        np.testing.assert_equal(found["penalty_days"][place], latest)
