"""The compose file: accepted by docker-compose, and naming only what the product has."""

import os
import re
import shutil
import subprocess
from dataclasses import fields
from pathlib import Path

import pytest
import typer.main
import yaml
from typer.core import TyperCommand, TyperGroup

from api.cli import app
from graph.settings import Settings

REPO = Path(__file__).resolve().parents[2]
SERVICES = yaml.safe_load((REPO / "docker-compose.yml").read_text())["services"]
OURS = {name: service for name, service in SERVICES.items() if "image" not in service}
VARIABLES = {f.metadata["env"] for f in fields(Settings)}


def command_of(words: list[str]) -> tuple[TyperCommand, list[str]]:
    """The command that `creditnet WORDS…` runs, and what is left of the words."""
    command = typer.main.get_command(app)
    while isinstance(command, TyperGroup):
        command, words = command.commands[words[0]], words[1:]
    assert isinstance(command, TyperCommand)
    return command, words


needs_compose = pytest.mark.skipif(not shutil.which("docker-compose"), reason="docker-compose is not installed")


@needs_compose
def test_docker_compose_accepts_the_file() -> None:
    env = {**os.environ, "NEO4J_PASSWORD": "only-for-this-test"}
    run = subprocess.run(["docker-compose", "config"], cwd=REPO, env=env, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert set(yaml.safe_load(run.stdout)["services"]) == {"neo4j", "loader", "api"}


@needs_compose
def test_a_missing_password_is_refused_with_its_cure() -> None:
    env = {k: v for k, v in os.environ.items() if k != "NEO4J_PASSWORD"}
    run = subprocess.run(["docker-compose", "config"], cwd=REPO, env=env, capture_output=True, text=True, check=False)
    assert run.returncode != 0
    assert "set NEO4J_PASSWORD in .env" in run.stderr


@pytest.mark.parametrize("name", OURS)
def test_every_command_and_option_exists(name: str) -> None:
    checks = [OURS[name]["command"], OURS[name].get("healthcheck", {}).get("test", ["CMD"])[1:]]
    for words in filter(None, checks):
        assert words[0] == "creditnet"
        command, rest = command_of(words[1:])
        options = {o for p in command.params for o in p.opts}
        assert {w for w in rest if w.startswith("--")} <= options


@pytest.mark.parametrize("name", OURS)
def test_every_variable_exists(name: str) -> None:
    assert set(OURS[name]["environment"]) <= VARIABLES


def test_the_port_is_the_one_served() -> None:
    words = OURS["api"]["command"]
    port = words[words.index("--port") + 1]
    assert OURS["api"]["ports"] == [f"127.0.0.1:{port}:{port}"]
    assert port == Settings().port


def test_the_server_is_the_version_we_run_locally() -> None:
    version = re.search(r"neo4j:(\d+\.\d+\.\d+)-community", SERVICES["neo4j"]["image"])
    assert version
    assert f"org.neo4j:neo4j:{version[1]}" in (REPO / "graph/store/jars.lock").read_text()


def test_the_api_waits_for_a_healthy_database_and_the_loader() -> None:
    assert "healthcheck" in SERVICES["neo4j"]
    assert SERVICES["api"]["depends_on"]["neo4j"] == {"condition": "service_healthy"}
    assert SERVICES["api"]["depends_on"]["loader"] == {"condition": "service_completed_successfully"}
