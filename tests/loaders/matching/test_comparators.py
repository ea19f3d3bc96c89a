"""Comparators: personal names by level, texts by weighted neighbours, against a brute-force oracle."""

import math
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.matching.comparators import ALIKE, OTHER, SAME, compare_persons, cosines, weigh_grams

PERSON = st.text("章张明远元亮晴青", min_size=1, max_size=4)
TEXT = st.text("青禾星测试A1、", max_size=12)


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("章明远", "章明远", SAME),
        ("章明", "张明", ALIKE),  # one sound, two characters
        ("章明远", "章明元", ALIKE),  # another character, one of three
        ("章明远", "章亮晴", OTHER),  # two of three
        ("章明", "章亮", OTHER),  # half of a short name is no likeness
        ("章明", "章明远", OTHER),  # a character less is another name
        ("章明", None, -1),
        (None, None, -1),
    ],
)
def test_personal_names(left, right, level):
    assert compare_persons(pa.array([left], pa.string()), pa.array([right], pa.string())).tolist() == [level]


@given(st.lists(st.tuples(PERSON, PERSON), max_size=8))
def test_comparing_persons_is_symmetric_and_equal_names_are_the_same(pairs):
    left, right = (pa.array([pair[side] for pair in pairs], pa.string()) for side in (0, 1))
    assert compare_persons(left, right).tolist() == compare_persons(right, left).tolist()
    assert [a == b for a, b in pairs] == (compare_persons(left, right) == SAME).tolist()


def brute_force(left: list[str], right: list[str], i: int, j: int) -> float:
    """Cosine of two texts by dictionaries of neighbouring characters."""
    everything = [{(a, b) for a, b in pairwise(t) if a.isalnum() and b.isalnum()} for t in (*left, *right)]
    weight = {g: math.log(1 + len(everything) / sum(g in e for e in everything)) for e in everything for g in e}
    a, b = everything[i], everything[len(left) + j]
    norms = [math.sqrt(sum(weight[g] ** 2 for g in grams)) for grams in (a, b)]
    return sum(weight[g] ** 2 for g in a & b) / (norms[0] * norms[1]) if all(norms) else math.nan


@given(st.lists(TEXT, min_size=1, max_size=5), st.lists(TEXT, min_size=1, max_size=5))
def test_cosines_equal_brute_force(left, right):
    i, j = (m.ravel() for m in np.mgrid[: len(left), : len(right)])
    found = cosines(*weigh_grams(pa.array(left), pa.array(right)), i, j)
    expected = [brute_force(left, right, a, b) for a, b in zip(i, j, strict=True)]
    assert found == pytest.approx(expected, abs=1e-5, nan_ok=True)


@given(st.lists(TEXT, min_size=1, max_size=5), st.lists(TEXT, min_size=1, max_size=5))
def test_cosines_are_symmetric_bounded_and_one_for_equal_texts(left, right):
    i, j = (m.ravel() for m in np.mgrid[: len(left), : len(right)])
    a, b = weigh_grams(pa.array(left), pa.array(right))
    one, other = cosines(a, b, i, j), cosines(b, a, j, i)
    assert one == pytest.approx(other, abs=1e-6, nan_ok=True)
    known = one[~np.isnan(one)]
    assert ((known >= 0) & (known <= 1 + 1e-6)).all()
    equal = np.array([left[x] == right[y] for x, y in zip(i, j, strict=True)]) & ~np.isnan(one)
    assert one[equal] == pytest.approx(1.0)


def test_a_rare_neighbourhood_weighs_more_than_a_common_one():
    common = ["有限公司"] * 20
    a, b = weigh_grams(pa.array(["青禾有限公司", "星岭有限公司"]), pa.array(["青禾", "有限公司", *common]))
    assert cosines(a, b, np.array([0]), np.array([0]))[0] > cosines(a, b, np.array([0]), np.array([1]))[0]


def test_missing_texts_say_nothing():
    a, b = weigh_grams(pa.array(["青禾", None, "青"]), pa.array([None, "青禾"], pa.string()))
    assert np.isnan(cosines(a, b, np.array([0, 1, 2]), np.array([0, 1, 1]))).tolist() == [True, True, True]
