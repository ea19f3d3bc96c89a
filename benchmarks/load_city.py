"""A city's files through the loaders: against bare reading, vectorised pandas and Neo4j's bare importer.

    python benchmarks/load_city.py --folder DIR --share 1.0 [--no-pandas] [--no-graph]

Makes the synthetic city of that share of 1.27 million companies under DIR, once (18.36 million credit records with
dirt at 1.0, 5.6 GB), loads all of it into a home beside it, then measures records validated and resolved by creditnet,
by vectorised pandas and bare `pyarrow.csv.read_csv` of the same files, and the first load of Neo4j beside the bare
importer on the same rows. Every side runs in a process of its own.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))  # for the child processes, which import this file anew

from city import sides
from city.graph import import_beside_bare

COMPANIES = 1_270_000
SEED = 77
GB = 1e9


@dataclass
class Cost:
    """What a job gave, and what its process used: CPU-seconds of all threads, wall seconds, peak memory in GB."""

    answer: Any
    cpu: float
    wall: float
    memory: float


def measured(job: Callable[..., Any], *arguments: Any) -> Cost:
    """Run a job in a fresh process."""
    context = multiprocessing.get_context("spawn")
    inside, outside = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(job, arguments, outside))
    process.start()
    outside.close()
    found: Cost = inside.recv()
    process.join()
    return found


def _child(job: Callable[..., Any], arguments: tuple[Any, ...], pipe: Any) -> None:
    cpu, wall = time.process_time(), time.perf_counter()  # what all sides need is imported by now
    answer = job(*arguments)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    pipe.send(Cost(answer, cpu, wall, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / GB))


def make(folder: Path, companies: int) -> int:
    """Make the city, unless it is there; its credit records."""
    from loaders.synthetic import generate

    if not (folder / "truth" / "complaints.parquet").exists():
        generate(folder, companies=companies, seed=SEED, full=True)
    return sum(_records(folder / "files" / f"{name}.csv") for name in sides.DAYS)


def _records(file: Path) -> int:
    with file.open("rb") as lines:
        return sum(block.count(b"\n") for block in iter(lambda: lines.read(1 << 24), b"")) - 1


def load_all(files: Path, home: Path) -> dict[str, tuple[int, float, float]]:
    """Load every file in the order of its source: records, CPU-seconds, and wall seconds."""
    from graph.settings import Settings
    from graph.tables import Tables
    from loaders.load import load_files
    from loaders.recognise import sources

    found = {}
    with Tables.open(Settings(home=str(home))) as tables:
        for name in sorted((file.stem for file in files.glob("*.csv")), key=lambda name: sources()[name].order):
            cpu, wall = time.process_time(), time.perf_counter()
            report = load_files(tables, [files / f"{name}.csv"])[0]
            found[name] = (report.read, time.process_time() - cpu, time.perf_counter() - wall)
    return found


def size(folder: Path) -> float:
    """GB on the disk."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / GB


def load_table(cost: Cost) -> str:
    """CPU-seconds and microseconds a record by file."""
    lines = [f"| {n} | {r:,} | {c:,.1f} | {1e6 * c / r:,.1f} | {w:,.0f} |" for n, (r, c, w) in cost.answer.items()]
    all_ = sum(records for records, _, _ in cost.answer.values())
    last = f"| **all** | {all_:,} | {cost.cpu:,.1f} | {1e6 * cost.cpu / all_:,.1f} | {cost.wall:,.0f} |"
    return "\n".join(["| file | records | CPU-s | µs a record | wall s |\n|---|---:|---:|---:|---:|", *lines, last])


def sides_table(costs: dict[str, Cost], base: float) -> str:
    """CPU-seconds of each side and how often the bare reading fits into them."""
    lines = [
        f"| {name} | {cost.cpu:,.1f} | {cost.cpu / base:.2f} | {cost.wall:,.1f} | {cost.memory:.2f} | "
        + " | ".join(f"{count:,}" for count in cost.answer)
        + " |"
        for name, cost in costs.items()
    ]
    head = "| side | CPU-s | × bare | wall s | memory, GB | records | refused | known company |"
    return "\n".join([head, "|---|---:|---:|---:|---:|---:|---:|---:|", *lines])


def main() -> None:
    """Make, load, measure; print Markdown."""
    parser = argparse.ArgumentParser(description="a synthetic city through the loaders, beside its peers")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--share", type=float, default=0.1)
    parser.add_argument("--no-pandas", action="store_true")
    parser.add_argument("--no-graph", action="store_true")
    options = parser.parse_args()
    folder = options.folder / f"city{options.share:g}"
    home = options.folder / f"home{options.share:g}"
    shutil.rmtree(home, ignore_errors=True)
    records = make(folder, round(options.share * COMPANIES))
    print(
        f"## {options.share:g} city: {records:,} credit records, {size(folder / 'files'):.2f} GB of files\n", flush=True
    )
    whole = measured(load_all, folder / "files", home)
    print(load_table(whole))
    print(f"\npeak memory {whole.memory:.2f} GB; tables {size(home):.2f} GB\n", flush=True)
    names = ["bare", "creditnet", *([] if options.no_pandas else ["vectorised_pandas"]), "bare"]
    costs: dict[str, Cost] = {}
    for number, name in enumerate(
        names
    ):  # the bare reading before and after, as the machine may have changed meanwhile
        costs[name if name != "bare" else f"bare, run {1 + (number > 0)}"] = measured(
            getattr(sides, name), folder / "files", home
        )
    base = sum(cost.cpu for name, cost in costs.items() if name.startswith("bare")) / 2
    print(sides_table(costs, base) + "\n", flush=True)
    if not options.no_graph:
        print(measured(import_beside_bare, home, options.folder / "import").answer)


if __name__ == "__main__":
    main()
