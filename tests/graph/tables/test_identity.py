"""Parties under several ids: shown as one by the decisions that stand, apart again when one is taken back."""

import datetime as dt
import itertools

import networkx as nx
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.asof import AsOf
from graph.model.kinds import TABLES, table_schema
from graph.settings import Settings
from graph.tables import Tables
from graph.tables.identity import identities

CODE, OTHER = "91441900MA000004XT", "92441900MA0000058P"
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def tables(tmp_path):
    with Tables.open(Settings(home=str(tmp_path / "home"))) as opened:
        yield opened


def write(tables, **rows):
    """One batch; gives its number."""
    with tables.begin("test", "a file", str(len(tables.batches()))) as batch:
        for name, part in rows.items():
            schema = table_schema(TABLES[name])
            given = {key for row in part for key in row}
            batch.write(name, pa.Table.from_pylist(part, pa.schema([f for f in schema if f.name in given])))
    return batch.info.id


def decided(left, right, outcome="match", kind="auto", score=9.0, reversed_at=None):
    row = {"left": left, "right": right, "outcome": outcome, "kind": kind, "score": score, "decided_at": NOW}
    return {"id": f"m_{left}_{right}", "reversed_at": reversed_at, **row}


def read(tables, name, *columns):
    rows = tables.arrow(name, columns).to_pylist()
    return sorted((tuple(row.values()) for row in rows), key=str)


def test_one_row_per_party_the_others_fill_in(tables):
    write(tables, companies=[
        {"id": "o_a", "name": "东莞市云梯测试店", "status": "ACTIVE", "capital": 5.0, "listed": True, "line": 1},
        {"id": CODE, "uscc": CODE, "capital": 7.0, "listed": False, "line": 2}, {"id": OTHER, "line": 3}])  # fmt: skip
    assert len(read(tables, "companies", "id")) == 3
    batch = write(tables, match_decisions=[decided("o_a", CODE)])
    both = (CODE, "东莞市云梯测试店", CODE, "ACTIVE", 7.0, True)
    columns = "id", "name", "uscc", "status", "capital", "listed"
    assert read(tables, "companies", *columns) == [both, (OTHER, None, None, None, None, None)]
    assert tables.sql("SELECT count(*) AS n FROM companies")["n"].to_pylist() == [2]
    tables.undo(batch)
    assert len(read(tables, "companies", "id")) == 3


def test_facts_go_to_the_party_and_doubles_and_loops_go(tables):
    day = dt.date(2020, 1, 1)
    write(
        tables,
        legal_reps=[{"from_id": "p_1", "to_id": "o_a", "valid_from": day}],
        branches=[{"from_id": "o_a", "to_id": CODE}, {"from_id": "o_a", "to_id": OTHER}],
        credit_records=[{"id": "r_1", "company_id": "o_a"}, {"id": "r_2", "company_id": OTHER}],
    )
    write(tables, legal_reps=[{"from_id": "p_1", "to_id": CODE, "valid_from": day, "valid_to": NOW.date()}])
    write(tables, match_decisions=[decided("o_a", CODE)])
    assert read(tables, "legal_reps", "from_id", "to_id", "valid_to") == [("p_1", CODE, NOW.date())]
    assert read(tables, "branches", "from_id", "to_id") == [(CODE, OTHER)]
    assert read(tables, "credit_records", "id", "company_id") == [("r_1", CODE), ("r_2", OTHER)]
    assert read(tables, "credit_records", "id") == [("r_1",), ("r_2",)]
    assert tables.written("credit_records", ["company_id"])["company_id"].to_pylist() == ["o_a", OTHER]


def test_as_of_a_day_only_what_was_decided_by_then(tables):
    before, after = dt.date(2025, 1, 1), dt.date(2026, 1, 1)
    write(tables, companies=[{"id": "o_a", "received": before}, {"id": CODE, "received": before}])
    write(tables, match_decisions=[{**decided("o_a", CODE), "received": after}])
    assert len(tables.current("companies", AsOf.on(before)).to_pyarrow()) == 2
    assert len(tables.current("companies", AsOf.on(after)).to_pyarrow()) == 1


def test_a_person_may_keep_apart_what_the_program_would_join():
    apart = decided("o_a", "o_c", "none", "manual")
    joins = [decided("o_a", "o_b", score=9.0), decided("o_b", "o_c", score=8.0)]
    assert identities(pa.Table.from_pylist([*joins, apart]))["id"].to_pylist() == ["o_a", "o_b"]
    assert len(identities(pa.Table.from_pylist(joins))) == 3
    assert len(identities(pa.Table.from_pylist([*joins, {**apart, "reversed_at": NOW}]))) == 3


@pytest.mark.parametrize(
    ("left", "right"), [("left:1", "right:2"), ("p_1", "o_1"), ("s_x:1", CODE), ("p_1", CODE), ("o_a", "")]
)
def test_only_parties_of_one_kind_are_joined(left, right):
    assert not len(identities(pa.Table.from_pylist([decided(left, right)])))


IDS = ["o_1", "o_2", "o_3", "o_4", CODE, OTHER]
PAIRS = st.lists(st.sampled_from(list(itertools.combinations(IDS, 2))), unique=True, max_size=6)


@given(PAIRS, st.randoms(use_true_random=False))
def test_joined_like_the_components_of_a_graph_in_any_order(pairs, random):
    rows = [decided(*pair) for pair in pairs]
    found = identities(pa.Table.from_pylist(rows, schema=SCHEMA)).to_pylist()
    shown = {row["id"]: row["shown"] for row in found}
    parts = list(nx.connected_components(nx.Graph(pairs)))
    assert {frozenset(part) for part in parts} == {
        frozenset(id_ for id_ in shown if shown[id_] == one) for one in shown.values()
    }
    assert all(shown[id_] in part for part in parts for id_ in part)
    random.shuffle(rows)
    assert identities(pa.Table.from_pylist(rows, schema=SCHEMA)).to_pylist() == found


@given(PAIRS, PAIRS)
def test_what_a_person_keeps_apart_is_never_shown_as_one(pairs, apart):
    rows = [*(decided(*pair) for pair in pairs), *(decided(*pair, "none", "manual") for pair in apart)]
    shown = {row["id"]: row["shown"] for row in identities(pa.Table.from_pylist(rows, schema=SCHEMA)).to_pylist()}
    assert not any(one in shown and shown.get(one) == shown.get(other) for one, other in apart)


SCHEMA = pa.schema([
    *((name, pa.string()) for name in ("id", "left", "right", "outcome", "kind")), ("score", pa.float64()),
    ("reversed_at", pa.timestamp("us", tz="UTC")), ("decided_at", pa.timestamp("us", tz="UTC")),
])  # fmt: skip
