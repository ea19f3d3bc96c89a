"""Abnormal merchants beside professional complainants who attack normal ones: our ranking, an oracle's, and peers'.

    python -m benchmarks.merchants_planted --seeds 200-209

Background: the real visits, stretched to a year (../shared/data). 60 accounts attack 60 normal merchants; 60 others
have five times their rate. Exposure is the real count over a Gamma-distributed rate, so that rates differ as in life.
"""

from __future__ import annotations

import argparse

import numpy as np

from benchmarks.complainants.attacks import Attack, plant
from benchmarks.complainants.backgrounds import visits_year
from graph.analytics.groups import complainant_groups
from graph.analytics.merchants import abnormal_merchants
from graph.analytics.statistics import poisson_log_tail
from queries.evaluate.measures import average_precision

HEADER = (
    "AP creditnet", "oracle", "empirical Bayes unweighted", "funnel", "rate", "count", "false share",
    "false share unweighted", "victims marked as targeted",
)  # fmt: skip


def figures(seed: int) -> tuple[float, ...]:
    """One run, in the order of `HEADER`."""
    rng = np.random.default_rng(seed)
    case = plant(Attack("bursts of 3 days", density=0.2), visits_year(rng), rng, incidents=0)
    who, shop, attacker = case.who, case.shop, case.guilty
    count = np.bincount(shop[~attacker[who]], minlength=int(shop.max()) + 1)
    victims = np.unique(shop[attacker[who]])
    bad = np.zeros(len(count), bool)
    bad[rng.choice(np.setdiff1d(np.flatnonzero(count >= 3), victims), 60, replace=False)] = True
    exposure = np.maximum(count, 1) / rng.gamma(2.0, 0.5, len(count))
    extra = np.repeat(np.flatnonzero(bad), 4 * count[bad])
    who = np.concatenate([who, rng.choice(np.flatnonzero(~attacker), len(extra))])
    shop = np.concatenate([shop, extra])
    day = np.concatenate([case.day, rng.integers(0, case.day.max() + 1, len(extra))])
    weight = complainant_groups(who, shop, day, n_complainants=len(attacker)).weight
    everyone, alike = np.bincount(shop).astype(float), np.zeros(len(count), np.int64)
    ours = abnormal_merchants(everyone, np.bincount(shop, weights=weight[who]), exposure, alike)
    true = np.bincount(shop, weights=~attacker[who])
    oracle = abnormal_merchants(true, true, exposure, alike)
    mean = exposure * everyone.sum() / exposure.sum()
    scores = ours.score, oracle.score, -ours.log_p_all, -poisson_log_tail(everyone, mean), everyone / exposure, everyone
    false = (ours.flagged & ~bad).sum() / max(ours.flagged.sum(), 1)
    false_all = (ours.flagged_all & ~bad).sum() / max(ours.flagged_all.sum(), 1)
    precisions = [average_precision(score, bad) or 0.0 for score in scores]
    return *precisions, float(false), float(false_all), float(ours.targeted[victims].mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", default="1-10", help="first-last")
    first, last = (int(part) for part in parser.parse_args().seeds.split("-"))
    rows = np.array([figures(seed) for seed in range(first, last + 1)])
    for name, values in zip(HEADER, rows.T, strict=True):
        print(f"{name}: {values.mean():.3f} ({values.min():.3f} to {values.max():.3f})")


if __name__ == "__main__":
    main()
