"""As of a day: what was not received, had not happened or had not ended by it does not count; nothing is lost."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from graph.errors import InputError, SnapshotError
from graph.model.asof import AsOf, today
from graph.model.kinds import TABLES, table_schema
from graph.settings import Settings
from graph.tables import Tables
from loaders.load import load_files
from queries.refresh import refresh
from queries.refresh.facts import Facts
from queries.results import Score
from queries.snapshot import Snapshot, snapshot_ids

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
BEGIN = date(2026, 3, 1)
LONG_AGO = date(2015, 1, 1)


def day(number: int) -> date:
    return BEGIN + timedelta(days=number)


def write(tables: Tables, received: date, rows: Rows) -> None:
    """One batch as it would stand there had it been loaded on that day."""
    with tables.begin("hand", "hand.csv", str(len(tables.batches()))) as batch:
        for name, given_ in rows.items():
            full = [{"source": "hand", **row, "received": received} for row in given_]
            batch.write(name, pa.Table.from_pylist(full, schema=table_schema(TABLES[name])))


def found(tables: Tables, settings: Settings, as_of: AsOf) -> dict[str, Any]:
    """Everything a refresh as of a day found, but the name of the snapshot."""
    snapshot = Snapshot.open(settings, refresh(tables, None, settings, as_of=as_of).snapshot)
    names = sorted(path.stem for path in snapshot.folder.glob("*.arrow"))
    bodies = {name: snapshot.table(name).to_pylist() for name in names}
    return {
        name: [{k: str(v).replace(snapshot.id, "…") for k, v in row.items()} for row in rows]
        for name, rows in bodies.items()
    }


# -- the strongest: any history, any day --------------------------------------------------------------------------

C, P, S, Q = ([f"{prefix}{n}" for n in range(4)] for prefix in ("o_", "p_", "s_", "q_"))
FACT_DAYS = st.one_of(st.none(), st.integers(-400, 40).map(day))
KEYS = itertools.count()


def row(**columns: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(st.fixed_dictionaries(columns), max_size=3)


def link(source: Sequence[str], target: Sequence[str], **more: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    ends = {"from_id": st.sampled_from(source), "to_id": st.sampled_from(target)}
    return row(**ends, valid_from=FACT_DAYS, valid_to=FACT_DAYS, **more)


BATCH = st.fixed_dictionaries({
    "companies": row(
        id=st.sampled_from(C), name=st.sampled_from("甲乙"), status=st.sampled_from(["ACTIVE", "REVOKED", "DEREG"]),
        entity_type=st.just("company"), status_since=FACT_DAYS, established=FACT_DAYS, staff=st.integers(0, 9),
    ),
    "persons": row(id=st.sampled_from(P), name=st.sampled_from("赵钱")),
    "shops": row(id=st.sampled_from(S), name=st.sampled_from("店铺"), opened=FACT_DAYS, closed=FACT_DAYS),
    "legal_reps": link(P, C),
    "officers": link(P, C, post=st.just("董事"), post_kind=st.just("director")),
    "shareholdings": link(P + C, C, percent=st.sampled_from([30.0, 60.0, 100.0])),
    "operates": link(C, S),
    "phone_of": link(["t_1", "t_2"], C),
    "complaints": row(
        id=st.integers(0, 9).map("k_{}".format), kind=st.just("complaint"), complainant_id=st.sampled_from(Q),
        merchant_id=st.sampled_from(S + C), filed_on=FACT_DAYS, outcome=st.sampled_from(["received", "substantiated"]),
        outcome_on=FACT_DAYS,
    ),
    "credit_records": row(
        id=st.integers(0, 5).map("r_{}".format), company_id=st.sampled_from(C), decided=FACT_DAYS, valid_to=FACT_DAYS,
        kind=st.sampled_from(["penalty", "severe_list", "abnormal_list", "inspection"]), use_to=FACT_DAYS,
        status=st.sampled_from(["in_force", "objected", "repaired", "withdrawn"]), status_since=FACT_DAYS,
        amount=st.sampled_from([None, 5e4]), person_id=st.sampled_from([*P, None]),
    ),
})  # fmt: skip
HISTORY = st.lists(st.tuples(st.integers(0, 9), BATCH), min_size=1, max_size=4)
ANCHOR = {"companies": [{"id": "o_0", "name": "甲", "established": LONG_AGO, "status": "ACTIVE"}]}
"""Something is known on the first day, so that every day can be asked for."""


@profile(max_examples=8)
@given(HISTORY, st.integers(0, 12), st.integers(0, 12))
def test_as_of_a_day_is_what_loading_only_what_was_received_by_it_gives(
    tmp_path_factory: pytest.TempPathFactory, history: list[tuple[int, Rows]], valid: int, later: int
) -> None:
    """Tables, findings, scores: for the day as it was known on it, and as it was known later."""
    history = sorted([(0, ANCHOR), *history], key=lambda item: item[0])
    as_of = AsOf.on(day(valid), known=day(valid + later))
    answers = []
    for known in (history, [item for item in history if day(item[0]) <= as_of.known]):
        settings = Settings(home=str(tmp_path_factory.mktemp("as-of")))
        with Tables.open(settings) as tables:
            for number, rows in known:
                write(tables, day(number), rows)
            shown = {name: tables.current(name, as_of).to_pyarrow().to_pylist() for name in TABLES}
            shown = {name: sorted(map(str, rows)) for name, rows in shown.items()}
            answers.append((shown, found(tables, settings, as_of)))
    assert answers[0] == answers[1]


# -- one fact at a time ---------------------------------------------------------------------------------------------


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=str(tmp_path / "home"))


@pytest.fixture
def tables(settings: Settings) -> Iterable[Tables]:
    with Tables.open(settings) as opened:
        write(opened, BEGIN, {"companies": [{"id": c, "established": LONG_AGO, "status": "ACTIVE"} for c in C]})
        yield opened


def facts(tables: Tables, valid: int, known: int) -> Facts:
    return Facts.read(tables, AsOf.on(day(valid), known=day(known)))


def test_a_fact_counts_from_its_first_day_to_its_last(tables: Tables) -> None:
    rep = {"from_id": "p_0", "to_id": "o_0", "valid_from": day(2), "valid_to": day(5)}
    write(tables, BEGIN, {"legal_reps": [rep], "operates": [{**rep, "from_id": "o_0", "to_id": "s_0"}]})
    held = {n: len(facts(tables, n, 9).links("legal_reps").source) for n in range(1, 7)}
    assert held == {1: 0, 2: 1, 3: 1, 4: 1, 5: 0, 6: 0}
    assert {n: facts(tables, n, 9).operated.current.tolist() for n in (1, 2, 5)} == {1: [], 2: [True], 5: [False]}


def test_what_came_later_had_not_come(tables: Tables) -> None:
    revoked = {"id": "o_1", "established": LONG_AGO, "status": "REVOKED", "status_since": day(3)}
    young = {"id": "o_9", "established": day(3), "status": "ACTIVE"}
    complaint = {"id": "k_1", "complainant_id": "q_1", "merchant_id": "o_1", "filed_on": day(1)}
    decided = {**complaint, "outcome": "substantiated", "outcome_on": day(3)}
    write(tables, day(5), {"companies": [revoked, young], "complaints": [decided]})
    before, after = facts(tables, 2, 5), facts(tables, 3, 5)
    assert (before.has_status("REVOKED").any(), after.has_status("REVOKED").any()) == (False, True)
    assert (len(before.companies), len(after.companies)) == (4, 5)
    assert [f.complaints.outcome("substantiated").tolist() for f in (before, after)] == [[False], [True]]
    assert facts(tables, 4, 4).companies.ids.to_pylist() == C, "on the day before it was received nobody knew"


RECORD = {"id": "r_1", "company_id": "o_0", "kind": "penalty", "decided": day(0), "use_from": day(0), "amount": 5e4}


@pytest.mark.parametrize(
    ("status", "counts"),
    [
        # as of the day before and the day of the event, known then, and the day before with what is known since
        ("repaired", (True, False, True)),
        ("withdrawn", (True, False, False)),
        ("objected", (True, True, True)),
        ("under_review", (True, True, True)),
        ("amended", (True, True, True)),
    ],
)
@pytest.mark.parametrize("held", [(), ("objected",)])
def test_a_status_takes_effect_the_same_day_and_not_before(
    tables: Tables, status: str, counts: tuple[bool, ...], held: tuple[str, ...]
) -> None:
    write(tables, day(0), {"credit_records": [RECORD]})
    ended = {"use_to": day(4)} if status == "repaired" else {}
    write(tables, day(4), {"credit_records": [{**RECORD, "status": status, "status_since": day(4), **ended}]})
    asked = (AsOf.on(day(3)), AsOf.on(day(4)), AsOf.on(day(3), known=day(4)))
    seen = [Facts.read(tables, each, held=held) for each in asked]
    on_hold = status in held
    assert [bool(f.records.usable(f.today).any()) for f in seen] == [counts[0], counts[1] and not on_hold, counts[2]]
    marked = status in ("objected", "under_review")
    assert [bool(f.records.disputed(f.today).any()) for f in seen] == [False, marked, False]


def test_a_term_that_is_over_no_longer_counts(tables: Tables) -> None:
    write(tables, day(0), {"credit_records": [{**RECORD, "use_to": day(4)}]})
    assert [bool(facts(tables, n, n).records.usable(facts(tables, n, n).today).any()) for n in (3, 4)] == [True, False]


def test_a_day_on_which_nothing_was_known_says_how_to_look_back(tables: Tables, settings: Settings) -> None:
    with pytest.raises(SnapshotError, match="--known-on"):
        refresh(tables, None, settings, as_of=AsOf.on(day(-1)))
    assert refresh(tables, None, settings, as_of=AsOf.on(day(-1), known=BEGIN)).counts["companies"] == 4


def test_a_day_to_come_is_refused() -> None:
    with pytest.raises(InputError, match="still to come"):
        AsOf.on(today() + timedelta(days=1))
    with pytest.raises(InputError, match="not known on"):
        AsOf.on(day(3), known=day(2))


# -- the snapshots ------------------------------------------------------------------------------------------------


def test_a_snapshot_as_of_a_day_stands_beside_the_current_one(tables: Tables, settings: Settings) -> None:
    current = refresh(tables, None, settings).snapshot
    past = refresh(tables, None, settings, as_of=AsOf.on(day(2))).snapshot
    assert Snapshot.open(settings).id == current
    opened = Snapshot.open(settings, as_of=AsOf.on(day(2)))
    assert (opened.id, opened.data_date, opened.as_of) == (past, day(2), AsOf.on(day(2)))
    assert Snapshot.open(settings, as_of=AsOf.on(today())).id == current, "in force today"
    for asked in (AsOf.on(day(3)), AsOf.on(day(2), known=day(3))):
        with pytest.raises(SnapshotError, match=f"--as-of {asked.valid}"):
            Snapshot.open(settings, as_of=asked)


def test_snapshots_of_days_never_push_out_those_in_force(tables: Tables, settings: Settings) -> None:
    current = refresh(tables, None, settings).snapshot
    made = [refresh(tables, None, settings, as_of=AsOf.on(day(n))).snapshot for n in range(13)]
    assert snapshot_ids(settings) == [current, *made[1:]]


# -- files to score, as the rules demand --------------------------------------------------------------------------

CODE = "91441900MA000004XT"
REGISTRATION = f"统一社会信用代码,企业名称,企业类型,登记状态,成立日期,法定代表人,住所\n{CODE},东莞市云梯测试有限公司,有限责任公司,存续,2015-05-06,李试一,南城街道测试路1号"  # noqa: E501
PENALTY = f"统一社会信用代码,企业名称,处罚决定书文号,违法行为类型,处罚种类,罚款金额,处罚日期,处罚机关,法律依据\n{CODE},东莞市云梯测试有限公司,测罚1号,广告违法,罚款,50000,2026-02-15,某局,某法第1条"  # noqa: E501


def event(what: str, on: date) -> str:
    return f"统一社会信用代码,企业名称,原文书文号,处理事项,处理日期\n{CODE},东莞市云梯测试有限公司,测罚1号,{what},{on}"


def load_on(tables: Tables, settings: Settings, received: date, text: str) -> None:
    """Load a file, then write down another day on which it came: nobody can wait for days in a test."""
    path = settings.home_path.parent / f"{len(tables.batches())}.csv"
    path.write_text(text + "\n", "utf-8")
    report = load_files(tables, [path])[0]
    assert report.loaded == report.read == 1
    for part in (settings.home_path / "tables" / "batches" / f"{report.batch:06d}").glob("*.parquet"):
        rows = pq.read_table(part)
        column = pa.repeat(pa.scalar(received, pa.date32()), rows.num_rows)
        pq.write_table(rows.set_column(rows.column_names.index("received"), "received", column), part)


def points(score: Score | None) -> dict[str, float]:
    assert score is not None
    return {part.feature: part.points for part in score.contributions}


@pytest.mark.parametrize(("what", "stays"), [("撤销", False), ("信用修复", False), ("异议受理", True)])
def test_an_event_reaches_the_score_the_same_day_and_yesterday_stays_what_it_was(
    tables: Tables, settings: Settings, what: str, stays: bool
) -> None:
    load_on(tables, settings, day(1), REGISTRATION)
    load_on(tables, settings, day(1), PENALTY)
    before = refresh(tables, None, settings, as_of=AsOf.on(day(5)))
    yesterday = Snapshot.open(settings, before.snapshot).score(CODE)
    load_on(tables, settings, day(6), event(what, day(6)))
    refresh(tables, None, settings)
    assert ("penalties" in points(Snapshot.open(settings).score(CODE))) is stays
    assert ("objected" in points(Snapshot.open(settings).score(CODE))) is stays
    again = refresh(tables, None, settings, as_of=AsOf.on(day(5)))
    replayed = Snapshot.open(settings, as_of=AsOf.on(day(5))).score(CODE)
    assert again.snapshot != before.snapshot
    assert points(replayed) == points(yesterday)
    assert "penalties" in points(replayed)
    assert replayed is not None
    assert (replayed.data_date, replayed.known) == (day(5), day(5))
    documents = [r["document"] for r in tables.sql("SELECT * FROM credit_records_all").to_pylist()]
    assert documents == ["测罚1号", "测罚1号"], "superseded, never deleted"


def test_a_hold_takes_the_points_and_leaves_the_mark(tables: Tables, settings: Settings) -> None:
    for text in (REGISTRATION, PENALTY, event("异议受理", day(6))):
        load_on(tables, settings, day(6), text)
    held = Settings(home=settings.home, objected="hold")
    refresh(tables, None, held)
    score = Snapshot.open(held).score(CODE)
    assert score is not None
    assert score.objected == "hold"
    assert {"penalties", "objected"} & points(score).keys() == {"objected"}
