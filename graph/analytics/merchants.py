"""Abnormal merchants: complaints against exposure and peers, by empirical Bayes, with and without suspected abuse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

from graph.analytics.events import FloatArray, IntArray
from graph.analytics.statistics import BoolArray, benjamini_hochberg, negative_binomial_log_tail

MIN_PEERS = 30
"""Fewer peers say nothing about their spread: such a peer group is merged upward."""
FLAG_RATE = 0.10
"""Nominal false discovery rate of flagged merchants."""
TAIL = 0.003
"""Merchants with a smaller tail are left out when the prior is fitted again: the abnormal must not define normal."""
REFITS = 3
RATIO_SHAPE = 2.0
"""The ratio's prior is never more confident than this (two complaints' worth): peers who are much alike must not pull
an outlier's ratio back to 1."""
TARGETED_SHARE = 0.25
TARGETED_COUNT = 3.0
"""Targeted: suspected abuse makes up at least this share of a merchant's complaints, and at least this many of them."""
INTERVAL = (0.05, 0.95)


@dataclass(frozen=True, slots=True)
class Prior:
    """Gamma prior of a peer group: `rate` complaints per unit of exposure, `shape` (small: peers differ much)."""

    rate: float
    shape: float


@dataclass(frozen=True, slots=True)
class MerchantResult:
    """One entry per merchant, shape (n,). Plain names are for weighted counts, those with `_all` for all complaints.

    `expected` is what peers with this exposure get; `ratio` the posterior of true rate over peers' rate with its 5 %
    and 95 % limits `low` and `high`; `log_p` the logarithm of the tail and `score` its negative decimal logarithm;
    `peer` the peer group used after merging, `peers` its size.
    """

    expected: FloatArray
    ratio: FloatArray
    low: FloatArray
    high: FloatArray
    log_p: FloatArray
    score: FloatArray
    flagged: BoolArray
    expected_all: FloatArray
    ratio_all: FloatArray
    log_p_all: FloatArray
    flagged_all: BoolArray
    withheld_share: FloatArray
    targeted: BoolArray
    peer: IntArray
    peers: IntArray

    @property
    def p(self) -> FloatArray:
        """Tail probability of the weighted count (0 where it is below the smallest float)."""
        return np.exp(self.log_p)


def merge_peers(levels: IntArray, minimum: int = MIN_PEERS) -> IntArray:
    """Give each merchant the finest peer group that has at least `minimum` members.

    Parameters
    ----------
    levels
        Peer groups, shape (n,) or (n, k), finest level first; numbers of different levels are independent.
    minimum
        Least members.

    Returns
    -------
    IntArray
        Shape (n,): group numbers from 0, ordered by level, then number. The last resort is everyone.

    Examples
    --------
    >>> merge_peers(np.array([[0, 0], [0, 0], [1, 0], [2, 1]]), minimum=2).tolist()
    [0, 0, 1, 2]
    """
    table = levels.reshape(len(levels), -1)
    group, found = np.zeros(len(table), np.int64), 0
    left = np.ones(len(table), bool)
    for level in range(table.shape[1]):
        value, at, count = np.unique(table[:, level], return_inverse=True, return_counts=True)
        here = left & (count[at] >= minimum)
        _, number = np.unique(value[at[here]], return_inverse=True)
        group[here] = found + number
        found += int(number.max(initial=-1)) + 1
        left &= ~here
    group[left] = found
    return group


def fit_prior(seen: FloatArray, exposure: FloatArray) -> Prior:
    """Fit a Gamma prior to counts with exposure by marginal (negative-binomial) likelihood.

    Definition: seen ~ Poisson(exposure · λ), λ ~ Gamma(shape, shape / rate).

    Parameters
    ----------
    seen
        Counts ≥ 0, may be fractional, shape (n,).
    exposure
        Exposure > 0, shape (n,).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> exposure = np.full(4000, 10.0)
    >>> prior = fit_prior(rng.poisson(exposure * rng.gamma(2.0, 0.5, 4000)).astype(float), exposure)
    >>> round(prior.rate, 1), round(prior.shape)
    (1.0, 2)

    References
    ----------
    DuMouchel (1999), Bayesian data mining in large frequency tables, American Statistician 53(3).
    """
    start = max(float(seen.sum()), 0.5) / float(exposure.sum())

    def loss(point: FloatArray) -> float:
        rate, shape = np.exp(point)
        mean = exposure * rate
        fit = special.gammaln(seen + shape) - special.gammaln(shape) - shape * np.log1p(mean / shape)
        return -float((fit + special.xlogy(seen, mean / (mean + shape))).sum())

    bounds = [(np.log(start) - 5, np.log(start) + 5), (np.log(1e-2), np.log(1e3))]
    best = optimize.minimize(loss, np.array([np.log(start), 0.0]), method="L-BFGS-B", bounds=bounds)
    return Prior(*(float(v) for v in np.exp(best.x)))


def _robust_prior(seen: FloatArray, exposure: FloatArray) -> Prior:
    """Fit, leave the extreme tail out, fit again."""
    prior = fit_prior(seen, exposure)
    for _ in range(REFITS):
        tail = negative_binomial_log_tail(seen, exposure * prior.rate, prior.shape)
        ordinary = tail > np.log(TAIL)
        if ordinary.sum() < 2:
            break
        prior = fit_prior(seen[ordinary], exposure[ordinary])
    return prior


def _judge(seen: FloatArray, exposure: FloatArray, peer: IntArray) -> tuple[FloatArray, ...]:
    """Expected count, posterior ratio with its limits, and log tail, per merchant."""
    rate, shape = np.ones(len(seen)), np.ones(len(seen))
    for group in range(int(peer.max(initial=-1)) + 1):
        rows = np.flatnonzero(peer == group)
        prior = _robust_prior(seen[rows], exposure[rows])
        rate[rows], shape[rows] = prior.rate, prior.shape
    expected = exposure * rate
    loose = np.minimum(shape, RATIO_SHAPE)
    spread = loose + expected
    ratio = (loose + seen) / spread
    low, high = (special.gammaincinv(loose + seen, q) / spread for q in INTERVAL)
    return expected, ratio, low, high, negative_binomial_log_tail(seen, expected, shape)


def abnormal_merchants(
    seen_all: FloatArray, seen_weighted: FloatArray, exposure: FloatArray, peer: IntArray
) -> MerchantResult:
    """Judge merchants on their complaints against exposure and peers.

    Per peer group a Gamma–Poisson prior is fitted without the extreme tail. A merchant is flagged when its
    negative-binomial tail survives Benjamini–Hochberg at 10 % *and* the 5 % limit of its ratio is above 1: where
    exposure is small only the ranking is useful. Weighted counts decide; all counts are judged beside them, so
    that both can be shown and a targeted merchant is not punished for being attacked.

    Parameters
    ----------
    seen_all
        Complaints per merchant, shape (n,).
    seen_weighted
        The same weighted by the complainants' credibility, ≤ `seen_all`.
    exposure
        Orders, or a proxy, ≥ 0; 0 is treated as the smallest positive exposure known.
    peer
        Peer groups, shape (n,) or (n, levels), finest first; see `merge_peers`.

    Raises
    ------
    ValueError
        If the arrays differ in length, or a count or exposure is negative or not a number.

    Examples
    --------
    >>> rng = np.random.default_rng(2)
    >>> orders = np.full(100, 1000.0)
    >>> complaints = rng.poisson(5, 100).astype(float)
    >>> complaints[7] = 40
    >>> result = abnormal_merchants(complaints, complaints, orders, np.zeros(100, np.int64))
    >>> np.flatnonzero(result.flagged).tolist(), bool(result.low[7] > 4)
    ([7], True)
    """
    n = len(seen_all)
    if not n == len(seen_weighted) == len(exposure) == len(peer):
        raise ValueError("seen_all, seen_weighted, exposure and peer must have the same length")
    for values in (seen_all, seen_weighted, exposure):
        if not (np.isfinite(values) & (values >= 0)).all():
            raise ValueError("counts and exposures must be finite and not negative")
    known = exposure[exposure > 0]
    exposed = np.where(exposure > 0, exposure, known.min() if len(known) else 1.0)
    group = merge_peers(peer)
    expected, ratio, low, high, log_p = _judge(seen_weighted, exposed, group)
    expected_all, ratio_all, low_all, _, log_p_all = _judge(seen_all, exposed, group)
    withheld = np.maximum(seen_all - seen_weighted, 0.0)
    share = np.divide(withheld, seen_all, out=np.zeros(n), where=seen_all > 0)
    return MerchantResult(
        expected=expected,
        ratio=ratio,
        low=low,
        high=high,
        log_p=log_p,
        score=-log_p / np.log(10),
        flagged=benjamini_hochberg(log_p, FLAG_RATE) & (low > 1.0),
        expected_all=expected_all,
        ratio_all=ratio_all,
        log_p_all=log_p_all,
        flagged_all=benjamini_hochberg(log_p_all, FLAG_RATE) & (low_all > 1.0),
        withheld_share=share,
        targeted=(share >= TARGETED_SHARE) & (withheld >= TARGETED_COUNT),
        peer=group,
        peers=np.bincount(group)[group] if n else np.zeros(0, np.int64),
    )
