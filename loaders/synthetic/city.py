"""The city as arrays of indices: who exists, who holds what. Texts are made only when files are written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from loaders.synthetic import words
from loaders.synthetic.codes import mobiles
from loaders.synthetic.columns import Columns
from loaders.synthetic.draw import Bools, Floats, Ints, rng

DATA_DATE = (date(2026, 6, 30) - date(1970, 1, 1)).days
"""Last day of the data; fixed, so that a city does not change with the wall clock."""
FIRST_COMPLAINT = DATA_DATE - 3 * 365

# Proportions of Dongguan: 1.27 M companies, 1.05 M persons, 0.6 M addresses, 60 k shops, 300 k complainants,
# 3 M complaints.
PERSONS, ADDRESSES, SHOPS, COMPLAINANTS, COMPLAINTS = (
    1.05 / 1.27, 0.6 / 1.27, 0.06 / 1.27, 0.3 / 1.27, 3 / 1.27,
)  # fmt: skip
REFERENCE = 20_000
"""Companies at which the counts of planted things are stated; they grow in proportion."""

PERSON, COMPANY, OTHER = range(3)
"""Kinds of holder."""


@dataclass(slots=True)
class Companies:
    """One row per company; days since 1970, `NONE` where absent."""

    kind: Ints
    industry: Ints
    status: Ints
    established: Ints
    status_day: Ints
    rep: Ints
    rep_since: Ints
    capital: Ints
    address: Ints
    phone: Ints
    staff: Ints
    parent: Ints
    state: Bools
    planted: Bools
    hazard: Floats
    """Multiplier of the yearly chance of bad records; contagion and abnormal merchants raise it."""

    def __len__(self) -> int:
        return len(self.kind)


def trading_years(opened: Ints, closed: Ints) -> Floats:
    """Share of a year that the last twelve months of trade cover: below 1 for shops younger than a year."""
    end = np.where(closed < 0, DATA_DATE, closed)
    return np.clip((end - opened) / 365, 0.02, 1.0)


@dataclass(slots=True)
class Shops:
    """One row per shop."""

    platform: Ints
    owner: Ints
    licence: Ints
    category: Ints
    orders: Ints
    opened: Ints
    closed: Ints
    since: Ints
    until: Ints

    def __len__(self) -> int:
        return len(self.platform)


def _holdings() -> Columns:
    return Columns(("company", "holder_kind", "holder", "percent", "since", "until"))


def _moves() -> Columns:
    return Columns(("shop", "owner", "since"))


def _officers() -> Columns:
    return Columns(("company", "person", "post", "since", "until"))


@dataclass(slots=True)
class City:
    """Arrays of the whole city plus the allocators from which plants take their parties."""

    seed: int
    companies: Companies
    shops: Shops
    background: int
    """Companies below this index are background; the rest is reserved for plants."""
    clusters: Ints
    """Address indices of cluster-registration offices."""
    cluster_kind: Ints
    """For each of them: 1 the text says 集群注册, 2 it does not."""
    agent_phones: Ints
    holdings: Columns = field(default_factory=_holdings)
    officers: Columns = field(default_factory=_officers)
    moves: Columns = field(default_factory=_moves)
    """Later operators of shops that changed their licence."""
    next_company: int = 0
    next_person: int = 0
    next_address: int = 0
    next_phone: int = 0
    lent: Bools = field(default_factory=lambda: np.zeros(0, dtype=bool))

    def scaled(self, at_reference: float, least: int = 2) -> int:
        """Count of planted things for this city, stated for 20,000 companies."""
        return max(least, round(at_reference * len(self.companies) / REFERENCE))

    def new_companies(self, count: int) -> Ints:
        """Reserve companies for a plant: limited, active, with owners and posts still to be written."""
        first, self.next_company = self.next_company, self.next_company + count
        if self.next_company > len(self.companies):
            raise IndexError("the reserve of planted companies is used up")
        return np.arange(first, self.next_company)

    def borrow(self, count: int) -> Ints:
        """Background limited companies in trade, each lent to at most one plant."""
        c = self.companies
        free = (c.kind[: self.background] == words.LIMITED) & (c.status[: self.background] <= words.IN_TRADE)
        free &= ~self.lent & (c.established[: self.background] < DATA_DATE - 400)
        candidates = np.flatnonzero(free)
        chosen = rng(self.seed, 20, int(self.lent.sum())).choice(candidates, min(count, len(candidates) // 2), False)
        self.lent[chosen] = True
        return np.sort(chosen)

    def new_persons(self, count: int) -> Ints:
        """Persons nobody else refers to."""
        self.next_person += count
        return np.arange(self.next_person - count, self.next_person)

    def new_addresses(self, count: int) -> Ints:
        """Addresses nobody else uses."""
        self.next_address += count
        return np.arange(self.next_address - count, self.next_address)

    def new_phones(self, count: int) -> Ints:
        """Mobile numbers nobody else uses."""
        self.next_phone += count
        return mobiles(self.seed, np.arange(self.next_phone - count, self.next_phone))
