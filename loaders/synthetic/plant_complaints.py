"""Plants among complainants: groups that act together, genuine mass incidents, heavy genuine consumers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from loaders.synthetic.city import DATA_DATE, FIRST_COMPLAINT, City
from loaders.synthetic.draw import NONE, Floats, Ints, rng
from loaders.synthetic.market import (
    ATTACK,
    BY_ID,
    CAMOUFLAGE,
    HEAVY,
    INCIDENT,
    Market,
    add_complainants,
    file,
    when,
)  # fmt: skip
from loaders.synthetic.truth import Truth


class GroupShape(NamedTuple):
    """A group: members, merchants it visits, share of pairs that exist, days per merchant (0 = any time)."""

    members: int
    merchants: int
    density: float
    window: int
    camouflage: float
    """Complaints on ordinary merchants per complaint of the attack."""
    shares: tuple[str, ...] = ()


GROUP_SHAPES = (
    GroupShape(60, 50, 0.4, 3, 0.3, ("template",)),
    GroupShape(8, 12, 0.6, 14, 0.0),
    GroupShape(30, 40, 0.10, 0, 0.5),
    GroupShape(40, 40, 0.2, 60, 0.3, ("phone", "address", "template")),
    GroupShape(45, 45, 0.2, 180, 0.5),
    GroupShape(12, 15, 0.8, 3, 1.0, ("phone",)),
    GroupShape(60, 60, 0.1, 7, 0.0),
    GroupShape(30, 40, 0.3, 180, 0.2, ("template", "address")),
    GroupShape(25, 30, 0.2, 60, 1.0),
    GroupShape(20, 25, 0.35, 14, 0.5, ("address", "template")),
    GroupShape(50, 50, 0.1, 60, 0.0),
    GroupShape(24, 40, 0.08, 0, 0.3),
    GroupShape(10, 12, 0.7, 30, 0.5),
    GroupShape(16, 20, 0.5, 1, 0.5, ("phone", "template")),
)
"""Sizes 8–60, densities .1–.8, windows from a day to 180 days; window 0 with nothing shared is not detectable."""


def plant_complaints(city: City, truth: Truth, market: Market) -> None:
    """Write groups, incidents and heavy consumers into the market."""
    calm = market.rate.copy()
    _incidents(city, truth, market)
    _groups(city, truth, market, calm)
    _heavy(city, truth, market, calm)


def _normal_merchants(city: City, market: Market, rate: Floats) -> Ints:
    """Merchants that do nothing wrong: unplanted, open all the time, with a life of their own."""
    shops = city.shops
    opened = np.concatenate([shops.opened, city.companies.established])
    closed = np.concatenate([shops.closed, np.full(len(city.companies), NONE)])
    steady = (closed < 0) & (opened < DATA_DATE - 500)
    return np.flatnonzero((market.multiplier == 1) & (rate > 0.2) & steady)


def _groups(city: City, truth: Truth, market: Market, rate: Floats) -> None:
    random = rng(city.seed, 50)
    normal = _normal_merchants(city, market, rate)
    weight = np.sqrt(rate[normal])
    for i in range(city.scaled(len(GROUP_SHAPES), 5)):
        shape = GROUP_SHAPES[i % len(GROUP_SHAPES)]
        size = min(shape.merchants, len(normal) // 3)
        targets = random.choice(normal, size, replace=False, p=weight / weight.sum())
        _group(city, truth, market, shape, targets, random, normal[rate[normal] > 0.5])


def _group(
    city: City,
    truth: Truth,
    market: Market,
    shape: GroupShape,
    targets: Ints,
    random: np.random.Generator,
    others: Ints,
) -> None:
    members = add_complainants(city, market, shape.members)
    detectable = shape.window > 0 or bool(shape.shares)
    plant = truth.plant(
        "group" if detectable else "not_detectable", size=shape.members, density=shape.density,
        window_days=shape.window, camouflage=shape.camouflage, shares=",".join(shape.shares), detectable=detectable,
    )  # fmt: skip
    if "phone" in shape.shares:
        market.complainants.scheme[members] = BY_ID  # a name with a shared phone would merge namesakes
    who, which = np.nonzero(random.random((shape.members, len(targets))) < shape.density)
    day = _attack_days(market, random, shape.window, len(targets), which)
    phone, home = _shared_things(city, market, members, shape.shares, random)
    file(
        city, market, members[who], targets[which], day, random, ATTACK, plant=plant,
        template=plant if "template" in shape.shares else NONE, phone=phone[who], home=home[who],
    )  # fmt: skip
    decoys = int(len(who) * shape.camouflage)
    merchant = random.choice(others, decoys)
    file(
        city, market, random.choice(members, decoys), merchant, when(city, market, random, merchant), random,
        CAMOUFLAGE, plant=plant,
    )  # fmt: skip
    truth.member(plant, "member", "complainant", members)
    truth.member(plant, "target", "merchant", targets)
    truth.plants[plant].update(first=int(day.min(initial=DATA_DATE)), last=int(day.max(initial=FIRST_COMPLAINT)))


def _attack_days(market: Market, random: np.random.Generator, window: int, targets: int, which: Ints) -> Ints:
    """Each merchant is visited within `window` days; a group works through its merchants in about a year."""
    span = DATA_DATE - FIRST_COMPLAINT
    if not window:
        return FIRST_COMPLAINT + random.integers(0, span, len(which))
    begin = int(random.integers(0, span - 366 - window))
    first = begin + random.integers(0, 366, targets)
    return FIRST_COMPLAINT + first[which] + random.integers(0, window, len(which))


def _shared_things(
    city: City, market: Market, members: Ints, shares: tuple[str, ...], random: np.random.Generator
) -> tuple[Ints, Ints]:
    """Phones and delivery addresses of the members: their own, or one for every four of them."""
    phone, home = market.complainants.phone[members], market.complainants.home[members]
    pool = random.integers(0, max(1, len(members) // 4), len(members))
    if "phone" in shares:
        lines = city.new_phones(len(members))
        phone = lines[pool]
    if "address" in shares:
        home = home[pool]
    return phone, home


def _incidents(city: City, truth: Truth, market: Market) -> None:
    """A merchant fails many honest people within days: one complaint each, mostly upheld, own words."""
    random = rng(city.seed, 51)
    fit = np.flatnonzero((market.rate[: len(city.shops)] > 1.0) & (city.shops.opened < DATA_DATE - 900))
    fit = fit[(city.shops.closed[fit] < 0) & (market.multiplier[fit] == 1)]
    count = min(city.scaled(8, 3), len(fit) // 2)
    for merchant in random.choice(fit, count, replace=False):
        size = int(random.integers(25, 90))
        people = add_complainants(city, market, size)
        begin = FIRST_COMPLAINT + int(random.integers(200, 1_000))
        day = begin + np.minimum(random.exponential(5.0, size), 25).astype(np.int64)
        plant = truth.plant(
            "incident", size=size, window_days=26, first=int(day.min()), last=int(day.max()), detectable=True
        )
        file(
            city, market, people, np.full(size, merchant), day, random, INCIDENT, plant=plant,
            harm=random.random(size) < 0.4,
        )  # fmt: skip
        truth.member(plant, "member", "complainant", people)
        truth.member(plant, "merchant", "merchant", merchant)
        market.multiplier[merchant] = 1.5  # not a normal merchant for the groups that follow


def _heavy(city: City, truth: Truth, market: Market, rate: Floats) -> None:
    """Genuine consumers who complain often: many merchants, spread over the years, often right."""
    random = rng(city.seed, 52)
    merchants = np.flatnonzero(rate > 0)
    weight = rate[merchants] / rate[merchants].sum()
    for _ in range(city.scaled(10, 4)):
        person, size = add_complainants(city, market, 1), int(random.integers(60, 200))
        merchant = random.choice(merchants, size, p=weight)
        plant = truth.plant("heavy_consumer", size=size)
        file(
            city, market, np.full(size, person[0]), merchant, when(city, market, random, merchant), random,
            HEAVY, plant=plant,
        )  # fmt: skip
        truth.member(plant, "member", "complainant", person)
