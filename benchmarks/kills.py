"""Kill a load again and again, let it finish, and compare with a load that nobody disturbed.

    python benchmarks/kills.py --companies 127000 --kills 30 --minutes 60

Three victims, each killed with SIGKILL at random moments of ``creditnet load``: the **loader** itself, the
**importer** of Neo4j that it starts, and the **database** server. A round starts from a home that is empty, or that
holds the registrations already (so that the rest goes over Bolt), and runs the command several times, each time with
one kill, then once without. Then every table, the quarantine, the batches and every kind of node and relationship
must equal those of the undisturbed load, and nothing may be left over: no draft, no second database, no process.

Moments are uniform over the time for which the victim lived in the undisturbed load.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil
from load_states import State, left_over, state_of, state_of_tables, unlike

from graph import open_store
from graph.settings import Settings
from graph.store import local
from graph.store.place import Place
from graph.tables import Tables
from loaders.load import load_files
from loaders.synthetic import generate

VICTIMS = ("loader", "importer", "database")
STARTS = ("empty", "begun")
"""Homes from which the rounds start in turn; the importer, which wants an empty Neo4j, has no part in the second."""
FIRST = "registration.csv"
TRIES = 8
"""Loads in search of one victim: at half the moment each time, the last is a hundredth of the first."""
POLL = 0.03  # seconds between two looks for the victim
ALLOWED = (0, 5)
"""Exit codes of a load whose server or importer was killed: it got through all the same, or says that Neo4j failed."""


class Trial:
    """One set of files, the state its undisturbed load leads to, and the homes that rounds start from."""

    def __init__(self, files: Path, work: Path, seed: int) -> None:
        self.files = files
        self.work = work
        self.draw = random.Random(seed)
        self.spans: dict[tuple[str, str], float] = {}
        """Seconds for which each victim lived in the undisturbed load, by victim and start."""
        self.truth: State = {}
        self.kills = Counter[str]()
        self.rounds = 0
        self.unlike: list[str] = []
        """What differed from the undisturbed load, was left over, or ended in a traceback: nothing, if all is well."""

    def prepare(self, starts: Sequence[str] = STARTS) -> None:
        """Make the homes that rounds start from, and load undisturbed from each."""
        empty, begun = self._settings("empty"), self._settings("begun")
        Tables.open(empty).secret("ids")  # ids are hashes with the home's key, so all homes must have the same
        with open_store(empty):
            pass
        self._rest(empty)
        if "begun" in starts:
            self._copy("empty", "begun")
            _must_succeed(self._load(begun, only=FIRST))
            self._rest(begun)
        for start in starts:
            settings = self._copy(start, f"undisturbed_{start}")
            self._time_victims(start, settings)
            state = state_of(settings)
            self.truth = self.truth or state
            if state != self.truth:
                raise SystemExit(f"two undisturbed loads differ: {unlike(state, self.truth)}")

    def expect(self, spans: Mapping[str, float]) -> None:
        """Instead of `prepare`: only an empty home, not even with a Neo4j, and what the tables of a load must be.

        The graph must be what the tables are. A victim is killed at a moment within so many seconds.
        """
        settings, undisturbed = self._settings("empty"), self._settings("undisturbed_empty")
        Tables.open(settings).secret("ids")
        shutil.copytree(settings.home_path, undisturbed.home_path)
        with Tables.open(undisturbed) as tables:
            load_files(tables, sorted(self.files.glob("*.csv")))
            self.truth = state_of_tables(tables)
        self.spans = {(victim, "empty"): seconds for victim, seconds in spans.items()}

    def round(self, start: str, victims: Iterable[str]) -> None:
        """Load again and again, each time killing one victim; then let the load get through, and compare.

        Where a load gets through before its victim's moment, the round is over: it is compared, and the same victim
        is sought again from the start at half the moment, so that a machine that has become faster hides nobody.
        """
        settings = self._copy(start, "disturbed")
        for victim in victims:
            moment = self.draw.uniform(0, self.spans[victim, start])
            for _ in range(TRIES):
                if self._disturbed(victim, settings, moment):
                    break
                self._compare(settings)
                settings, moment = self._copy(start, "disturbed"), moment / 2
        self._must_get_through(settings)

    def _must_get_through(self, settings: Settings) -> None:
        """Load with nobody killed, and compare."""
        code, words = _ended(self._load(settings))
        self.unlike += [f"exit code {code}: {words[-300:]}"] * (code != 0)
        self._compare(settings)

    def _compare(self, settings: Settings) -> None:
        """End a round: note what differs from the undisturbed load, or was left over."""
        self.rounds += 1
        self.unlike += [*left_over(settings), *unlike(state_of(settings), self.truth)]
        self._rest(settings)

    def _disturbed(self, victim: str, settings: Settings, moment: float) -> bool:
        """Run the load and kill the victim that long after it came up; False if the load got through before."""
        run = self._load(settings)
        killed = _kill(victim, run, settings, moment)
        code, words = _ended(run)
        self.kills[victim] += killed
        log(f"{victim} {'killed' if killed else 'not there'} at {moment:.2f} s: exit code {code}")
        allowed = ALLOWED if killed else (0,)
        if "Traceback" in words or (not (killed and victim == "loader") and code not in allowed):
            self.unlike.append(f"{victim}: after {moment:.2f} s: exit code {code}: {words[-2000:]}")
        return killed

    def _time_victims(self, start: str, settings: Settings) -> None:
        """Load undisturbed and note for how long each victim was there."""
        seen: dict[str, list[float]] = {victim: [] for victim in VICTIMS}
        run = self._load(settings)
        while run.poll() is None:
            for victim in VICTIMS:
                if _find(victim, run, settings) is not None:
                    seen[victim].append(time.monotonic())
            time.sleep(POLL)
        _must_succeed(run)
        self.spans |= {(victim, start): times[-1] - times[0] for victim, times in seen.items() if times}

    def _load(self, settings: Settings, only: str = "") -> subprocess.Popen[str]:
        words = ["--home", settings.home, "load", str(self.files / only)]
        return subprocess.Popen(
            [sys.executable, "-c", "from api.cli import main; main()", *words],
            env={**os.environ, "NO_COLOR": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def _settings(self, name: str) -> Settings:
        return Settings.from_env(home=str(self.work / name))

    def _copy(self, start: str, name: str) -> Settings:
        settings = self._settings(name)
        shutil.rmtree(settings.home_path, ignore_errors=True)
        shutil.copytree(self.work / start, settings.home_path)
        return settings

    def _rest(self, settings: Settings) -> None:
        """End the home's server, so that the home can be copied."""
        local.stop(settings)


def _find(victim: str, run: subprocess.Popen[str], settings: Settings) -> psutil.Process | None:
    """The victim's process, if it is there."""
    with suppress(psutil.Error):
        if victim == "loader":
            return psutil.Process(run.pid) if run.poll() is None else None
        if victim == "importer":
            return next((p for p in psutil.Process(run.pid).children() if "import" in p.cmdline()), None)
        runtime = Place(settings).runtime()
        return psutil.Process(runtime.java) if runtime and runtime.java and run.poll() is None else None
    return None


def _kill(victim: str, run: subprocess.Popen[str], settings: Settings, moment: float) -> bool:
    """Kill the victim so many seconds after it came up; False where the load ended before."""
    since = 0.0
    while run.poll() is None:
        found = _find(victim, run, settings)
        since = since or (time.monotonic() if found else 0.0)
        if found and time.monotonic() - since >= moment:
            with suppress(psutil.NoSuchProcess):
                found.kill()
                return True
        time.sleep(POLL)
    return False


def _ended(run: subprocess.Popen[str]) -> tuple[int, str]:
    _, words = run.communicate()
    return run.returncode, words


def _must_succeed(run: subprocess.Popen[str]) -> None:
    code, words = _ended(run)
    if code:
        raise SystemExit(f"the undisturbed load failed: {words}")


def log(text: str) -> None:
    """Say how far it is."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stderr.flush()


def report(trial: Trial) -> str:
    """The outcome in two lines."""
    killed = ", ".join(f"{victim} {trial.kills[victim]}" for victim in VICTIMS)
    unlike = "\n".join(trial.unlike) or "nothing"
    return f"killed: {killed}, in {trial.rounds} rounds\nunlike the undisturbed load: {unlike}"


def run(trial: Trial, starts: Sequence[str], kills: int, seconds: float, kills_a_round: int = 9) -> None:
    """Rounds until each victim was killed so often, or the time is over."""
    trial.prepare(starts)
    deadline = time.monotonic() + seconds
    for start in itertools.cycle(starts):
        wanted = [v for v in VICTIMS if trial.kills[v] < kills and (v, start) in trial.spans]
        if all(trial.kills[v] >= kills for v in VICTIMS) or time.monotonic() > deadline:
            break
        if wanted:
            trial.round(start, itertools.islice(itertools.cycle(wanted), kills_a_round))
            log(report(trial))


def main() -> None:
    """Run from the command line; exit code 1 if anything was unlike."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--companies", type=int, default=127_000, help="size of the synthetic city")
    words.add_argument("--files", type=Path, help="folder of files to load instead of a synthetic city")
    words.add_argument("--kills", type=int, default=30, help="of each victim")
    words.add_argument("--minutes", type=float, default=600.0, help="no new round after this time")
    words.add_argument("--start", choices=STARTS, action="append", help="home that rounds start from; default: both")
    words.add_argument("--seed", type=int, default=1)
    given = words.parse_args()
    with tempfile.TemporaryDirectory() as work:
        files = given.files
        if files is None:
            generate(Path(work) / "city", companies=given.companies, seed=given.seed)
            files = Path(work) / "city" / "files"
        trial = Trial(files, Path(work), given.seed)
        run(trial, given.start or STARTS, given.kills, 60 * given.minutes)
    print(report(trial))
    sys.exit(bool(trial.unlike))


if __name__ == "__main__":
    main()
