"""Plants among shared things: re-births, hidden links, hubs that must not link, contagion."""

from __future__ import annotations

import numpy as np

from loaders.synthetic.city import COMPANY, DATA_DATE, PERSON, City
from loaders.synthetic.codes import landlines
from loaders.synthetic.draw import rng
from loaders.synthetic.planting import fill, own, owners, revoke, several
from loaders.synthetic.truth import Truth


def rebirths(city: City, truth: Truth) -> None:
    """A revoked firm starts anew under another name with two or three of its person, address and phone."""
    c, random = city.companies, rng(city.seed, 32)
    for i, (plant, (old, new)) in enumerate(several(city, truth, "rebirth", 6, 2)):
        day = DATA_DATE - int(random.integers(350, 900))
        revoke(city, old, day)
        c.established[new] = c.rep_since[new] = day + int(random.integers(20, 300))
        shared = (("person", "address"), ("address", "phone"), ("person", "address", "phone"))[i % 3]
        if "address" in shared:
            c.address[new] = c.address[old]
        if "phone" in shared:
            c.phone[new] = c.phone[old]
        if "person" in shared:
            c.rep[new] = c.rep[old]
            truth.pair(plant, "barred", ("person", c.rep[[old]]), ("company", np.array([new])))
        c.industry[new] = c.industry[old]
        owners(city, np.array([old, new]))
        truth.plants[plant]["shares"] = ",".join(shared)
        truth.pair(plant, "rebirth", ("company", np.array([old])), ("company", np.array([new])))
        if i % 2 == 0:
            _move_shop(city, truth, plant, old, new, day)


def _move_shop(city: City, truth: Truth, plant: int, old: int, new: int, day: int) -> None:
    """A shop of the old firm goes on under the new one's licence."""
    shops = city.shops
    free = np.flatnonzero(
        (shops.closed < 0) & (shops.opened < day - 100) & ~np.isin(np.arange(len(shops)), city.moves["shop"])
    )
    shop = int(rng(city.seed, 35, plant).choice(free))
    shops.owner[shop] = shops.licence[shop] = old
    shops.until[shop] = day
    city.moves.add(shop=shop, owner=new, since=city.companies.established[new] + 5)
    truth.member(plant, "moved_shop", "merchant", shop)


def hidden(city: City, truth: Truth) -> None:
    """Pairs tied by one thing only: a telephone, neighbouring land-lines, a small address."""
    c = city.companies
    lines = landlines(city.seed, np.arange(city.next_phone, city.next_phone + city.scaled(5)))
    for plant, (a, b) in several(city, truth, "same_phone", 6, 2):
        c.phone[b] = c.phone[a]
        _linked(city, truth, plant, a, b)
    for line, (plant, (a, b)) in zip(lines, several(city, truth, "adjacent_landline", 5, 2), strict=True):
        c.phone[a], c.phone[b] = line, line + 1
        _linked(city, truth, plant, a, b)
    for plant, (a, b) in several(city, truth, "same_address", 5, 2):
        c.address[b] = c.address[a]
        _linked(city, truth, plant, a, b)


def _linked(city: City, truth: Truth, plant: int, a: int, b: int) -> None:
    owners(city, np.array([a, b]))
    truth.pair(plant, "hidden_link", ("company", np.array([a])), ("company", np.array([b])))


def hubs(city: City, truth: Truth) -> None:
    """What must not link: cluster addresses, agents' phones, a state investor's holdings."""
    c = city.companies
    for address in city.clusters:
        plant = truth.plant("hub_address", note="says 集群" if city.cluster_kind[address] == 1 else "by size only")
        truth.member(plant, "hub", "address", address)
        truth.member(plant, "company", "company", np.flatnonzero(c.address == address))
    for phone in city.agent_phones:
        plant = truth.plant("hub_phone")
        truth.member(plant, "hub", "phone", phone)
        truth.member(plant, "company", "company", np.flatnonzero(c.phone == phone))
    for plant, firms in several(city, truth, "hub_state", 1, 13):
        c.state[firms[0]] = True
        own(city, firms[0], COMPANY, firms[1:], 40)
        own(city, city.new_persons(12), PERSON, firms[1:], 60)
        truth.member(plant, "hub", "company", firms[:1])
        truth.pair(plant, "not_linked", ("company", firms[1:-1]), ("company", firms[2:]))


def contagion(city: City, truth: Truth) -> None:
    """A controller whose companies fail the rules more often than chance, each on its own account."""
    random = rng(city.seed, 33)
    for i in range(city.scaled(10)):
        firms, head = city.new_companies(4 + i % 4), city.new_persons(1)
        plant = truth.plant("contagion", size=len(firms))
        truth.member(plant, "head", "person", head)
        truth.member(plant, "company", "company", firms)
        for firm in firms:
            share = float(random.choice([55, 70, 90]))
            own(city, head, PERSON, firm, share)
            fill(city, firm, 100 - share)
        truth.pair(plant, "controls", ("person", head), ("company", firms))
        city.companies.hazard[firms] *= 6
        city.companies.rep[firms[::2]] = head[0]
