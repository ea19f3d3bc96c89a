"""Plants among posts: persons barred by a revocation, a debt or the severe list, and persons who are not."""

from __future__ import annotations

import numpy as np

from loaders.synthetic import words
from loaders.synthetic.city import DATA_DATE, City
from loaders.synthetic.columns import Columns
from loaders.synthetic.draw import NONE, Ints, rng
from loaders.synthetic.planting import YEAR, owners, revoke, several
from loaders.synthetic.truth import Truth

SEVERE, DEBTOR = range(2)
"""The two lists that name persons."""


def forced_records() -> Columns:
    """Listings decided before the files are written: list, company or none, person or none, day, day off the list."""
    return Columns(("list", "company", "person", "day", "until"))


def barred_revoked(city: City, truth: Truth) -> None:
    """Representative of a company revoked less than three years ago who holds a post elsewhere."""
    random = rng(city.seed, 30)
    posts = (words.DIRECTOR, words.MANAGER, words.SUPERVISOR, NONE)
    for i, (plant, (revoked, other)) in enumerate(several(city, truth, "barred_revoked", 7, 2)):
        person, day = city.new_persons(1), DATA_DATE - int(random.integers(60, 3 * YEAR - 60))
        city.companies.rep[revoked] = person[0]
        revoke(city, revoked, day)
        _give_post(city, person[0], other, posts[i % 4], day + 20)
        owners(city, np.array([revoked, other]))
        _barred(truth, plant, person, other, cause=revoked)


def _give_post(city: City, person: int, firm: int, post: int, since: int) -> None:
    """An officer's post, or the office of legal representative where `post` is NONE."""
    if post == NONE:
        city.companies.rep[firm], city.companies.rep_since[firm] = person, min(since, DATA_DATE - 10)
    else:
        city.officers.add(company=firm, person=person, post=post, since=min(since, DATA_DATE - 10), until=NONE)


def _barred(truth: Truth, plant: int, person: Ints, firm: int, cause: int | None = None) -> None:
    truth.member(plant, "barred", "person", person)
    truth.member(plant, "post_at", "company", firm)
    if cause is not None:
        truth.member(plant, "cause", "company", cause)
    truth.pair(plant, "barred", ("person", person), ("company", np.array([firm])))


def barred_listed(city: City, truth: Truth, forced: Columns) -> None:
    """Listed judgment debtors as directors; representatives of severe-listed companies who represent another."""
    random = rng(city.seed, 31)
    for plant, (firm,) in several(city, truth, "barred_debtor", 5, 1):
        person, day = city.new_persons(1), DATA_DATE - int(random.integers(30, 500))
        forced.add(list=DEBTOR, company=NONE, person=person, day=day, until=NONE)
        _give_post(city, person[0], firm, words.DIRECTOR, day - 100)
        owners(city, np.array([firm]))
        _barred(truth, plant, person, firm)
    for plant, (listed, other) in several(city, truth, "barred_severe", 4, 2):
        person, day = city.new_persons(1), DATA_DATE - int(random.integers(60, 900))
        city.companies.rep[listed] = person[0]
        city.companies.rep_since[listed] = city.companies.established[listed]
        forced.add(list=SEVERE, company=listed, person=person, day=day, until=NONE)
        _give_post(city, person[0], other, NONE, day + 30)
        owners(city, np.array([listed, other]))
        _barred(truth, plant, person, other, cause=listed)


def background_listings(city: City, forced: Columns) -> None:
    """Listed debtors, a third of them off the list again, and severe-listed companies of the ordinary city."""
    c, random = city.companies, rng(city.seed, 34)
    debtors = np.unique(random.integers(0, city.next_person, city.scaled(25)))
    alive = np.flatnonzero((c.status <= words.IN_TRADE) & ~c.planted & (c.established < DATA_DATE - 3 * YEAR))
    severe = np.unique(alive[random.integers(0, len(alive), city.scaled(25))])
    for which, company, person in ((DEBTOR, np.full(len(debtors), NONE), debtors), (SEVERE, severe, c.rep[severe])):
        day = DATA_DATE - random.integers(30, 3 * YEAR - 30, len(person))
        released = (random.random(len(person)) < 0.33) & (which == DEBTOR) & (day < DATA_DATE - 100)
        off = np.where(released, np.minimum(day + 400, DATA_DATE - 1), NONE)
        forced.add(list=which, company=company, person=person, day=day, until=off)


def not_barred(city: City, truth: Truth) -> None:
    """Looks like a bar and is none: revoked more than three years ago, or the post ended before."""
    for i, (plant, (revoked, other)) in enumerate(several(city, truth, "not_barred", 4, 2)):
        person, day = city.new_persons(1), DATA_DATE - (4 * YEAR if i % 2 == 0 else YEAR)
        city.companies.rep[revoked] = person[0]
        revoke(city, revoked, day)
        until = NONE if i % 2 == 0 else day - 200
        since = day + 20 if i % 2 == 0 else day - 600
        city.officers.add(company=other, person=person, post=words.DIRECTOR, since=since, until=until)
        owners(city, np.array([revoked, other]))
        truth.member(plant, "free", "person", person)
        truth.pair(plant, "not_barred", ("person", person), ("company", np.array([other])))
