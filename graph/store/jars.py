"""The jars of the local Neo4j: which ones (`jars.lock`), where they are cached, how they come there.

`jars.lock` pins each jar by version and sha256, so nothing is resolved: `jgo` names the repository, and the files
are fetched over a few kept connections that ask again after a hiccup of the network. (`jgo` itself opens two new
connections per jar, never asks again, and took 18 CPU-seconds for what takes 1.5.) A site without network copies the
cache folder of a machine that has one.
"""

from __future__ import annotations

import hashlib
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from graph.errors import JarsMissing
from graph.progress import Progress, silent
from graph.settings import Settings

if TYPE_CHECKING:
    import requests

LOCK_FILE = Path(__file__).with_name("jars.lock")
DOWNLOADS = 8  # at once; the 241 jars are small, so waiting for answers is what costs
TIMEOUT = 30  # seconds until a connection counts as no network
RETRIES = 3  # of one jar, after half a second, one and two


@dataclass(frozen=True, slots=True)
class Jar:
    """One line of the lock file."""

    group: str
    artifact: str
    version: str
    classifier: str
    sha256: str

    @property
    def filename(self) -> str:
        """Name of the file in the cache folder."""
        classifier = f"-{self.classifier}" if self.classifier else ""
        return f"{self.artifact}-{self.version}{classifier}.jar"

    @property
    def path(self) -> str:
        """Where a Maven repository keeps it."""
        return f"{self.group.replace('.', '/')}/{self.artifact}/{self.version}/{self.filename}"


def locked_jars(path: Path = LOCK_FILE) -> tuple[Jar, ...]:
    """Read the lock file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(_parse(line) for line in lines if line and not line.startswith("#"))


def _parse(line: str) -> Jar:
    coordinate, sha256 = line.split()
    group, artifact, version, *classifier = coordinate.split(":")
    return Jar(group, artifact, version, "".join(classifier), sha256)


def provision(settings: Settings, progress: Progress | None = None) -> list[Path]:
    """Bring every locked jar into the cache folder and return their paths, all verified.

    Several processes may call this at once: one fetches, the others wait.

    Raises
    ------
    JarsMissing
        If a jar is absent and cannot be fetched, or a fetched one has the wrong hash.
    """
    folder = settings.jars_path
    jars = locked_jars()
    missing = _missing(folder, jars)
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock"):
            _fetch_all(folder, _missing(folder, jars), progress or silent)
    return jar_paths(settings)


def jar_paths(settings: Settings) -> list[Path]:
    """Where `provision` puts the jars, without looking whether they are there."""
    return [settings.jars_path / jar.filename for jar in locked_jars()]


def jars_present(settings: Settings) -> bool:
    """Whether every locked jar lies in the cache folder with the right content."""
    return not _missing(settings.jars_path, locked_jars())


def _missing(folder: Path, jars: tuple[Jar, ...]) -> list[Jar]:
    with ThreadPoolExecutor() as pool:  # 173 MB hash in 0.5 s on two cores
        good = pool.map(lambda jar: _has(folder / jar.filename, jar.sha256), jars)
        return [jar for jar, is_good in zip(jars, good, strict=True) if not is_good]


def _has(path: Path, sha256: str) -> bool:
    return path.is_file() and _sha256(path) == sha256


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fetch_all(folder: Path, jars: list[Jar], progress: Progress) -> None:
    scratch_folder = tempfile.TemporaryDirectory(dir=folder, prefix=".fetch-")
    with scratch_folder as scratch, _session() as session, ThreadPoolExecutor(DOWNLOADS) as pool:
        source = repository()
        pending = [pool.submit(_fetch, session, f"{source}/{jar.path}", Path(scratch), folder, jar) for jar in jars]
        try:
            for done, future in enumerate(pending, 1):
                future.result()
                progress("fetching Neo4j", done, len(jars))
        except (OSError, RuntimeError) as error:
            pool.shutdown(cancel_futures=True)
            raise JarsMissing(_cure(folder, len(jars), error)) from error


def repository() -> str:
    """Address of the Maven repository that all jars come from."""
    from jgo.maven import MavenContext  # half a second to import, needed once in a machine's life

    return str(next(iter(MavenContext().remote_repos.values())))


def _session() -> requests.Session:
    """One set of connections for all jars, which asks again after a hiccup of the network or a busy repository."""
    import requests  # a fifth of a second to import
    from requests.adapters import HTTPAdapter
    from urllib3.util import Retry

    again = Retry(total=RETRIES, backoff_factor=0.5, status_forcelist=(429, 500, 502, 503, 504))
    session = requests.Session()
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(pool_maxsize=DOWNLOADS, max_retries=again))
    return session


def _fetch(session: requests.Session, url: str, scratch: Path, folder: Path, jar: Jar) -> None:
    path = scratch / jar.filename
    with session.get(url, stream=True, timeout=TIMEOUT) as answer, path.open("wb") as file:
        answer.raise_for_status()
        for piece in answer.iter_content(1 << 20):
            file.write(piece)
    if _sha256(path) != jar.sha256:
        raise RuntimeError(f"{jar.filename} does not have the sha256 of jars.lock")
    path.replace(folder / jar.filename)


def _cure(folder: Path, count: int, error: Exception) -> str:
    reason = f"{type(error).__name__}: {error}".splitlines()[0][:200]
    return (
        f"{count} jars of the local Neo4j are not in {folder} and could not be fetched ({reason}). "
        "Without network: copy that folder from a machine where creditnet has run, or point CREDITNET_JARS "
        "to such a copy, or set NEO4J_URI to use a Neo4j server that is already running."
    )
