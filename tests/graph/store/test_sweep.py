"""What a killed import leaves is cleared away, and nothing that somebody still uses."""

import os
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from graph.settings import Settings
from graph.store.place import Place, Runtime
from graph.store.sweep import import_lock, sweep


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A home whose loader was killed between the swap to city1 and the end of the import."""
    place = Place(Settings(home=str(tmp_path)))
    place.create()
    for name in ("neo4j", "city1", "city2", "system", "notes"):
        for folder in place.database_folders(name):
            folder.mkdir(parents=True)
    (place.home / "import").mkdir()
    place.use_database("city1")
    return place


def left(place: Place) -> set[str]:
    stores, logs = ({f.name for f in (place.home / "data" / kind).iterdir()} for kind in ("databases", "transactions"))
    assert stores == logs
    return stores | {f.name for f in place.home.iterdir() if f.name == "import"}


def test_only_what_is_in_use_or_not_ours_stays(place: Place):
    sweep(place)
    assert left(place) == {"city1", "system", "notes"}
    sweep(place)
    assert left(place) == {"city1", "system", "notes"}


def test_an_import_under_way_is_left_alone(place: Place):
    with import_lock(place):
        sweep(place)
        assert len(left(place)) == 6


def test_a_server_from_before_the_swap_keeps_its_database(place: Place):
    me, started = os.getpid(), psutil.Process().create_time()
    server = Runtime(keeper=me, keeper_started=started, java=me, java_started=started, port=1, database="neo4j")
    place.write_runtime(server)
    sweep(place)
    assert left(place) == {"neo4j", "city1", "city2", "system", "notes"}
    place.write_runtime(replace(server, database="city1"))
    sweep(place)
    assert left(place) == {"city1", "system", "notes"}
