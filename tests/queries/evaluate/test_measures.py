"""Measures of rankings and findings against their definitions, pair by pair."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.evaluate.measures import area_under_curve, average_precision, precision, recall, share

RANKINGS = st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=1, max_size=30)


def arrays(ranking):
    score, true = zip(*ranking, strict=True)
    return np.array(score, dtype=float), np.array(true)


@given(RANKINGS)
def test_average_precision_is_the_mean_precision_at_true_items(ranking):
    score, true = arrays(ranking)
    at_least = [score >= s for s in score[true]]
    expected = np.mean([true[rows].mean() for rows in at_least]) if true.any() else None
    assert average_precision(score, true) == pytest.approx(expected)


@given(RANKINGS)
def test_area_is_the_share_of_pairs_in_the_right_order(ranking):
    score, true = arrays(ranking)
    pairs = [(a > b) + (a == b) / 2 for a in score[true] for b in score[~true]]
    assert area_under_curve(score, true) == (pytest.approx(np.mean(pairs)) if pairs else None)


def test_shares_of_nothing_are_not_zero():
    assert share(0, 0) is None
    assert recall({1}, set()) is None
    assert precision(set(), {1}) is None
    assert precision({1, 2}, {1}) == 0.5
    assert recall({1, 2}, {1, 3}) == 0.5
