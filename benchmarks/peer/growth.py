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


class Activity:
    """Distinct merchants per person in each period and its neighbours; in the last column everything."""

    def __init__(self, filed: pd.DataFrame, activity: pd.Series, window: int) -> None:
        self.first = filed["day"].min()
        span, seen = filed["day"].max() - self.first + 1, len(filed.drop_duplicates(["person", "merchant", "day"]))
        self.days = max(window // 2, 30, -(-span * 500 // seen))
        period = (filed["day"] - self.first) // self.days
        rows = filed.assign(period=period).drop_duplicates(["person", "merchant", "period"])
        table = pd.crosstab(rows["person"], rows["period"])
        table = table.reindex(index=activity.index, columns=range(int(period.max()) + 1), fill_value=0)
        near = table.T.rolling(3, center=True, min_periods=1).sum().T
        self.rate = np.column_stack([near.to_numpy(), activity.to_numpy()])
        self.pairs = np.maximum(self.rate.sum(axis=0), 1.0)

    def period(self, events: pd.DataFrame) -> pd.Series:
        """Column of an occasion: by its middle day, the last where time plays no part."""
        whole = self.rate.shape[1] - 1
        middle = ((events["first"] + events["last"]) // 2 - self.first) // self.days
        return middle.clip(0, whole - 1).where(events["window"] > 0, whole).astype(int)


class Net:
    """People and occasions of one scale."""

    def __init__(self, window: int, rows: pd.DataFrame, events: pd.DataFrame, activity: Activity) -> None:
        self.window, self.rate = window, activity.rate
        self.size, self.period = events["members"].str.len().to_numpy(), activity.period(events).to_numpy()
        self.pairs, self.all_pairs = activity.pairs[self.period], activity.pairs[-1]
        self.active = max(int((self.rate[:, -1] >= 2).sum()), 1)
        self.people: dict[int, list[int]] = defaultdict(list)
        self.events: dict[int, list[int]] = defaultdict(list)
        for event, person in zip(rows["event"], rows["person"], strict=True):
            self.people[event].append(person)
            self.events[person].append(event)

    def grow(self, seed: set[int]) -> Grown | None:
        """Admit occasions with too many members for chance, then people with too many of those, until all is still."""
        members, usual = self._expanded(seed), 1.0
        for turn in range(100):
            support = self._occasions(members, usual)
            if len(support) < 2:
                return None
            overlap = self._overlaps(members, support)
            people = sorted(overlap)
            count = np.array([overlap[p] for p in people])
            tail = poisson_tail(count, usual * self._chance_of(people, support, self._sizes(support)))
            kept = discoveries(tail, 0.05, self.active) & (count >= 2)
            admitted = {p for p, k in zip(people, kept, strict=True) if k}
            if turn >= 10:
                admitted &= members
            if len(admitted) < 3:
                return None
            if admitted == members:
                company = self._usual_company(members, support)
                if company <= usual:
                    break
                usual = company
            members = admitted
        held = Counter(e for p in members for e in self.events[p] if e in support)
        support = {e: held[e] for e in support}
        mean = usual * self._chance_at(members, sorted(support)).sum()
        chance = float(poisson_tail(np.array([sum(support.values())]), np.array([mean]))[0])
        looks = log_choose(self.active, len(members)) + log_choose(len(self.size), len(support))
        probability = self._probability(members, support, overlap, usual)
        log_p = min(chance + float(looks), 0.0)
        return Grown(self.window, members, sorted(support), support, overlap, probability, log_p)

    def _expanded(self, seed: set[int]) -> set[int]:
        """With everybody who more likely belongs than not."""
        members = set(seed)
        for _ in range(10):
            support = self._occasions(members, 1.0)
            if len(support) < 2:
                break
            overlap = self._overlaps(members, support)
            likely = self._probability(members, support, overlap, 1.0, strict=True)
            more = members | {p for p, x in likely.items() if x >= 0.5 and overlap[p] >= 2}
            if more == members:
                break
            members = more
        return members

    def _sizes(self, support: dict[int, int]) -> dict[int, float]:
        return {e: float(self.size[e]) for e in support}

    def _chance_at(self, members: set[int], events: list[int]) -> np.ndarray:
        together = self.rate[sorted(members)].sum(axis=0)
        return together[self.period[events]] * self.size[events] / self.pairs[events]

    def _chance_of(self, people: list[int], support: dict[int, int], size: dict[int, float]) -> np.ndarray:
        share = np.zeros(self.rate.shape[1])
        for e in support:
            share[self.period[e]] += size[e] / self.pairs[e]
        return self.rate[people] @ share

    def _usual_company(self, members: set[int], support: dict[int, int]) -> float:
        """How many times more often than by chance the others at these occasions meet again; at least 1."""
        met = Counter(p for e in support for p in self.people[e] if p not in members)
        others = sorted(met)
        if not others:
            return 1.0
        again = self._chance_of(others, support, {e: float(self.size[e] - n) for e, n in support.items()})
        again *= 1.0 - 1.0 / self.rate[others, -1]
        seen = np.array([met[p] - 1 for p in others])
        judged = np.argsort(again - seen, kind="stable")[int(0.15 * len(members)) :]
        return max(1.0, (float(seen[judged].sum()) + 1.0) / (float(again[judged].sum()) + 1.0))

    def _occasions(self, members: set[int], usual: float) -> dict[int, int]:
        support = Counter(e for p in members for e in self.events[p])
        events = sorted(support)
        count = np.array([support[e] for e in events])
        tail = poisson_tail(count, usual * self._chance_at(members, events))
        kept = discoveries(tail, 0.05, len(self.size)) & (count >= 2)
        return {e: support[e] for e, k in zip(events, kept, strict=True) if k}

    def _overlaps(self, members: set[int], support: dict[int, int]) -> dict[int, int]:
        overlap: dict[int, int] = defaultdict(int)
        for e, n in support.items():
            for p in self.people[e]:
                overlap[p] += n - (p in members) >= 2
        return overlap

    def _probability(
        self, members: set[int], support: dict[int, int], overlap: dict[int, int], usual: float, *, strict: bool = False
    ) -> dict[int, float]:
        """Posterior of belonging, occasion by occasion, the person's own presence left out."""
        gain: dict[int, float] = defaultdict(float)
        for e, n in support.items():
            for p in self.people[e]:
                inside = p in members
                outsiders = self.size[e] - n - (not inside)
                as_member = (n - inside + 0.5) / len(members)
                share = min(self.pairs[e] / self.all_pairs, 1.0)
                rate = self.rate[p, self.period[e]]
                if not strict:
                    rate += share - 1.0  # being here is no sign of being busy now
                as_outsider = usual * rate * (outsiders + 1.0) / self.pairs[e]
                gain[p] += np.log(as_member / as_outsider)
        people = sorted(overlap)
        spare = usual * self._chance_of(people, support, {e: self.size[e] - n + 1.0 for e, n in support.items()})
        base = np.log(len(members) / self.active) - sum(support.values()) / len(members)
        return {
            p: 1.0 / (1.0 + np.exp(-np.clip(base + gain[p] + s, -500, 500))) for p, s in zip(people, spare, strict=True)
        }
