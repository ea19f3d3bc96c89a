"""The ordinary city, before anything is planted."""

from __future__ import annotations

import numpy as np

from loaders.synthetic import words
from loaders.synthetic.city import (
    ADDRESSES,
    COMPANY,
    DATA_DATE,
    PERSON,
    PERSONS,
    REFERENCE,
    SHOPS,
    City,
    Companies,
    Shops,
    trading_years,
)
from loaders.synthetic.codes import COMPLAINANT_SERIAL, landlines, mobiles
from loaders.synthetic.draw import NONE, Ints, mix, rng, skewed


def reserve(companies: int) -> int:
    """Companies kept for plants."""
    return 250 + companies // 80


def build(companies: int, seed: int) -> City:
    """Draw the background city."""
    persons, addresses = round(companies * PERSONS), round(companies * ADDRESSES)
    random = rng(seed, 1)
    kind = random.choice(7, companies, p=[0.44, 0.47, 0.004, 0.03, 0.036, 0.01, 0.01]).astype(np.int64)
    background = companies - reserve(companies)
    kind[background:] = words.LIMITED
    table = Companies(
        kind=kind,
        industry=skewed(random, companies, len(words.INDUSTRIES), 0.5, 3.0),
        status=random.choice(9, companies, p=[0.53, 0.305, 0.015, 0.12, 0.004, 0.006, 0.005, 0.01, 0.005]),
        established=DATA_DATE - 30 - (random.random(companies) ** 1.7 * 12_000).astype(np.int64),
        status_day=np.full(companies, NONE),
        rep=_representatives(random, companies, persons),
        rep_since=np.full(companies, NONE),
        capital=random.choice([3, 10, 30, 50, 100, 200, 500, 1000, 5000], companies).astype(np.int64),
        address=np.zeros(companies, dtype=np.int64),
        phone=np.zeros(companies, dtype=np.int64),
        staff=np.minimum((random.pareto(0.9, companies) * 3).astype(np.int64), 8_000),
        parent=np.full(companies, NONE),
        state=np.zeros(companies, dtype=bool),
        planted=np.arange(companies) >= background,
        hazard=random.gamma(1.2, 1 / 1.2, companies),
    )
    table.staff[kind == words.HOUSEHOLD] = 0  # sole traders insure nobody the register knows of
    city = City(
        seed, table, _no_shops(), background, np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64)
    )
    city.next_company, city.next_person, city.next_address = background, persons, addresses
    city.next_phone = 2 * companies
    table.rep[background:] = city.new_persons(companies - background)
    city.lent = np.zeros(background, dtype=bool)
    _settle_dates(city, random)
    _settle_branches(city, random)
    _settle_places(city, random, addresses)
    _settle_owners(city, random)
    _settle_posts(city, random)
    city.shops = _open_shops(city, random)
    return city


def _no_shops() -> Shops:
    return Shops(*(np.zeros(0, dtype=np.int64) for _ in range(9)))


def _representatives(random: np.random.Generator, companies: int, persons: int) -> Ints:
    """72 % of companies have a person of their own; the others share theirs under a Zipf law (dozens at most)."""
    soften = 20.0 * max(1.0, (companies / REFERENCE) ** 0.9)
    shared = skewed(random, companies, persons, 0.7, soften)
    own = np.arange(companies) * 7 % persons
    return np.where(random.random(companies) < 0.72, own, shared)


def _settle_dates(city: City, random: np.random.Generator) -> None:
    c = city.companies
    first = c.planted
    c.status[first] = words.ACTIVE
    c.established[first] = DATA_DATE - 1_200 - (random.random(int(first.sum())) * 4_000).astype(np.int64)
    ended = ~np.isin(c.status, (words.ACTIVE, words.IN_TRADE))
    alive = DATA_DATE - c.established
    c.status_day = np.where(ended, c.established + 1 + (random.random(len(c)) * (alive - 2)).astype(np.int64), NONE)
    changed = (random.random(len(c)) < 0.2) & ~c.planted & ~ended
    later = c.established + (random.random(len(c)) * (alive - 1)).astype(np.int64)
    c.rep_since = np.where(changed, later, c.established)


def _settle_branches(city: City, random: np.random.Generator) -> None:
    c = city.companies
    branches = np.flatnonzero(c.kind == words.BRANCH)
    parents = np.flatnonzero((c.kind == words.LIMITED) & ~c.planted)
    c.parent[branches] = parents[skewed(random, len(branches), len(parents), 0.6, 10.0)]


def _settle_places(city: City, random: np.random.Generator, addresses: int) -> None:
    """Addresses and telephones; clusters and agents are hubs whose size grows with the city."""
    c, n = city.companies, len(city.companies)
    clusters = city.scaled(4, 3)
    city.clusters = np.arange(clusters)
    city.cluster_kind = np.where(np.arange(clusters) % 2 == 0, 1, 2)
    draw = random.random(n)
    own = clusters + np.arange(n) * 3 % (addresses - clusters)
    shared = clusters + skewed(random, n, addresses - clusters, 0.45, 40.0)
    in_cluster = skewed(random, n, clusters, 0.3, 1.0)
    c.address = np.select([draw < 0.62, draw < 0.94], [own, shared], in_cluster)
    c.address[c.planted] = city.new_addresses(int(c.planted.sum()))

    serial = np.arange(n)
    by_rep = mobiles(city.seed, n + c.rep % n)
    own_phone = np.where(mix(city.seed, 21, serial, 5) == 0, landlines(city.seed, serial), mobiles(city.seed, serial))
    city.agent_phones = mobiles(city.seed, COMPLAINANT_SERIAL - 1 - np.arange(city.scaled(5, 3)))
    agent = city.agent_phones[skewed(random, n, len(city.agent_phones), 0.3, 1.0)]
    draw = random.random(n)
    c.phone = np.select([draw < 0.8, draw < 0.93, draw < 0.97], [own_phone, by_rep, agent], NONE)
    c.phone[c.planted] = city.new_phones(int(c.planted.sum()))


def _settle_owners(city: City, random: np.random.Generator) -> None:
    """Holders of background companies: mostly persons, now and then a minority company holder of lower index."""
    c = city.companies
    owned = np.isin(c.kind, (words.LIMITED, words.PROPRIETOR, words.JOINT_STOCK, words.PARTNERSHIP)) & ~c.planted
    firms = np.flatnonzero(owned)
    pattern = random.choice(5, len(firms), p=[0.42, 0.18, 0.16, 0.14, 0.10])
    pattern[c.kind[firms] == words.PROPRIETOR] = 0
    split = {0: (100,), 1: (60, 40), 2: (51, 49), 3: (50, 50), 4: (70, 20, 10)}
    persons = city.next_person
    for which, shares in split.items():
        rows = firms[pattern == which]
        before: list[Ints] = []
        for place, percent in enumerate(shares):
            other = skewed(random, len(rows), persons, 0.4, 100.0)
            for one in (*before, *before):  # a register lists a holder once: two rows of one would be a correction
                other = np.where(other == one, (other + 1) % persons, other)
            holder = c.rep[rows] if place == 0 else other
            before.append(holder)
            kind = np.full(len(rows), PERSON)
            if place > 0 and percent <= 20:
                corporate = (random.random(len(rows)) < 0.25) & (rows > 10)
                below = (random.random(len(rows)) * np.maximum(rows, 1)).astype(np.int64)
                kind, holder = np.where(corporate, COMPANY, kind), np.where(corporate, below, holder)
            city.holdings.add(
                company=rows, holder_kind=kind, holder=holder, percent=percent * 100,
                since=c.established[rows], until=NONE,
            )  # fmt: skip


def _settle_posts(city: City, random: np.random.Generator) -> None:
    """Officers of background companies: a manager and a supervisor, boards for joint stock, filing contacts."""
    c = city.companies
    firms = np.flatnonzero(np.isin(c.kind, (words.LIMITED, words.JOINT_STOCK)) & ~c.planted)
    for post, share, own in (
        (words.MANAGER, 0.7, True), (words.DIRECTOR, 0.5, True), (words.SUPERVISOR, 0.6, False),
        (words.CONTACT, 0.35, False), (words.FORMER_REP, 0.08, False),
    ):  # fmt: skip
        rows = firms[random.random(len(firms)) < share]
        person = c.rep[rows] if own else skewed(random, len(rows), city.next_person, 0.3, 50.0)
        former = post == words.FORMER_REP
        until = np.maximum(c.rep_since[rows], c.established[rows] + 1) if former else NONE
        city.officers.add(company=rows, person=person, post=post, since=c.established[rows], until=until)
    boards = firms[c.kind[firms] == words.JOINT_STOCK]
    for post in (words.CHAIR, words.DIRECTOR, words.INDEPENDENT, words.INDEPENDENT, words.SECRETARY):
        among = city.scaled(20, 10) if post == words.INDEPENDENT else city.next_person
        city.officers.add(
            company=boards, person=skewed(random, len(boards), among, 0.3, 5.0), post=post,
            since=c.established[boards], until=NONE,
        )  # fmt: skip


def _open_shops(city: City, random: np.random.Generator) -> Shops:
    c, count = city.companies, max(60, round(len(city.companies) * SHOPS))
    sellers = np.flatnonzero(
        np.isin(c.kind, (words.LIMITED, words.HOUSEHOLD)) & (c.status <= words.IN_TRADE) & ~c.planted
    )
    owner = sellers[skewed(random, count, len(sellers), 0.35, 30.0)]
    opened = c.established[owner] + ((DATA_DATE - c.established[owner]) * random.random(count)).astype(np.int64)
    opened = np.maximum(opened, DATA_DATE - 3_000)
    closed = np.where(
        random.random(count) < 0.08, opened + 1 + ((DATA_DATE - opened) * random.random(count)).astype(np.int64), NONE
    )
    licence = np.where(random.random(count) < 0.985, owner, sellers[random.integers(0, len(sellers), count)])
    return Shops(
        platform=skewed(random, count, len(words.PLATFORMS), 0.5, 1.0),
        owner=owner,
        licence=licence,
        category=mix(city.seed, 22, c.industry[owner] * 31 + np.arange(count) % 3, len(words.CATEGORIES)),
        orders=(np.exp(random.normal(6.2, 1.5, count)) * trading_years(opened, closed)).astype(np.int64) + 5,
        opened=opened,
        closed=closed,
        since=opened.copy(),
        until=closed.copy(),
    )
