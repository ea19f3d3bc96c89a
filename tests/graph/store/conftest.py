"""Homes of their own for the tests that start, stop and kill servers; all are stopped at the end.

No Neo4j of the run (`store`) is touched here: these tests are about the server itself and are skipped where
NEO4J_URI names another one.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph import Settings
from graph.store import local

# Tests are no package, so the modules they share are found by path.
sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def home_settings(tmp_path: Path) -> Iterator[Settings]:
    """Settings of a fresh home; its server is stopped afterwards."""
    if os.environ.get("NEO4J_URI"):
        pytest.skip("NEO4J_URI is set: tests of the local server not run")
    settings = Settings(home=str(tmp_path / "home"), heap="512m", page_cache="64m")
    yield settings
    local.stop(settings)
