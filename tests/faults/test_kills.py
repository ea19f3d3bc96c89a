"""`kill -9` of loader, importer and database during a load: what comes of it equals a load that nobody disturbed.

This is the small form of ``benchmarks/kills.py``: one home, a small city, each victim killed at a random moment. What
the big form found is in ``docs/faults.md``.
"""

import os
import sys
from pathlib import Path

import pytest

from loaders.synthetic import generate

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.mark.neo4j
@pytest.mark.skipif(bool(os.environ.get("NEO4J_URI")), reason="skipped: kills the local Neo4j, and NEO4J_URI is set")
def test_a_load_in_which_everything_is_killed_ends_like_one_undisturbed(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [str(BENCHMARKS), *sys.path])
    monkeypatch.setenv("CREDITNET_NEO4J_HEAP", "512m")
    from kills import VICTIMS, Trial, report

    generate(tmp_path / "city", companies=500, seed=8)
    trial = Trial(tmp_path / "city" / "files", tmp_path, seed=5)
    trial.expect({"loader": 6, "importer": 3, "database": 3})  # short: a victim missed costs a whole load more
    trial.round("empty", VICTIMS)

    assert trial.unlike == [], report(trial)
    assert set(+trial.kills) == set(VICTIMS)
