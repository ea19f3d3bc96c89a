"""The refresh on a few hand-made facts: what must be found, and what must not, one small world per test."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from graph.errors import SnapshotError
from graph.model.kinds import TABLES, table_schema
from graph.settings import Settings
from graph.tables import Tables
from queries.refresh import refresh
from queries.snapshot import Snapshot

Rows = Sequence[Mapping[str, Any]]
TODAY = date(2026, 6, 30)
LONG_AGO = date(2015, 1, 1)


def company(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "name": name, "uscc": name, "code_status": "valid", "entity_type": "company",
            "status": "ACTIVE", "established": LONG_AGO, **more}  # fmt: skip


def person(name: str) -> dict[str, Any]:
    return {"id": name, "name": name}


def world(home: Path, **tables: Rows) -> Snapshot:
    """Write the rows as one batch, refresh without a graph, open the snapshot."""
    settings = Settings(home=str(home))
    with Tables.open(settings) as opened:
        with opened.begin("hand", "hand.csv", "0") as batch:
            for name, rows in tables.items():
                schema = table_schema(TABLES[name])
                full = [{"received": TODAY, "source": "hand", **row} for row in rows]
                batch.write(name, pa.Table.from_pylist(full, schema=schema))
        refresh(opened, None, settings)
    return Snapshot.open(settings)


def anchor() -> dict[str, Any]:
    """A company registered on the data date: it says what day it is."""
    return company("anchor", established=TODAY)


def test_empty_tables_say_what_to_do(tmp_path: Path) -> None:
    settings = Settings(home=str(tmp_path))
    with pytest.raises(SnapshotError, match="creditnet load"):
        refresh(Tables.open(settings), None, settings)


def test_data_older_than_the_first_class_limits_is_scored(tmp_path: Path) -> None:
    snapshot = world(tmp_path, companies=[company("a", established=date(2019, 4, 30))])
    assert snapshot.data_date == date(2019, 4, 30)
    assert snapshot.score("a") is not None


@pytest.mark.parametrize(("status", "found"), [("ACTIVE", 1), ("DEREG", 0), ("REVOKED", 0)])
def test_a_bar_counts_only_where_the_company_lives(tmp_path: Path, status: str, found: int) -> None:
    snapshot = world(
        tmp_path,
        companies=[anchor(), company("old", status="REVOKED", status_since=date(2025, 1, 5)),
                   company("new", status=status, status_since=date(2026, 1, 1) if status != "ACTIVE" else None)],
        persons=[person("p_1")],
        legal_reps=[{"from_id": "p_1", "to_id": c, "valid_from": LONG_AGO} for c in ("old", "new")],
    )  # fmt: skip
    barred = [row for row in snapshot.table("barred").to_pylist() if row["company"] == "new"]
    assert len(barred) == found
    if found:
        assert barred[0]["article"] == "revoked"
        lead = snapshot.leads(kind="barred_person")[0]
        assert "第 178 条" in (lead.evidence[0].legal_basis or "")
        score = snapshot.score("new")
        assert score is not None
        assert next(c.path for c in score.contributions if c.feature == "barred_in_post")


def test_three_years_later_the_bar_is_over(tmp_path: Path) -> None:
    snapshot = world(
        tmp_path,
        companies=[anchor(), company("old", status="REVOKED", status_since=date(2023, 6, 30)), company("new")],
        persons=[person("p_1")],
        legal_reps=[{"from_id": "p_1", "to_id": c, "valid_from": LONG_AGO} for c in ("old", "new")],
    )
    assert snapshot.table("barred").num_rows == 0


def steady(merchant: str, first: date, last: date, every: float, start: int) -> list[dict[str, Any]]:
    """One complaint by a new person every so many days."""
    days = np.arange(0, (last - first).days, every).astype(int)
    return [
        {"id": f"k_{merchant}{i}", "kind": "complaint", "complainant_id": f"q_{start + i}", "merchant_id": merchant,
         "filed_on": first + timedelta(days=int(d)), "outcome": "received"}
        for i, d in enumerate(days)
    ]  # fmt: skip


def test_a_new_shop_is_not_an_incident_but_a_sudden_wave_is(tmp_path: Path) -> None:
    begin = date(2024, 6, 30)
    complaints = [row for n in range(8) for row in steady(f"s_old{n}", begin, TODAY, 9.0, 1000 * n)]
    complaints += steady("s_new", date(2026, 5, 20), TODAY, 1.0, 50_000)
    complaints += steady("s_wave", begin, TODAY, 60.0, 60_000)
    complaints += [dict(row, filed_on=date(2025, 9, 1)) for row in steady("s_wave", begin, TODAY, 20.0, 70_000)]
    complaints = [dict(row, id=f"k_{i}") for i, row in enumerate(complaints)]
    shops = [{"id": f"s_old{n}", "name": f"old {n}", "opened": LONG_AGO} for n in range(8)]
    shops += [{"id": "s_new", "name": "new", "opened": date(2026, 5, 19)}]
    shops += [{"id": "s_wave", "name": "wave", "opened": LONG_AGO}]
    snapshot = world(tmp_path, companies=[anchor()], shops=shops, complaints=complaints)
    assert [lead.parties for lead in snapshot.leads(kind="genuine_incident")] == [("s_wave",)]


def test_a_phone_of_many_companies_links_nobody_and_is_reported_as_cut(tmp_path: Path) -> None:
    companies = [company(f"c{i:02}") for i in range(27)]
    phones = [{"from_id": "t_hub", "to_id": f"c{i:02}"} for i in range(25)]
    phones += [{"from_id": "t_pair", "to_id": c} for c in ("c25", "c26")]
    kinds = [{"id": t, "name": t, "landline": False} for t in ("t_hub", "t_pair")]
    snapshot = world(tmp_path, companies=[anchor(), *companies], phones=kinds, phone_of=phones)
    links = [(x["from_id"], x["to_id"], x["shared"]) for x in snapshot.table("hidden_links").to_pylist()]
    assert links == [("c25", "c26", "t_pair")]
    cut = snapshot.table("cut_hubs").to_pylist()
    assert [(x["shared"], x["companies"]) for x in cut] == [("t_hub", 25)]


def test_two_companies_are_not_related_by_state_holding_alone(tmp_path: Path) -> None:
    owned = [company(f"c{i}") for i in range(6)] + [company(f"other{i}") for i in range(60)]
    listed = date(2026, 1, 1)
    record = {"kind": "severe_list", "decided": listed, "valid_from": listed, "use_from": listed, "status": "in_force"}
    records = [{**record, "id": f"r_{i}", "company_id": f"c{i}"} for i in range(5)]
    holdings = [{"from_id": "state", "to_id": f"c{i}", "percent": 80.0, "valid_from": LONG_AGO} for i in range(6)]
    for state, linked in ((True, False), (False, True)):
        snapshot = world(
            tmp_path / str(state),
            companies=[anchor(), company("state", state_investor=state), *owned],
            credit_records=records,
            shareholdings=holdings,
        )
        score = snapshot.score("c5")
        assert score is not None
        features = {c.feature for c in score.contributions if c.points}
        assert ("controller_record" in features) is linked
        assert bool(snapshot.leads(kind="linked_parties")) is linked


def test_what_others_did_never_makes_a_d(tmp_path: Path) -> None:
    bad = [company(f"c{i}", status="REVOKED", status_since=date(2026, 1, 1)) for i in range(6)]
    mine = [*(c["id"] for c in bad), "good"]
    snapshot = world(
        tmp_path,
        companies=[anchor(), *bad, company("good")],
        persons=[person("p_1")],
        legal_reps=[{"from_id": "p_1", "to_id": c, "valid_from": LONG_AGO} for c in mine],
        shareholdings=[{"from_id": "p_1", "to_id": c, "percent": 90.0, "valid_from": LONG_AGO} for c in mine],
    )
    score = snapshot.score("good")
    assert score is not None
    assert score.risk_class in {"B", "C"}
    assert sum(c.points for c in score.contributions if c.dimension == "associations") > 0


def gang(last: date) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """500 ordinary complaints over two years; 8 accounts that hit 10 shops on a day each, every second time with a
    report beside the complaint, the last of them on the day given. Complaints and shops.
    """
    random, begin = np.random.default_rng(7), TODAY - timedelta(days=730)
    rows = [
        (f"q_{who}", f"s_{shop:02}", begin + timedelta(days=int(day)), "complaint")
        for who, shop, day in zip(
            random.integers(0, 300, 500), random.integers(0, 40, 500), random.integers(0, 730, 500), strict=True
        )
    ]
    for shop in range(10):
        day = last - timedelta(days=12 * (9 - shop))
        rows += [(f"gang_{who}", f"s_{shop:02}", day, kind) for who in range(8) for kind in ("complaint", "report")
                 if kind == "complaint" or shop % 2]  # fmt: skip
    complaints = [
        {
            "id": f"k_{i}",
            "complainant_id": who,
            "merchant_id": shop,
            "filed_on": day,
            "kind": kind,
            "outcome": "received",
        }
        for i, (who, shop, day, kind) in enumerate(rows)
    ]
    shops = [{"id": f"s_{n:02}", "name": f"shop {n}", "opened": LONG_AGO} for n in range(40)]
    return complaints, shops


def of_gang(tmp_path: Path, last: date) -> Snapshot:
    complaints, shops = gang(last)
    return world(tmp_path, companies=[anchor()], complaints=complaints, shops=shops)


@pytest.mark.parametrize(("days", "leads"), [(364, 1), (366, 0)])
def test_a_tier_expires_twelve_months_after_the_last_event(tmp_path: Path, days: int, leads: int) -> None:
    snapshot = of_gang(tmp_path, TODAY - timedelta(days=days))
    assert len(snapshot.leads(kind="complainant_group")) == leads
    (group,) = snapshot.groups()
    assert {m.id for m in group.members} == {f"gang_{i}" for i in range(8)}


def test_suspicion_is_a_tier_with_evidence_and_refuses_nothing(tmp_path: Path) -> None:
    snapshot = of_gang(tmp_path, TODAY)
    (group,) = snapshot.groups()
    assert group.tier in ("strong", "moderate")
    assert group.evidence
    shown = {m.id: (m.received, m.reports) for m in snapshot.merchants(limit=100)}
    complaints, _ = gang(TODAY)
    for shop in (f"s_{n:02}" for n in range(10)):  # whoever filed them, all are counted, reports apart
        filed = [row["kind"] for row in complaints if row["merchant_id"] == shop]
        assert shown[shop] == (filed.count("complaint"), filed.count("report"))


def test_a_targeted_merchant_is_marked_and_not_called_abnormal_for_it(tmp_path: Path) -> None:
    hit = [m for m in of_gang(tmp_path, TODAY).merchants(limit=100) if m.id < "s_10"]
    assert all(m.targeted and not m.flagged for m in hit)
    assert all(m.withheld_share > 0 for m in hit)
