"""Tests of the service and of the page: the invented city of the query tests on the real Neo4j, and a small
published snapshot over it. Both are only read.

`app` is the application over them; `client` calls it in this process; `address` is the same application behind a
real uvicorn on a free port, for the browser. `bearer(role)` makes a token.
"""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.tokens import Tokens
from graph.settings import Settings
from queries.snapshot import Snapshot

# Tests are no package, so modules they share are found by path.
sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "queries")]

import fixture_graph  # noqa: E402 - found by the path above
import small_snapshot  # noqa: E402

Bearer = Callable[..., dict[str, str]]


@pytest.fixture(scope="module")
def city(store: Any, wipe: Callable[[Any], None]) -> Iterator[Any]:
    """The store with the invented city in it; loaded once a file, because other files empty the store."""
    wipe(store)
    fixture_graph.load(store)
    yield store
    wipe(store)


@pytest.fixture(scope="session")
def api_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home of its own with a published snapshot; the database is the shared one."""
    settings = Settings(home=str(tmp_path_factory.mktemp("api-home")))
    small_snapshot.write(settings)
    return settings


@pytest.fixture(scope="module")
def app(city: Any, api_settings: Settings) -> FastAPI:
    return create_app(api_settings, store=city, snapshot=Snapshot.open(api_settings))


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as running:
        yield running


@pytest.fixture(scope="session")
def bearer(api_settings: Settings) -> Bearer:
    """Make the header of a fresh token: `bearer("viewer")`."""

    def make(role: str = "analyst", days: float = 1) -> dict[str, str]:
        return {"Authorization": f"Bearer {Tokens(api_settings.home_path).create(role, 'test', days)}"}

    return make


@pytest.fixture(scope="module")
def address(app: FastAPI) -> Iterator[str]:
    """Address of a real server with the application."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        server.should_exit = True
        thread.join(timeout=10)
