"""How `make test` shares the tests out between three processes, each with a Neo4j and a Chromium of its own.

Half of what tests of servers take is waiting for them to start, stop and be killed; three processes keep two cores at
work. A file stays in one process, and so do all files of `whole_way`, which read one city. Files that need Neo4j come
first: they take longest, and short ones then fill up whichever process is done first.

With `NEO4J_URI` set one process runs everything, because tests delete what they find in that server.
"""

import os
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

PROCESSES = 3
"""Whatever the machine: each may run two servers at a time, of 1 GB each."""
ONE_CITY = "tests/whole_way/"


def unit(nodeid: str) -> str:
    """Name of what stays in one process with this test."""
    return ONE_CITY if nodeid.startswith(ONE_CITY) else nodeid.partition("::")[0]


class Files(LoadScopeScheduling):
    """Hands out whole units, in the order in which they were collected."""

    def _split_scope(self, nodeid: str) -> str:
        return unit(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Answer `pytest --numprocesses auto`."""
    return 0 if os.environ.get("NEO4J_URI") else PROCESSES


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Files:
    config.option.loadscopereorder = False  # it would put the file with the fewest tests last: the longest
    return Files(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("neo4j") is None)


def separate_numba_caches() -> None:
    """Give each process its folder: Numba may mix up two specialisations of a function compiled at the same moment."""
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        os.environ["NUMBA_CACHE_DIR"] = str(Path(__file__).parents[1] / ".pytest_cache" / f"numba-{worker}")
