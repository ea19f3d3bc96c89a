"""Abnormal merchants: complaints against exposure and peers, by empirical Bayes, with and without suspected abuse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from graph.analytics.arrays import distinct, group_rows
from graph.analytics.events import FloatArray, IntArray, offsets
from graph.analytics.priors import counts_of_groups, robust_priors
from graph.analytics.statistics import BoolArray, benjamini_hochberg, negative_binomial_log_tail

MIN_PEERS = 30
"""Fewer peers say nothing about their spread: such a peer group is merged upward."""
FLAG_RATE = 0.10
"""Nominal false discovery rate of flagged merchants."""
RATIO_SHAPE = 2.0
"""The ratio's prior is never more confident than this (two complaints' worth): peers who are much alike must not pull
an outlier's ratio back to 1."""
TARGETED_SHARE = 0.25
TARGETED_COUNT = 3.0
"""Targeted: suspected abuse makes up at least this share of a merchant's complaints, and at least this many of them."""
INTERVAL = (0.05, 0.95)


@dataclass(frozen=True, slots=True)
class MerchantResult:
    """One entry per merchant, shape (n,). Plain names are for weighted counts, those with `_all` for all complaints.

    `expected` is what peers with this exposure get; `ratio` the posterior of true rate over peers' rate with its 5 %
    and 95 % limits `low` and `high`; `log_p` the logarithm of the tail and `score` its negative decimal logarithm;
    `peer` is the peer group used after merging, `peers` the number of merchants compared with.
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


@dataclass(frozen=True, slots=True)
class Peers:
    """`group` of each merchant, shape (n,); `pools[g]` are the merchants that group g is compared with."""

    group: IntArray
    pools: tuple[IntArray, ...]


def merge_peers(levels: IntArray, minimum: int = MIN_PEERS) -> Peers:
    """Give each merchant the finest peer group that has at least `minimum` members; the last resort is everyone.

    Parameters
    ----------
    levels
        Peer groups, shape (n,) or (n, k), finest level first; numbers of different levels are independent.
    minimum
        Least members.

    Examples
    --------
    The lone merchant of group 1 is compared with its whole class, the one alone in its class with everyone.

    >>> peers = merge_peers(np.array([[0, 0], [0, 0], [1, 0], [2, 1]]), minimum=2)
    >>> peers.group.tolist(), [pool.tolist() for pool in peers.pools]
    ([0, 0, 1, 2], [[0, 1], [0, 1, 2], [0, 1, 2, 3]])
    """
    table = np.column_stack([levels, np.zeros(len(levels), np.int64)])
    group = np.full(len(table), -1, np.int64)
    pools: list[IntArray] = []
    for depth, level in enumerate(table.T, start=1):
        _, at, count = np.unique(level, return_inverse=True, return_counts=True)
        enough = count >= (minimum if depth < table.shape[1] else 0)
        start, rows = group_rows(at, len(count))
        for v in distinct(at[(group < 0) & enough[at]]):
            pool = rows[start[v] : start[v + 1]]
            group[pool[group[pool] < 0]] = len(pools)
            pools.append(pool)
    return Peers(group, tuple(pools))


def _judge(seen: FloatArray, exposure: FloatArray, peers: Peers) -> tuple[FloatArray, ...]:
    """Expected count, posterior ratio with its limits, and log tail, per merchant."""
    rows = np.concatenate([np.zeros(0, np.int64), *peers.pools])
    priors = robust_priors(seen[rows], exposure[rows], offsets([len(pool) for pool in peers.pools]))
    rate, shape = priors.rate[peers.group], priors.shape[peers.group]
    expected = exposure * rate
    loose = np.minimum(shape, RATIO_SHAPE)
    spread = loose + expected
    ratio = (loose + seen) / spread
    first, of = counts_of_groups(peers.group, seen)
    low, high = (special.gammaincinv((loose + seen)[first], q)[of] / spread for q in INTERVAL)
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
    peers = merge_peers(peer)
    expected, ratio, low, high, log_p = _judge(seen_weighted, exposed, peers)
    expected_all, ratio_all, low_all, _, log_p_all = _judge(seen_all, exposed, peers)
    share = withheld_share(seen_all, seen_weighted)
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
        targeted=is_targeted(seen_all, seen_weighted),
        peer=peers.group,
        peers=np.array([len(pool) for pool in peers.pools], np.int64)[peers.group],
    )


def withheld_share(seen_all: FloatArray, seen_weighted: FloatArray) -> FloatArray:
    """Share of what a merchant received that suspected abuse takes away, 0 where it received nothing; shape (n,)."""
    withheld = np.maximum(seen_all - seen_weighted, 0.0)
    return np.divide(withheld, seen_all, out=np.zeros(len(seen_all)), where=seen_all > 0)


def is_targeted(seen_all: FloatArray, seen_weighted: FloatArray) -> BoolArray:
    """Whether suspected abuse makes up so much of what a merchant received that it is called its target; shape (n,)."""
    enough = seen_all - seen_weighted >= TARGETED_COUNT
    return np.asarray((withheld_share(seen_all, seen_weighted) >= TARGETED_SHARE) & enough)
