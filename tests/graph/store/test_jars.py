"""The pinned jars: what the lock says, what happens when they are absent, damaged, or there is no network."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

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
