"""Tests of questions share one invented city on the real Neo4j (`fixture_graph`), loaded once a file and only read.

Tests that need another graph (random ones) add it beside the city under ids that begin with `x_`, and take it
away again.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

# Tests are no package, so modules they share are found by path.
sys.path.insert(0, str(Path(__file__).parent))

import fixture_graph


@pytest.fixture(scope="module")
def city(store: Any, wipe: Callable[[Any], None]) -> Iterator[Any]:
    """The store with the invented city in it."""
    wipe(store)
    fixture_graph.load(store)
    yield store
    wipe(store)
