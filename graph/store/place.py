"""Where the local Neo4j of one creditnet home keeps its things, and the small files that describe it."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from graph.settings import Settings

FIRST_DATABASE = "neo4j"


@dataclass(frozen=True, slots=True)
class Runtime:
    """The running server as its keeper describes it; a process is named by pid and start time."""

    keeper: int
    keeper_started: float
    java: int = 0
    java_started: float = 0.0
    port: int = 0
    """0 = the Bolt port is not open yet."""
    database: str = ""
    """The database it was started with; after a swap that was cut short not the one in use."""

    @property
    def alive(self) -> bool:
        """Whether the keeper that wrote this still lives: a stale file names a dead or another process."""
        return process(self.keeper, self.keeper_started) is not None


class Place:
    """Files of the local server under `home/neo4j`."""

    def __init__(self, settings: Settings) -> None:
        self.home = settings.home_path / "neo4j"
        self.conf = self.home / "conf"
        self.logs = self.home / "logs"
        self.users_lock = self.home / "users.lock"
        self.server_lock = self.home / "server.lock"
        self.start_lock = self.home / "start.lock"
        self.stay = self.home / "stay"
        self.schema_due = self.home / "schema.due"
        self._runtime = self.home / "runtime.json"
        self._password = self.home / "password"
        self._database = self.home / "database"

    def create(self) -> None:
        """Create the folders, closed to other users of the machine."""
        for folder in (self.home.parent, self.home, self.conf, self.logs):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def runtime(self) -> Runtime | None:
        """The running server, or None; a stale file counts as None."""
        runtime = self.last_runtime()
        return runtime if runtime and runtime.alive else None

    def last_runtime(self) -> Runtime | None:
        """What the last keeper wrote, alive or not."""
        try:
            return Runtime(**json.loads(self._runtime.read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def write_runtime(self, runtime: Runtime) -> None:
        """Describe the running server."""
        write_atomically(self._runtime, json.dumps(asdict(runtime)))

    def forget_runtime(self) -> None:
        """Say that no server runs."""
        self._runtime.unlink(missing_ok=True)

    def password(self) -> str:
        """The server's password; made at random the first time, readable by its owner only."""
        if not self._password.exists():
            write_atomically(self._password, secrets.token_hex(24))
        return self._password.read_text()

    def database(self) -> str:
        """Name of the database in use."""
        return self._database.read_text() if self._database.exists() else FIRST_DATABASE

    def use_database(self, name: str) -> None:
        """Name the database in use from the next start on; one rename, so a crash leaves the old or the new."""
        write_atomically(self._database, name)

    def database_folders(self, name: str) -> tuple[Path, Path]:
        """Folders that hold the store files and the transaction logs of a database."""
        return self.home / "data" / "databases" / name, self.home / "data" / "transactions" / name


def process(pid: int, started: float) -> psutil.Process | None:
    """Find the live process with this pid and start time; a pid alone may have been given away again."""
    try:
        found = psutil.Process(pid)
        same = abs(found.create_time() - started) < 1 and found.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return None
    return found if same else None


def write_atomically(path: Path, text: str) -> None:
    """Write a small private file so that readers see the old text or the new one."""
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    scratch.unlink(missing_ok=True)
    with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)
