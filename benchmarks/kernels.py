"""Each kernel beside its peers, on one input in one run, with the same answer asserted.

    python benchmarks/kernels.py [--complaints 300000] [--companies 300000] [--peel 100000] [--seed 1]

Peers: NetworkX (components, rings, control by its own fixed point, PageRank-like sweeps), scipy A·Aᵀ and a DuckDB
self-join (pairs), `rgmining-fraudar` (peel; `pip install rgmining-fraudar`, left out where it is not there). Every side
runs in a process of its own; CPU-seconds are those of all its threads, without imports and without making the input.
creditnet's compiled kernels are made beforehand on a small input, as they are kept on disk.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import networkx as nx
import numpy as np
import pyarrow as pa
from scipy import sparse

sys.path.insert(0, str(Path(__file__).parent))  # for the child processes, which import this file anew

from load_city import Cost, measured

from graph.analytics.bursts import history_events
from graph.analytics.components import components
from graph.analytics.control import control
from graph.analytics.cycles import ownership_cycles
from graph.analytics.pairs import validated_pairs
from graph.analytics.peel import densest_block
from graph.analytics.propagation import belief_propagation

COUPLING = 0.3
SMALL = 2_000


def complaints(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Who complained about which shop: heavy tails on both sides, and a block of 60 × 40 nearly full."""
    random = np.random.default_rng(seed)
    people, shops = count // 3, count // 7
    who = np.minimum((people * random.random(count) ** 1.6).astype(np.int64), people - 1)
    shop = np.minimum((shops * random.random(count) ** 2.2).astype(np.int64), shops - 1)
    block = random.random((60, 40)) < 0.9
    rows, columns = np.nonzero(block)
    chosen = random.choice(people, 60, replace=False), random.choice(shops, 40, replace=False)
    return np.append(who, chosen[0][rows]), np.append(shop, chosen[1][columns])


def holdings(companies: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Persons and companies that hold companies, some in rings."""
    random = np.random.default_rng(seed)
    n, m = 2 * companies, 2 * companies
    company = random.integers(0, companies, m)
    by_company = random.random(m) < 0.15
    owner = np.where(by_company, random.integers(0, companies, m), random.integers(companies, n, m))
    ring = random.permutation(companies)[: companies // 25 // 5 * 5]  # rings of five
    owner, company = np.append(owner, ring), np.append(company, np.roll(ring.reshape(-1, 5), -1, axis=1).ravel())
    percent = random.choice([100.0, 70.0, 60.0, 51.0, 49.0, 34.0, 30.0, 20.0, 10.0], len(owner))
    return owner, company, percent, n


# ---------------------------------------------------------------- components


def components_ours(size: int, seed: int) -> Any:
    owner, company, _, n = holdings(size, seed)
    return lambda: len(np.unique(components(n, owner, company)))


def components_networkx(size: int, seed: int) -> Any:
    owner, company, _, n = holdings(size, seed)

    def run() -> int:
        net = nx.Graph()
        net.add_nodes_from(range(n))
        net.add_edges_from(zip(owner.tolist(), company.tolist(), strict=True))
        return nx.number_connected_components(net)

    return run


# ---------------------------------------------------------------- rings and control


def rings_ours(size: int, seed: int) -> Any:
    columns = holdings(size, seed)
    return lambda: sum(len(ring.members) for ring in ownership_cycles(*columns) if len(ring.members) > 1)


def rings_networkx(size: int, seed: int) -> Any:
    owner, company, _, _ = holdings(size, seed)

    def run() -> int:
        net = nx.DiGraph()
        net.add_edges_from(zip(owner.tolist(), company.tolist(), strict=True))
        return sum(len(found) for found in nx.strongly_connected_components(net) if len(found) > 1)

    return run


def control_ours(size: int, seed: int) -> Any:
    columns = holdings(size, seed)
    return lambda: int((control(*columns).controller >= 0).sum())


def control_networkx(size: int, seed: int) -> Any:
    owner, company, percent, n = holdings(size, seed)

    def run() -> int:
        net = nx.DiGraph()
        net.add_nodes_from(range(n))
        for o, c, p in zip(owner.tolist(), company.tolist(), percent.tolist(), strict=True):
            if o != c:
                net.add_edge(o, c, p=p + net.get_edge_data(o, c, {"p": 0.0})["p"])
        total = np.bincount(company, percent, n)
        scale = np.maximum(total, 100.0) / 100
        found = set()
        for top in [x for x in net if net.out_degree(x)]:
            held: dict[int, float] = {}
            inside, queue = {top}, [top]
            while queue:
                for _, c, p in net.out_edges(queue.pop(), data="p"):
                    held[c] = held.get(c, 0.0) + p / scale[c]
                    if held[c] > 50 + 1e-7 and c not in inside:
                        inside.add(c)
                        queue.append(c)
            found |= inside - {top}
            if held.get(top, 0.0) > 50 + 1e-7:
                found.discard(top)
        return len(found)

    return run


# ---------------------------------------------------------------- propagation


def sweeps_ours(size: int, seed: int) -> Any:
    owner, company, percent, n = holdings(size, seed)
    prior = (np.arange(n) % 97 == 0).astype(float)
    return lambda: round(
        float(belief_propagation(n, owner, company, percent / 100, prior, coupling=COUPLING).belief.sum()), 2
    )


def sweeps_networkx(size: int, seed: int) -> Any:
    owner, company, percent, n = holdings(size, seed)
    prior = (np.arange(n) % 97 == 0).astype(float)

    def run() -> float:
        net = nx.Graph()
        net.add_nodes_from(range(n))
        for o, c, p in zip(owner.tolist(), company.tolist(), (percent / 100).tolist(), strict=True):
            if o != c:
                net.add_edge(o, c, weight=p + net.get_edge_data(o, c, {"weight": 0.0})["weight"])
        links = nx.to_scipy_sparse_array(net, nodelist=range(n), weight="weight", dtype=float)
        degree = np.asarray(links.sum(axis=1)).ravel()
        scale = sparse.diags_array(1.0 / np.sqrt(np.where(degree > 0, degree, 1.0)))
        links, belief = scale @ links @ scale, prior.copy()
        for _ in range(40):
            belief = prior + COUPLING * (links @ belief)
        return round(float(belief.sum()), 2)

    return run


# ---------------------------------------------------------------- pairs and peel


def pairs_ours(size: int, seed: int) -> Any:
    who, shop = complaints(size, seed)
    keep = _small_shops(shop)
    events = history_events(who[keep], shop[keep])
    active = np.bincount(who[keep]).astype(float)
    return lambda: _at_least_five(validated_pairs(events, active, false_partners=1e300, budget=10**12).shared)


def pairs_scipy(size: int, seed: int) -> Any:
    who, shop = complaints(size, seed)
    keep = _small_shops(shop)

    def run() -> int:
        met = sparse.csr_array((np.ones(keep.sum(), np.int32), (who[keep], shop[keep])))
        met.sum_duplicates()
        met.data[:] = 1
        return _at_least_five(sparse.triu(met @ met.T, 1).data)

    return run


_SELF_JOIN = """
WITH met AS (SELECT DISTINCT who, shop FROM given),
     shared AS (SELECT count(*) AS n FROM met a JOIN met b USING (shop) WHERE a.who < b.who GROUP BY a.who, b.who)
SELECT count(*) FROM shared WHERE n >= 5
"""


def pairs_duckdb(size: int, seed: int) -> Any:
    who, shop = complaints(size, seed)
    keep = _small_shops(shop)
    met = pa.table({"who": who[keep], "shop": shop[keep]})

    def run() -> int:
        with duckdb.connect() as database:
            database.register("given", met)
            ((found,),) = database.sql(_SELF_JOIN).fetchall()
        return int(found)

    return run


def _small_shops(shop: np.ndarray) -> np.ndarray:
    """Complaints about shops that few complain about: A·Aᵀ of the others does not fit into memory."""
    return np.asarray(np.bincount(shop)[shop] <= 400)


def _at_least_five(shared: np.ndarray) -> int:
    return int((shared >= 5).sum())


def peel_ours(size: int, seed: int) -> Any:
    who, shop = complaints(size, seed)
    people = int(who.max()) + 1
    return lambda: round(densest_block(who, shop + people, people + int(shop.max()) + 1)[1], 6)


def peel_fraudar(size: int, seed: int) -> Any:
    who, shop = complaints(size, seed)
    from fraudar.export import greedy

    def run() -> float:
        met = sparse.coo_matrix((np.ones(len(who)), (who, shop))).tocsr()
        met.data[:] = 1
        (_, density) = greedy.fastGreedyDecreasing(met.tocoo().tolil(), np.ones(met.shape[1]))
        return round(float(density), 6)

    return run


KERNELS: dict[str, tuple[Callable[..., Any], dict[str, Callable[..., Any]]]] = {
    "components": (components_ours, {"NetworkX": components_networkx}),
    "rings of ownership": (rings_ours, {"NetworkX": rings_networkx}),
    "control": (control_ours, {"NetworkX, own fixed point": control_networkx}),
    "belief propagation": (sweeps_ours, {"NetworkX to scipy": sweeps_networkx}),
    "pairs": (pairs_ours, {"scipy A·Aᵀ": pairs_scipy, "DuckDB self-join": pairs_duckdb}),
    "densest block": (peel_ours, {"rgmining-fraudar": peel_fraudar}),
}


def job(make: Callable[..., Any], size: int, seed: int) -> Any:
    """Answer, CPU-seconds and wall seconds of a side, its input made and its code compiled before."""
    import time

    make(SMALL, seed)()
    run = make(size, seed)
    cpu, wall = time.process_time(), time.perf_counter()
    answer = run()
    return answer, time.process_time() - cpu, time.perf_counter() - wall


def main() -> None:
    """Measure and print Markdown; exit code 1 where two answers differ."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--complaints", type=int, default=300_000)
    words.add_argument("--peel", type=int, default=100_000, help="complaints for the peel, whose peer is slow")
    words.add_argument("--companies", type=int, default=300_000)
    words.add_argument("--seed", type=int, default=1)
    given = words.parse_args()
    print("| kernel | answer | peer | creditnet CPU-s | peer CPU-s | ratio | memory, GB | same |")
    print("|---|---:|---|---:|---:|---:|---|---|")
    wrong = False
    for name, (ours, peers) in KERNELS.items():
        size = {"pairs": given.complaints, "densest block": given.peel}.get(name, given.companies)
        mine: Cost = measured(job, ours, size, given.seed)
        for peer, make in peers.items():
            if make is peel_fraudar and find_spec("fraudar") is None:
                print(f"| {name} | | {peer}: not installed | | | | | |")
                continue
            other: Cost = measured(job, make, size, given.seed)
            same = mine.answer[0] == other.answer[0]
            wrong |= not same
            said = "yes" if same else f"NO: {other.answer[0]}"
            cost = f"{mine.answer[1]:.2f} | {other.answer[1]:.2f} | {other.answer[1] / max(mine.answer[1], 1e-3):.1f}"
            memory = f"{mine.memory:.1f}, {other.memory:.1f}"
            print(f"| {name} | {mine.answer[0]:,} | {peer} | {cost} | {memory} | {said} |", flush=True)
    sys.exit(wrong)


if __name__ == "__main__":
    main()
