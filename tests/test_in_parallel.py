"""The rules of `in_parallel`: what must not run at the same time, does not."""

from pathlib import Path

import pytest
from in_parallel import PROCESSES, pytest_xdist_auto_num_workers, unit

REPO = Path(__file__).resolve().parents[1]


def test_a_server_that_is_named_is_used_by_one_process(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NEO4J_URI", "bolt://127.0.0.1:9")
    assert pytest_xdist_auto_num_workers() == 0
    monkeypatch.delenv("NEO4J_URI")
    assert pytest_xdist_auto_num_workers() == PROCESSES


def test_files_that_share_a_city_stay_together_and_other_files_whole():
    folder = REPO / "tests" / "whole_way"
    ids = [f"{file.relative_to(REPO).as_posix()}::test_x[a::b]" for file in folder.glob("test_*.py")]

    assert len(ids) > 1
    assert len({unit(nodeid) for nodeid in ids}) == 1
    assert unit("tests/api/test_api.py::test_x[a::b]") == "tests/api/test_api.py" != unit("tests/api/test_page.py::t")
