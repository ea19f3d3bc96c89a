"""Professional-complainant groups planted in a real background: average precision, F1, false alarms.

    python benchmarks/complainants_planted.py ../shared/data/visits/edges.csv.xz --seeds 0-4

The background is a file `user, merchant, …, date` of ordinary visits. Its month is used as it is for groups that
act within days; for campaigns of months its days are stretched (day · 12 + random 0–11) to a year. Beside each group
20 genuine mass incidents (20–99 people at one merchant within 3 days) are planted.
"""

from __future__ import annotations

import argparse
import lzma
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.csv as pcsv

from graph.analytics.groups import complainant_groups
from graph.analytics.merchants import abnormal_merchants
from graph.analytics.statistics import poisson_log_tail


@dataclass(frozen=True)
class Case:
    name: str
    accounts: int = 60
    merchants: int = 60
    density: float = 0.1
    days: int = 3
    together: bool = False
    """One campaign of `days` for the whole group; else every merchant has its own burst of `days`."""
    stretch: int = 12
    camouflage: int = 0
    """Ordinary complaints per account beside the group's own."""
    incidents: int = 20
    dense: bool = False


CASES = (
    *(Case(f"60x60 bursts of 3 days, density {d}", density=d) for d in (0.1, 0.2, 0.4)),
    Case("same, density .1, 5 camouflage complaints each", camouflage=5),
    Case("same, density .2, 20 camouflage complaints each", density=0.2, camouflage=20),
    Case("60x60 bursts of 3 days, density .1, within one month", stretch=1),
    Case("60x60 bursts of 7 days, density .1", days=7),
    Case("60x60 campaign of 60 days, density .1", days=60, together=True),
    Case("60x60 campaign of 180 days, density .2", density=0.2, days=180, together=True),
    Case("8x12 over 14 days, density .5", 8, 12, 0.5, 14, True),
    Case("8x12 over 14 days, density .5, within one month", 8, 12, 0.5, 14, True, 1),
    Case("dense background, density .4, bursts of 3 days", density=0.4, dense=True),
    Case("no synchrony, density .1", days=365, together=True),
    Case("nothing planted, one year", accounts=0),
    Case("nothing planted, one month", accounts=0, stretch=1),
)


def visits(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    with lzma.open(path) as file:
        table = pcsv.read_csv(file)
    users, shops = (np.unique(table[c].to_numpy(), return_inverse=True)[1] for c in ("user", "merchant"))
    day = table["date"].to_numpy().astype("datetime64[D]").astype(np.int64)
    return users, shops, day - day.min()


def dense_background(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """943 people x 1,682 merchants, 6 % of pairs filled, both sides skewed, over a year."""
    people, shops, pairs = 943, 1682, 95_000
    cells = rng.choice(people, pairs * 2, p=_skewed(people, rng)) * shops + rng.choice(
        shops, pairs * 2, p=_skewed(shops, rng)
    )
    cells = rng.permutation(np.unique(cells))[:pairs]
    return cells // shops, cells % shops, rng.integers(0, 365, len(cells))


def _skewed(n: int, rng: np.random.Generator) -> np.ndarray:
    weight = rng.permutation(1.0 / (np.arange(n) + n / 20))
    return weight / weight.sum()


def plant(case: Case, background, seed: int):
    rng = np.random.default_rng(seed)
    who, shop, day = dense_background(rng) if case.dense else background
    if case.stretch > 1 and not case.dense:
        day = day * case.stretch + rng.integers(0, case.stretch, len(day))
    span, people, shops = int(day.max()) + 1, int(who.max()) + 1, int(shop.max()) + 1
    account, target = np.nonzero(rng.random((case.accounts, case.merchants)) < case.density)
    targets = rng.choice(shops, case.merchants, replace=False)
    if case.together:
        begin = np.full(len(target), rng.integers(0, max(span - case.days, 0) + 1))
    else:
        begin = rng.integers(0, span - case.days + 1, case.merchants)[target]
    parts = [(who, shop, day), (people + account, targets[target], begin + rng.integers(0, case.days, len(target)))]
    hidden = np.repeat(np.arange(case.accounts), case.camouflage)
    parts.append((people + hidden, shop[rng.integers(0, len(shop), len(hidden))], rng.integers(0, span, len(hidden))))
    genuine = []
    for _ in range(case.incidents):
        crowd = rng.choice(people, rng.integers(20, 100), replace=False)
        begin = rng.integers(0, span - 3)
        parts.append((crowd, np.full(len(crowd), rng.integers(0, shops)), begin + rng.integers(0, 3, len(crowd))))
        genuine.append(crowd)
    columns = [np.concatenate(c).astype(np.int64) for c in zip(*parts, strict=True)]
    truth = np.arange(people + case.accounts) >= people
    truth &= np.bincount(columns[0], minlength=len(truth)) > 0  # at density .1 an account may draw no merchant at all
    return *columns, truth, np.unique(np.concatenate(genuine)) if genuine else np.zeros(0, np.int64)


def average_precision(score: np.ndarray, truth: np.ndarray) -> float:
    """Mean over the positives of the precision at their rank; ties count as if positives came last."""
    order = np.lexsort((truth, -score))
    hits = truth[order]
    return float((np.cumsum(hits)[hits] / (np.flatnonzero(hits) + 1)).mean()) if hits.any() else float("nan")


def evaluate(case: Case, background, seed: int) -> tuple[float, ...]:
    who, shop, day, truth, genuine = plant(case, background, seed)
    begin = time.process_time()
    found = complainant_groups(who, shop, day, n_complainants=len(truth))
    seconds = time.process_time() - begin
    hit = (found.flagged & truth).sum()
    f1 = 2 * hit / max(found.flagged.sum() + truth.sum(), 1)
    precision = hit / found.flagged.sum() if found.flagged.any() else float("nan")
    false = (found.flagged & ~truth).sum()
    crowd = found.flagged[genuine].mean() * 100 if len(genuine) else 0.0
    return average_precision(found.score, truth), f1, precision, float(false), crowd, seconds


def merchants(background, seed: int) -> tuple[float, ...]:
    """Abnormal merchants (rate x 5) beside 60 accounts attacking normal ones: our ranking, an oracle's, and peers'.

    Exposure is the real count over a Gamma-distributed rate, so that rates differ between merchants as in life.
    """
    rng = np.random.default_rng(seed)
    who, shop, day, attacker, _ = plant(Case("", density=0.2, incidents=0), background, seed)
    count = np.bincount(shop[~attacker[who]])
    victims = np.unique(shop[attacker[who]])
    bad = np.zeros(len(count), bool)
    bad[rng.choice(np.setdiff1d(np.flatnonzero(count >= 3), victims), 60, replace=False)] = True
    exposure = np.maximum(count, 1) / rng.gamma(2.0, 0.5, len(count))
    extra = np.repeat(np.flatnonzero(bad), 4 * count[bad])
    who = np.concatenate([who, rng.choice(np.flatnonzero(~attacker), len(extra))])
    shop, day = np.concatenate([shop, extra]), np.concatenate([day, rng.integers(0, day.max() + 1, len(extra))])
    weight = complainant_groups(who, shop, day, n_complainants=len(attacker)).weight
    everyone = np.bincount(shop).astype(float)
    ours = abnormal_merchants(
        everyone, np.bincount(shop, weights=weight[who]), exposure, np.zeros(len(count), np.int64)
    )
    true = np.bincount(shop, weights=~attacker[who])
    oracle = abnormal_merchants(true, true, exposure, np.zeros(len(count), np.int64))
    mean = exposure * everyone.sum() / exposure.sum()
    scores = ours.score, oracle.score, -ours.log_p_all, -poisson_log_tail(everyone, mean), everyone / exposure, everyone
    false = (ours.flagged & ~bad).sum() / max(ours.flagged.sum(), 1)
    false_all = (ours.flagged_all & ~bad).sum() / max(ours.flagged_all.sum(), 1)
    return *(average_precision(s, bad) for s in scores), false, false_all, ours.targeted[victims].mean()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("background", type=Path)
    parser.add_argument("--seeds", default="0-4")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    first, last = (int(s) for s in options.seeds.split("-"))
    background = visits(options.background)
    print("case | AP mean (min) | F1 | precision | false flags | % of mass-incident people flagged | CPU-s")
    for case in CASES:
        if options.only in case.name:
            rows = np.array([evaluate(case, background, seed) for seed in range(first, last + 1)])
            mean = [np.nan if np.isnan(c).all() else np.nanmean(c) for c in rows.T]
            ap = f"{mean[0]:.3f} ({np.min(rows[:, 0]):.3f})"
            print(f"{case.name} | {ap} | {mean[1]:.3f} | {mean[2]:.3f} | {mean[3]:.1f} | {mean[4]:.2f} | {mean[5]:.2f}")
    if options.only in "merchants":
        print(
            "merchants: AP ours | oracle | empirical Bayes unweighted | funnel | rate | count | false share | "
            "false share unweighted | victims marked as targeted"
        )
        rows = np.array([merchants(background, seed) for seed in range(first, last + 1)])
        print(" | ".join(f"{value:.3f}" for value in rows.mean(axis=0)))


if __name__ == "__main__":
    main()
