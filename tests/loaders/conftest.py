"""Fixtures of the loader tests.

`tables` is an empty home in a temporary folder (a few milliseconds), `csv_file` writes a small file, `load` loads
texts, `rows` reads a clean table as a list of dicts. All persons, companies and numbers here are invented; the codes
are the constructed ones of the domain notes.
"""

import dataclasses
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # tests are no package, so modules they share are found by path

from loaders_graph import Beside

from graph.settings import Settings
from graph.tables import Tables
from loaders.load import load_files


@pytest.fixture
def settings(tmp_path):
    return Settings(home=str(tmp_path / "home"))


@pytest.fixture
def tables(settings):
    with Tables.open(settings) as opened:
        yield opened


@pytest.fixture
def csv_file(tmp_path):
    def write(name, text, encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding) if isinstance(text, str) else text)
        return path

    return write


@pytest.fixture
def rows(tables):
    def read(table):
        return sorted(tables.arrow(table).to_pylist(), key=lambda row: str(row))

    return read


@pytest.fixture
def published(empty_store, settings, tables):
    """Tables of their own home beside the run's server: Bolt batches, as for a server that is not ours."""
    return tables, Beside(empty_store, dataclasses.replace(empty_store.settings, home=settings.home))


@pytest.fixture
def load(tables, csv_file):
    """Load texts one after the other, each a file of its own; their reports."""

    def load(*texts):
        files = [csv_file(f"file{len(tables.batches())}_{i}.csv", text) for i, text in enumerate(texts)]
        return [load_files(tables, [file])[0] for file in files]

    return load
