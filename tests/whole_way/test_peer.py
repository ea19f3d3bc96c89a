"""The benchmark's peer is a second opinion on every answer: pandas + NetworkX, nothing that computes is creditnet's."""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow as pa
import pytest

from graph.model.kinds import TABLES, table_schema
from loaders.synthetic import generate

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
ROUNDING = "within 0.1 point"
"""A part of a score that lies on the edge between two tenths may fall either way."""


@pytest.fixture
def benchmarks(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(BENCHMARKS), *sys.path])


@pytest.mark.usefixtures("benchmarks")
@pytest.mark.parametrize("seed", [4, 11])
def test_both_sides_give_the_same_answers(tmp_path, seed):
    from answers import agree
    from whole_way import run_creditnet, run_peer

    generate(tmp_path, companies=500, seed=seed)
    ours = run_creditnet(tmp_path / "files", tmp_path / "home")
    theirs = run_peer(tmp_path / "files", tmp_path / "home")

    assert ours.stages.keys() == theirs.stages.keys()
    apart = {}
    for name in ours.answers.keys() | theirs.answers.keys():
        verdict = agree(name, theirs.answers.get(name, frozenset()), ours.answers.get(name, frozenset()))
        if verdict != "yes" and not verdict.startswith(ROUNDING):
            apart[name] = verdict
    assert apart == {}


@pytest.mark.usefixtures("benchmarks")
def test_one_cell_that_differs_is_seen():
    from answers import agree, digest

    schema = table_schema(TABLES["platforms"])
    row = dict.fromkeys(schema.names) | {"id": "f_A", "name": "甲"}
    one, other = (pa.Table.from_pylist([row | {"name": name}], schema) for name in ("甲", "乙"))

    assert digest(one, "platforms") == digest(one, "platforms") != digest(other, "platforms")
    assert agree("table", (1, digest(one, "platforms")), (1, digest(other, "platforms"))) == "NO"


@pytest.mark.usefixtures("benchmarks")
def test_scores_further_apart_than_rounding_are_seen():
    from answers import agree

    assert agree("scores", {"a": 100.0}, {"a": 100.1}).startswith(ROUNDING)
    assert agree("scores", {"a": 100.0}, {"a": 100.2}).startswith("NO")
