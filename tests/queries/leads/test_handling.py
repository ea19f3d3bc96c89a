"""What people decide about leads outlives every refresh, and only new evidence undoes a dismissal."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import stat
from dataclasses import replace

import pytest

from graph.errors import InputError, NotFound
from graph.settings import Settings
from queries.leads.calibration import calibration
from queries.leads.handling import Handling, Standing, new_evidence
from queries.leads.worklist import worklist
from queries.results import Evidence, Lead
from queries.snapshot import Snapshot
from queries.snapshot.files import Meta, publish, write_bodies, write_meta

BURST = Evidence("group_burst", "…", seen=5.0, parties=("s_1",), records=("k1", "k2", "k3", "k4", "k5"))
RATE = Evidence("merchant_rate", "…", seen=10.0, p=1e-4, parties=("s_1",))


def lead(id_="l_1", kind="abnormal_merchant", evidence=(RATE,), parties=("s_1",), confidence=0.8):
    return Lead(id_, kind, "异常商户", "…", 1, "new", confidence, parties, evidence, snapshot="x")


def snapshot_of(home, *leads, name="20260630-one"):
    settings = Settings(home=str(home))
    from datetime import date

    with publish(settings, name) as folder:
        write_bodies(folder, "leads", leads, {"kind": [x.kind for x in leads]})
        write_meta(folder, Meta(name, date(2026, 6, 30), "state", "1", "1", (1.0, 2.0, 3.0)))
    return Snapshot.open(settings)


@pytest.fixture
def handling(tmp_path):
    return Handling(tmp_path)


@pytest.mark.parametrize(
    ("action", "more"),
    [
        ("delete", {}),
        ("assign", {}),
        ("confirm", {"assignee": "王"}),
        ("dismiss", {}),
        ("dismiss", {"reason": "bored"}),
        ("dismiss", {"reason": "other"}),
        ("confirm", {"reason": "explained"}),
        ("note", {"note": "  "}),
    ],
)
def test_a_decision_that_says_too_little_or_too_much_is_refused(handling, action, more):
    with pytest.raises(InputError):
        handling.record(lead(), action, by="李", **more)
    assert handling.history("l_1") == ()


def test_the_life_of_a_lead(tmp_path, handling):
    snapshot = snapshot_of(tmp_path, lead())

    def state():
        found = worklist(snapshot, handling).lead("l_1")
        return found.state, found.assignee, found.reason

    assert state() == ("new", None, None)
    handling.record(lead(), "assign", by="李", assignee="王")
    assert state() == ("assigned", "王", None)
    handling.record(lead(), "note", by="王", note="已电话核实")
    assert state() == ("assigned", "王", None)
    handling.record(lead(), "dismiss", by="王", reason="explained", note="促销")
    assert state() == ("dismissed", "王", "explained")
    handling.record(lead(), "reopen", by="李")
    assert state()[0] == "new"
    handling.record(lead(), "confirm", by="李")
    assert state()[0] == "confirmed"
    steps = handling.history("l_1")
    assert [(s.action, s.by) for s in steps] == [
        ("assign", "李"), ("note", "王"), ("dismiss", "王"), ("reopen", "李"), ("confirm", "李"),
    ]  # fmt: skip
    assert [s.number for s in steps] == sorted(s.number for s in steps)


def test_dismissed_leads_are_out_of_sight_but_can_be_asked_for(tmp_path, handling):
    snapshot = snapshot_of(tmp_path, lead("l_1"), lead("l_2"), lead("l_3", "rebirth"))
    handling.record(lead("l_2"), "dismiss", by="李", reason="too_weak")
    found = worklist(snapshot, handling)
    assert [x.id for x in found.page()] == ["l_1", "l_3"]
    assert [x.id for x in found.page(state="dismissed")] == ["l_2"]
    assert [x.id for x in found.page(kind="rebirth")] == ["l_3"]
    assert [x.id for x in found.page(offset=1, limit=1)] == ["l_3"]
    assert found.page(assignee="王") == ()


@pytest.mark.parametrize(
    ("now", "fresh"),
    [
        ((RATE,), 0),
        ((replace(RATE, seen=11.9, p=1e-6),), 0),  # a fifth more is asked for
        ((replace(RATE, seen=12.0),), 1),
        ((replace(RATE, seen=8.0),), 0),
        ((RATE, Evidence("barred", "…", parties=("p_1", "c_1"), records=("r_1",))), 1),
        ((RATE, Evidence("merchant_exposure", "…")), 0),  # about nobody
        ((RATE, replace(RATE, rule="merchant_all", lowers="withheld")), 0),  # speaks for the merchant
    ],
)
def test_only_evidence_nobody_knew_brings_a_dismissed_lead_back(tmp_path, handling, now, fresh):
    handling.record(lead(), "dismiss", by="李", reason="explained")
    found = worklist(snapshot_of(tmp_path, lead(evidence=now)), handling).lead("l_1")
    assert (found.state, found.returned) == (("new", fresh) if fresh else ("dismissed", 0))


def test_records_not_shown_before_count_as_new_from_a_fifth_on():
    more = replace(BURST, records=(*BURST.records, "k6"))
    assert new_evidence(lead(evidence=(more,)), lead(evidence=(BURST,))) == (more,)
    many = replace(BURST, records=tuple(f"k{i}" for i in range(100)))
    one_more = replace(BURST, records=(*many.records, "new"))
    assert new_evidence(lead(evidence=(one_more,)), lead(evidence=(many,))) == ()
    fewer = replace(BURST, records=BURST.records[:2])
    assert new_evidence(lead(evidence=(fewer,)), lead(evidence=(BURST,))) == ()


def test_a_group_that_lost_and_won_members_is_the_same_lead(tmp_path, handling):
    then = lead("l_old", "complainant_group", (BURST,), ("q_1", "q_2", "q_3", "q_4"))
    handling.record(then, "dismiss", by="李", reason="wrong_party")
    grown = lead("l_new", "complainant_group", (BURST,), ("q_2", "q_3", "q_4", "q_5"))
    other = lead("l_other", "complainant_group", (BURST,), ("q_4", "q_8", "q_9"))
    found = worklist(snapshot_of(tmp_path, grown, other), handling)
    assert {x.id: x.state for x in found.leads.values()} == {"l_new": "dismissed", "l_other": "new"}
    assert found.expired == {}


def test_what_the_data_no_longer_support_expires_and_stays_readable(tmp_path, handling):
    handling.record(lead("l_1"), "assign", by="李", assignee="王")
    handling.record(lead("l_2"), "confirm", by="李")
    snapshot_of(tmp_path, lead("l_1"), lead("l_2"), lead("l_4"))
    now = snapshot_of(tmp_path, lead("l_3"), name="20260731-two")
    found = worklist(now, handling)
    assert [x.id for x in found.page()] == ["l_3"]
    assert [(x.id, x.assignee) for x in found.page(state="expired")] == [("l_1", "王")]
    assert [x.id for x in found.page(state="confirmed")] == ["l_2"]

    older = [Snapshot.open(Settings(home=str(tmp_path)), "20260630-one")]
    assert found.lead("l_4", lambda: older).state == "expired"
    with pytest.raises(NotFound, match="l_5"):
        found.lead("l_5", lambda: older)


def test_the_ledger_is_private_and_is_only_added_to(tmp_path, handling):
    first = handling.record(lead(), "confirm", by="李")
    second = handling.record(lead(), "reopen", by="李")
    assert (first.number, second.number, handling.last()) == (1, 2, 2)
    assert stat.S_IMODE((tmp_path / "handling.sqlite").stat().st_mode) == 0o600
    assert handling.history("l_1") == (first, second)


def _decide(home, ready):
    ledger = Handling(home)
    for i in range(10_000):
        number = ledger.record(lead(f"l_{i}"), "confirm", by="李").number
        os.write(ready, f"{number}\n".encode())


def test_a_kill_loses_no_decision_that_was_confirmed(tmp_path):
    read, write = os.pipe()
    process = multiprocessing.get_context("fork").Process(target=_decide, args=(tmp_path, write))
    process.start()
    os.close(write)
    told = b""
    while told.count(b"\n") < 20:
        told += os.read(read, 4096)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    while more := os.read(read, 4096):
        told += more
    confirmed = int(told.decode().split("\n")[-2])
    assert Handling(tmp_path).last() >= confirmed >= 20
    with sqlite3.connect(tmp_path / "handling.sqlite") as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_calibration_counts_decisions_against_stated_confidence():
    def standing(state, confidence, reason=None, kind="rebirth"):
        return Standing(state, None, reason, lead(kind=kind, confidence=confidence))

    decided = [standing("confirmed", 0.9)] * 6 + [standing("dismissed", 0.9, "explained")] * 14
    ignored = [
        standing("dismissed", 0.9, "duplicate"), standing("assigned", 0.9), standing("confirmed", None),
    ]  # fmt: skip
    other = [standing("confirmed", 0.55), standing("confirmed", 0.6, kind="linked_parties")]
    rows = calibration(decided + ignored + other)
    assert [(r.kind, r.band, r.confirmed, r.dismissed) for r in rows] == [
        ("linked_parties", 0.5, 1, 0), ("rebirth", 0.5, 1, 0), ("rebirth", 0.85, 6, 14),
    ]  # fmt: skip
    worst = rows[-1]
    assert worst.stated == 0.9
    assert worst.share == 0.3
    assert 0.15 < worst.low < 0.3 < worst.high < 0.5 < worst.stated  # too sure, and the interval says so
