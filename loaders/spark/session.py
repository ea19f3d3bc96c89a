"""A Spark session of our own, or a clear word about what it lacks."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from graph.errors import ConfigError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

OLDEST_JAVA = 17
_VECTORS = "jdk.incubator.vector"
"""Module that Spark starts Java with; runtimes cut down for size lack it."""
_BRIEF = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""The driver's Java plans for a minute or two, and never gets back what good machine code costs: a small city took it
26 CPU-seconds without, 14 with these."""
_LOCAL = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.shuffle.partitions": "4",  # of two processes; 200 by default
}


@contextmanager
def session(master: str) -> Iterator[SparkSession]:
    """A session on a cluster, or in this machine with ``local[2]``; it is stopped when the block ends.

    The workers run this Python, unless PYSPARK_PYTHON names the one they have.

    Raises
    ------
    ConfigError
        If PySpark, or a Java that can run it, is missing.
    """
    java = suitable_java()
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("JAVA_HOME", str(java.parent.parent))
    with no_word_about_pandas():
        started = _builder(master).getOrCreate()
    try:
        yield started
    finally:
        started.stop()


@contextmanager
def no_word_about_pandas() -> Iterator[None]:
    """PySpark warns of pandas 3 whenever it looks whether pandas is there; no data frame of pandas is made here."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*does not yet fully support pandas", FutureWarning)
        yield


def suitable_java() -> Path:
    """The Java to run Spark with: that of JAVA_HOME, else the one on the path.

    Raises
    ------
    ConfigError
        If there is none, or it is too old or cut down.
    """
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=str(Path(home) / "bin") if home else None)
    cure = f"Spark needs a full Java {OLDEST_JAVA} or newer: sudo apt-get install default-jre-headless, or JAVA_HOME"
    if found is None:
        raise ConfigError(f"no java here; {cure}")
    modules = subprocess.run([found, "--list-modules"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"java\.base@(\d+)", modules)
    if version is None or int(version[1]) < OLDEST_JAVA or f"{_VECTORS}@" not in modules:
        raise ConfigError(f"{found} is too old, or lacks the module {_VECTORS}; {cure}")
    return Path(found).resolve()


def _builder(master: str) -> SparkSession.Builder:
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise ConfigError("PySpark is not installed: pip install 'creditnet[spark]'") from error
    logging = f"-Dlog4j2.configurationFile={Path(__file__).with_name('log4j2.properties').as_uri()}"
    driver = {
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        "spark.driver.extraJavaOptions": f"{logging} {_BRIEF}",
    }
    builder = SparkSession.builder.master(master).appName("creditnet")
    for name, value in {**driver, **(_LOCAL if master.startswith("local") else {})}.items():
        builder = builder.config(name, value)
    return builder
