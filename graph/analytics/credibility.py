"""Counter-signals: what speaks for a complainant, and must lower the suspicion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from graph.analytics.events import FloatArray, IntArray
from graph.analytics.statistics import BoolArray

LOWERED = 0.5
"""Factor on the score of a person whom a counter-signal vouches for. Judgement, to be calibrated by the site."""
TIERS_DOWN = {"strong": "moderate", "moderate": "weak", "weak": "weak"}


@dataclass(frozen=True, slots=True)
class Reason:
    """One named reason behind a score, with what was seen and what was expected (NaN: no expectation)."""

    rule: str
    seen: float
    expected: float


@dataclass(frozen=True, slots=True)
class Counter:
    """Counts per complainant, shape (n,), and what follows: `factor` is 1, or `LOWERED` for vouched-for people."""

    complaints: IntArray
    substantiated: IntArray
    rejected: IntArray
    harm: IntArray
    genuine: BoolArray
    harmed: BoolArray

    @property
    def factor(self) -> FloatArray:
        """What the score of each complainant is multiplied by."""
        return np.where(self.genuine | self.harmed, LOWERED, 1.0)

    def shares(self, people: IntArray) -> tuple[float, float]:
        """Substantiated and rejected share of the decided complaints of these people; NaN where none is decided."""
        good, bad = int(self.substantiated[people].sum()), int(self.rejected[people].sum())
        return (good / (good + bad), bad / (good + bad)) if good + bad else (float("nan"), float("nan"))

    def reasons(self, person: int) -> tuple[Reason, ...]:
        """Why this person's score was lowered."""
        total = max(int(self.complaints[person]), 1)
        decided = max(int(self.substantiated[person] + self.rejected[person]), 1)
        found = []
        if self.genuine[person]:
            found.append(Reason("substantiated_share", int(self.substantiated[person]) / decided, float("nan")))
        if self.harmed[person]:
            found.append(Reason("harm_share", int(self.harm[person]) / total, float("nan")))
        return tuple(found)


def mostly(successes: IntArray, failures: IntArray) -> BoolArray:
    """Whether the true share is above one half with 95 % posterior probability under a uniform prior.

    Examples
    --------
    >>> mostly(np.array([1, 3, 4, 40]), np.array([0, 0, 0, 30])).tolist()
    [False, False, True, False]
    """
    return np.asarray(special.betainc(1.0 + successes, 1.0 + failures, 0.5) < 0.05)


def counter_signals(complainant: IntArray, outcome: IntArray | None, harm: BoolArray | None, n: int) -> Counter:
    """Count, per complainant, what was substantiated, rejected, and alleged harm.

    Parameters
    ----------
    complainant
        Per complaint, shape (m,), 0 … n - 1.
    outcome
        Per complaint: 1 substantiated, -1 rejected, 0 not known. None: nothing is known.
    harm
        Per complaint: alleges injury or a safety issue. None: nothing is known.

    Examples
    --------
    >>> who = np.array([0, 0, 0, 0, 0, 1])
    >>> counter_signals(who, np.array([1, 1, 1, 1, 0, -1]), None, 2).factor.tolist()
    [0.5, 1.0]
    """
    good = np.zeros(len(complainant), bool) if outcome is None else outcome > 0
    bad = np.zeros(len(complainant), bool) if outcome is None else outcome < 0
    hurt = np.zeros(len(complainant), bool) if harm is None else harm
    total, yes, no, harmed = (np.bincount(complainant[rows], minlength=n) for rows in (slice(None), good, bad, hurt))
    return Counter(total, yes, no, harmed, mostly(yes, no), mostly(harmed, total - harmed))


def lowered(tier: str, counter: Counter, members: IntArray) -> tuple[str, tuple[str, ...]]:
    """Lower a group's tier by one step when its members' complaints are mostly substantiated or about harm."""
    good, bad = counter.substantiated[members].sum(), counter.rejected[members].sum()
    hurt, total = counter.harm[members].sum(), counter.complaints[members].sum()
    why = []
    if mostly(good, bad):
        why.append("substantiated_share")
    if mostly(hurt, total - hurt):
        why.append("harm_share")
    return (TIERS_DOWN[tier] if why else tier), tuple(why)
