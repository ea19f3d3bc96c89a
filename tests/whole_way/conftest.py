"""The whole way once: a synthetic city of 1,500 companies, from files to leads, on a Neo4j of its own.

`city` costs about a minute (load, import, refresh) and is shared by all tests of this folder, which only read it.
With NEO4J_URI set the city is written to that server and taken out again at the end.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from graph import Settings, Store, open_store
from graph.store import local
from graph.tables import Tables
from loaders.load import load_files
from loaders.publish import publish_graph
from loaders.synthetic import generate
from queries.refresh import refresh

# Tests are no package, so modules they share are found by path.
sys.path.insert(0, str(Path(__file__).parent))

from a_city import City


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory, wipe: Callable[[Store], None]) -> Iterator[City]:
    folder = tmp_path_factory.mktemp("city")
    settings = Settings.from_env(home=str(folder / "home"), heap="512m", page_cache="256m")
    generate(folder / "made", companies=1_500, seed=31)
    tables = Tables.open(settings)
    loads = load_files(tables, sorted((folder / "made" / "files").glob("*.csv")))
    with open_store(settings) as store:
        if not store.is_empty():
            wipe(store)  # a server that the run was allowed to empty, see tests/conftest.py
        graph = publish_graph(tables, store)
        found = refresh(tables, store, settings)
        yield City(settings, folder / "made" / "files", folder / "made" / "truth", tables, store, loads, graph, found)
        if not settings.is_local:
            wipe(store)
    if settings.is_local:
        local.stop(settings)
