"""The model: probabilities with competitors, shares found without labels, evidence that may carry a merge."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.matching.blocking import candidates
from loaders.matching.comparisons import COMPARISONS, Sides
from loaders.matching.records import read_pair
from loaders.matching.weights import Evidence, fit, gather, probabilities

NAMES = [comparison.name for comparison in COMPARISONS]


def evidence(left: list[int], right: list[int], **levels: int) -> Evidence:
    """Pairs that all have the given levels and say nothing else."""
    level = np.full((len(left), len(NAMES)), -1, np.int8)
    for name, value in levels.items():
        level[:, NAMES.index(name)] = value
    return Evidence(np.array(left), np.array(right), level, np.full(level.shape, np.nan))


CLEAR = {"name": 0, "established": 0}


def test_one_pair_without_competitor_has_its_odds():
    assert probabilities(evidence([0], [0], **CLEAR), np.array([3.0])) == pytest.approx([8 / 9])


def test_two_equal_partners_share():
    assert probabilities(evidence([0, 0], [0, 1], **CLEAR), np.array([40.0, 40.0])) == pytest.approx([0.5, 0.5])


def test_a_competitor_of_the_other_side_counts_too():
    assert probabilities(evidence([0, 1], [0, 0], **CLEAR), np.array([40.0, 30.0]))[0] == pytest.approx(1, abs=2e-3)


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 3), st.floats(-60, 600)), min_size=1, unique_by=lambda t: t[:2]
    )
)
def test_probabilities_of_one_record_never_exceed_one(rows):
    pairs = evidence([r[0] for r in rows], [r[1] for r in rows], **CLEAR)
    found = probabilities(pairs, np.array([r[2] for r in rows]))
    assert ((found >= 0) & (found <= 1)).all()
    for side in (pairs.left, pairs.right):
        assert (np.bincount(side, found) <= 1 + 1e-9).all()


@pytest.mark.parametrize(
    ("levels", "eligible"),
    [
        ({"name": 0}, False),
        ({"established": 0}, False),
        ({"name": 0, "place": 0}, False),  # thousands share a city
        ({"established": 0, "scope": 0, "place": 0}, False),  # standard phrases
        ({"name": 3, "representative": 0, "address": 0, "established": 3}, False),  # an affiliate
        ({"name": 0, "established": 0}, True),
        ({"name": 0, "representative": 0}, True),
        ({"name": 6, "established": 0, "address": 0}, True),  # renamed
        ({"name": 6, "established": 0, "representative": 2}, False),
        ({"code": 0}, True),
    ],
)
def test_what_may_carry_a_merge(levels, eligible):
    pair = evidence([0], [0], **levels)
    assert pair.eligible.tolist() == [eligible]
    assert (probabilities(pair, np.array([50.0])) > 0.5).tolist() == [eligible]


def test_shares_are_found_without_labels(small):
    left, right = read_pair(small.left, small.right)
    pairs = candidates(left, right)
    sides = Sides.of(left, right)
    weights = fit(sides, gather(sides, pairs.left, pairs.right))
    true = len(small.truth)
    assert sum(weights.prior) * len(left) * len(right) == pytest.approx(true, rel=0.02)
    at = NAMES.index("name")
    whole = sum(prior * m[at][0] for prior, m in zip(weights.prior, weights.m, strict=True)) / sum(weights.prior)
    # pulled towards the written shares by 20 pairs a kind
    assert whole == pytest.approx(1 - len(small.renamed) / true, abs=0.03)
    assert all(share.sum() == pytest.approx(1) for kind in weights.m for share in kind)
    assert all(share.sum() == pytest.approx(1) for share in weights.u)


def test_a_rare_value_in_common_weighs_more_than_a_common_one(small):
    left, right = read_pair(small.left, small.right)
    sides = Sides.of(left, right)
    pairs = candidates(left, right)
    found = gather(sides, pairs.left, pairs.right)
    weights = fit(sides, found)
    at = NAMES.index("established")
    same = found.level[:, at] == 0
    bits, chance = weights.bits(found, 0)[same, at], found.u[same, at]
    assert (np.diff(bits[np.argsort(chance)]) <= 1e-9).all()
    assert chance.min() < chance.max()


def test_a_value_that_only_the_pair_has_is_as_common_as_one_record(small):
    left, right = read_pair(small.left, small.right)
    at = right.ids.to_pylist().index(small.truth["A2"])
    key = right.column("name")[at].as_py()
    assert (left.column("name").to_pylist() + right.column("name").to_pylist()).count(key) == 2
    assert Sides.of(left, right).frequency["name"][at] == pytest.approx(1 / (len(left) + len(right)))
