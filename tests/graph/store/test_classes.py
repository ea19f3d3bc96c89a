"""The archive of Neo4j's classes: made once, used by every server, never in the way."""

import logging
import subprocess
from pathlib import Path

import psutil
import pytest

from graph import Settings, Store
from graph.store import local
from graph.store.classes import archive_classes
from graph.store.jars import jar_paths
from graph.store.java import admin_command, base_of, java_environment, shared_classes

pytestmark = pytest.mark.neo4j


@pytest.fixture
def own_jars(neo4j_settings: Settings, store: Store, tmp_path: Path) -> Settings:
    """A cache folder with the same jars, and a home of its own."""
    if not neo4j_settings.is_local:
        pytest.skip("skipped: NEO4J_URI is set, so there is no local server")
    for jar in jar_paths(neo4j_settings):
        (tmp_path / jar.name).hardlink_to(jar)
    return Settings(home=str(tmp_path / "home"), jars=str(tmp_path))


def test_the_server_reads_its_classes_from_the_archive(neo4j_settings: Settings, store: Store):
    if not neo4j_settings.is_local:
        pytest.skip("skipped: NEO4J_URI is set, so there is no local server")
    archive = shared_classes(neo4j_settings)

    mapped = {found.path for found in psutil.Process(local.status(neo4j_settings).server_pid).memory_maps()}

    assert {str(archive), str(base_of(archive))} <= mapped
    assert not [path.name for path in archive.parent.glob(".classes-*")]


def test_an_archive_that_fits_no_more_is_passed_over(own_jars: Settings):
    archive = shared_classes(own_jars)
    archive.write_bytes(b"damaged")
    base_of(archive).write_bytes(b"damaged")
    own_jars.home_path.mkdir()

    done = subprocess.run(
        admin_command(own_jars, "--version"),
        env=java_environment(own_jars, own_jars.home_path),
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines()[0].startswith("2026.09")
    assert "archive" not in done.stderr + done.stdout


def test_where_it_cannot_be_made_a_warning_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    no_jars = Settings(home=str(tmp_path / "home"), jars=str(tmp_path / "jars"))
    half_made = tmp_path / "jars" / ".classes-of_one_that_was_killed"
    half_made.mkdir(parents=True)

    with caplog.at_level(logging.WARNING):
        assert not archive_classes(no_jars)

    assert "starts of Neo4j stay slow" in caplog.text
    assert not shared_classes(no_jars).exists()
    assert not half_made.exists()
