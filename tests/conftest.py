"""Fixtures shared by all tests.

**Neo4j.** One local server serves the whole run, in `make test` one for each of its three processes (`in_parallel`):
`neo4j_settings` names a temporary creditnet home, `store` opens it (5 to 10 seconds, once) and applies the
schema. Its heap is 512 MB, its page cache 256 MB. Nothing is
ever written to a home somebody works with. Tests that only read what they wrote themselves take `store`;
tests that count or need a clean graph take `empty_store`, which finds the database empty and leaves it so.
A test file that loads a bigger graph once for all its tests makes a module fixture on `store` and calls
`wipe(store)` (from the fixture `wipe`) when it is done. Tests of the server itself make homes of their own.

With `NEO4J_URI` set the same tests run against that server. They refuse to start if its database holds
anything, because they delete what they find; tests of the local server are skipped there.

**Real data.** `real_data` is the folder ../shared/data beside the checkout; where it is absent the test is
skipped with a message. Nothing of it is written down in a test.

**Hypothesis.** Profiles: `dev` (default: 50 examples), `ci` (200, where CI is set), `deep` (1,000, for a
night) and `debug` (10, verbose), chosen by HYPOTHESIS_PROFILE. All are derandomised: the same code gives the same run.
"""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Verbosity, settings

from graph import Settings, Store, open_store
from graph.store import local

# Test servers live for seconds: without the optimising compiler a start takes 8 CPU-seconds instead of 11.
os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")

# Tests are no package, so modules they share are found by path.
sys.path.insert(0, str(Path(__file__).parent))

from in_browser import browser, context, page  # noqa: F401 - fixtures
from in_parallel import (  # noqa: F401 - hooks
    pytest_collection_modifyitems,
    pytest_xdist_auto_num_workers,
    pytest_xdist_make_scheduler,
    separate_numba_caches,
)

separate_numba_caches()

REPO = Path(__file__).resolve().parents[1]
NO_REAL_DATA = "skipped: ../shared/data not present, real-data checks not run"
SLOW = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)

for name, examples, verbosity in (
    ("dev", 50, Verbosity.normal),
    ("ci", 200, Verbosity.normal),
    ("deep", 1000, Verbosity.normal),
    ("debug", 10, Verbosity.verbose),
):
    settings.register_profile(
        name, max_examples=examples, verbosity=verbosity, deadline=None, derandomize=True, suppress_health_check=SLOW
    )
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the real data beside the checkout."""
    folder = REPO.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(NO_REAL_DATA)
    return folder


@pytest.fixture(scope="session")
def neo4j_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of the run's Neo4j: NEO4J_URI where set, else a local server in a temporary home."""
    chosen = Settings.from_env(home=str(tmp_path_factory.mktemp("neo4j_home")), heap="512m", page_cache="256m")
    yield chosen
    if chosen.is_local:
        local.stop(chosen)


@pytest.fixture(scope="session")
def store(neo4j_settings: Settings) -> Iterator[Store]:
    """The run's Neo4j, with the schema in place."""
    with open_store(neo4j_settings) as opened:
        if not opened.is_empty():
            pytest.exit(f"the database at {opened.uri} is not empty; tests delete what they find, so they refuse", 4)
        opened.apply_schema()
        yield opened
        wipe_all(opened)


@pytest.fixture
def empty_store(store: Store) -> Iterator[Store]:
    """The run's Neo4j without a node, before and after."""
    wipe_all(store)
    yield store
    wipe_all(store)


@pytest.fixture(scope="session")
def wipe() -> Callable[[Store], None]:
    """Function that deletes all nodes of the run's Neo4j."""
    return wipe_all


def wipe_all(store: Store) -> None:
    """Delete all nodes in batches; `store` has refused to open a database that held any before the run."""
    while store.write("MATCH (n) WITH n LIMIT 5000 DETACH DELETE n RETURN count(*) AS gone")[0]["gone"]:
        pass
