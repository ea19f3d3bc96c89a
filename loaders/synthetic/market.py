"""Complaints of the city: honest ones by exposure and season, then groups, incidents and heavy consumers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loaders.synthetic import words
from loaders.synthetic.city import COMPLAINANTS, COMPLAINTS, DATA_DATE, FIRST_COMPLAINT, City, trading_years
from loaders.synthetic.codes import COMPLAINANT_SERIAL, mobiles
from loaders.synthetic.columns import Columns
from loaders.synthetic.draw import NONE, Bools, Floats, Ints, mix, rng, skewed
from loaders.synthetic.truth import Truth

DAYS = DATA_DATE - FIRST_COMPLAINT + 1
HONEST, ATTACK, CAMOUFLAGE, INCIDENT, HEAVY = range(5)
ROLES = ("honest", "attack", "camouflage", "incident", "heavy")
FIRST_STATION, FIRST_COURIER = 30_000_000, 29_000_000
"""Courier stations: delivery addresses and phones that many honest people leave. Hubs, not links."""
BY_ID, BY_PHONE, BY_ACCOUNT = range(3)
"""What identifies a complainant."""

HONEST_OUTCOMES = (0.10, 0.09, 0.45, 0.14, 0.10, 0.12)
ATTACK_OUTCOMES = (0.03, 0.36, 0.07, 0.29, 0.24, 0.01)
INCIDENT_OUTCOMES = (0.06, 0.03, 0.36, 0.06, 0.04, 0.45)
"""Shares of words.OUTCOMES by who complains."""


@dataclass(slots=True)
class Complainants:
    """One row per complainant: how identified, usual phone and address."""

    scheme: Ints
    phone: Ints
    home: Ints

    def __len__(self) -> int:
        return len(self.scheme)


@dataclass(slots=True)
class Market:
    """Who complains about whom. Merchants are numbered: shops first, then companies."""

    complainants: Complainants
    rate: Floats
    """Expected honest complaints in the whole time, per merchant."""
    multiplier: Floats
    """Planted factor on the rate: 1 for a normal merchant."""
    season: Floats
    """Cumulative share of the city's complaints up to each day, length DAYS + 1."""
    events: Columns
    """One row per complaint."""


def _events() -> Columns:
    return Columns(("complainant", "merchant", "day", "plant", "role", "template", "outcome", "phone", "home", "harm"))


def open_market(city: City, truth: Truth) -> Market:
    """Draw complainants, rates and season, plant abnormal merchants, and file the honest complaints."""
    count = round(len(city.companies) * COMPLAINANTS)
    random = rng(city.seed, 40)
    season = _season(random)
    rate = _rates(city, random, season)
    market = Market(_complainants(city, count), rate, np.ones(len(rate)), season, _events())
    _abnormal(city, truth, market)
    _honest(city, market, count)
    return market


def add_complainants(city: City, market: Market, count: int) -> Ints:
    """Enrol complainants nobody else is."""
    first, people = len(market.complainants), market.complainants
    more = _complainants(city, count, first)
    for name in ("scheme", "phone", "home"):
        setattr(people, name, np.concatenate([getattr(people, name), getattr(more, name)]))
    return np.arange(first, first + count)


def _complainants(city: City, count: int, first: int = 0) -> Complainants:
    serial = np.arange(first, first + count)
    scheme = np.array([BY_ID] * 14 + [BY_PHONE] * 4 + [BY_ACCOUNT] * 2)[mix(city.seed, 42, serial, 20)]
    couriers = city.scaled(4, 3)
    parcel = mix(city.seed, 46, serial, 50)
    station = FIRST_STATION + mix(city.seed, 47, serial, couriers)
    line = mobiles(city.seed, FIRST_COURIER + mix(city.seed, 47, serial, couriers))
    by_courier = (parcel == 0) & (scheme == BY_ID)
    return Complainants(
        scheme,
        np.where(by_courier, line, mobiles(city.seed, COMPLAINANT_SERIAL + serial)),
        np.where(parcel <= 2, station, serial),
    )


def _season(random: np.random.Generator) -> Floats:
    """Weekday, feasts and sales, a rising level, and surges of the whole city lasting about a week."""
    day = FIRST_COMPLAINT + np.arange(DAYS)
    month_day = (day.astype("datetime64[D]") - day.astype("datetime64[D]").astype("datetime64[Y]")).astype(np.int64)
    level = 1 + 0.35 * np.arange(DAYS) / DAYS
    level *= np.where((day + 3) % 7 >= 5, 0.7, 1.1)
    for centre, height, width in ((74, 0.8, 6), (169, 0.6, 10), (318, 1.0, 12), (40, -0.5, 8)):
        level *= 1 + height * np.exp(-0.5 * ((month_day - centre) / width) ** 2)
    level *= np.exp(np.repeat(random.normal(0, 0.12, DAYS // 7 + 1), 7)[:DAYS])
    return np.concatenate([[0.0], np.cumsum(level / level.sum())])


def _rates(city: City, random: np.random.Generator, season: Floats) -> Floats:
    """Honest complaints expected per merchant: exposure × category × a gamma factor of its own × time open."""
    c, shops = city.companies, city.shops
    by_category = np.exp(rng(city.seed, 41).normal(0, 0.4, len(words.CATEGORIES)))
    yearly = shops.orders / trading_years(shops.opened, shops.closed)
    shop = yearly**0.85 * by_category[shops.category] * random.gamma(4.0, 0.25, len(shops))
    trade = np.isin(c.kind, (words.LIMITED, words.HOUSEHOLD)) & (c.status <= words.IN_TRADE) & ~c.planted
    trade &= np.isin(c.industry, words.CONSUMER_TRADES)
    firm = np.where(trade, (c.staff + 2.0) ** 0.6 * random.gamma(3.0, 1 / 3, len(c)), 0.0)
    opened, closed = _open_days(city, np.arange(len(shops) + len(c)))
    share = season[closed] - season[opened]
    shop, firm = shop * share[: len(shops)], firm * share[len(shops) :]
    total = len(c) * COMPLAINTS * 0.9
    return np.concatenate([shop * (0.6 * total / shop.sum()), firm * (0.4 * total / max(firm.sum(), 1e-9))])


def _abnormal(city: City, truth: Truth, market: Market) -> None:
    """Merchants whose true rate is 3 to 8 times that of their like, orders being equal."""
    random, shops = rng(city.seed, 44), len(city.shops)
    able = np.flatnonzero((market.rate[:shops] > 2.0) & (city.shops.closed < 0))
    chosen = np.sort(random.choice(able, min(city.scaled(28, 5), len(able) // 4), replace=False))
    market.multiplier[chosen] = random.uniform(3, 8, len(chosen)).round(1)
    market.rate *= market.multiplier
    owners = np.unique(city.shops.owner[chosen])
    city.companies.hazard[owners] *= 2.5
    for merchant in chosen:
        plant = truth.plant("abnormal_merchant", multiplier=float(market.multiplier[merchant]))
        truth.member(plant, "merchant", "merchant", merchant)


def _honest(city: City, market: Market, count: int) -> None:
    random = rng(city.seed, 45)
    filed = random.poisson(market.rate)
    merchant = np.repeat(np.arange(len(filed)), filed)
    soften = 60.0 * max(1.0, (count / 4_724) ** 0.7)
    file(
        city, market, skewed(random, len(merchant), count, 0.9, soften), merchant,
        when(city, market, random, merchant), random, HONEST,
    )  # fmt: skip


def when(city: City, market: Market, random: np.random.Generator, merchant: Ints) -> Ints:
    """Days drawn from the city's season within the time the merchant is open."""
    opened, closed = _open_days(city, merchant)
    low, high = market.season[opened], market.season[closed]
    offset = np.searchsorted(market.season, low + (high - low) * random.random(len(merchant)), side="right") - 1
    return FIRST_COMPLAINT + np.clip(offset, opened, closed - 1)


def _open_days(city: City, merchant: Ints) -> tuple[Ints, Ints]:
    shops, c = city.shops, city.companies
    opened = np.concatenate([shops.opened, c.established])[merchant] - FIRST_COMPLAINT
    closed = np.concatenate([shops.closed, np.full(len(c), NONE)])[merchant]
    opened = np.clip(opened, 0, DAYS - 1)
    return opened, np.where(closed < 0, DAYS, np.clip(closed - FIRST_COMPLAINT, opened + 1, DAYS))


def file(
    city: City, market: Market, complainant: Ints, merchant: Ints, day: Ints, random: np.random.Generator,
    role: int, *, plant: int = NONE, template: int = NONE, phone: Ints | None = None, home: Ints | None = None,
    harm: Bools | None = None,
) -> None:  # fmt: skip
    """Append complaints; outcomes follow the role and, for honest ones, the merchant's planted factor."""
    shares = np.tile({ATTACK: ATTACK_OUTCOMES, INCIDENT: INCIDENT_OUTCOMES}.get(role, HONEST_OUTCOMES), (len(day), 1))
    if role not in (ATTACK, INCIDENT):
        shares[market.multiplier[merchant] > 1] = INCIDENT_OUTCOMES
    outcome = (random.random(len(day))[:, None] > np.cumsum(shares, axis=1)).sum(axis=1)
    market.events.add(
        complainant=complainant, merchant=merchant, day=day, plant=plant, role=role, template=template,
        outcome=np.minimum(outcome, words.CASE_FILED),
        phone=market.complainants.phone[complainant] if phone is None else phone,
        home=market.complainants.home[complainant] if home is None else home,
        harm=(random.random(len(day)) < 0.02 if harm is None else harm).astype(np.int64),
    )  # fmt: skip
