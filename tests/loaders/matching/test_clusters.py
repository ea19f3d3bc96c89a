"""Cluster ids: components as NetworkX finds them, under names that stay."""

import datetime as dt

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from loaders.matching import clusters, override, undo

NOON = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)
PAIRS = st.lists(st.tuples(st.sampled_from("abcdefg"), st.sampled_from("tuvwxyz")), max_size=8, unique=True)


def joined(pairs):
    return [override(left, right, "match", by="核查员甲", at=NOON) for left, right in pairs]


def groups(found: dict[str, str]) -> set[frozenset[str]]:
    return {frozenset(r for r, id_ in found.items() if id_ == wanted) for wanted in found.values()}


@given(PAIRS)
def test_clusters_are_the_components(pairs):
    expected = {frozenset(c) for c in nx.connected_components(nx.Graph(pairs))}
    assert groups(clusters(joined(pairs))) == expected


@given(PAIRS, st.randoms(use_true_random=False))
def test_order_changes_no_id(pairs, random):
    before = clusters(joined(pairs))
    random.shuffle(pairs)
    assert clusters(joined(pairs)) == before


@given(PAIRS, PAIRS)
def test_added_pairs_that_touch_no_old_record_change_no_id(old, more):
    before = clusters(joined(old))
    added = [(left.upper(), right.upper()) for left, right in more]
    after = clusters(joined([*added, *old]), before)
    assert {record: after[record] for record in before} == before


@given(PAIRS, PAIRS)
def test_running_again_changes_no_id(old, more):
    first = clusters(joined(old))
    second = clusters(joined([*old, *more]), first)
    assert clusters(joined([*more, *old]), second) == second


@given(PAIRS, PAIRS)
def test_two_clusters_never_bear_one_id(old, more):
    before = clusters(joined(old))
    after = clusters(joined(more), before)
    assert groups(after) == {frozenset(c) for c in nx.connected_components(nx.Graph(more))}


def test_a_record_that_sorts_first_does_not_rename_its_cluster():
    before = clusters(joined([("m", "x"), ("m", "y")]))
    after = clusters(joined([("m", "x"), ("m", "y"), ("a", "x")]), before)
    assert after["a"] == after["m"] == before["m"]


def test_of_two_that_join_the_bigger_keeps_its_id_and_of_a_split_the_bigger_part():
    before = clusters(joined([("a", "x"), ("b", "x"), ("c", "y")]))
    both = clusters(joined([("a", "x"), ("b", "x"), ("c", "y"), ("c", "x")]), before)
    assert {*both.values()} == {before["a"]}
    split = clusters(joined([("a", "x"), ("b", "x"), ("c", "y")]), both)
    assert split["a"] == before["a"]
    assert split["c"] != before["a"]


def test_what_was_taken_back_or_is_no_match_joins_nothing():
    (yes,) = joined([("a", "x")])
    no = override("b", "y", "none", by="核查员甲", at=NOON)
    assert clusters([undo(yes, by="核查员乙", at=NOON), no]) == {}
