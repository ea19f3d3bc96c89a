"""Positions: the same picture for the same input, the centre in the middle, old places kept."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.layout import layers, place, positions
from queries.results import Network, Party, Relation

STAR = [("hub", f"leaf{i}") for i in range(8)]
IDS = ["hub", *(f"leaf{i}" for i in range(8))]


def test_the_same_picture_whatever_the_order():
    assert place(IDS, STAR, centre="hub") == place(IDS[::-1], STAR[::-1], centre="hub")


def test_the_centre_is_in_the_middle_and_the_rest_around_it():
    spots = place(IDS, STAR, centre="hub")
    assert spots["hub"] == (0.0, 0.0)
    assert all(0.5 < math.hypot(*spots[leaf]) < 3 for leaf in IDS[1:])


def test_what_is_fixed_stays():
    old = place(IDS, STAR, centre="hub")
    grown = place([*IDS, "new"], [*STAR, ("leaf3", "new")], centre="hub", fixed=old)
    assert {id_: grown[id_] for id_ in IDS} == old
    assert math.dist(grown["new"], old["leaf3"]) < 3
    assert place(IDS, STAR, fixed=old) == old


def test_without_a_centre_the_picture_is_centred():
    spots = place(IDS, STAR)
    assert sum(x for x, _ in spots.values()) == pytest.approx(0, abs=1e-3)


def test_small_pictures():
    assert place([], []) == {}
    assert place(["a"], [], centre="a") == {"a": (0.0, 0.0)}
    assert place(["a"], [], centre="elsewhere") == {"a": (0.0, 0.0)}


def test_positions_of_a_network():
    parties = (Party("a", "Company", "甲"), Party("b", "Company", "乙"))
    relation = Relation("r", "SHAREHOLDER", "a", "b", "recorded")
    net = Network("a", parties, (relation,), {})
    assert positions(net) == place(["a", "b"], [("a", "b")], centre="a")
    assert positions(net, fixed={"a": (3.0, 4.0)})["a"] == (3.0, 4.0)


@given(st.sets(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=30))
def test_no_two_parties_stand_on_each_other(edges):
    ids = [str(i) for i in range(13)]
    spots = place(ids, [(str(a), str(b)) for a, b in edges], centre="0")
    assert len(set(spots.values())) == 13
    assert all(math.isfinite(value) for spot in spots.values() for value in spot)


def test_layers_keep_rows_apart():
    spots = layers({"a": 0, "b": 1, "c": 1, "d": -2})
    assert len(set(spots.values())) == 4
    assert spots["d"][1] < spots["a"][1] < spots["b"][1] == spots["c"][1]
