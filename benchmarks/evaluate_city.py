"""Findings against planted truth over several synthetic cities: mean and spread per figure, as Markdown.

    python benchmarks/evaluate_city.py --companies 20000 --seeds 101-105 > evaluation-city.md

Use seeds that nobody looked at while developing, and say so where the figures are quoted.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from graph.settings import Settings
from graph.tables import Tables
from loaders.load import load_files
from loaders.synthetic import generate
from queries.evaluate import TruthScore, evaluate
from queries.refresh import refresh
from queries.snapshot import Snapshot

MEASURES = ("recall", "precision", "average_precision", "auc", "wrong_share")


def figures(companies: int, seed: int) -> tuple[TruthScore, ...]:
    """Generate, load, refresh and compare one city."""
    with tempfile.TemporaryDirectory() as folder:
        made, settings = Path(folder) / "made", Settings(home=str(Path(folder) / "home"))
        generate(made, companies=companies, seed=seed)
        with Tables.open(settings) as tables:
            load_files(tables, sorted((made / "files").glob("*.csv")))
            refresh(tables, None, settings)
            return evaluate(Snapshot.open(settings), made / "truth", tables)


def cell(values: list[float | None]) -> str:
    """Mean, and smallest–largest where they differ."""
    known = [v for v in values if v is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    spread = f" ({low:.2f}–{high:.2f})" if high - low >= 0.005 else ""
    return f"{statistics.fmean(known):.3f}{spread}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--companies", type=int, default=20_000)
    parser.add_argument("--seeds", default="101-103", help="first-last")
    options = parser.parse_args()
    first, last = (int(part) for part in options.seeds.split("-"))
    runs = []
    for seed in range(first, last + 1):
        print(f"seed {seed}", file=sys.stderr)
        runs.append({(f.kind, f.slice): f for f in figures(options.companies, seed)})
    print("| planted | slice | number | recall | precision | AP | AUC | wrong | counted |")
    print("|---|---|---:|---:|---:|---:|---:|---:|---|")
    for key in dict.fromkeys(key for run in runs for key in run):
        rows = [run[key] for run in runs if key in run]
        measures = [cell([getattr(r, m) for r in rows]) for m in MEASURES]
        number = f"{statistics.fmean(r.planted for r in rows):.0f}"
        print("| " + " | ".join([*key, number, *measures, rows[0].note]) + " |")


if __name__ == "__main__":
    main()
