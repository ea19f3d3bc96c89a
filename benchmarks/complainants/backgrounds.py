"""Ordinary complaints into which groups are planted: two real networks, four random models, one synthetic city.

They differ in what fools a detector: heavy users and popular merchants (all), bursts of real life (visits, ratings),
towns whose people meet at the same merchants, seasons, people who are active for a few weeks only, filled matrices.
"""

from __future__ import annotations

import lzma
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow.csv as pcsv

from loaders.synthetic.background import build
from loaders.synthetic.market import open_market
from loaders.synthetic.truth import Truth

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
YEAR = 365


@dataclass(frozen=True)
class Background:
    """Complaints as parallel arrays; people and shops are numbered from 0, days count from the first."""

    who: np.ndarray
    shop: np.ndarray
    day: np.ndarray
    known_liars: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    """People whom a label calls fraudulent: to flag them is neither right nor wrong here."""

    @classmethod
    def of(cls, who, shop, day, liars=()) -> Background:
        names, number = np.unique(who, return_inverse=True)
        shops = np.unique(shop, return_inverse=True)[1]
        known = np.flatnonzero(np.isin(names, liars))
        return cls(*(np.asarray(c, np.int64) for c in (number, shops, day - day.min(), known)))


@cache
def _visits() -> Background:
    with lzma.open(DATA / "visits" / "edges.csv.xz") as file:
        table = pcsv.read_csv(file)
    day = table["date"].to_numpy().astype("datetime64[D]").astype(np.int64)
    return Background.of(table["user"].to_numpy(), table["merchant"].to_numpy(), day)


@cache
def _ratings() -> Background:
    table = pcsv.read_csv(DATA / "ratings" / "edges.csv")
    labels = pcsv.read_csv(DATA / "ratings" / "labels_user.csv")
    liars = labels["id"].to_numpy()[labels["label"].to_numpy() == 1]
    who, shop, day = (table[c].to_numpy() for c in ("user", "item", "timestamp"))
    return Background.of(who, shop, day // 86_400, liars)


def visits_month(_rng: np.random.Generator) -> Background:
    """Real: 113,640 visits of 76,309 people at 1,559 merchants within one month; one merchant has 26 %."""
    return _visits()


def visits_year(rng: np.random.Generator) -> Background:
    """Real: the same visits with each day stretched to twelve."""
    month = _visits()
    return Background(month.who, month.shop, month.day * 12 + rng.integers(0, 12, len(month.day)))


def ratings(_rng: np.random.Generator) -> Background:
    """Real: 35,592 ratings by 4,814 people over five years; sessions, and liars of its own."""
    return _ratings()


def power_law(rng: np.random.Generator) -> Background:
    """Random: 60,000 complaints, both sides' degrees drawn from a power law, spread evenly over a year."""
    who = _power_degrees(rng, 25_000, 60_000, 2.2)
    shop = rng.permutation(_power_degrees(rng, 1_500, 60_000, 1.9))
    return Background.of(who, shop, rng.integers(0, YEAR, len(who)))


def _power_degrees(rng: np.random.Generator, n: int, rows: int, exponent: float) -> np.ndarray:
    """`rows` stubs of n nodes whose degrees follow a power law with this exponent, at most 5 % on one node."""
    weight = np.minimum((1 - rng.random(n)) ** (-1 / (exponent - 1)), 0.05 * n)
    return rng.choice(n, rows, p=weight / weight.sum())


def towns(rng: np.random.Generator) -> Background:
    """Random: 30 towns, 85 % of complaints within one's own, weekends, a sales season four times the usual volume."""
    rows, people, shops, town = 60_000, 24_000, 1_800, 30
    who = _power_degrees(rng, people, rows, 2.4)
    weight = rng.pareto(1.2, shops) + 0.2
    at_home = np.concatenate([rng.choice(shops // town, rows, p=_share(weight[: shops // town]))])
    abroad = rng.choice(shops, rows, p=_share(weight))
    shop = np.where(rng.random(rows) < 0.85, (who % town) * (shops // town) + at_home, abroad)
    day = np.arange(YEAR)
    volume = (1 + 3 * np.exp(-0.5 * ((day - 315) / 8) ** 2)) * np.where(day % 7 >= 5, 0.6, 1.1)
    return Background.of(who, shop, rng.choice(YEAR, rows, p=_share(volume)))


def spells(rng: np.random.Generator) -> Background:
    """Random: people are active for about a month, merchants popular for about four; over two years."""
    rows, people, shops = 60_000, 20_000, 1_500
    who = _power_degrees(rng, people, rows, 2.3)
    begin = rng.integers(0, 2 * YEAR - 30, people)
    day = np.minimum(begin[who] + rng.exponential(20, rows).astype(np.int64), 2 * YEAR - 1)
    # of 12 draws by popularity the shop whose own peak lies nearest is taken: fashions come and go
    draw = rng.choice(shops, (rows, 12), p=_share(rng.pareto(1.1, shops) + 0.1))
    distance = np.abs(rng.integers(0, 2 * YEAR, shops)[draw] - day[:, None])
    return Background.of(who, draw[np.arange(rows), np.argmin(distance, axis=1)], day)


def dense(rng: np.random.Generator) -> Background:
    """Random: 943 people x 1,682 merchants with 6 % of all pairs, both sides skewed, over a year."""
    people, shops, pairs = 943, 1_682, 95_000
    tall, wide = (rng.permutation(1.0 / (np.arange(n) + n / 20)) for n in (people, shops))
    cells = rng.choice(people, 2 * pairs, p=_share(tall)) * shops + rng.choice(shops, 2 * pairs, p=_share(wide))
    cells = rng.permutation(np.unique(cells))[:pairs]
    return Background(cells // shops, cells % shops, rng.integers(0, YEAR, len(cells)))


def city(rng: np.random.Generator) -> Background:
    """Synthetic: the honest complaints of a generated city of 20,000 companies."""
    made = open_market(build(20_000, int(rng.integers(1, 2**31))), Truth()).events
    return Background.of(made["complainant"], made["merchant"], made["day"])


def _share(weight: np.ndarray) -> np.ndarray:
    return weight / weight.sum()


BACKGROUNDS: dict[str, Callable[[np.random.Generator], Background]] = {
    "visits, year": visits_year,
    "dense": dense,
    "towns": towns,
    "spells": spells,
    "ratings": ratings,
    "power law": power_law,
    "city": city,
    "visits, month": visits_month,
}
