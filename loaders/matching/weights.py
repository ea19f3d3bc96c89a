"""Weights of evidence without a labelled example: the model of Fellegi and Sunter, fitted to the two files.

Each level of each comparison has two shares: `u` among pairs put together at random, `m` among pairs that are one
enterprise. A level weighs log2(m / u) bits; the weights of a pair are added to the bits of the prior. `u` is counted on
random pairs, nearly all of which are different enterprises; `m` and the prior come from the candidate pairs by
expectation and maximisation: judge all pairs with the present weights, count the levels of the pairs by
how surely they are one, take the shares as new weights, repeat.

References
----------
Fellegi, Sunter (1969), A Theory for Record Linkage, J. Am. Stat. Assoc. 64. Winkler (2000), Frequency-based matching
in Fellegi-Sunter. The same model in splink: Linacre et al. (2022), Int. J. Population Data Science 7(3).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from loaders.matching.comparators import FloatArray, IntArray
from loaders.matching.comparisons import COMPARISONS, Sides

KINDS: Mapping[str, float] = {"登记信息变化不大的同一企业": 0.9, "更名或改组过的同一企业": 0.1}
"""Kinds of true pairs, as waterfalls call them, and the shares to start from. An enterprise that was renamed has often
changed its business, capital and representative with it: in one kind for all, each of these changes would count
against the pair as if the others had not been seen."""
RANDOM_PAIRS = 50_000
"""Pairs on which `u` is counted: a level that none of them reaches weighs at most log2(50,000 / 0.5) = 16.6 bits."""
PRIOR_PAIRS = 20.0
"""How many true pairs the shares written in `COMPARISONS` count for: they decide small files, not big ones."""
ROUNDS = 100
SETTLED = 1e-4
"""Iteration ends when no share changes by more; 20 rounds on the real lists."""
_SEED = 20261125


@dataclass(frozen=True, slots=True)
class Evidence:
    """Compared pairs: `level` of every comparison (-1: a side says nothing) and `u`, how common the shared value is
    (nan: as its level is), both of shape (n, comparisons).
    """

    left: IntArray
    right: IntArray
    level: npt.NDArray[np.int8]
    u: FloatArray

    @property
    def own(self) -> npt.NDArray[np.bool_]:
        """Pairs in which something agrees that affiliates do not share: full name, day of registration, code."""
        return self._counted("own") > 0

    @property
    def eligible(self) -> npt.NDArray[np.bool_]:
        """Pairs that may be merged: something affiliates do not share agrees, and one more thing besides.

        An enterprise and its subsidiary share trade name, representative, address and city: the sum of their weights
        is high though they are two. They do not share a full name or the day of registration. So one of these, or the
        code, must agree; and because a name alone never merges, neither does a day. Likeness of scope or place is no
        agreement: scopes are written with standard phrases, which all firms of a trade share.
        """
        return self.own & (self._counted("agrees") >= 2)

    def says(self, name: str, level: int) -> npt.NDArray[np.bool_]:
        """Pairs that have this level of the named comparison: 0 the strongest, -1 where a side says nothing."""
        column = [comparison.name for comparison in COMPARISONS].index(name)
        return np.asarray(self.level[:, column] == level)

    def _counted(self, mark: str) -> IntArray:
        total = np.zeros(len(self.left), np.int64)
        for c, comparison in enumerate(COMPARISONS):
            total += np.array([*(getattr(level, mark) for level in comparison.levels), 0], np.int64)[self.level[:, c]]
        return total


@dataclass(frozen=True, slots=True)
class Weights:
    """The fitted model. `m[k]`: shares per comparison and level among true pairs of kind k; `prior[k]`: share of all
    possible pairs that are of kind k; `u`: shares among random pairs.
    """

    m: tuple[tuple[FloatArray, ...], ...]
    u: tuple[FloatArray, ...]
    prior: tuple[float, ...]

    def bits(self, evidence: Evidence, kind: int) -> FloatArray:
        """Weight of every comparison of every pair in bits, shape (n, comparisons); 0 where a side says nothing."""
        columns = []
        for c, (m, u) in enumerate(zip(self.m[kind], self.u, strict=True)):
            level = evidence.level[:, c]
            chance = np.where(np.isnan(evidence.u[:, c]), u[level], evidence.u[:, c])
            columns.append(np.where(level < 0, 0.0, np.log2(m[level] / chance)))
        return np.column_stack(columns)

    def scores(self, evidence: Evidence) -> FloatArray:
        """Bits with the prior of every pair under every kind, shape (n, kinds)."""
        return np.column_stack(
            [self.bits(evidence, kind).sum(1) + np.log2(prior) for kind, prior in enumerate(self.prior)]
        )


def gather(sides: Sides, left: IntArray, right: IntArray) -> Evidence:
    """Compare pairs of rows."""
    levels = np.column_stack([comparison.level_of(sides, left, right) for comparison in COMPARISONS])
    chance = np.full(levels.shape, np.nan)
    for c, comparison in enumerate(COMPARISONS):
        for number, level in enumerate(comparison.levels):
            if level.frequency:
                at = levels[:, c] == number
                chance[at, c] = sides.frequency[level.frequency][right[at]]
    return Evidence(left, right, levels, chance)


def probabilities(evidence: Evidence, score: FloatArray) -> FloatArray:
    """Probability of each pair, given that a record has at most one partner on the other side.

    `score` is the sum of bits with the prior. The odds of a pair stand against those of all other eligible pairs of
    its two records: two equally good partners get a half each at most. A pair that is not eligible gets 0.
    """
    odds = np.where(evidence.eligible, np.exp2(np.minimum(score, 500.0)), 0.0)
    of_left = np.bincount(evidence.left, odds)[evidence.left]
    of_right = np.bincount(evidence.right, odds)[evidence.right]
    return np.asarray(odds / (1.0 + of_left + of_right - odds), float)


def fit(sides: Sides, evidence: Evidence) -> Weights:
    """Estimate the weights from random pairs and from the candidate pairs."""
    start = _start()
    possible = max(len(sides.left) * len(sides.right), 1)
    expected = max(min(len(sides.left), len(sides.right)), 1) / 2 / possible  # half of the shorter list
    weights = Weights(start, _by_chance(sides), tuple(expected * share for share in KINDS.values()))
    for _ in range(ROUNDS):
        before = weights
        weights = _again(before, evidence, start, possible)
        if _moved(before.m, weights.m) < SETTLED:
            break
    return weights


def _start() -> tuple[tuple[FloatArray, ...], ...]:
    return tuple(
        tuple(np.array([level.m[kind] for level in comparison.levels]) for comparison in COMPARISONS)
        for kind in range(len(KINDS))
    )


def _again(weights: Weights, evidence: Evidence, start: tuple[tuple[FloatArray, ...], ...], possible: int) -> Weights:
    """One round: how sure each pair is, split over the kinds, then the shares that follow."""
    scores = weights.scores(evidence)
    best = scores.max(1)
    odds = np.exp2(scores - best[:, None])
    sure = probabilities(evidence, best)[:, None] * odds / odds.sum(1, keepdims=True)
    m = tuple(
        tuple(_shares(evidence.level[:, c], sure[:, kind], share) for c, share in enumerate(shares))
        for kind, shares in enumerate(start)
    )
    return Weights(m, weights.u, tuple(max(float(total), 0.5) / possible for total in sure.sum(0)))


def _moved(before: tuple[tuple[FloatArray, ...], ...], after: tuple[tuple[FloatArray, ...], ...]) -> float:
    pairs = zip(itertools.chain(*before), itertools.chain(*after), strict=True)
    return max(float(np.abs(a - b).max()) for a, b in pairs)


def _by_chance(sides: Sides) -> tuple[FloatArray, ...]:
    draw = np.random.default_rng(_SEED)
    count = RANDOM_PAIRS if len(sides.left) and len(sides.right) else 0
    left, right = (draw.integers(0, max(len(side), 1), count) for side in (sides.left, sides.right))
    level = gather(sides, left, right).level
    return tuple(
        (np.bincount(level[:, c][level[:, c] >= 0], minlength=len(comparison.levels)) + 0.5)
        / ((level[:, c] >= 0).sum() + 0.5 * len(comparison.levels))
        for c, comparison in enumerate(COMPARISONS)
    )


def _shares(level: npt.NDArray[np.int8], sure: FloatArray, start: FloatArray) -> FloatArray:
    known = level >= 0
    counts = np.bincount(level[known], sure[known], minlength=len(start)) + PRIOR_PAIRS * start
    return np.asarray(counts / counts.sum(), float)
