"""Control and integrated ownership of random graphs against brute force: mismatches are counted, and there are none.

    python benchmarks/ownership_brute.py --graphs 10000 --seed 2026

Graphs of 1 to 12 parties with rings, closed rings of 100 %, self-holdings, shares not stated, several holdings of one
owner, and totals above 100 %. Brute force: the fixed point of "more than half, held together" set by set; ownership as
the limit of a walk up the holdings that ends at the owner, by squaring its matrix forty times.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.analytics.control import control_pairs
from graph.analytics.cycles import ownership_cycles
from graph.analytics.integrated import integrated_ownership

PARTIES, HOLDINGS = 12, 40
PERCENT = np.array(
    [100.0, 100.0, 75.0, 60.0, 51.0, 50.0, 49.0, 40.0, 34.0, 100 / 3, 25.0, 20.0, 10.0, 0.5, 0.0, np.nan]
)
CLOSE = 1e-5
Floats = npt.NDArray[np.float64]


@dataclass
class Graph:
    """Holdings of one random graph."""

    n: int
    owner: npt.NDArray[np.int64]
    company: npt.NDArray[np.int64]
    percent: Floats

    @classmethod
    def draw(cls, random: np.random.Generator) -> Graph:
        """A random one; a third have a ring drawn on purpose, a fifth of those closed."""
        n, m = int(random.integers(1, PARTIES + 1)), int(random.integers(0, HOLDINGS + 1))
        owner, company = random.integers(0, n, m), random.integers(0, n, m)
        percent = random.choice(PERCENT, m)
        if random.random() < 1 / 3:
            ring = random.permutation(n)[: int(random.integers(1, n + 1))]
            share = 100.0 if random.random() < 0.2 else float(random.choice(PERCENT[:8]))
            owner, company = np.append(owner, ring), np.append(company, np.roll(ring, -1))
            percent = np.append(percent, np.full(len(ring), share))
        return cls(n, owner.astype(np.int64), company.astype(np.int64), percent)

    def matrix(self) -> Floats:
        """Share of each party (column) in each (row), at most one in all."""
        found = np.zeros((self.n, self.n))
        np.add.at(found, (self.company, self.owner), np.nan_to_num(self.percent) / 100)
        return found / np.maximum(found.sum(axis=1, keepdims=True), 1.0)


def controlled(shares: Floats, top: int) -> set[int]:
    """Companies of which `top` and those it controls hold more than half together."""
    inside: set[int] = set()
    while True:
        held = shares[:, sorted({top, *inside})].sum(axis=1)
        own = [shares[c, c] if c == top or c in inside else 0.0 for c in range(len(shares))]
        more = {int(c) for c in np.flatnonzero(held - own > 0.5 + 1e-9)} - inside
        if not more:
            return inside
        inside |= more


def owned(shares: Floats) -> Floats:
    """Share of each party (column) in each (row) over all paths: the chance that a walk upwards ever meets it."""
    found = np.zeros_like(shares)
    for party in range(len(shares)):
        walk = shares.copy()
        walk[party] = np.eye(len(shares))[party]
        for _ in range(40):
            walk = walk @ walk
        found[:, party] = walk[:, party]
    np.fill_diagonal(found, 0.0)
    return found


def mismatches(graph: Graph) -> list[str]:
    """What the kernels say otherwise than brute force."""
    shares, columns = graph.matrix(), (graph.owner, graph.company, graph.percent, graph.n)
    pairs = control_pairs(*columns)
    ours = set(zip(pairs.controller.tolist(), pairs.company.tolist(), strict=True))
    right = {(top, c) for top in range(graph.n) for c in controlled(shares, top) if c != top}
    found = integrated_ownership(*columns, floor=0.0)
    dense = np.zeros_like(shares)
    dense[found.company, found.owner] = found.percent / 100
    wrong = [f"control: {ours ^ right}"] * (ours != right)
    wrong += ["ownership"] * (not np.allclose(dense, owned(shares), atol=CLOSE))
    wrong += ["above 100 %, or of itself"] * bool((found.percent > 100).any() or (found.owner == found.company).any())
    ownership_cycles(*columns)
    return wrong


def main() -> None:
    """Run from the command line; exit code 1 on any mismatch."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--graphs", type=int, default=10_000)
    words.add_argument("--seed", type=int, default=2026)
    given = words.parse_args()
    random = np.random.default_rng(given.seed)
    wrong = over = rings = itself = 0
    for number in range(given.graphs):
        graph = Graph.draw(random)
        total = np.bincount(graph.company, np.nan_to_num(graph.percent), graph.n)
        over += bool((total > 100).any())
        itself += bool((graph.owner == graph.company).any())
        rings += bool(ownership_cycles(graph.owner, graph.company, graph.percent, graph.n))
        for text in mismatches(graph):
            wrong += 1
            print(f"graph {number}: {text}")
    print(f"{given.graphs:,} graphs ({rings:,} with rings, {itself:,} with self-holdings, {over:,} above 100 %): "
          f"{wrong} mismatches")  # fmt: skip
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
