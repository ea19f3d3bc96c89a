import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from graph.analytics.statistics import (
    benjamini_hochberg,
    log_choose,
    negative_binomial_log_tail,
    poisson_log_tail,
    trigamma,
)

COUNTS = st.integers(0, 60)
MEANS = st.floats(1e-3, 40)


@given(COUNTS, MEANS)
def test_poisson_tail_equals_scipy(seen, mean):
    assert poisson_log_tail([seen], [mean])[0] == pytest.approx(stats.poisson.logsf(seen - 1, mean), rel=1e-6, abs=1e-9)


def test_poisson_tail_beyond_floats_is_a_close_upper_bound():
    terms = stats.poisson.logpmf(np.arange(400, 460), 1.3)
    exact = np.logaddexp.reduce(terms)
    found = poisson_log_tail([400], [1.3])[0]
    assert exact <= found <= exact + 0.01


@given(COUNTS, MEANS, st.floats(0.05, 200))
def test_negative_binomial_tail_equals_scipy(seen, mean, shape):
    exact = stats.nbinom.logsf(seen - 1, shape, shape / (shape + mean))
    assert negative_binomial_log_tail([seen], [mean], [shape])[0] == pytest.approx(exact, rel=1e-5, abs=1e-8)


def test_negative_binomial_tail_grows_rarer_between_whole_numbers():
    tail = negative_binomial_log_tail(np.linspace(0, 20, 81), np.full(81, 3.0), np.full(81, 2.0))
    assert (np.diff(tail)[1:] < 0).all()


@given(st.lists(st.floats(1e-9, 1.0), min_size=1, max_size=30), st.integers(0, 60), st.sampled_from([0.05, 0.1, 0.5]))
def test_benjamini_hochberg_equals_the_textbook(p, more, rate):
    tests = len(p) + more
    ranked = sorted(p)
    accepted = [i for i, value in enumerate(ranked, start=1) if value <= rate * i / tests * (1 + 1e-12)]
    limit = ranked[accepted[-1] - 1] if accepted else -1.0
    assert benjamini_hochberg(np.log(p), rate, tests).tolist() == [value <= limit for value in p]


def test_benjamini_hochberg_of_nothing():
    assert benjamini_hochberg(np.zeros(0), 0.05).tolist() == []


def test_choosing_more_than_there_are_counts_as_choosing_all():
    assert np.exp(log_choose([5, 5, 3], [2, 0, 7])).round(6).tolist() == [10.0, 1.0, 1.0]


@given(st.floats(0.01, 1e6))
def test_trigamma_equals_scipy(x):
    assert trigamma(np.array([x]))[0] == pytest.approx(special.polygamma(1, x), rel=1e-9)
