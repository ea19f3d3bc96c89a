"""Does a link carry risk? Track records and carried risk: analytics section 3c on one refresh's facts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.analytics.hidden_links import RULES
from graph.analytics.propagation import Beliefs, belief_propagation
from graph.analytics.track_records import TrackRecords, track_records
from graph.model.kinds import ENTITY_TYPES
from graph.projection import days, numbers
from queries.refresh.facts import LOST, Facts, Ints
from queries.refresh.links import HiddenLinks
from queries.refresh.ownership import Ownership

Reals = npt.NDArray[np.float64]
COUPLING = 0.3
"""How much of its risk a company hands on. Fitted on a previous period where there is one; this is the middle of the
couplings tried. The signal is modest: AUC .55–.61 on a real company graph."""
CONTROL_STRENGTH = 0.8
"""Strength of a recorded controlling link beside the hidden-link rules (1 = shared phone of two companies)."""
BANDS = (1.0, 3.0, 8.0)
"""Years of age that separate the bands of the expected number of bad events."""


@dataclass(frozen=True)
class Record:
    """The track record behind each company of one kind of unit: arrays over companies, NaN where there is none."""

    unit: Ints
    """Party number of the controller or representative, number of the address; -1 = none."""
    observed: Reals
    expected: Reals
    ratio: Reals
    low: Reals
    high: Reals


@dataclass(frozen=True)
class Risk:
    """Bad events of every company, its units' track records, and the risk that links carry to it."""

    bad: Reals
    expected: Reals
    controller: Record
    representative: Record
    address: Record
    beliefs: Beliefs


def find_risk(facts: Facts, ownership: Ownership, links: HiddenLinks) -> Risk:
    """Compare with the average what happened to the other companies of each controller, representative and address."""
    bad = _bad(facts)
    expected = _expected(facts, bad)
    top = ownership.controlled.controller[facts.company_party]
    top = np.where((top >= 0) & ownership.state_investor[top], -1, top)  # common state holding alone links nobody
    controller = _record(top, bad, expected)
    representative = _record(ownership.representative[facts.company_party], bad, expected)
    address = _record(_shared_address(facts), bad, expected)
    return Risk(bad, expected, controller, representative, address, _carried(facts, ownership, links, bad))


def _shared_address(facts: Facts) -> Ints:
    """Number of each company's address; -1 where it has none, or one that links nobody: see the rule's hub limit."""
    things = facts.addresses
    rows = things.current & (things.company >= 0)
    company, address = things.company[rows], things.value[rows]
    tenants = np.bincount(address, minlength=len(things.ids))
    links = (numbers(facts.address["cluster"], 0.0) <= 0) & (tenants <= RULES["same_address"].hub_limit)
    found = np.full(len(facts.companies), -1)
    np.maximum.at(found, company, np.where(links[address], address, -1))
    return found


def _bad(facts: Facts) -> Reals:
    """Listings and debts that were not withdrawn, and a licence or registration taken away, per company."""
    records = facts.records
    rows = records.is_kind("severe_list", "judgment_debtor", "abnormal_list") & ~records.has_status("withdrawn")
    return facts.per_company(rows) + facts.has_status(*LOST)


def _expected(facts: Facts, bad: Reals) -> Reals:
    """Mean number of bad events of companies of the same age band and entity type."""
    age = (facts.today - days(facts.company["established"])) / 365.25
    kind = facts.category("entity_type", ENTITY_TYPES) + 1
    cell = kind * (len(BANDS) + 1) + np.digitize(age, BANDS)
    size = np.bincount(cell)
    overall = max(float(bad.mean()), 1e-3)
    mean = (np.bincount(cell, weights=bad) + 20 * overall) / (size + 20)  # small cells lean on the whole
    return np.asarray(mean[cell], np.float64)


def _record(unit: Ints, bad: Reals, expected: Reals) -> Record:
    rows = np.flatnonzero(unit >= 0)
    found: TrackRecords = track_records(unit[rows], rows, bad, expected)
    columns = []
    for values in (found.observed, found.expected, found.ratio, found.low, found.high):
        column = np.full(len(unit), np.nan)
        several = found.others > 0
        column[rows[several]] = values[several]
        columns.append(column)
    return Record(unit, *columns)


def _carried(facts: Facts, ownership: Ownership, links: HiddenLinks, bad: Reals) -> Beliefs:
    """Risk carried along hidden links and controlling holdings, over party numbers."""
    n = len(facts.parties)
    held = ownership.controlled
    company = np.flatnonzero((held.controller >= 0) & ~ownership.state_investor[np.maximum(held.controller, 0)])
    a = np.concatenate([facts.company_party[links.a], held.controller[company]])
    b = np.concatenate([facts.company_party[links.b], company])
    strength = np.concatenate([links.strength, np.full(len(company), CONTROL_STRENGTH)])
    prior = np.zeros(n)
    prior[facts.company_party] = np.minimum(bad, 3.0)
    return belief_propagation(n, a, b, strength, prior, coupling=COUPLING)
