"""The pinned jars: what the lock says, what happens when they are absent, damaged, or there is no network."""

import hashlib
import re
import shutil
import subprocess
import sys
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from graph import Settings
from graph.store import jars

NO_NETWORK = {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9", "NO_PROXY": ""}


def test_the_lock_pins_every_jar_and_names_no_host():
    locked = jars.locked_jars()

    assert len({jar.filename for jar in locked}) == len(locked) == 241
    assert all(re.fullmatch("[0-9a-f]{64}", jar.sha256) for jar in locked)
    assert "://" not in jars.LOCK_FILE.read_text(encoding="utf-8")
    assert {jar.version for jar in locked if jar.artifact in ("neo4j", "neo4j-server", "neo4j-import-tool")} == {
        "2026.09.0"
    }


def test_a_classifier_is_part_of_the_file_name():
    native = [jar.filename for jar in jars.locked_jars() if jar.classifier == "linux-x86_64"]

    assert native == [f"netty-transport-native-epoll-{version(native[0])}-linux-x86_64.jar"]


def version(filename: str) -> str:
    found = re.search(r"epoll-(.*)-linux", filename)
    return found[1] if found else ""


@pytest.mark.neo4j
def test_absent_jars_without_network_say_how_to_bring_them(tmp_path: Path):
    program = (
        "from graph import open_store, Settings, CreditnetError\n"
        "try:\n    open_store(Settings.from_env())\n"
        "except CreditnetError as error:\n    print(type(error).__name__, error.exit_code, error)\n"
    )
    env = {"CREDITNET_HOME": str(tmp_path / "home"), "CREDITNET_JARS": str(tmp_path / "jars"), "HOME": str(tmp_path)}

    done = subprocess.run(
        [sys.executable, "-c", program], env={**env, **NO_NETWORK}, capture_output=True, text=True, timeout=120
    )

    assert done.stdout.startswith("JarsMissing 5 241 jars"), done.stderr
    for cure in ("copy that folder", "CREDITNET_JARS", "NEO4J_URI"):
        assert cure in done.stdout
    assert [path.name for path in (tmp_path / "jars").iterdir()] == [".lock"]


class Hiccups(BaseHTTPRequestHandler):
    """A repository that is busy at every first request for a jar, and drops the connection at every second."""

    asked: ClassVar[Counter[str]] = Counter()
    body = b"PK a jar"

    def do_GET(self) -> None:
        self.asked[self.path] += 1
        if self.asked[self.path] == 1:
            self.send_error(503)
        elif self.asked[self.path] > 2:
            self.send_response(200)
            self.send_header("Content-Length", str(len(self.body)))
            self.end_headers()
            self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        pass


def test_a_hiccup_of_the_network_does_not_end_the_fetching(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    wanted = tuple(
        jars.Jar("org.some", name, "1.0", "", hashlib.sha256(Hiccups.body).hexdigest()) for name in ("one", "two")
    )
    with ThreadingHTTPServer(("127.0.0.1", 0), Hiccups) as server:
        threading.Thread(target=server.serve_forever).start()
        monkeypatch.setattr(jars, "repository", lambda: f"http://127.0.0.1:{server.server_port}/maven")
        monkeypatch.setattr(jars, "locked_jars", lambda: wanted)
        paths = jars.provision(Settings(jars=str(tmp_path / "jars")))
        server.shutdown()

    assert [path.read_bytes() for path in paths] == [Hiccups.body] * 2
    assert set(Hiccups.asked) == {"/maven/org/some/one/1.0/one-1.0.jar", "/maven/org/some/two/1.0/two-1.0.jar"}


@pytest.mark.neo4j
def test_a_damaged_jar_is_noticed(neo4j_settings: Settings, tmp_path: Path):
    jars.provision(neo4j_settings)
    first = jars.locked_jars()[0]
    copy = Settings(jars=str(tmp_path / "copy"))
    shutil.copytree(neo4j_settings.jars_path, copy.jars_path, copy_function=link)
    assert jars.jars_present(copy)

    damaged = copy.jars_path / first.filename
    damaged.unlink()
    damaged.write_bytes(b"PK not a jar")

    assert not jars.jars_present(copy)


def link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)
