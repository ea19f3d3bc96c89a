"""The wheel, unpacked into an empty place: four packages, their data files, one command."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
DATA = (
    "queries/search/by_name.cypher",
    "loaders/sources/registration.toml",
    "graph/store/jars.lock",
    "api/static/index.html",
    "api/static/vendor/vendor.lock",
)


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(folder),
        str(REPO),
    ]
    subprocess.run(build, check=True, timeout=300)
    (wheel,) = folder.glob("creditnet-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(unpacked: Path, code: str) -> str:
    """Run code with the wheel's content first on the path, outside the checkout."""
    env = {**os.environ, "PYTHONPATH": str(unpacked)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, cwd=unpacked, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_four_packages_come_from_the_wheel(unpacked: Path) -> None:
    code = "import api, graph, loaders, queries; print(*(m.__file__ for m in (api, graph, loaders, queries)))"
    assert all(path.startswith(str(unpacked)) for path in run(unpacked, code).split())


@pytest.mark.parametrize("path", DATA)
def test_data_files_ride_along(unpacked: Path, path: str) -> None:
    assert (unpacked / path).is_file()


def test_nothing_else_is_packed(unpacked: Path) -> None:
    tops = {p.name for p in unpacked.iterdir() if not p.name.endswith(".dist-info")}
    assert tops == {"api", "graph", "loaders", "queries"}


def test_the_command_answers(unpacked: Path) -> None:
    assert "Credit network analyser" in run(
        unpacked, "import sys; sys.argv=['creditnet','--help']; from api.cli import app; app(standalone_mode=False)"
    )
