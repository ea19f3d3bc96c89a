"""Gamma priors of complaint rates, fitted to all peer groups at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

from graph.analytics.events import FloatArray, IntArray
from graph.analytics.statistics import negative_binomial_log_tail, trigamma

TAIL = 0.003
"""Merchants with a smaller tail are left out when the prior is fitted again: the abnormal must not define normal."""
REFITS = 3
SHAPES = (1e-2, 1e3)
"""Range of the shape: below, a peer group is nearly all zeros; above, its members differ by chance only."""
ROUNDS = 60
CLOSE = 1e-6
"""Largest step of log rate or log shape at which the fit ends; 10–25 rounds are usual."""


@dataclass(frozen=True, slots=True)
class Priors:
    """One Gamma prior per peer group: `rate` complaints per unit of exposure; `shape`, small where peers differ."""

    rate: FloatArray
    shape: FloatArray


def fit_priors(
    seen: FloatArray,
    exposure: FloatArray,
    start: IntArray,
    *,
    use: FloatArray | None = None,
    begin: Priors | None = None,
) -> Priors:
    """Fit one Gamma prior per group to counts with exposure, by marginal (negative-binomial) likelihood.

    Definition: seen ~ Poisson(exposure · λ), λ ~ Gamma(shape, shape / rate).

    Parameters
    ----------
    seen
        Counts ≥ 0, may be fractional, group after group, shape (n,).
    exposure
        Exposure > 0, shape (n,).
    start
        Group g holds rows start[g] … start[g + 1] - 1, at least one; shape (groups + 1,).
    use
        Weight of each row, 0 to leave it out.
    begin
        Where to begin, if a fit is already close.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> exposure = np.full(4000, 10.0)
    >>> seen = rng.poisson(exposure * rng.gamma(2.0, 0.5, 4000)).astype(float)
    >>> prior = fit_priors(seen, exposure, np.array([0, 4000]))
    >>> prior.rate.round(1).tolist(), prior.shape.round().tolist()
    ([1.0], [2.0])

    Notes
    -----
    Coordinate ascent: the rate by its fixed point, the shape by a bounded Newton step on its logarithm; the two
    are nearly independent in this family. O(n) per round, all groups together.

    References
    ----------
    DuMouchel (1999), Bayesian data mining in large frequency tables, American Statistician 53(3).
    """
    group = np.repeat(np.arange(len(start) - 1), np.diff(start))
    weight = np.ones(len(seen)) if use is None else use

    tally = _Tally.of(group, seen, weight)

    def total(values: FloatArray) -> FloatArray:
        return np.asarray(np.add.reduceat(values * weight, start[:-1]))

    if begin is None:
        rate = np.maximum(total(seen), 0.5) / np.maximum(total(exposure), 1e-300)
        shape = np.ones(len(rate))
    else:
        rate, shape = begin.rate, begin.shape
    for _ in range(ROUNDS):
        share = shape[group] / (shape[group] + exposure * rate[group])
        next_rate = np.maximum(total(seen * share), 1e-9) / np.maximum(total(exposure * share), 1e-300)
        step = _shape_step(seen, exposure * next_rate[group], shape, group, total, tally)
        next_shape = np.clip(shape * np.exp(step), *SHAPES)
        moved = np.abs(np.log(np.concatenate([next_rate / rate, next_shape / shape]))).max(initial=0.0)
        rate, shape = next_rate, next_shape
        if moved < CLOSE:
            break
    return Priors(rate, shape)


@dataclass(frozen=True, slots=True)
class _Tally:
    """How much weight the rows of each group with each positive count have: few thousands for a million rows."""

    group: IntArray
    seen: FloatArray
    weight: FloatArray

    @classmethod
    def of(cls, group: IntArray, seen: FloatArray, weight: FloatArray) -> _Tally:
        some = np.flatnonzero(seen > 0)
        first, of = counts_of_groups(group[some], seen[some])
        total = np.bincount(of, weights=weight[some], minlength=len(first)).astype(np.float64)
        return cls(group[some][first], seen[some][first], total)

    def total(self, values: FloatArray, groups: int) -> FloatArray:
        """Sum of `values` over all rows that were counted, per group."""
        return np.bincount(self.group, weights=values * self.weight, minlength=groups).astype(np.float64)


def counts_of_groups(group: IntArray, seen: FloatArray) -> tuple[IntArray, IntArray]:
    """Find the different pairs (group, count): a row of each, ascending, and which pair each row has.

    What depends on these two alone, special functions above all, need not be computed for every row.

    Examples
    --------
    >>> [a.tolist() for a in counts_of_groups(np.array([1, 0, 1]), np.array([2.0, 2.0, 2.0]))]
    [[1, 0], [1, 0, 1]]
    """
    values, at = np.unique(seen, return_inverse=True)
    _, first, of = np.unique(group * len(values) + at, return_index=True, return_inverse=True)
    return first, of


def _shape_step(
    seen: FloatArray,
    mean: FloatArray,
    shape: FloatArray,
    group: IntArray,
    total: Callable[[FloatArray], FloatArray],
    tally: _Tally,
) -> FloatArray:
    """Newton step of the log shape per group; uphill by one where the likelihood is not concave."""
    a = shape[group]
    both = a + mean
    posterior = tally.seen + shape[tally.group]
    rise = special.digamma(posterior) - special.digamma(shape)[tally.group]
    fall = trigamma(posterior) - trigamma(shape)[tally.group]
    fit = (a + seen) / both
    slope = np.log(a / both) + 1.0 - fit
    bend = 1.0 / a + (fit - 2.0) / both
    first = shape * (tally.total(rise, len(shape)) + total(slope))
    second = shape**2 * (tally.total(fall, len(shape)) + total(bend)) + first
    with np.errstate(divide="ignore", invalid="ignore"):
        newton = np.where(second < 0, -first / second, np.sign(first))
    return np.asarray(np.clip(np.nan_to_num(newton), -1.0, 1.0))


def robust_priors(seen: FloatArray, exposure: FloatArray, start: IntArray) -> Priors:
    """Fit, leave the extreme tail out, fit again.

    Examples
    --------
    Three merchants with a hundred times their peers' complaints hardly move the prior.

    >>> rng = np.random.default_rng(0)
    >>> seen = np.concatenate([rng.poisson(5, 297), [500, 500, 500]]).astype(float)
    >>> robust_priors(seen, np.ones(300), np.array([0, 300])).rate.round(1).tolist()
    [5.0]
    """
    group = np.repeat(np.arange(len(start) - 1), np.diff(start))
    priors = fit_priors(seen, exposure, start)
    for _ in range(REFITS):
        tail = negative_binomial_log_tail(seen, exposure * priors.rate[group], priors.shape[group])
        priors = fit_priors(seen, exposure, start, use=(tail > np.log(TAIL)).astype(np.float64), begin=priors)
    return priors
