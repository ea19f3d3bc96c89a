"""The local Neo4j of a creditnet home: start, attach, status, restart, stop, logs; safe across processes.

**How long it lives.** A server belongs to a home, not to a process. It lives while at least one process uses
it (each holds a lease: a shared lock the kernel drops when the process ends, however it ends) and for five
seconds more. A server started by `start` (``creditnet db start``) lives until `stop`. `stop` ends it at once,
users or not. Nothing is ever orphaned: the Java process is the child of a small keeper process and, on
Linux, dies with it; a Java process that dies is started again on the same port while it is in use.

**Never two on one home.** Keeper and Java process hold one lock together; whoever starts waits for it.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path

from filelock import FileLock

import graph
from graph.errors import ServerUnavailable
from graph.progress import Progress
from graph.settings import Settings
from graph.store.classes import archive_classes
from graph.store.jars import provision
from graph.store.place import Place, process
from graph.store.sweep import sweep

POLL = 0.05  # seconds
START = 180.0  # seconds a start may take: 5 on a free machine, and a crash recovery of a big city comes on top
STOP = 90.0  # seconds after which a stop kills; more than the keeper itself gives the server


@dataclass(frozen=True, slots=True)
class LocalStatus:
    """A running local server."""

    uri: str
    database: str
    keeper_pid: int
    server_pid: int
    stays: bool
    """Started to stay until it is stopped, instead of ending with its last user."""
    home: Path


class Lease:
    """Keeps the local server alive until it is released or this process ends."""

    def __init__(self, place: Place) -> None:
        place.create()
        self._descriptor = os.open(place.users_lock, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)  # waits while a keeper is just leaving

    def release(self) -> None:
        """Stop using the server; a second call does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def attach(settings: Settings, progress: Progress | None = None) -> tuple[LocalStatus, Lease]:
    """Use the server of this home, starting it where none runs. Release the lease when done.

    Raises
    ------
    JarsMissing
        If the jars are absent and cannot be fetched.
    ServerUnavailable
        If the server does not start; the message holds the end of its log.
    """
    provision(settings, progress)
    archive_classes(settings, progress)
    place = Place(settings)
    lease = Lease(place)
    try:
        with FileLock(place.start_lock):
            if place.runtime() is None:
                _end_stray_server(place)
                _spawn_keeper(settings, place)
            _wait_for_port(settings, place, START)
            sweep(place)
        return _require(settings), lease
    except BaseException:
        lease.release()
        raise


def start(settings: Settings, progress: Progress | None = None) -> LocalStatus:
    """Start the server, or keep the one that runs, until `stop`."""
    _, lease = attach(settings, progress)
    Place(settings).stay.touch()
    lease.release()
    return _require(settings)


def status(settings: Settings) -> LocalStatus | None:
    """What runs on this home, or None."""
    place = Place(settings)
    runtime = place.runtime()
    if runtime is None or not runtime.port:
        return None
    uri = f"bolt://127.0.0.1:{runtime.port}"
    return LocalStatus(uri, place.database(), runtime.keeper, runtime.java, place.stay.exists(), place.home)


def restart(settings: Settings) -> LocalStatus:
    """Start the server again on the same port, with the database now in use; its users reconnect by themselves."""
    place = Place(settings)
    old = place.runtime()
    keeper = process(old.keeper, old.keeper_started) if old else None
    if old is None or keeper is None:
        raise ServerUnavailable("no local Neo4j runs on this home; open a store first")
    keeper.send_signal(signal.SIGHUP)
    _wait_for_port(settings, place, START, other_than=old.java)
    return _require(settings)


def stop(settings: Settings) -> bool:
    """End the server of this home at once and wait until it is gone; False where none ran."""
    place = Place(settings)
    runtime = place.runtime()
    keeper = process(runtime.keeper, runtime.keeper_started) if runtime else None
    if runtime is None or keeper is None:
        return _end_stray_server(place)
    keeper.terminate()
    deadline = time.monotonic() + STOP
    while runtime.alive and time.monotonic() < deadline:
        time.sleep(POLL)
    if runtime.alive:
        keeper.kill()  # takes the server along
    return True


def logs(settings: Settings, lines: int = 50) -> list[str]:
    """Last lines of the keeper's log (starts, stops, console) and of the server's own."""
    folder = Place(settings).logs
    return [line for name in ("keeper.log", "neo4j.log") for line in _tail(folder / name, lines)]


@contextmanager
def used(settings: Settings) -> Iterator[LocalStatus]:
    """Use the server for the length of a block."""
    running, lease = attach(settings)
    try:
        yield running
    finally:
        lease.release()


def _spawn_keeper(settings: Settings, place: Place) -> None:
    package = str(Path(graph.__file__).parents[1])  # where a checkout is used without being installed
    path = os.pathsep.join([package, *filter(None, [os.environ.get("PYTHONPATH")])])
    chosen = {f.metadata["env"]: getattr(settings, f.name) for f in fields(settings)}
    with (place.logs / "keeper.log").open("ab") as log:
        subprocess.run(
            [sys.executable, "-P", "-m", "graph.store.keeper"],
            env={**os.environ, **chosen, "PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=place.home,
            start_new_session=True,
            check=True,
        )


def _wait_for_port(settings: Settings, place: Place, seconds: float, other_than: int = -1) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        runtime = place.runtime()
        if runtime is None:
            break
        if runtime.port and runtime.java != other_than:
            return
        time.sleep(POLL)
    last = "\n".join(logs(settings, 8))
    raise ServerUnavailable(f"the local Neo4j on {place.home} did not start; the end of its logs:\n{last}")


def _require(settings: Settings) -> LocalStatus:
    running = status(settings)
    if running is None:
        raise ServerUnavailable(f"the local Neo4j on {settings.home_path} was stopped just now; try again")
    return running


def _end_stray_server(place: Place) -> bool:
    """Kill a server whose keeper is gone (elsewhere than on Linux it may have outlived it)."""
    last = place.last_runtime()
    java = process(last.java, last.java_started) if last and last.java else None
    if java is not None:
        java.kill()
        java.wait(STOP)
    return java is not None


def _tail(path: Path, lines: int) -> list[str]:
    if not path.exists():
        return []
    return path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
