"""The life of the local server: shared, never two, never orphaned, back after every kind of death."""

import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import psutil
import pytest

from graph import Settings, Store, open_store
from graph.errors import ServerUnavailable
from graph.store import local
from graph.store.place import Place, Runtime

pytestmark = pytest.mark.neo4j
USER = Path(__file__).with_name("user.py")
PATIENCE = 300.0  # seconds; a loaded machine needs ten times what a free one needs
KILLS = 10


def within(seconds: float, condition: Callable[[], object]) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def start_user(settings: Settings, name: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(USER), json.dumps(asdict(settings)), name]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def answer(user: subprocess.Popen[str]) -> dict[str, object]:
    assert user.stdout is not None
    return json.loads(user.stdout.readline())


def kill(user: subprocess.Popen[str]) -> None:
    with user:
        user.kill()


def test_two_users_at_once_share_one_server_that_ends_with_the_last(home_settings: Settings):
    first, second = (start_user(home_settings, name) for name in ("t_1", "t_2"))
    try:
        got = answer(first)
        assert got == answer(second)
        assert local.status(home_settings).server_pid == got["server"]

        kill(first)
        time.sleep(1)
        assert psutil.pid_exists(got["server"])
        with open_store(home_settings) as store:  # a third one, in this process
            assert store.counts()["Phone"] == 2
    finally:
        kill(first)
        kill(second)

    assert within(PATIENCE, lambda: local.status(home_settings) is None)
    assert within(PATIENCE, lambda: not psutil.pid_exists(got["server"]) and not psutil.pid_exists(got["keeper"]))


def test_started_server_stays_until_it_is_stopped_and_survives_its_keeper(home_settings: Settings):
    running = local.start(home_settings)
    assert running.stays
    assert running.uri.startswith("bolt://127.0.0.1:")
    assert any("Started." in line for line in local.logs(home_settings))
    assert only_door(running) == [("127.0.0.1", int(running.uri.rpartition(":")[2]))]
    password = running.home / "password"
    assert stat.S_IMODE(password.stat().st_mode) == 0o600
    assert password.read_text().isalnum()  # one that began with a dash was taken for an option by the server's tool
    assert not any(password.read_text() in path.read_text() for path in running.home.glob("*.args"))
    with open_store(home_settings) as store:
        store.write("CREATE (:Phone {id: 't_kept'})")
    time.sleep(6)  # longer than a server outlives its last user
    assert local.status(home_settings) == running

    os.kill(running.keeper_pid, signal.SIGKILL)
    assert within(10, lambda: not psutil.pid_exists(running.server_pid))
    assert local.status(home_settings) is None

    with open_store(home_settings) as store:
        assert store.counts()["Phone"] == 1
        assert not local.status(home_settings).stays
        assert local.stop(home_settings)
        assert local.status(home_settings) is None
    assert not local.stop(home_settings)


def only_door(running: local.LocalStatus) -> list[tuple[str, int]]:
    sockets = psutil.Process(running.server_pid).net_connections("tcp")
    return [(s.laddr.ip.removeprefix("::ffff:"), s.laddr.port) for s in sockets if s.status == psutil.CONN_LISTEN]


@pytest.mark.timeout(1500)
def test_nothing_acknowledged_is_lost_when_the_server_is_killed(home_settings: Settings):
    acknowledged: list[str] = []
    done = threading.Event()

    def write(store: Store) -> None:
        while not done.is_set():
            name = f"t_{len(acknowledged)}"
            with suppress(ServerUnavailable):  # away for longer than the driver tries: not acknowledged, so once more
                store.write("MERGE (a:Phone {id: $id}) MERGE (b:Phone {id: $id + '_twin'})", {"id": name})
                acknowledged.append(name)

    with open_store(home_settings) as store:
        store.apply_schema()
        writer = threading.Thread(target=write, args=(store,))
        writer.start()
        try:
            for _ in range(KILLS):
                wait_for_more(acknowledged)
                os.kill(local.status(home_settings).server_pid, signal.SIGKILL)
            wait_for_more(acknowledged)
        finally:
            done.set()
            writer.join()
        kept = set(store.columns("MATCH (p:Phone) RETURN p.id AS id")["id"].to_pylist())

    assert not set(acknowledged) - kept
    twins = {name.removesuffix("_twin") for name in kept if name.endswith("_twin")}
    assert twins == {name for name in kept if not name.endswith("_twin")}  # no transaction half there


def wait_for_more(acknowledged: list[str]) -> None:
    so_far = len(acknowledged)
    assert within(PATIENCE, lambda: len(acknowledged) > so_far + 5)


def test_a_server_that_cannot_start_says_why(home_settings: Settings):
    broken = Settings(home=home_settings.home, heap="1k")

    with pytest.raises(ServerUnavailable, match=r"did not start[\s\S]*heap"):
        open_store(broken)
    assert local.status(broken) is None


def test_a_stale_runtime_file_is_not_believed(tmp_path: Path):
    settings = Settings(home=str(tmp_path))
    place = Place(settings)
    place.create()

    place.write_runtime(Runtime(os.getpid(), psutil.Process().create_time() - 3600, port=7687))
    assert local.status(settings) is None

    place.write_runtime(Runtime(os.getpid(), psutil.Process().create_time(), port=7687))
    assert local.status(settings) is not None

    (place.home / "runtime.json").write_text("{broken")
    assert local.status(settings) is None
    assert local.logs(settings) == []
    with pytest.raises(ServerUnavailable, match="open a store first"):
        local.restart(settings)
