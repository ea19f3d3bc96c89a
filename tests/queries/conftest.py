"""Tests of questions share one invented city on the real Neo4j (`fixture_graph`), loaded once and only read.

Tests that need another graph (random ones) add it beside the city under ids that begin with `x_`, and take it
away again.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

# Tests are no package, so modules they share are found by path.
sys.path.insert(0, str(Path(__file__).parent))

import fixture_graph


@pytest.fixture(scope="session")
def city(store: Any) -> Any:
    """The store with the invented city in it."""
    fixture_graph.load(store)
    return store
