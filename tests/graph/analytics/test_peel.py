import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from networkx.algorithms import approximation

from graph.analytics.peel import densest_block

EDGES = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), min_size=1, max_size=50)


@given(EDGES)
def test_density_is_true_and_as_good_as_networkx_greedy_bound(edges):
    net = nx.Graph()
    net.add_nodes_from(range(12))
    net.add_edges_from((a, b) for a, b in edges if a != b)
    nodes, density = densest_block(*np.array(edges, np.int64).T, 12)
    if not net.number_of_edges():
        assert (nodes.tolist(), density) == ([], 0.0)
        return
    block = net.subgraph(nodes.tolist())
    assert density == block.number_of_edges() / len(block)
    best, _ = approximation.densest_subgraph(net, iterations=30, method="fista")
    assert density >= best / 2


def test_a_planted_block_is_found():
    rng = np.random.default_rng(1)
    a, b = rng.integers(0, 500, 800), 500 + rng.integers(0, 500, 800)
    i, j = np.divmod(np.flatnonzero(rng.random(400) < 0.9), 20)
    nodes, _ = densest_block(np.concatenate([a, i]), np.concatenate([b, 500 + j]), 1000)
    assert set(nodes.tolist()) == {*range(20), *range(500, 520)}
