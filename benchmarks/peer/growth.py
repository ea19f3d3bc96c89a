"""Validated pairs of complainants, and the groups grown from them by a two-sided fixed point."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

import networkx as nx
import numpy as np
import pandas as pd
from scipy import special

from peer.tails import discoveries, log_choose, poisson_tail

MOST_PAIRS = 5_000_000
"""Pairs looked at per scale: the largest occasions, which say little about a pair, are left out above it."""


def validated_pairs(rows: pd.DataFrame, size: pd.Series, activity: pd.Series) -> nx.Graph:
    """Pairs who met at least twice and more often than chance explains; rows: event, person."""
    degree = rows["person"].value_counts()
    busy = degree[degree >= 2]
    rows = rows[rows["person"].isin(busy.index)]
    reach = rows["event"].map(size).groupby(rows["person"]).sum() / activity.sum()
    crowd = rows["event"].value_counts()
    ordered = np.sort(crowd.to_numpy())
    within = np.cumsum(ordered * (ordered - 1) // 2) <= max(MOST_PAIRS, 20 * len(rows))
    if not within.any():
        return nx.Graph()
    rows = rows[rows["event"].map(crowd) <= ordered[within][-1]]
    rows = rows.assign(weight=np.log(rows["event"].map(size) / max((activity > 0).sum(), 1)))
    pairs = rows.merge(rows[["event", "person"]], on="event")
    pairs = pairs[pairs["person_x"] < pairs["person_y"]]
    met = pairs.groupby(["person_x", "person_y"]).agg(shared=("weight", "size"), weight=("weight", "sum")).reset_index()
    met = met[met["shared"] >= 2]
    a, b, k = met["person_x"], met["person_y"], met["shared"].to_numpy()
    union = (
        log_choose(a.map(degree).to_numpy(), k) + log_choose(b.map(degree).to_numpy(), k)
        + special.gammaln(k + 1) + met["weight"].to_numpy()
    )  # fmt: skip
    expected = np.sqrt((a.map(reach) * b.map(activity)).to_numpy() * (b.map(reach) * a.map(activity)).to_numpy())
    log_p = np.minimum(np.minimum(union, poisson_tail(k, expected)) + np.log(2), 0.0)
    valid = log_p <= np.log(0.05 / max(len(busy), 1))
    return nx.Graph(zip(a[valid], b[valid], strict=True))


@dataclass
class Grown:
    """A grown group on one scale."""

    window: int
    members: set[int]
    events: list[int]
    support: dict[int, int]
    overlap: dict[int, int]
    probability: dict[int, float]
    log_p: float
    reach: float


class Net:
    """People and occasions of one scale."""

    def __init__(self, window: int, rows: pd.DataFrame, size: pd.Series, activity: pd.Series) -> None:
        self.window, self.size, self.activity = window, size.to_dict(), activity.to_dict()
        self.pairs = max(float(activity.sum()), 1.0)
        self.active = max(int((activity >= 2).sum()), 1)
        self.people: dict[int, list[int]] = defaultdict(list)
        self.events: dict[int, list[int]] = defaultdict(list)
        for event, person in zip(rows["event"], rows["person"], strict=True):
            self.people[event].append(person)
            self.events[person].append(event)

    def grow(self, seed: set[int]) -> Grown | None:
        """Admit occasions with too many members for chance, then people with too many of those, until all is still."""
        members = set(seed)
        for _ in range(20):
            support = self._occasions(members)
            if len(support) < 2:
                return None
            overlap = self._overlaps(members, support)
            reach = sum(self.size[e] for e in support) / self.pairs
            people = sorted(overlap)
            count = np.array([overlap[p] for p in people])
            tail = poisson_tail(count, np.array([self.activity[p] for p in people]) * reach)
            kept = discoveries(tail, 0.05, self.active) & (count >= 2)
            admitted = {p for p, k in zip(people, kept, strict=True) if k}
            if len(admitted) < 3:
                return None
            if admitted == members:
                break
            members = admitted
        held = Counter(e for p in members for e in self.events[p] if e in support)
        support = {e: held[e] for e in support}
        mean = sum(self.activity[p] for p in members) * reach
        chance = float(poisson_tail(np.array([sum(support.values())]), np.array([mean]))[0])
        looks = log_choose(self.active, len(members)) + log_choose(len(self.size), len(support))
        probability = self._probability(members, support, overlap)
        log_p = min(chance + float(looks), 0.0)
        return Grown(self.window, members, sorted(support), support, overlap, probability, log_p, reach)

    def _occasions(self, members: set[int]) -> dict[int, int]:
        support = Counter(e for p in members for e in self.events[p])
        events = sorted(support)
        count = np.array([support[e] for e in events])
        mean = sum(self.activity[p] for p in members) * np.array([self.size[e] for e in events]) / self.pairs
        kept = discoveries(poisson_tail(count, mean), 0.05, len(self.size)) & (count >= 2)
        return {e: support[e] for e, k in zip(events, kept, strict=True) if k}

    def _overlaps(self, members: set[int], support: dict[int, int]) -> dict[int, int]:
        overlap: dict[int, int] = defaultdict(int)
        for e, n in support.items():
            for p in self.people[e]:
                overlap[p] += n - (p in members) >= 2
        return overlap

    def _probability(self, members: set[int], support: dict[int, int], overlap: dict[int, int]) -> dict[int, float]:
        """Posterior of belonging, occasion by occasion, the person's own presence left out."""
        gain: dict[int, float] = defaultdict(float)
        for e, n in support.items():
            for p in self.people[e]:
                inside = p in members
                outsiders = self.size[e] - n - (not inside)
                as_member = (n - inside + 0.5) / len(members)
                as_outsider = self.activity[p] * (outsiders + 1.0) / self.pairs
                gain[p] += np.log(as_member / as_outsider)
        usual = sum(support.values()) / len(members)
        spare = sum(self.size[e] - n + 1.0 for e, n in support.items()) / self.pairs
        base = np.log(len(members) / self.active) - usual
        evidence = {p: base + gain[p] + self.activity[p] * spare for p in overlap}
        return {p: 1.0 / (1.0 + np.exp(-np.clip(x, -500, 500))) for p, x in evidence.items()}
