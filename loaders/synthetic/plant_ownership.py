"""Plants among holdings: control, joint control, cycles, diamonds, odd shares, nominees."""

from __future__ import annotations

import numpy as np

from loaders.synthetic.city import COMPANY, DATA_DATE, PERSON, City
from loaders.synthetic.planting import YEAR, fill, own, several
from loaders.synthetic.truth import Truth


def chains(city: City, truth: Truth) -> None:
    """Chains of holdings above 50 %: the head controls the foot though it may own little of it (60 × 60 = 36 %)."""
    shapes = ((60.0, 60.0), (51.0, 80.0, 55.0), (60.0, 60.0), (100.0, 51.0, 51.0, 51.0), (75.0, 66.7))
    for i in range(city.scaled(8)):
        shares = shapes[i % len(shapes)]
        plant = truth.plant("control_chain", size=len(shares), note=" × ".join(f"{s:g}" for s in shares))
        head, firms = city.new_persons(1), city.new_companies(len(shares))
        truth.member(plant, "head", "person", head)
        truth.member(plant, "company", "company", firms)
        whole = 1.0
        for level, share in enumerate(shares):
            holder, kind = (firms[level - 1], COMPANY) if level else (head[0], PERSON)
            own(city, holder, kind, firms[level], share)
            if share < 100:
                fill(city, firms[level], 100 - share)
            whole *= share / 100
            at = ("company", firms[level : level + 1])
            truth.pair(plant, "controls", ("person", head), at, round(whole * 10_000))
            if whole >= 0.25:
                truth.pair(plant, "beneficial_owner", ("person", head), at, round(whole * 10_000))
            if level:
                truth.pair(plant, "controls", ("company", firms[level - 1 : level]), at, round(share * 100))


def joint(city: City, truth: Truth) -> None:
    """A person and a company the person controls hold together more than half."""
    for plant, (middle, foot) in several(city, truth, "joint_control", 4, 2):
        head = city.new_persons(1)
        own(city, head, PERSON, middle, 70)
        fill(city, middle, 30)
        own(city, middle, COMPANY, foot, 30)
        own(city, head, PERSON, foot, 25)
        fill(city, foot, 45)
        truth.member(plant, "head", "person", head)
        truth.pair(plant, "controls", ("person", head), ("company", middle), 7_000)
        truth.pair(plant, "controls", ("person", head), ("company", foot), 4_600)
        truth.pair(plant, "beneficial_owner", ("person", head), ("company", foot), 4_600)


def cycles(city: City, truth: Truth) -> None:
    """Companies that hold each other: 30 % each way, closed at 100 %, a ring of three."""
    for kind, at_reference, size, share in (
        ("cycle", 3, 2, 30.0), ("closed_cycle", 2, 2, 100.0), ("cycle", 2, 3, 40.0),
    ):  # fmt: skip
        for plant, firms in several(city, truth, kind, at_reference, size):
            after = np.roll(firms, -1)
            for holder, company in zip(firms, after, strict=True):
                own(city, holder, COMPANY, company, share)
                if share < 100:
                    fill(city, company, 100 - share)
            truth.pair(plant, "cycle", ("company", firms), ("company", after), round(share * 100))


def diamonds(city: City, truth: Truth) -> None:
    """15 % through a company plus 12 % directly: 27 %, a beneficial owner no single path shows."""
    for plant, (middle, foot) in several(city, truth, "diamond", 5, 2):
        head = city.new_persons(1)
        own(city, head, PERSON, middle, 50)
        fill(city, middle, 50)
        own(city, middle, COMPANY, foot, 30)
        own(city, head, PERSON, foot, 12)
        for rest in (20, 20, 18):
            fill(city, foot, rest)
        truth.member(plant, "head", "person", head)
        truth.pair(plant, "beneficial_owner", ("person", head), ("company", foot), 2_700)


def odd_shares(city: City, truth: Truth) -> None:
    """Recorded oddities: a company that holds itself, shares above 100 %, a share not stated."""
    for _, (firm,) in several(city, truth, "self_holding", 3, 1):
        own(city, firm, COMPANY, firm, 15)
        fill(city, firm, 85)
    for _, (firm,) in several(city, truth, "over_100", 3, 1):
        for share in (70, 45):
            fill(city, firm, share)
    for _, (firm,) in several(city, truth, "missing_share", 3, 1):
        fill(city, firm, 60)
        own(city, city.new_persons(1), PERSON, firm, -0.01)


def nominees(city: City, truth: Truth) -> None:
    """A person who represents dozens of firms and owns none of them."""
    for i in range(city.scaled(3)):
        firms, person = city.borrow(12 + i * 11 % 29), city.new_persons(1)
        plant = truth.plant("nominee", size=len(firms))
        truth.member(plant, "nominee", "person", person)
        truth.member(plant, "company", "company", firms)
        city.companies.rep[firms] = person
        city.companies.rep_since[firms] = np.maximum(city.companies.established[firms], DATA_DATE - 2 * YEAR)
