"""Neo4j's 16,000 classes, read and verified once per machine and mapped into memory at every later start.

Most of a start is spent on classes: unpacking, verifying, linking. Java can keep the outcome in a file beside the jars
("class data sharing"): a start then takes 4 seconds instead of 7, an import 3 less. The file is 135 MB and is made
by a throw-away server, when jars and Java are first used together. Java itself checks at each start that the file
belongs to exactly these jars, and does without where it does not.
"""

from __future__ import annotations

import logging
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil
from filelock import FileLock
from neo4j import GraphDatabase
from neo4j.exceptions import DriverError, Neo4jError

from graph.progress import Progress, silent
from graph.settings import Settings
from graph.store.config import neo4j_conf
from graph.store.java import (
    QUIET,
    base_of,
    die_with_parent,
    java_binary,
    java_environment,
    server_command,
    shared_classes,
)

STEP = "preparing Neo4j for quick starts, once"
PATIENCE = 120.0  # seconds for each of start, answer and end of the throw-away server
SCRATCH = ".classes-"
POLL = 0.1  # seconds
OPEN_DOOR = "dbms.security.auth_enabled=false\n"  # of an empty database, for the seconds it lives
STATEMENTS = (
    "CREATE CONSTRAINT FOR (a:A) REQUIRE a.id IS UNIQUE",
    "UNWIND range(1, 9) AS i MERGE (a:A {id: i}) MERGE (b:B {id: i}) MERGE (a)-[:R {day: date()}]->(b)",
    "MATCH p = (a:A {id: 1})-[:R*1..2]-(b) RETURN p, count(*) AS n ORDER BY n",
)
"""What a first user does, so that the classes of planner, pipes and Bolt are in the archive too."""

log = logging.getLogger(__name__)


def archive_classes(settings: Settings, progress: Progress | None = None) -> bool:
    """Make the archive unless it is there; the jars must be. False where it cannot be made, which costs speed only.

    Several processes may call this at once: one makes it, the others wait.
    """
    archive = shared_classes(settings)
    if archive.is_file():
        return True
    try:
        with FileLock(archive.parent / "classes.lock"):
            if not archive.is_file():
                _make(settings, archive, progress or silent)
    except (OSError, subprocess.SubprocessError, psutil.Error, DriverError, Neo4jError) as error:
        log.warning("starts of Neo4j stay slow, its classes could not be archived in %s: %s", archive.parent, error)
        return False
    return True


def _make(settings: Settings, archive: Path, progress: Progress) -> None:
    progress(STEP, 0, 3)
    for half_made in archive.parent.glob(f"{SCRATCH}*"):  # we hold the lock, so whoever made it was killed
        shutil.rmtree(half_made, ignore_errors=True)
    base = base_of(archive)
    with tempfile.TemporaryDirectory(dir=archive.parent, prefix=SCRATCH) as folder:
        own_base, own, home = Path(folder) / base.name, Path(folder) / archive.name, Path(folder) / "home"
        dump = [java_binary(), "-Xshare:dump", f"-XX:SharedArchiveFile={own_base}", *QUIET]
        subprocess.run(dump, check=True, stdout=subprocess.DEVNULL, timeout=PATIENCE)
        own_base.replace(base)  # the one above remembers where it lies
        progress(STEP, 1, 3)
        _record(replace(settings, home=str(home)), base, own)
        own.replace(archive)
    progress(STEP, 3, 3)


def _record(settings: Settings, base: Path, archive: Path) -> None:
    """Run a server that writes down at its end which classes it used."""
    home = settings.home_path
    (home / "conf").mkdir(parents=True)
    (home / "conf" / "neo4j.conf").write_text(neo4j_conf(settings, "neo4j", 0) + OPEN_DOOR, encoding="utf-8")
    options = (f"-XX:SharedArchiveFile={base}", f"-XX:ArchiveClassesAtExit={archive}", *QUIET)
    with subprocess.Popen(
        server_command(settings, home, *options),
        env=java_environment(settings, home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=die_with_parent,
    ) as server:
        try:
            _use(f"bolt://127.0.0.1:{_port(server)}")
            server.terminate()
            server.wait(PATIENCE)
        finally:
            server.kill()


def _port(server: subprocess.Popen[bytes]) -> int:
    deadline = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < deadline:
        for socket in psutil.Process(server.pid).net_connections("tcp"):
            if socket.status == psutil.CONN_LISTEN:
                return socket.laddr.port
        time.sleep(POLL)
    raise OSError("the server that was to be recorded did not start")


def _use(uri: str) -> None:
    with GraphDatabase.driver(uri, notifications_min_severity="OFF", telemetry_disabled=True) as driver:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:  # the port opens a moment before the database answers
            with suppress(DriverError, Neo4jError):
                driver.execute_query("RETURN 1")
                break
            time.sleep(POLL)
        for statement in STATEMENTS:
            driver.execute_query(statement)
