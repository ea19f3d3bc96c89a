import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from graph.analytics.merchants import abnormal_merchants, merge_peers
from graph.analytics.priors import SHAPES, counts_of_groups, fit_priors

ONE_GROUP = np.zeros(2000, np.int64)


def market(seed, lift=5.0):
    """Complaints of 2,000 merchants, 60 abnormal ones, 60 normal ones attacked with about 12 more each."""
    rng = np.random.default_rng(seed)
    orders = 1000 * rng.lognormal(0, 1.2, 2000)
    rate = rng.gamma(2.0, 0.5, 2000)
    bad = np.arange(2000) < 60
    rate[bad] *= lift
    genuine = rng.poisson(orders / 300 * rate).astype(float)
    attack = np.where((np.arange(2000) >= 60) & (np.arange(2000) < 120), rng.poisson(12, 2000), 0).astype(float)
    return orders, genuine, attack, bad


def average_precision(score, truth):
    hits = truth[np.argsort(-score, kind="stable")]
    return (np.cumsum(hits)[hits] / (np.flatnonzero(hits) + 1)).mean()


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_weighted_counts_rank_as_well_as_an_oracle_and_unweighted_ones_put_the_victims_on_top(seed):
    orders, genuine, attack, bad = market(seed)
    oracle = abnormal_merchants(genuine, genuine, orders, ONE_GROUP)
    weighted = abnormal_merchants(genuine + attack, genuine + 0.02 * attack, orders, ONE_GROUP)
    naive = abnormal_merchants(genuine + attack, genuine + attack, orders, ONE_GROUP)
    best = average_precision(oracle.score, bad)
    assert average_precision(weighted.score, bad) == pytest.approx(best, abs=0.02)
    assert average_precision(naive.score, bad) < best - 0.1
    assert weighted.targeted[60:120].mean() > 0.7
    assert not weighted.targeted[120:].any()


def test_false_share_of_flagged_stays_within_the_nominal_ten_percent():
    flagged = false = 0
    for seed in range(10, 16):
        orders, genuine, _, bad = market(seed)
        result = abnormal_merchants(genuine, genuine, orders, ONE_GROUP)
        flagged, false = flagged + result.flagged.sum(), false + (result.flagged & ~bad).sum()
    assert flagged >= 60
    assert false <= 0.1 * flagged


def negative_log_likelihood(point, seen, exposure):
    mean, shape = exposure * np.exp(point[0]), np.exp(point[1])
    return -stats.nbinom.logpmf(seen, shape, shape / (shape + mean)).sum()


@given(st.integers(0, 1000), st.floats(0.3, 20), st.floats(0.5, 30))
@settings(max_examples=15)
def test_priors_maximise_the_marginal_likelihood(seed, shape, mean):
    rng = np.random.default_rng(seed)
    exposure = rng.lognormal(0, 1, 400) * mean
    seen = rng.poisson(exposure * rng.gamma(shape, 1 / shape, 400)).astype(float)
    # two groups at once: fitting one must not touch the other
    priors = fit_priors(np.tile(seen, 2), np.tile(exposure, 2), np.array([0, 400, 800]))
    bounds = [(-5, 5), tuple(np.log(SHAPES))]
    best = optimize.minimize(negative_log_likelihood, [0, 0], (seen, exposure), method="L-BFGS-B", bounds=bounds)
    for g in range(2):
        reached = negative_log_likelihood(np.log([priors.rate[g], priors.shape[g]]), seen, exposure)
        assert reached <= best.fun + 0.01


def test_nobody_is_flagged_where_everyone_is_alike():
    seen = np.random.default_rng(3).poisson(4, 2000).astype(float)
    assert abnormal_merchants(seen, seen, np.ones(2000), ONE_GROUP).flagged.sum() <= 1


def test_no_complaints_at_all():
    result = abnormal_merchants(np.zeros(50), np.zeros(50), np.ones(50), np.zeros(50, np.int64))
    assert not result.flagged.any()
    assert (result.withheld_share == 0).all()
    assert (result.p == 1).all()


def test_no_merchants_at_all():
    assert len(abnormal_merchants(*(np.zeros(0),) * 3, np.zeros(0, np.int64)).score) == 0


def test_unknown_exposure_counts_as_the_smallest_known():
    seen = np.full(40, 2.0)
    exposure = np.concatenate([[0.0], np.linspace(5, 50, 39)])
    result = abnormal_merchants(seen, seen, exposure, np.zeros(40, np.int64))
    assert result.expected[0] == pytest.approx(result.expected[1])


def test_merchants_are_compared_with_their_own_kind():
    rng = np.random.default_rng(4)
    kind = np.repeat([0, 1], 200)
    seen = rng.poisson(np.where(kind == 0, 2, 30)).astype(float)
    seen[0] = 25  # usual for kind 1, not for kind 0
    apart = abnormal_merchants(seen, seen, np.ones(400), kind)
    together = abnormal_merchants(seen, seen, np.ones(400), np.zeros(400, np.int64))
    assert np.flatnonzero(apart.flagged).tolist() == [0]
    assert not together.flagged[0]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 1)), min_size=1, max_size=60), st.integers(1, 12))
def test_peer_groups_are_merged_upward_until_large_enough(levels, minimum):
    table = np.array(levels, np.int64)
    peers = merge_peers(table, minimum)
    for row, (fine, coarse) in enumerate(levels):
        same_fine = np.flatnonzero(table[:, 0] == fine)
        same_coarse = np.flatnonzero(table[:, 1] == coarse)
        wanted = next((p for p in (same_fine, same_coarse) if len(p) >= minimum), np.arange(len(table)))
        assert peers.pools[peers.group[row]].tolist() == wanted.tolist()


@pytest.mark.parametrize("bad", [-1.0, np.nan, np.inf])
def test_impossible_counts_are_refused(bad):
    seen = np.array([1.0, bad])
    with pytest.raises(ValueError, match="finite and not negative"):
        abnormal_merchants(seen, seen, np.ones(2), np.zeros(2, np.int64))


def test_unequal_lengths_are_refused():
    with pytest.raises(ValueError, match="same length"):
        abnormal_merchants(np.ones(2), np.ones(2), np.ones(3), np.zeros(2, np.int64))


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([0.0, 0.5, 1.0, 2.0])), min_size=1, max_size=30))
def test_each_row_finds_its_group_and_count_again(pairs):
    group, seen = (np.array(column) for column in zip(*pairs, strict=True))
    first, of = counts_of_groups(group, seen)
    assert list(zip(group[first][of].tolist(), seen[first][of].tolist(), strict=True)) == pairs
    assert len(first) == len(set(pairs))
