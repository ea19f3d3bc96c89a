"""Fixtures of the loader tests.

`tables` is an empty home in a temporary folder (a few milliseconds), `csv_file` writes a small file, `rows`
reads a clean table as a list of dicts. All persons, companies and numbers here are invented; the codes are
the constructed ones of the domain notes.
"""

import pytest

from graph.settings import Settings
from graph.tables import Tables


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
