"""Paths against NetworkX on random small graphs, and how an answer reads."""

import random
from itertools import pairwise

import fixture_graph as f
import networkx as nx
import pyarrow as pa
import pytest

from graph.errors import NotFound, QueryError
from graph.model import kinds
from graph.model.kinds import table_schema
from queries.linked_parties import paths
from queries.linked_parties.paths import FAINT, STRENGTH, UNSTATED, WEAK

pytestmark = pytest.mark.neo4j

NODES = {
    "c": kinds.COMPANY,
    "p": kinds.PERSON,
    "a": kinds.ADDRESS,
    "t": kinds.PHONE,
    "s": kinds.SHOP,
    "f": kinds.PLATFORM,
}
EDGES = [
    ("p", kinds.LEGAL_REP, "c"),
    ("p", kinds.SHAREHOLDER, "c"),
    ("c", kinds.SHAREHOLDER, "c"),
    ("c", kinds.REGISTERED_AT, "a"),
    ("t", kinds.PHONE_OF, "c"),
    ("c", kinds.OPERATES, "s"),
    ("s", kinds.ON_PLATFORM, "f"),
]
SEEDS = range(24)
HUB = 2
"""Relationships above which an address or phone is a hub in these graphs."""


def random_graph(seed: int) -> nx.MultiGraph:
    """Up to 16 parties and 30 relationships of the model; nodes carry `kind`, edges `type`."""
    rng = random.Random(seed)
    net = nx.MultiGraph()
    for letter, most in {"c": 6, "p": 3, "a": 2, "t": 2, "s": 2, "f": 1}.items():
        net.add_nodes_from((f"x_{seed}_{letter}{i}" for i in range(rng.randint(1, most))), kind=letter)
    by_kind = {letter: [n for n, k in net.nodes(data="kind") if k == letter] for letter in NODES}
    for _ in range(rng.randint(5, 30)):
        source, kind, target = rng.choice(EDGES)
        a, b = rng.choice(by_kind[source]), rng.choice(by_kind[target])
        if a != b and not net.has_edge(a, b, key=kind.type):
            net.add_edge(a, b, key=kind.type, ends=(a, b))
    return net


@pytest.fixture(scope="module")
def graphs(city):
    """Random graphs loaded beside the city, taken away afterwards."""
    made = {seed: random_graph(seed) for seed in SEEDS}
    nodes = [(n, k) for net in made.values() for n, k in net.nodes(data="kind")]
    edges = [(type_, *ends) for net in made.values() for *_, type_, ends in net.edges(keys=True, data="ends")]
    for letter, kind in NODES.items():
        rows = [{"id": n, "name": n} for n, k in nodes if k == letter]
        city.upsert_nodes(kind, pa.Table.from_pylist(rows, schema=table_schema(kind)))
    for kind in {kind.type: kind for _, kind, _ in EDGES}.values():
        rows = [{"from_id": a, "to_id": b} for type_, a, b in edges if type_ == kind.type]
        city.upsert_relationships(kind, pa.Table.from_pylist(rows, schema=table_schema(kind)))
    yield made
    for letter, kind in NODES.items():
        city.delete_nodes(kind, [n for n, k in nodes if k == letter])


def expected(net, source, target, max_hops, relations, through_hubs):
    """All simple chains by NetworkX on the graph without hubs and without other relations, shortest first."""
    wanted = [(a, b) for a, b, type_ in net.edges(keys=True) if relations is None or type_ in relations]
    hubs = (
        set()
        if through_hubs
        else {n for n, k in net.nodes(data="kind") if k == "f" or (k in "at" and net.degree(n) > HUB)}
    )
    graph = nx.Graph(wanted)
    graph.remove_nodes_from(hubs - {source, target})
    graph.add_nodes_from([source, target])
    return sorted(nx.all_simple_paths(graph, source, target, cutoff=max_hops), key=lambda chain: (len(chain), chain))


def strength(net, chain, relations):
    """What the steps of a chain hand on, by the setting of the query; of several relations the strongest."""
    most = 1.0
    for a, b in pairwise(chain):
        types = [t for t in net[a][b] if relations is None or t in relations]
        most *= max(STRENGTH.get(t, UNSTATED if t == "SHAREHOLDER" else WEAK) for t in types)
    return most


def chain_of(answer, path):
    """Parties along a path given by its relation ids."""
    by_id = {r.id: r for r in answer.network.relations}
    chain = [answer.source]
    for id_ in path:
        relation = by_id[id_]
        chain.append(relation.target if relation.source == chain[-1] else relation.source)
    return chain


@pytest.mark.parametrize("seed", SEEDS)
def test_paths_are_those_of_networkx(city, graphs, seed):
    net, rng = graphs[seed], random.Random(seed + 1000)
    for _ in range(6):
        source, target = rng.sample(sorted(net), 2)
        options = {
            "max_hops": rng.choice([2, 4, 6]),
            "relations": rng.choice([None, ["SHAREHOLDER", "LEGAL_REP"], ["REGISTERED_AT", "SHAREHOLDER", "PHONE_OF"]]),
            "through_hubs": rng.random() < 0.4,
        }
        right = expected(net, source, target, **options)
        answer = paths(city, source, target, **options, hub_links=HUB, limit=3)
        chains = [chain_of(answer, path) for path in answer.paths]
        power = [strength(net, chain, options["relations"]) for chain in chains]
        assert answer.hops == (len(right[0]) - 1 if right else None)
        assert all(chain in right for chain in chains)
        assert len({tuple(chain) for chain in chains}) == len(chains)
        assert bool(chains) == bool(right)
        assert answer.strength == pytest.approx(power, abs=1e-4)
        assert power == sorted(power, reverse=True)
        short = [chain for chain in right if len(chain) <= answer.hops + 2] if right else []
        best = sorted((strength(net, chain, options["relations"]) for chain in short), reverse=True)
        assert all(mine >= other - 1e-9 for mine, other in zip(power, best, strict=False))
        assert len(chains) >= min(3, sum(value >= FAINT * power[0] for value in best))


def test_the_oracle_is_not_idle(graphs):
    """The random questions have all kinds of answers: none, one, several, and only through a hub."""
    pairs = [(net, a, b) for net in graphs.values() for a in net for b in net if a < b]
    direct = [len(expected(*pair, 4, None, False)) for pair in pairs]
    through = [len(expected(*pair, 4, None, True)) for pair in pairs]
    assert 0 in direct
    assert 1 in direct
    assert max(direct) > 2
    assert any(not d and t for d, t in zip(direct, through, strict=True))


def test_an_answer_reads_like_sentences(city):
    answer = paths(city, f.SUN, f.YUANFAN)
    assert answer.hops == 3
    assert answer.texts == (
        "孙问天投诉鑫宏数码专营店1件（首次2024-05-01）；"
        "东莞市鑫宏达电子有限公司经营网店鑫宏数码专营店（2019-09-09起）；"
        "东莞市鑫宏达电子有限公司持有深圳市远帆贸易有限公司的股份100%",
    )
    assert (
        {p.id for p in answer.network.parties} == {f.SUN, f.SHOP, f.HONGDA, f.YUANFAN} == set(answer.network.positions)
    )


def test_a_term_on_record_and_still_running_is_named_first(city):
    answer = paths(city, f.LIN, f.HONGDA)
    assert answer.paths == ((f"LEGAL_REP:{f.LIN}:{f.HONGDA}:2020-06-01",),)


def test_several_paths(city):
    answer = paths(city, f.LIN, f.PLATFORM)
    assert (answer.hops, len(answer.paths), len(answer.texts)) == (3, 2, 2)
    assert len(paths(city, f.LIN, f.PLATFORM, limit=1).paths) == 1


def test_the_filter_is_honoured(city):
    answer = paths(city, f.BAIHUO, f.YUANFAN, relations=["LEGAL_REP", "SHAREHOLDER"])
    assert answer.hops == 3
    assert {r.type for r in answer.network.relations} == {"LEGAL_REP", "SHAREHOLDER"}
    assert paths(city, f.BAIHUO, f.YUANFAN).hops == 2


def test_no_path_is_an_answer(city):
    answer = paths(city, f.COOP, f.CROWD[0])
    assert (answer.hops, answer.paths, answer.texts) == (None, (), ("6步内无路径",))
    assert {p.id for p in answer.network.parties} == {f.COOP, f.CROWD[0]}
    assert paths(city, f.COOP, f.CROWD[0], through_hubs=True).hops == 2


def test_max_hops(city):
    assert paths(city, f.SUN, f.YUANFAN, max_hops=2).texts == ("2步内无路径",)


def test_both_ends_the_same(city):
    answer = paths(city, f.LIN, f.LIN)
    assert (answer.hops, answer.paths, answer.texts) == (0, ((),), ("两端是同一主体",))


def test_wrong_questions(city):
    with pytest.raises(NotFound, match="p_nobody"):
        paths(city, f.LIN, "p_nobody")
    with pytest.raises(QueryError, match="max_hops is 7"):
        paths(city, f.LIN, f.ZHAO, max_hops=7)
    with pytest.raises(QueryError, match="FRIEND"):
        paths(city, f.LIN, f.ZHAO, relations=["FRIEND"])
