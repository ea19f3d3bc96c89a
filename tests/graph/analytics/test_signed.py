"""Belief propagation against enumeration of all worlds: exact on trees."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.analytics.signed import signed_beliefs


def by_enumeration(edges, n_people, n_things, epsilon, prior_dishonest, prior_bad):
    dishonest, bad, total = np.zeros(n_people), np.zeros(n_things), 0.0
    for world in product([0, 1], repeat=n_people + n_things):
        lies, worth = world[:n_people], world[n_people:]
        weight = np.prod([prior_dishonest if x else 1 - prior_dishonest for x in lies])
        weight *= np.prod([prior_bad if x else 1 - prior_bad for x in worth])
        for p, t, praise in edges:
            wrong = 2 * epsilon if lies[p] else epsilon
            tells_truth = praise != bool(worth[t])
            weight *= 1 - wrong if tells_truth != bool(lies[p]) else wrong
        dishonest += weight * np.array(lies)
        bad += weight * np.array(worth)
        total += weight
    return dishonest / total, bad / total


@st.composite
def trees(draw):
    """A random tree of people and things, each edge a statement."""
    people, things, edges = 1, 0, []
    for _ in range(draw(st.integers(1, 6))):
        praise = draw(st.booleans())
        if things and draw(st.booleans()):
            edges.append((people, draw(st.integers(0, things - 1)), praise))
            people += 1
        else:
            edges.append((draw(st.integers(0, people - 1)), things, praise))
            things += 1
    return edges, people, things


@given(trees(), st.floats(0.01, 0.2), st.floats(0.05, 0.9), st.floats(0.05, 0.9))
def test_beliefs_on_trees_are_exact(tree, epsilon, prior_dishonest, prior_bad):
    edges, people, things = tree
    person, thing, praise = (np.array(c) for c in zip(*edges, strict=True))
    found = signed_beliefs(
        person, thing, praise, n_people=people, n_things=things,
        epsilon=epsilon, prior_dishonest=prior_dishonest, prior_bad=prior_bad,
    )  # fmt: skip
    dishonest, bad = by_enumeration(edges, people, things, epsilon, prior_dishonest, prior_bad)
    assert found.converged
    assert found.dishonest == pytest.approx(dishonest, abs=1e-6)
    assert found.bad == pytest.approx(bad, abs=1e-6)


def test_people_whose_complaints_are_rejected_where_others_are_upheld_stand_out():
    rng = np.random.default_rng(0)
    person, thing = rng.integers(0, 60, 900), rng.integers(0, 40, 900)
    liar, bad = np.arange(60) < 10, np.arange(40) < 15
    praise = (bad[thing] == liar[person]) ^ (rng.random(900) < 0.05)
    found = signed_beliefs(person, thing, praise, n_people=60, n_things=40, prior_dishonest=0.2)
    assert (found.dishonest > 0.5).tolist() == liar.tolist()
    assert (found.bad > 0.5).tolist() == bad.tolist()


def test_no_statements_leave_the_priors():
    nothing = np.zeros(0, np.int64)
    found = signed_beliefs(nothing, nothing, np.zeros(0, bool), n_people=2, n_things=1, prior_dishonest=0.3)
    assert found.dishonest.tolist() == pytest.approx([0.3, 0.3])
    assert found.bad.tolist() == pytest.approx([0.5])


@pytest.mark.parametrize("epsilon", [0.0, 0.25, 1.0])
def test_impossible_error_rates_are_refused(epsilon):
    with pytest.raises(ValueError, match="epsilon"):
        signed_beliefs(
            np.zeros(1, np.int64), np.zeros(1, np.int64), np.ones(1, bool), n_people=1, n_things=1, epsilon=epsilon
        )
