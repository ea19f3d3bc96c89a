"""The whole job beside its peer: creditnet against straightforward pandas + NetworkX, on one synthetic city.

    python benchmarks/whole_way.py --companies 127000 --seed 7

Twelve departments' files → checked tables → groups, merchants, ownership, links, scores, leads → a snapshot; the
database load is left out on both sides. Each side runs in a process of its own on the same files; CPU-seconds (all
threads, by stage) and peak memory are those of that process. Every answer is compared. creditnet's compiled kernels are
kept on disk: a run on a small city makes them before anything is measured.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))  # for the child processes, which import this file anew

from answers import Answers, agree, of_creditnet, of_peer, size
from peer.clock import Clock, cpu
from peer.config import SOURCES

SMALL = 500
"""Companies of the city that warms the kernels up."""


@dataclass
class Outcome:
    """What one side found, and what it cost: CPU-seconds by stage, wall seconds, peak memory in MB."""

    answers: Answers
    stages: dict[str, float]
    wall: float
    memory: float


Job = Callable[[Path, Path], Outcome]


def run_peer(files: Path, home: Path) -> Outcome:
    """The peer, with the key of creditnet's home so that ids can be compared."""
    clock = Clock("peer")
    with clock("start"):
        from peer.job import run

        from graph.settings import Settings
        from graph.tables import Tables
        from loaders.job import KEY_NAME

        key = Tables.open(Settings(home=str(home))).secret(KEY_NAME)
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as out:
        found = run(files, Path(out) / "tables", key, clock)
        return _outcome(clock, began, lambda: of_peer(found))


def run_creditnet(files: Path, home: Path) -> Outcome:
    """creditnet: each file loaded as `creditnet load` does, then `creditnet refresh`."""
    clock = Clock("creditnet")
    with clock("start"):
        from graph.settings import Settings
        from graph.tables import Tables
        from loaders.load import load_files
        from queries.refresh import refresh
        from queries.snapshot import Snapshot

        settings = Settings(home=str(home))
        tables = Tables.open(settings)
    began = time.perf_counter()
    for source in SOURCES:
        with clock(f"load {source}"):
            load_files(tables, [files / f"{source}.csv"])
    entered = 0.0

    def note(what: str, done: int, total: int) -> None:
        nonlocal entered
        del total
        if done:
            clock.add(what.removeprefix("analyses: "), cpu() - entered)
        entered = cpu()

    refresh(tables, None, settings, progress=note)
    return _outcome(clock, began, lambda: of_creditnet(tables, Snapshot.open(settings)))


def _outcome(clock: Clock, began: float, answers: Callable[[], Answers]) -> Outcome:
    """Costs first: what follows only fetches the answers in common words."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    wall, spent = time.perf_counter() - began, dict(clock.spent)
    spent["start"] += used.ru_utime + used.ru_stime - sum(spent.values())  # Python itself, and between the stages
    return Outcome(answers(), spent, wall, used.ru_maxrss / 1024)


def measured(job: Job, files: Path, home: Path) -> Outcome:
    """Run a job in a fresh process."""
    context = multiprocessing.get_context("spawn")
    inside, outside = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(job, files, home, outside))
    process.start()
    outside.close()
    found: Outcome = inside.recv()
    process.join()
    return found


def _child(job: Job, files: Path, home: Path, pipe: Any) -> None:
    pipe.send(job(files, home))


def compare(companies: int, seed: int, folder: Path) -> tuple[Outcome, Outcome]:
    """Both sides on a new city; the peer first named."""
    from loaders.synthetic import generate

    generate(folder, companies=companies, seed=seed)
    ours = measured(run_creditnet, folder / "files", folder / "home")
    return measured(run_peer, folder / "files", folder / "home"), ours


def costs_table(theirs: Outcome, ours: Outcome) -> str:
    """CPU-seconds by stage, the sums, wall seconds, memory."""
    rows = [(stage, theirs.stages[stage], ours.stages[stage]) for stage in theirs.stages]
    for name, part in (("**load, all files**", "load "), ("**all**", "")):
        sums = [sum(v for k, v in o.stages.items() if k.startswith(part)) for o in (theirs, ours)]
        rows.append((f"{name}, CPU-seconds", *sums))
    rows += [("wall seconds", theirs.wall, ours.wall), ("peak memory, MB", theirs.memory, ours.memory)]
    lines = [f"| {name} | {a:,.1f} | {b:,.1f} | {a / max(b, 0.05):.1f} |" for name, a, b in rows]
    return "\n".join(["| stage | pandas + NetworkX | creditnet | ratio |\n|---|---:|---:|---:|", *lines])


def answers_table(theirs: Outcome, ours: Outcome) -> str:
    """Every answer: how much there is of it, and whether it is the same."""
    names = dict.fromkeys([*theirs.answers, *ours.answers])
    lines = []
    for name in names:
        one, other = theirs.answers.get(name, frozenset()), ours.answers.get(name, frozenset())
        lines.append(f"| {name} | {agree(name, one, other)} | {size(one)} | {size(other)} |")
    return "\n".join(["| answer | same? | pandas + NetworkX | creditnet |\n|---|---|---:|---:|", *lines])


def main() -> None:
    """Measure and print both tables as Markdown."""
    parser = argparse.ArgumentParser(description="creditnet beside pandas + NetworkX on one synthetic city")
    parser.add_argument("--companies", type=int, default=127_000)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        compare(SMALL, options.seed, Path(folder) / "small")
        theirs, ours = compare(options.companies, options.seed, Path(folder) / "city")
    print(f"city of {options.companies:,} companies, seed {options.seed}\n")
    print(costs_table(theirs, ours) + "\n\n" + answers_table(theirs, ours))


if __name__ == "__main__":
    main()
