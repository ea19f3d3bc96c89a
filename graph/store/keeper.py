"""The keeper: a small process that owns the Java process of one home's Neo4j.

It starts the server, writes the runtime file, starts the server again on the same port when it dies, and
stops it by the lifetime rule of `graph.store.local`. Started as ``python -m graph.store.keeper`` with the
settings in its environment; it detaches itself, so that it belongs to no user's process group.

Signals: TERM stops server and keeper, HUP restarts the server (with the database now in use).
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import psutil

from graph.errors import CreditnetError, StoreError
from graph.settings import Settings
from graph.store.config import neo4j_conf
from graph.store.java import admin_command, die_with_parent, java_environment, server_command
from graph.store.place import Place, Runtime, write_atomically

POLL = 0.2  # seconds between two looks at the server and its users
IDLE = 5.0  # seconds the server outlives its last user, so that a row of short commands shares one start
OLD_SERVER = 60.0  # seconds to wait until a server that is just stopping has left the home
STOP = 60.0  # seconds a stop may take before the server is killed
FAILURES = 2  # servers in a row that end before their port is open, after which the keeper gives up


class Keeper:
    """Owns the server of one home from start to stop."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.place = Place(settings)
        self.stopping = False
        self.restarting = False
        self.port = 0
        self.database = ""
        self.failures = 0
        self._users = os.open(self.place.users_lock, os.O_RDWR | os.O_CREAT, 0o600)
        self._server = os.open(self.place.server_lock, os.O_RDWR | os.O_CREAT, 0o600)

    def run(self) -> None:
        """Keep the server until it is told to stop, nobody uses it, or it does not start."""
        signal.signal(signal.SIGTERM, lambda *_: setattr(self, "stopping", True))
        signal.signal(signal.SIGHUP, lambda *_: setattr(self, "restarting", True))
        self._claim_home()
        self.place.stay.unlink(missing_ok=True)
        self._set_first_password()
        while not self.stopping and self.failures < FAILURES:
            self._run_server()
        self.place.forget_runtime()
        log("keeper ends")

    def _claim_home(self) -> None:
        """Take the lock that keeper and server hold together: never two servers on one home."""
        deadline = time.monotonic() + OLD_SERVER
        while not try_lock(self._server):
            if time.monotonic() > deadline:
                raise StoreError(f"another Neo4j still runs on {self.place.home}; end it, then start again")
            time.sleep(POLL)

    def _set_first_password(self) -> None:
        """Set the password before the first start, by an argument file: a process list would show it."""
        if (self.place.home / "data" / "databases" / "system").exists():
            return
        arguments = self.place.home / "password.args"
        write_atomically(arguments, f"dbms\nset-initial-password\n{self.place.password()}\n")
        self._write_conf()
        command = admin_command(self.settings, f"@{arguments}")
        subprocess.run(command, env=java_environment(self.settings, self.place.home), check=True)
        arguments.unlink()

    def _run_server(self) -> None:
        self.restarting = False
        self._write_conf()
        server = self._spawn()
        log(f"server {server.pid} started")
        came_up = self._watch(server)
        self.failures = 0 if came_up else self.failures + 1
        if server.poll() is None:
            self._stop(server)
        else:
            log(f"server {server.pid} ended by itself with {server.returncode}")

    def _write_conf(self) -> None:
        self.database = self.place.database()
        text = neo4j_conf(self.settings, self.database, self.port)
        write_atomically(self.place.conf / "neo4j.conf", text)

    def _spawn(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            server_command(self.settings, self.place.home),
            env=java_environment(self.settings, self.place.home),
            stdin=subprocess.DEVNULL,
            cwd=self.place.home,
            pass_fds=(self._server,),  # the lock lasts until keeper and server are both gone
            preexec_fn=die_with_parent,
        )

    def _watch(self, server: subprocess.Popen[bytes]) -> bool:
        """Return when the server has died or is to be stopped: whether its port was ever open."""
        described = False
        last_used = time.monotonic()
        while server.poll() is None and not self.stopping and not self.restarting:
            described = described or self._describe(server)
            if self._in_use():
                last_used = time.monotonic()
            elif time.monotonic() - last_used > IDLE:
                self.stopping = try_lock(self._users)  # kept: whoever comes now waits until the home is free
            time.sleep(POLL)
        return described

    def _describe(self, server: subprocess.Popen[bytes]) -> bool:
        """Write the runtime file once the Bolt port is open; no log names the port, the socket does."""
        try:
            sockets = psutil.Process(server.pid).net_connections("tcp")
            ports = [socket.laddr.port for socket in sockets if socket.status == psutil.CONN_LISTEN]
        except psutil.Error:
            return False
        if not ports:
            return False
        self.port = ports[0]
        self.place.write_runtime(Runtime(*identity(os.getpid()), *identity(server.pid), self.port, self.database))
        return True

    def _in_use(self) -> bool:
        """Whether a process holds a lease: a shared lock, which the kernel drops when the process dies."""
        if self.place.stay.exists() or not try_lock(self._users):
            return True
        fcntl.flock(self._users, fcntl.LOCK_UN)
        return False

    def _stop(self, server: subprocess.Popen[bytes]) -> None:
        if self.stopping:
            self.place.forget_runtime()
        server.terminate()
        try:
            server.wait(STOP)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        log(f"server {server.pid} stopped")


def try_lock(descriptor: int) -> bool:
    """Take an exclusive lock if it is free."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def identity(pid: int) -> tuple[int, float]:
    """Pid and start time of a process."""
    return pid, psutil.Process(pid).create_time()


def log(message: str) -> None:
    """Write a line to the keeper's log, which is its standard output."""
    sys.stdout.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} keeper {os.getpid()}: {message}\n")
    sys.stdout.flush()


def main() -> None:
    """Detach, then keep the server of the home named by the environment."""
    settings = Settings.from_env()
    place = Place(settings)
    child = os.fork()
    if child:
        place.write_runtime(Runtime(*identity(child)))
        os._exit(0)  # whoever started us waits for this process only, and the keeper is never its zombie
    try:
        Keeper(settings).run()
    except (CreditnetError, OSError, subprocess.CalledProcessError) as error:
        log(f"cannot keep a server: {error}")
        place.forget_runtime()
        sys.exit(1)


if __name__ == "__main__":
    main()
