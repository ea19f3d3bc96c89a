"""One run: plant, find, measure. Many runs: one row of figures each, in a CSV file."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from benchmarks.complainants.attacks import ATTACKS, Attack, Case, plant
from benchmarks.complainants.backgrounds import BACKGROUNDS
from benchmarks.complainants.rivals import RIVALS
from graph.analytics.groups import complainant_groups
from queries.evaluate.measures import average_precision

RIVAL_SEEDS = 2
"""Of the seeds, so many also go to the rivals, whose figures hardly vary."""
LONG = ("60 days", "180 days", "staggered")
"""Attacks that do not fit into a background of one month."""


def figures(background: str, attack: Attack, seed: int, *, rivals: bool) -> dict[str, object]:
    """Everything measured in one run."""
    rng = np.random.default_rng([seed, list(BACKGROUNDS).index(background), ATTACKS.index(attack)])
    case = plant(attack, BACKGROUNDS[background](rng), rng)
    begin = time.process_time()
    found = complainant_groups(case.who, case.shop, case.day, n_complainants=len(case.guilty))
    seconds = time.process_time() - begin
    flagged = found.flagged & case.judged
    suspected = [g for g in found.groups if g.tier != "weak"]
    wrong = [g for g in suspected if 2 * case.guilty[g.members].sum() < case.judged[g.members].sum()]
    row: dict[str, object] = {
        "background": background, "attack": attack.name, "seed": seed, "planted": int(case.guilty.sum()),
        "hit": int((flagged & case.guilty).sum()), "false": int((flagged & ~case.guilty).sum()),
        "groups": len(suspected), "false_groups": len(wrong), "liars": int((found.flagged & ~case.judged).sum()),
        "crowd": len(case.honest_crowd), "crowd_flagged": int(found.flagged[case.honest_crowd].sum()),
        "seconds": round(seconds, 3), "ap": _precision(case, found.score),
    }  # fmt: skip
    for name, score in RIVALS.items():
        row[name] = _precision(case, score(case.who, case.shop)) if rivals else None
    return row


def _precision(case: Case, score: np.ndarray) -> float | None:
    score = np.concatenate([score, np.full(len(case.guilty) - len(score), score.min(initial=0.0))])
    return average_precision(score[case.judged], case.guilty[case.judged])


def _of_case(job: tuple[str, Attack, range]) -> list[dict[str, object]]:
    background, attack, seeds = job
    return [figures(background, attack, seed, rivals=seed - seeds[0] < RIVAL_SEEDS) for seed in seeds]


def run(seeds: range, out: Path, processes: int) -> None:
    """Every attack on every background with every seed, into a CSV file."""
    cases = [
        (background, attack, seeds)
        for background in BACKGROUNDS
        for attack in ATTACKS
        if background != "visits, month" or not any(word in attack.name for word in LONG)
    ]
    with ProcessPoolExecutor(processes) as pool, out.open("w", newline="") as file:
        writer = None
        for rows in pool.map(_of_case, cases):
            writer = writer or _writer(file, rows[0])
            writer.writerows(rows)
            file.flush()


def _writer(file, row: dict[str, object]) -> csv.DictWriter:
    writer = csv.DictWriter(file, list(row))
    writer.writeheader()
    return writer


def read(path: Path) -> Iterator[dict[str, str]]:
    """Rows as written."""
    with path.open(newline="") as file:
        yield from csv.DictReader(file)
