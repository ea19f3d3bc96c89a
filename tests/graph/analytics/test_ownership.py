"""Control, integrated ownership, beneficial owners, rings: named cases, then random graphs against brute force."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.analytics.beneficial import BASES, STANDINGS, beneficial_owners, completeness
from graph.analytics.components import component_sizes, components
from graph.analytics.control import control, control_groups, control_pairs
from graph.analytics.cycles import ownership_cycles
from graph.analytics.holdings import clean_holdings
from graph.analytics.integrated import integrated_ownership
from graph.analytics.thresholds import LEVELS, SPECIAL_RESOLUTION, holding_level
from graph.errors import InputError

P, Q, A, B, C, D, X = range(7)
N = 7
PERSONS = np.array([True, True, False, False, False, False, False])

Edges = list[tuple[int, int, float]]


def columns(edges: Edges):
    owner, company, percent = zip(*edges, strict=True) if edges else ((), (), ())
    return np.array(owner, np.int64), np.array(company, np.int64), np.array(percent, np.float64)


def integrated(edges: Edges, n: int = N, floor: float = 0.0) -> dict[tuple[int, int], float]:
    found = integrated_ownership(*columns(edges), n, floor=floor)
    return {
        (o, c): p for o, c, p in zip(found.owner.tolist(), found.company.tolist(), found.percent.tolist(), strict=True)
    }


def controllers(edges: Edges, n: int = N, **options: float) -> dict[int, int]:
    found = control(*columns(edges), n, **options)
    return {c: x for c, x in enumerate(found.controller.tolist()) if x >= 0}


def owners_of(edges: Edges, n: int = N, **options):
    cols = columns(edges)
    return beneficial_owners(integrated_ownership(*cols, n), control(*cols, n), PERSONS, **options)


# ---------------------------------------------------------------- the cases that must exist


def test_direct_75_percent():
    found = owners_of([(P, A, 75)])
    assert (found.company.tolist(), found.person.tolist(), found.percent.tolist()) == ([A], [P], [75.0])
    assert controllers([(P, A, 75)]) == {A: P}


def test_diamond_sums_its_two_sides():
    edges = [(P, A, 50), (P, B, 50), (A, C, 40), (B, C, 40)]
    assert integrated(edges)[P, C] == pytest.approx(40)
    assert controllers(edges) == {}


def test_two_company_cycle_has_the_known_solution():
    edges = [(P, A, 60), (B, A, 40), (A, B, 50), (Q, B, 50)]
    shares = integrated(edges)
    # by hand: a = .6 + .4 b, b = .5 a for P; the rest is Q's
    assert shares[P, A] == pytest.approx(75)
    assert shares[P, B] == pytest.approx(37.5)
    assert shares[Q, A] == pytest.approx(25)
    assert shares[A, B] == pytest.approx(50)
    (ring,) = ownership_cycles(*columns(edges), N)
    assert (ring.members.tolist(), ring.closed, ring.product) == ([A, B], False, pytest.approx(20))


def test_closed_ring_never_raises_and_nobody_owns_it():
    edges = [(A, B, 100), (B, A, 100), (B, C, 60), (P, C, 40)]
    found = integrated_ownership(*columns(edges), N)
    assert found.percent.max() <= 100
    assert found.self_share[[A, B]].tolist() == [100, 100]
    assert (found.owner != found.company).all()
    assert integrated(edges)[P, C] == pytest.approx(40)
    held = control(*columns(edges), N)
    assert held.circular[[A, B]].all()
    assert held.controller[[A, B]].tolist() == [-1, -1]
    assert held.controller[C] == A  # the ring's lowest number stands for it
    (ring,) = ownership_cycles(*columns(edges), N)
    assert ring.closed
    owners = owners_of(edges)
    assert STANDINGS[owners.standing[A]] == "not_found"
    parts = completeness(found, PERSONS)
    assert parts.circular[[A, B, C]].tolist() == [100, 100, pytest.approx(60)]
    assert parts.explained[C] == pytest.approx(40)


def test_company_that_its_own_subsidiaries_hold_has_no_controller():
    edges = [(A, B, 60), (A, C, 60), (B, A, 30), (C, A, 30), (P, A, 40), (Q, B, 40)]
    found = control(*columns(edges), N)
    assert found.circular[A]
    assert found.controller[A] == -1
    assert found.controller[[B, C]].tolist() == [A, A]


def test_self_holding_is_taken_out_of_the_share():
    edges = [(P, A, 60), (A, A, 20), (Q, A, 20)]
    found = integrated_ownership(*columns(edges), N)
    assert integrated(edges)[P, A] == pytest.approx(75)
    assert found.self_share[A] == pytest.approx(20)
    assert controllers(edges) == {A: P}
    (ring,) = ownership_cycles(*columns(edges), N)
    assert ring.round.tolist() == [A]


def test_self_holding_of_everything_is_nobodys():
    found = integrated_ownership(*columns([(A, A, 100), (A, B, 100)]), N)
    assert found.self_share[A] == 100
    assert list(zip(found.owner.tolist(), found.company.tolist(), strict=True)) == [(A, B)]
    assert control(*columns([(A, A, 100)]), N).controller[A] == -1


def test_shares_above_100_are_scaled_and_marked():
    held = clean_holdings(*columns([(P, A, 90), (Q, A, 60)]), N)
    assert held.over[A]
    assert held.stated[A] == pytest.approx(150)
    assert integrated([(P, A, 90), (Q, A, 60)]) == {(P, A): pytest.approx(60), (Q, A): pytest.approx(40)}


def test_rounding_of_three_thirds_is_not_marked():
    assert not clean_holdings(*columns([(P, A, 33.34), (Q, A, 33.34), (B, A, 33.34)]), N).over.any()


def test_missing_share_lowers_completeness_but_keeps_the_record():
    found = integrated_ownership(*columns([(P, A, 30), (Q, A, np.nan)]), N)
    assert found.holdings.unstated[A]
    parts = completeness(found, PERSONS)
    assert parts.explained[A] == pytest.approx(30)
    assert parts.missing[A] == pytest.approx(70)


def test_declared_unknown_is_not_the_same_as_no_record():
    unknown = np.arange(N) == X
    edges: Edges = [(X, A, np.nan), (X, B, 80), (P, B, 20)]
    owners = owners_of(edges, unknown=unknown)
    assert [STANDINGS[owners.standing[c]] for c in (A, B, C)] == ["declared_unknown", "declared_unknown", "no_record"]
    parts = completeness(integrated_ownership(*columns(edges), N), PERSONS, unknown)
    assert parts.unknown[B] == pytest.approx(80)


def test_joint_control_through_two_companies():
    edges = [(P, A, 60), (P, B, 70), (A, C, 30), (B, C, 25), (Q, C, 45)]
    found = control(*columns(edges), N)
    assert found.controller[C] == P
    assert found.percent[C] == pytest.approx(55)
    assert found.via[C] == A


def test_chain_60_60_is_owned_36_yet_controlled():
    edges = [(P, A, 60), (A, B, 60)]
    assert integrated(edges)[P, B] == pytest.approx(36)
    found = control(*columns(edges), N)
    assert (found.controller[B], found.percent[B], found.via[B]) == (P, pytest.approx(60), A)


def test_share_of_looks_up_single_shares():
    whole = integrated_ownership(*columns([(P, A, 60), (A, B, 60)]), N)
    assert whole.share_of(np.array([P, P]), np.array([B, A])).tolist() == pytest.approx([36, 60])
    assert np.isnan(whole.share_of(np.array([Q]), np.array([B]))).all()


def test_exactly_half_is_not_control_and_two_thirds_is_a_special_majority():
    assert controllers([(P, A, 50)]) == {}
    assert controllers([(P, A, 60)], threshold=SPECIAL_RESOLUTION) == {}
    assert controllers([(P, A, 70)], threshold=SPECIAL_RESOLUTION) == {A: P}


def test_deep_chain_stays_linear():
    n = 20_000
    owner = np.arange(n - 1)
    found = control(owner, owner + 1, np.full(n - 1, 51.0), n)
    assert (found.controller[1:] == 0).all()
    assert np.array_equal(found.via[2:], owner[1:])


# ---------------------------------------------------------------- golden tests of the field


def test_state_parent_relates_nobody():
    state = np.arange(N) == D
    found = control(*columns([(D, A, 100), (D, B, 100), (P, C, 100)]), N)
    groups = control_groups(found.controller, state)
    assert groups[A] != groups[B]
    assert groups[C] == P


def test_beneficial_owner_by_15_plus_12():
    owners = owners_of([(P, A, 15), (P, B, 60), (B, A, 20), (Q, A, 10)])
    rows = dict(
        zip(zip(owners.company.tolist(), owners.person.tolist(), strict=True), owners.percent.tolist(), strict=True)
    )
    assert rows[A, P] == pytest.approx(27)
    assert (A, Q) not in rows


def test_more_than_a_third_carries_the_veto():
    levels = [LEVELS[i] for i in holding_level(np.array([100 / 3, 33.34, 50.0, 50.01, 200 / 3, np.nan]))]
    assert levels == ["beneficial_owner", "veto", "veto", "control", "special_resolution", "none"]


def test_control_then_manager_are_the_fallbacks():
    chain = [(P, A, 51), (A, B, 51), (B, C, 51), (C, D, 51)]  # 51 %, 26 %, 13 %, 7 %
    manager = np.full(N, -1)
    manager[X] = Q
    owners = owners_of([*chain, (A, X, 10)], manager=manager)
    basis = {
        (c, p): BASES[b]
        for c, p, b in zip(owners.company.tolist(), owners.person.tolist(), owners.basis.tolist(), strict=True)
    }
    assert basis == {(A, P): "ownership", (B, P): "ownership", (C, P): "control", (D, P): "control", (X, Q): "manager"}
    assert STANDINGS[owners.standing[X]] == "manager_only"


# ---------------------------------------------------------------- bad input, empty input


@pytest.mark.parametrize("bad", [(P, A, -1.0), (P, A, np.inf), (P, N, 10.0), (-1, A, 10.0)])
def test_impossible_holdings_are_refused(bad):
    with pytest.raises(InputError):
        clean_holdings(*columns([bad]), N)


def test_no_holdings_at_all():
    assert integrated([]) == {}
    assert controllers([]) == {}
    assert ownership_cycles(*columns([]), N) == ()
    assert len(owners_of([]).company) == 0


# ---------------------------------------------------------------- random graphs against brute force


@st.composite
def graphs(draw):
    n = draw(st.integers(1, 8))
    party = st.integers(0, n - 1)
    percent = st.sampled_from([100.0, 60.0, 51.0, 50.0, 40.0, 30.0, 25.0, 20.0, 10.0, 0.0, float("nan")])
    return draw(st.lists(st.tuples(party, party, percent), max_size=20)), n


def share_matrix(edges: Edges, n: int) -> np.ndarray:
    """W[c, o]: share of o in c, scaled to at most one, computed the slow way."""
    w = np.zeros((n, n))
    for o, c, p in edges:
        if p == p:
            w[c, o] += p / 100
    for c in range(n):
        if w[c].sum() > 1:
            w[c] /= w[c].sum()
    return w


def naive_control(w: np.ndarray, top: int) -> set[int]:
    inside: set[int] = set()
    while True:
        more = {
            c for c in range(len(w)) if c not in inside
            and sum(w[c, o] for o in {top, *inside} if o != c) > 0.5 + 1e-9
        }  # fmt: skip
        if not more:
            return inside
        inside |= more


@settings(max_examples=300, deadline=None)
@given(graphs())
def test_control_pairs_equal_the_naive_fixed_point(case):
    edges, n = case
    w = share_matrix(edges, n)
    expected = {(top, c) for top in range(n) for c in naive_control(w, top) if c != top}
    pairs = control_pairs(*columns(edges), n)
    assert set(zip(pairs.controller.tolist(), pairs.company.tolist(), strict=True)) == expected
    for top, c, percent in zip(pairs.controller, pairs.company, pairs.percent, strict=True):
        holders = {top, *naive_control(w, top)} - {c}
        assert percent == pytest.approx(100 * sum(w[c, o] for o in holders))


@settings(max_examples=300, deadline=None)
@given(graphs())
def test_ultimate_controller_is_the_uncontrolled_one(case):
    edges, n = case
    w = share_matrix(edges, n)
    reach = {top: naive_control(w, top) for top in range(n)}
    found = control(*columns(edges), n)
    for c in range(n):
        above = [top for top in range(n) if c in reach[top] and top != c]
        assert bool(found.circular[c]) == (c in reach[c])
        if c in reach[c] or not above:
            assert found.controller[c] == -1
        else:
            free = [top for top in above if not any(top in reach[t] for t in range(n) if t != top)]
            ring = [top for top in above if top in reach[top]]
            assert found.controller[c] == (free or ring)[0]
            assert len(free) <= 1


@settings(max_examples=300, deadline=None)
@given(graphs())
def test_integrated_ownership_equals_the_limit_of_the_path_sum(case):
    """Oracle: walk the holdings with A made absorbing; the limit of the walk is the chance of ever reaching A."""
    edges, n = case
    w = share_matrix(edges, n)
    found = integrated_ownership(*columns(edges), n, floor=0.0)
    dense = np.zeros((n, n))
    dense[found.company, found.owner] = found.percent
    for a in range(n):
        stop = w.copy()
        stop[a] = 0
        stop[a, a] = 1
        for _ in range(40):  # squaring 40 times: 2⁴⁰ steps
            stop = stop @ stop
        expected = 100 * stop[:, a]
        expected[a] = 0
        assert dense[:, a] == pytest.approx(expected, abs=1e-5)


@settings(max_examples=200, deadline=None)
@given(graphs())
def test_parties_nobody_holds_have_the_dense_solution_and_parts_sum_to_100(case):
    edges, n = case
    w = share_matrix(edges, n)
    found = integrated_ownership(*columns(edges), n, floor=0.0)
    assert (found.percent <= 100).all()
    assert (found.percent > 0).all()
    assert (found.owner != found.company).all()
    free = w.sum(axis=1) == 0
    if np.linalg.matrix_rank(np.eye(n) - w) == n:
        solved = np.linalg.solve(np.eye(n) - w, w)
        for o, c, p in zip(found.owner, found.company, found.percent, strict=True):
            if free[o]:
                assert p == pytest.approx(100 * solved[c, o], abs=1e-6)
    parts = completeness(found, np.ones(n, np.bool_))
    total = parts.explained + parts.unknown + parts.circular + parts.missing
    assert total == pytest.approx(np.full(n, 100.0), abs=1e-6)


@settings(max_examples=200, deadline=None)
@given(graphs())
def test_rings_are_the_strong_components_of_networkx(case):
    edges, n = case
    net = nx.DiGraph([(o, c) for o, c, p in edges if p > 0])
    expected = sorted(sorted(s) for s in nx.strongly_connected_components(net) if len(s) > 1)
    expected_loops = sorted([o] for o in nx.nodes_with_selfloops(net))
    rings = ownership_cycles(*columns(edges), n)
    assert sorted(r.members.tolist() for r in rings if len(r.members) > 1) == expected
    assert sorted(r.members.tolist() for r in rings if len(r.members) == 1) == expected_loops
    for ring in rings:
        way = ring.round.tolist()
        assert all(net.has_edge(a, b) for a, b in zip(way, way[1:] + way[:1], strict=True))
        if len(way) > 1:
            inner = net.subgraph(ring.members.tolist()).copy()
            inner.remove_edges_from(list(nx.selfloop_edges(inner)))
            assert len(way) == nx.girth(inner.to_undirected()) or len(way) == min(
                len(c) for c in nx.simple_cycles(inner)
            )


@settings(max_examples=100, deadline=None)
@given(
    st.integers(1, 12).flatmap(
        lambda n: st.tuples(st.just(n), st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1))))
    )
)
def test_components_equal_networkx(case):
    n, links = case
    net = nx.Graph(links)
    net.add_nodes_from(range(n))
    a, b = (np.array(x, np.int64) for x in zip(*links, strict=True)) if links else (np.empty(0, np.int64),) * 2
    label = components(n, a, b)
    for part in nx.connected_components(net):
        assert set(label[list(part)].tolist()) == {min(part)}
        assert (component_sizes(label)[list(part)] == len(part)).all()
