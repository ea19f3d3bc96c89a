"""kill -9 at any moment: confirmed batches stay whole, unconfirmed ones never show, the lock is free again."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from graph.settings import Settings
from graph.tables import Tables

pytestmark = pytest.mark.filterwarnings("ignore:fetch_.* is deprecated:DeprecationWarning")

KILLS = 12
ROWS = 3_000

# Writes batches for ever and says so after each commit; the n-th batch holds ROWS companies and as many links.
WRITER = """
import sys
import pyarrow as pa
from graph.settings import Settings
from graph.tables import Tables

home, rows = sys.argv[1], int(sys.argv[2])
tables = Tables.open(Settings(home=home))
while True:
    number = len(tables.batches()) + 1
    ids = pa.array([f"c{number}-{i}" for i in range(rows)])
    with tables.begin("registration", f"{number}.csv", str(number)) as batch:
        batch.write("companies", pa.table({"id": ids}))
        batch.write("branches", pa.table({"from_id": ids, "to_id": ids}))
        batch.quarantine(pa.table({"line": [number], "reason": ["r"], "original": ["o"]}))
    print(batch.info.id, flush=True)
"""


def write_until_killed(home, delay):
    """Start the writer, let it work for a while after its first commit, kill it; the batches it confirmed."""
    with subprocess.Popen([sys.executable, "-c", WRITER, home, str(ROWS)], stdout=subprocess.PIPE, text=True) as writer:
        confirmed = [writer.stdout.readline()]
        time.sleep(delay)
        writer.send_signal(signal.SIGKILL)
        confirmed += writer.stdout.readlines()
    return {int(line) for line in confirmed if line.endswith("\n")}


def check_consistent(home, confirmed):
    """Readers see exactly the batches of the manifest, each complete; nothing confirmed is missing."""
    with Tables.open(Settings(home=home)) as tables:
        infos = tables.batches()
        assert [info.id for info in infos] == list(range(1, len(infos) + 1))
        assert confirmed <= {info.id for info in infos}
        for info in infos:
            folder = Path(home) / "tables" / "batches" / f"{info.id:06d}"
            assert {path.stem: pq.read_metadata(path).num_rows for path in folder.iterdir()} == {
                "companies": ROWS, "branches": ROWS, "quarantine": 1,
            }  # fmt: skip
        for table in ("companies", "branches"):
            assert tables.current(table).count().to_pyarrow().as_py() == ROWS * len(infos)
        return len(infos)


def test_killed_at_random_moments(tmp_path):
    home, draw, confirmed = str(tmp_path / "home"), random.Random(11), set()
    for _ in range(KILLS):
        confirmed |= write_until_killed(home, draw.uniform(0, 0.08))
        committed = check_consistent(home, confirmed)
    assert committed >= len(confirmed) >= KILLS, "every life confirmed at least one batch"
    with Tables.open(Settings(home=home)) as tables, tables.begin("registration", "last.csv", "last"):
        pass
    folders = {path.name for path in (Path(home) / "tables" / "batches").iterdir()}
    assert folders == {f"{number:06d}" for number in range(1, committed + 2)}, "leftovers are gone"


def test_two_loads_at_once_in_two_processes(tmp_path):
    """The loser is told at once; what the winner wrote is whole."""
    home = str(tmp_path / "home")
    loser = "from graph.errors import HomeBusy\nimport sys\ntry:\n" + "".join(
        f"    {line}\n" for line in WRITER.strip().splitlines()
    )
    loser += "except HomeBusy as error:\n    print(error)\n    sys.exit(4)\n"
    arguments = [sys.executable, "-c", loser, home, str(ROWS)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout.readline() == "1\n"
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as second:
            finished = {first.pid: first, second.pid: second}
            while all(process.poll() is None for process in finished.values()):
                time.sleep(0.05)
            for process in finished.values():
                process.kill()
            lost = [process for process in finished.values() if process.wait() == 4]
            assert len(lost) == 1
            survivor = next(pid for pid in finished if pid != lost[0].pid)
            assert f"process {survivor} (loading" in lost[0].stdout.read()
    assert check_consistent(home, {1}) >= 1
