"""Professional groups of different habits, planted beside genuine mass incidents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from benchmarks.complainants.backgrounds import Background

INCIDENTS = 20
"""Genuine mass incidents beside every group: 20–99 ordinary people at one shop within three days."""
Timing = Literal["bursts", "campaign", "waves", "split", "staggered", "none"]


@dataclass(frozen=True)
class Attack:
    """One group. `days` is the length of a burst, a campaign, a wave, a share of a split, a member's own course."""

    name: str
    accounts: int = 60
    shops: int = 60
    density: float = 0.1
    timing: Timing = "bursts"
    days: int = 3
    camouflage: int = 0
    """Ordinary complaints per account beside the group's own."""
    popular: bool = False
    """Camouflage falls on shops as everybody's complaints do; else on all shops alike."""
    hijacked: bool = False
    """The accounts are those of ordinary people with a history of their own."""
    popular_targets: bool = False
    """Every target is a shop that many complain about."""


ATTACKS = (
    Attack("bursts of 3 days, density .1"),
    Attack("bursts of 3 days, density .2", density=0.2),
    Attack("bursts of 3 days, density .4", density=0.4),
    Attack("bursts of 3 days, density .1, 5 camouflage each, uniform", camouflage=5),
    Attack("bursts of 3 days, density .1, 5 camouflage each, popular", camouflage=5, popular=True),
    Attack("bursts of 3 days, density .2, 20 camouflage each, popular", density=0.2, camouflage=20, popular=True),
    Attack("bursts of 3 days, density .2, popular targets", density=0.2, popular_targets=True),
    Attack("bursts of 3 days, density .2, hijacked accounts", density=0.2, hijacked=True),
    Attack("campaign of 60 days, density .1", timing="campaign", days=60),
    Attack("campaign of 180 days, density .2", density=0.2, timing="campaign", days=180),
    Attack("three waves of 7 days, density .2", density=0.2, timing="waves", days=7),
    Attack("four parties, each in days of its own, density .4", density=0.4, timing="split", days=3),
    Attack("staggered: each account its own 30 days within 120, density .2", density=0.2, timing="staggered", days=30),
    Attack("8 accounts x 12 shops, campaign of 14 days, density .5", 8, 12, 0.5, "campaign", 14),
    Attack("no synchrony, density .1", timing="none"),
    Attack("nothing", accounts=0),
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """Complaints with what was planted: per person `guilty`, and `judged` (no known liar of the background); and the
    people of genuine incidents.
    """

    who: np.ndarray
    shop: np.ndarray
    day: np.ndarray
    guilty: np.ndarray
    judged: np.ndarray
    honest_crowd: np.ndarray


def plant(attack: Attack, background: Background, rng: np.random.Generator, *, incidents: int = INCIDENTS) -> Case:
    """Put one group and its incidents into a background."""
    people, shops, span = (int(column.max()) + 1 for column in (background.who, background.shop, background.day))
    account, target = np.nonzero(rng.random((attack.accounts, attack.shops)) < attack.density)
    accounts = people + np.arange(attack.accounts)
    if attack.hijacked:
        accounts = rng.choice(people, attack.accounts, replace=False)
    parts = [(background.who, background.shop, background.day)]
    parts.append(
        (accounts[account], _targets(attack, background, rng)[target], _days(attack, account, target, span, rng))
    )
    parts.append(_camouflage(attack, accounts, background, rng))
    guilty = np.unique(accounts[account])  # at density .1 an account may draw no shop at all
    crowds = []
    for _ in range(incidents):
        crowd = np.setdiff1d(rng.choice(people, rng.integers(20, 100), replace=False), guilty)
        begin = rng.integers(0, max(span - 3, 1))
        parts.append((crowd, np.full(len(crowd), rng.integers(0, shops)), begin + rng.integers(0, 3, len(crowd))))
        crowds.append(crowd)
    who, shop, day = (np.concatenate(column).astype(np.int64) for column in zip(*parts, strict=True))
    marked = np.zeros(people + attack.accounts, bool)
    marked[guilty] = True
    judged = marked | ~np.isin(np.arange(len(marked)), background.known_liars)
    return Case(who, shop, day, marked, judged, np.unique(np.concatenate([*crowds, guilty[:0]])))


def _targets(attack: Attack, background: Background, rng: np.random.Generator) -> np.ndarray:
    count = np.bincount(background.shop)
    among = np.argsort(-count)[: 3 * attack.shops] if attack.popular_targets else np.arange(len(count))
    return rng.choice(among, attack.shops, replace=False)


def _days(attack: Attack, account, target, span: int, rng: np.random.Generator) -> np.ndarray:
    """Day of every attack; a background shorter than the plan gets what fits into it."""
    days = min(attack.days, span)
    within = rng.integers(0, days, len(target))
    if attack.timing == "bursts":
        return rng.integers(0, span - days + 1, attack.shops)[target] + within
    if attack.timing == "campaign":
        return rng.integers(0, span - days + 1) + within
    if attack.timing == "waves":
        return rng.integers(0, span - days + 1, 3)[rng.integers(0, 3, len(target))] + within
    if attack.timing == "split":
        return rng.integers(0, span - days + 1, (4, attack.shops))[account % 4, target] + within
    if attack.timing == "staggered":
        begin = rng.integers(0, max(span - 4 * days, 0) + 1)
        return np.minimum(begin + rng.integers(0, 3 * days + 1, attack.accounts)[account] + within, span - 1)
    return rng.integers(0, span, len(target))


def _camouflage(attack: Attack, accounts, background: Background, rng: np.random.Generator):
    hidden = np.repeat(accounts, attack.camouflage)
    popular = background.shop[rng.integers(0, len(background.shop), len(hidden))]
    alike = rng.integers(0, background.shop.max() + 1, len(hidden))
    return hidden, popular if attack.popular else alike, rng.integers(0, background.day.max() + 1, len(hidden))
