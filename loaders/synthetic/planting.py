"""What the plants among companies have in common: holdings, owners who tell nothing, revocation."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from loaders.synthetic import words
from loaders.synthetic.city import PERSON, City
from loaders.synthetic.draw import NONE, Ints
from loaders.synthetic.truth import Truth

YEAR = 365


def own(city: City, holder: Ints | int, kind: int, company: Ints | int, percent: float) -> None:
    """Write a holding from the company's first day on."""
    since = city.companies.established[company]
    city.holdings.add(
        company=company, holder_kind=kind, holder=holder, percent=round(percent * 100), since=since, until=NONE
    )


def fill(city: City, company: int, percent: float) -> None:
    """Give the rest of a company to a person who is in nothing else."""
    own(city, city.new_persons(1), PERSON, company, percent)


def owners(city: City, firms: Ints) -> None:
    """Plain owners that tell nothing: one new person holds all of each firm."""
    own(city, city.new_persons(len(firms)), PERSON, firms, 100)


def several(city: City, truth: Truth, kind: str, at_reference: float, companies: int) -> Iterator[tuple[int, Ints]]:
    """Open as many plants of a kind as the city is due, each with new companies of its own."""
    for _ in range(city.scaled(at_reference)):
        firms = city.new_companies(companies)
        plant = truth.plant(kind, size=companies)
        truth.member(plant, "company", "company", firms)
        yield plant, firms


def revoke(city: City, firm: Ints, day: Ints | int) -> None:
    """End a firm by revocation; it was founded two years before at the latest, and its representative led it."""
    c = city.companies
    c.status[firm], c.status_day[firm] = words.REVOKED, day
    c.established[firm] = np.minimum(c.established[firm], np.asarray(day) - 700)
    c.rep_since[firm] = c.established[firm]
