"""The whole job beside its peer: creditnet against straightforward pandas + NetworkX, on one synthetic city.

    python benchmarks/whole_way.py --companies 127000 --seed 7

Files → checked tables → control, groups, merchants, hidden links, scores; the database load is left out on both
sides. Each runs in a process of its own on the same files; CPU-seconds and peak memory are those of that process.
What must be the same is compared: companies, valid codes, complaints per merchant, controlled companies, phone links.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Answers = dict[str, Any]
Costs = dict[str, float]


def costs(started: float) -> Costs:
    """CPU-seconds of this process so far, start of Python and imports included, wall seconds, peak memory."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"cpu": used.ru_utime + used.ru_stime, "wall": time.perf_counter() - started, "mb": used.ru_maxrss / 1024}


Job = Callable[[Path, Path], tuple[Answers, Costs]]


def run_peer(files: Path, home: Path) -> tuple[Answers, Costs]:
    """The peer's answers."""
    del home
    from peer import run

    started = time.perf_counter()
    found = run(files)
    spent = costs(started)
    return {
        "companies": found.companies,
        "valid codes": found.valid_codes,
        "control": sorted(found.control),
        "received": sorted(found.received.items()),
        "phone links": sorted(found.phone_links),
        "groups": len(found.groups),
        "scores": len(found.scores),
    }, spent


def run_creditnet(files: Path, home: Path) -> tuple[Answers, Costs]:
    """The same questions answered by creditnet."""
    import numpy as np

    from graph.analytics.control import control_pairs
    from graph.projection import numbers
    from graph.settings import Settings
    from graph.tables import Tables
    from loaders.load import load_files
    from queries.refresh import refresh
    from queries.refresh.facts import Facts
    from queries.snapshot import Snapshot

    started = time.perf_counter()
    settings = Settings(home=str(home))
    tables = Tables.open(settings)
    load_files(tables, sorted(files.glob("*.csv")))
    refresh(tables, None, settings)
    spent = costs(started)  # what follows only fetches the answers in the peer's words
    snapshot, facts = Snapshot.open(settings), Facts.read(tables)
    held = facts.links("shareholdings")
    pairs = control_pairs(held.source, held.target, numbers(held.table["percent"]), len(facts.parties))
    names = _natural_names(tables, files)
    controller, company = (facts.parties.take(x).to_pylist() for x in (pairs.controller, pairs.company))
    received = tables.sql("SELECT merchant_id AS id, count(*) AS n FROM complaints GROUP BY 1")
    links = snapshot.table("hidden_links").to_pylist()
    both = {tuple(sorted((x["from_id"], x["to_id"]))) for x in links if x["rule"] == "same_phone"}
    both = {pair for pair in both if all(len(code) == 18 for code in pair)}
    codes = tables.sql("SELECT uscc, code_status FROM companies WHERE length(uscc) = 18 AND source = 'registration'")
    return {
        "companies": codes.num_rows,
        "valid codes": int(np.sum(np.asarray(codes["code_status"]) == "valid")),
        # An old 15-digit number is `o_` + number here and the bare number there; the peer keeps only 18 characters.
        "control": sorted((names.get(a, a), b) for a, b in zip(controller, company, strict=True) if len(b) == 18),
        "received": sorted((row["id"].removeprefix("o_"), row["n"]) for row in received.to_pylist()),
        "phone links": sorted(both),
        "groups": len(snapshot.groups(limit=10_000)),
        "scores": snapshot.table("scores").num_rows,
    }, spent


def _natural_names(tables: Any, files: Path) -> dict[str, str]:
    """Person id → resident ID, by hashing the IDs of the files again: only a benchmark on invented people may."""
    import pandas as pd
    import pyarrow as pa
    from peer import normalise

    from graph.model.identifiers import keyed_hash
    from loaders.load import KEY_NAME

    numbers = pd.read_csv(files / "shareholders.csv", dtype=str)["股东证件号码"].dropna().map(normalise).unique()
    hashed = keyed_hash(pa.array(numbers, pa.string()), tables.secret(KEY_NAME), "p_").to_pylist()
    return dict(zip(hashed, numbers, strict=True))


def measured(job: Job, files: Path, home: Path) -> tuple[Answers, Costs]:
    """Run a job in a fresh process; its answers, CPU-seconds, wall seconds and peak memory in MB."""
    context = multiprocessing.get_context("spawn")
    inside, outside = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(job, files, home, outside))
    process.start()
    outside.close()
    answers, cost = inside.recv()
    process.join()
    return answers, cost


def _child(job: Job, files: Path, home: Path, pipe: Any) -> None:
    sys.path.insert(0, str(Path(__file__).parent))
    pipe.send(job(files, home))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--companies", type=int, default=127_000)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    from loaders.synthetic import generate

    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder), companies=options.companies, seed=options.seed)
        files = Path(folder) / "files"
        ours, cost = measured(run_creditnet, files, Path(folder) / "home")
        print("creditnet", json.dumps(cost), file=sys.stderr)
        theirs, peer_cost = measured(run_peer, files, Path(folder) / "home")
    print(f"city of {options.companies:,} companies, seed {options.seed}\n")
    print("| | pandas + NetworkX | creditnet | ratio |\n|---|---:|---:|---:|")
    for key, unit in (("cpu", "CPU-seconds"), ("wall", "wall seconds"), ("mb", "peak memory, MB")):
        print(f"| {unit} | {peer_cost[key]:,.1f} | {cost[key]:,.1f} | {peer_cost[key] / cost[key]:.1f} |")
    print("\n| answer | same? | pandas + NetworkX | creditnet |\n|---|---|---:|---:|")
    for key in ("companies", "valid codes", "control", "received", "phone links"):
        sizes = [len(a[key]) if isinstance(a[key], list) else a[key] for a in (theirs, ours)]
        print(f"| {key} | {'yes' if theirs[key] == ours[key] else 'NO'} | {sizes[0]:,} | {sizes[1]:,} |")
    for key in ("groups", "scores"):
        print(f"| {key} | by other rules | {theirs[key]:,} | {ours[key]:,} |")


if __name__ == "__main__":
    main()
