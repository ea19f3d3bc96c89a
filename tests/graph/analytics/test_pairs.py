"""Pair counts against NetworkX's bipartite projection; the hub cuts."""

from itertools import combinations
from math import comb, factorial, log

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from networkx.algorithms import bipartite
from scipy.stats import poisson

from graph.analytics.bursts import history_events
from graph.analytics.pairs import validated_pairs
from graph.analytics.shared import SharedThings, shared_events

MEETINGS = st.sets(st.tuples(st.integers(0, 9), st.integers(0, 7)), min_size=1, max_size=45)


@given(MEETINGS)
def test_common_events_equal_the_bipartite_projection(meetings):
    who, shop = (np.array(c, np.int64) for c in zip(*sorted(meetings), strict=True))
    pairs = validated_pairs(history_events(who, shop), np.full(10, 8.0), false_partners=1e9)
    net = nx.Graph([(("p", p), ("s", s)) for p, s in meetings])
    people = sorted(n for n in net if n[0] == "p")
    projected = bipartite.weighted_projected_graph(net, people)
    wanted = {
        (a[1], b[1]): projected[a][b]["weight"]
        for a, b in combinations(people, 2)
        if projected.has_edge(a, b) and projected[a][b]["weight"] >= 2
    }
    assert dict(zip(zip(pairs.a.tolist(), pairs.b.tolist(), strict=True), pairs.shared.tolist(), strict=True)) == wanted


def test_the_smaller_of_union_bound_and_poisson_tail_is_doubled():
    who = np.array([0, 1, 0, 1, 0, 2, 1, 3])
    shop = np.array([0, 0, 1, 1, 2, 2, 3, 3])
    union = comb(3, 2) ** 2 * factorial(2) * (2 / 100_000) ** 2
    busy, calm = np.ones(100_000), np.ones(100_000)
    busy[:2] = 30  # heavy users: chance explains two meetings better than the union bound does
    for activity, bound in ((busy, union), (calm, poisson.sf(1, 6 / 100_000))):
        pairs = validated_pairs(history_events(who, shop), activity, false_partners=1e9)
        assert pairs.log_p.tolist() == pytest.approx([log(2 * bound)], rel=1e-6)


def test_people_in_one_event_only_drop_out():
    pairs = validated_pairs(history_events(np.arange(50), np.zeros(50, np.int64)), np.ones(1000))
    assert len(pairs.a) == 0


def test_events_above_the_budget_are_left_out_and_reported():
    who = np.concatenate([np.tile(np.arange(40), 2), np.tile([0, 1], 3)])
    shop = np.concatenate([np.repeat([0, 1], 40), np.repeat([2, 3, 4], 2)])
    events = history_events(who, shop)
    small = validated_pairs(events, np.ones(10_000), false_partners=1e9, budget=100)
    assert (small.a.tolist(), small.b.tolist(), small.shared.tolist(), small.size_cut) == ([0], [1], [3], 2)
    assert validated_pairs(events, np.ones(10_000)).size_cut == 0


def test_chance_meetings_of_heavy_users_do_not_validate():
    rng = np.random.default_rng(5)
    who, shop = np.divmod(np.flatnonzero(rng.random(100 * 300) < 0.1), 300)
    pairs = validated_pairs(history_events(who, shop), np.bincount(who).astype(float))
    assert len(pairs.a) <= 15  # 0.05 chance partners for each of 100 people are allowed


def test_hubs_are_cut_and_named():
    phones = SharedThings("phone", np.arange(30), np.concatenate([np.zeros(25, np.int64), [1, 1, 2, 3, 4]]), limit=20)
    events, cut = shared_events([phones])
    assert events.value.tolist() == [1]
    assert [(c.name, c.value, c.people, c.limit) for c in cut] == [("phone", 0, 25, 20)]


def test_repeated_use_of_a_thing_by_one_person_is_no_sharing():
    events, _ = shared_events([SharedThings("phone", np.zeros(9, np.int64), np.zeros(9, np.int64))])
    assert len(events) == 0
