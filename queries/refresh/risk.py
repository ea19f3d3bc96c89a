"""Does a link carry risk? Track records and carried risk: analytics section 3c on one refresh's facts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.analytics.control import control_groups
from graph.analytics.hidden_links import RULES
from graph.analytics.propagation import Beliefs, belief_propagation, fit_coupling
from graph.analytics.track_records import TrackRecords, track_records
from graph.model.kinds import ENTITY_TYPES
from graph.projection import NO_DAY, days, numbers
from queries.refresh.facts import LOST, Facts, Ints
from queries.refresh.links import HiddenLinks
from queries.refresh.ownership import Ownership

Reals = npt.NDArray[np.float64]
COUPLING = 0.3
"""How much of its risk a company hands on where the last year has too few events to tell; the middle of the couplings
tried. The signal is modest: AUC .55–.61 on a real company graph."""
FITTED_MONTHS = 12
"""The coupling is the one that would have ranked the events of so many months best, from what was bad before them."""
FITTED_EVENTS = 50
"""Companies that must have gone bad in that time, and have links, for a coupling to be fitted."""
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
    fit: Fit


@dataclass(frozen=True)
class Fit:
    """The coupling used, and how well it ranked who went bad in the last year (NaN: too few events to fit it)."""

    coupling: float
    auc: float
    events: int


def find_risk(facts: Facts, ownership: Ownership, links: HiddenLinks) -> Risk:
    """Compare with the average what happened to the other companies of each controller, representative and address."""
    bad = _bad(facts)
    expected = _expected(facts, bad)
    own = facts.company_party
    top = control_groups(ownership.controlled.controller, ownership.state_investor)[own]
    controller = _record(np.where(top == own, -1, top), bad, expected)
    representative = _record(ownership.representative[facts.company_party], bad, expected)
    address = _record(_shared_address(facts), bad, expected)
    edges = _edges(facts, ownership, links)
    fit = _fitted(facts, edges)
    beliefs = belief_propagation(len(facts.parties), *edges, _prior(facts, bad), coupling=fit.coupling)
    return Risk(bad, expected, controller, representative, address, beliefs, fit)


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


def _bad(facts: Facts, before: int | None = None) -> Reals:
    """Listings and debts that were not withdrawn, and a licence or registration taken away, per company.

    With `before` only what had begun by that day; of unknown beginning is never before.
    """
    records = facts.records
    rows = records.is_kind("severe_list", "judgment_debtor", "abnormal_list") & ~records.has_status("withdrawn")
    lost = facts.has_status(*LOST)
    if before is not None:
        since = days(facts.company["status_since"])
        rows = rows & (records.begun != NO_DAY) & (records.begun <= before)
        lost = lost & (since != NO_DAY) & (since <= before)
    return facts.per_company(rows) + lost


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


Edges = tuple[Ints, Ints, Reals]


def _edges(facts: Facts, ownership: Ownership, links: HiddenLinks) -> Edges:
    """Hidden links and controlling holdings that carry risk, over party numbers, with their strengths."""
    held = ownership.controlled
    company = np.flatnonzero((held.controller >= 0) & ~ownership.state_investor[np.maximum(held.controller, 0)])
    a = np.concatenate([facts.company_party[links.a], held.controller[company]])
    b = np.concatenate([facts.company_party[links.b], company])
    return a, b, np.concatenate([links.strength, np.full(len(company), CONTROL_STRENGTH)])


def _prior(facts: Facts, bad: Reals) -> Reals:
    prior = np.zeros(len(facts.parties))
    prior[facts.company_party] = np.minimum(bad, 3.0)
    return prior


def _fitted(facts: Facts, edges: Edges) -> Fit:
    """Choose the coupling on the last year: what was bad before it, carried along the links, against what came."""
    day = facts.months_ago(FITTED_MONTHS)
    before, now = _bad(facts, day), _bad(facts, facts.today)
    established = days(facts.company["established"])
    linked = np.zeros(len(facts.parties), np.bool_)
    linked[edges[0]] = linked[edges[1]] = True
    alive = (established != NO_DAY) & (established <= day) & (before == 0) & linked[facts.company_party]
    judged, outcome = np.zeros_like(linked), np.zeros_like(linked)
    judged[facts.company_party], outcome[facts.company_party] = alive, alive & (now > before)
    events = int(outcome.sum())
    if events < FITTED_EVENTS:
        return Fit(COUPLING, float("nan"), events)
    return Fit(*fit_coupling(len(facts.parties), *edges, _prior(facts, before), outcome, judged), events)
