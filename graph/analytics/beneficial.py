"""Beneficial owners: the natural persons behind a company, and how much of it the records explain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.analytics.arrays import BoolArray, FloatArray, IntArray
from graph.analytics.control import Control
from graph.analytics.integrated import IntegratedOwnership
from graph.analytics.thresholds import BENEFICIAL_OWNER, reaches

BASES = ("ownership", "control", "manager")
"""Why somebody counts as beneficial owner: codes of `BeneficialOwners.basis`, in the order of the rule."""
STANDINGS = ("identified", "manager_only", "declared_unknown", "not_found", "no_record")
"""What is known of a company, codes of `BeneficialOwners.standing`. `declared_unknown`: the company itself says that an
owner cannot be named, which is a statement; `no_record`: no holder was ever recorded, which is a gap."""


@dataclass(frozen=True, slots=True)
class BeneficialOwners:
    """One row per company and beneficial owner, sorted by company, largest share first.

    Attributes
    ----------
    company, person : (k,) int
    percent : (k,) float
        Integrated share; NaN where the person holds nothing.
    basis : (k,) int
        Position in `BASES`.
    standing : (n,) int
        Position in `STANDINGS`.
    """

    company: IntArray
    person: IntArray
    percent: FloatArray
    basis: IntArray
    standing: IntArray


@dataclass(frozen=True, slots=True)
class Completeness:
    """How much of each of n companies the records explain; the four parts add up to 100 percent.

    `explained` ends with parties at which looking through rightly stops (persons, the state, a listed company's
    public, foreign holders); `unknown` with owners declared unknown; `circular` belongs to closed rings; `missing`
    is everything else: shares not stated, holders never recorded.
    """

    explained: FloatArray
    unknown: FloatArray
    circular: FloatArray
    missing: FloatArray


def beneficial_owners(
    ownership: IntegratedOwnership, controlled: Control, person: BoolArray, *,
    manager: IntArray | None = None, unknown: BoolArray | None = None, threshold: float = BENEFICIAL_OWNER,
) -> BeneficialOwners:  # fmt: skip
    """Name the beneficial owners of every company.

    Natural persons who finally hold `threshold` or more, summed over all paths; where there are none, the person
    in ultimate control; where there is none either, the manager, and `basis` says so.

    Parameters
    ----------
    ownership : IntegratedOwnership
    controlled : Control
    person : (n,) bool
        Natural persons.
    manager : (n,) int, optional
        Person who manages the company (its legal representative), −1 = none.
    unknown : (n,) bool, optional
        Parties that stand for an owner declared unknown. They are nobody: never a beneficial owner.
    threshold : float
        Percent.

    Returns
    -------
    BeneficialOwners

    Examples
    --------
    15 % directly and 12 % through company 1 make 27 %:

    >>> from graph.analytics.control import control
    >>> from graph.analytics.integrated import integrated_ownership
    >>> edges = np.array([0, 0, 1, 3]), np.array([2, 1, 2, 2]), np.array([15.0, 60.0, 20.0, 10.0])
    >>> owners = beneficial_owners(
    ...     integrated_ownership(*edges, 4), control(*edges, 4), np.array([True, False, False, True]))
    >>> owners.company.tolist(), owners.person.tolist(), owners.percent.round(2).tolist()
    ([1, 2], [0, 0], [60.0, 27.0])

    References
    ----------
    受益所有人信息管理办法 (央行、市场监管总局令 2024 第 3 号), in force 2024-11-01.
    """
    n = ownership.holdings.n
    natural = person if unknown is None else person & ~unknown
    large = natural[ownership.owner] & reaches(ownership.percent, threshold, strictly=False)
    parts = [(ownership.company[large], ownership.owner[large])]
    parts.append(_fallback(parts, controlled.controller, natural, np.full(n, True)))
    enterprises = ownership.holdings.recorded if manager is None else ownership.holdings.recorded | (manager >= 0)
    parts.append(_fallback(parts, manager, natural, enterprises))
    company, who = (np.concatenate(column) for column in zip(*parts, strict=True))
    basis = np.repeat(np.arange(len(BASES)), [len(p[0]) for p in parts])
    percent = ownership.share_of(who, company)
    order = np.lexsort((who, -np.nan_to_num(percent), company))
    return BeneficialOwners(
        company[order], who[order], percent[order], basis[order], _standing(ownership, company, basis, unknown)
    )


def completeness(ownership: IntegratedOwnership, ends: BoolArray, unknown: BoolArray | None = None) -> Completeness:
    """Split every company into what is explained, declared unknown, circular and missing.

    Parameters
    ----------
    ownership : IntegratedOwnership
    ends : (n,) bool
        Parties at which looking through rightly stops. Those that have holders of their own are ignored: what is
        above them is looked at instead.
    unknown : (n,) bool, optional
        Parties that stand for an owner declared unknown.

    Examples
    --------
    >>> from graph.analytics.integrated import integrated_ownership
    >>> whole = integrated_ownership(np.array([0, 1]), np.array([2, 2]), np.array([60.0, 25.0]), 3)
    >>> parts = completeness(whole, np.array([True, False, False]), np.array([False, True, False]))
    >>> parts.explained[2].item(), parts.unknown[2].item(), parts.missing[2].round(6).item()
    (60.0, 25.0, 15.0)
    """
    held = ownership.holdings
    unheld = np.diff(held.start) == 0
    nobody = np.zeros(held.n, np.bool_) if unknown is None else unknown
    explained = ownership.held_by(ends & unheld & ~nobody)
    declared = ownership.held_by(nobody & unheld)
    closed = reaches(ownership.self_share, 100.0, strictly=False)
    circular = np.where(closed, 100.0, _into_closed(ownership, closed))
    missing = np.maximum(100.0 - explained - declared - circular, 0.0)
    return Completeness(explained, declared, circular, missing)


def _into_closed(ownership: IntegratedOwnership, closed: BoolArray) -> FloatArray:
    """Percent of each company that ends in closed rings; every member of such a ring is reached alike: take one."""
    if not closed.any():
        return np.zeros(len(closed))
    partner = np.arange(len(closed))
    inside = closed[ownership.company] & closed[ownership.owner]
    np.minimum.at(partner, ownership.company[inside], ownership.owner[inside])
    return ownership.held_by(closed & (partner == np.arange(len(closed))))


def _fallback(
    found: list[tuple[IntArray, IntArray]], candidate: IntArray | None, natural: BoolArray, eligible: BoolArray
) -> tuple[IntArray, IntArray]:
    """Candidates of the companies that nobody was found for yet."""
    if candidate is None:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    still = eligible & (candidate >= 0) & natural[candidate]
    for company, _ in found:
        still[company] = False
    company = np.flatnonzero(still)
    return company, candidate[company]


def _standing(
    ownership: IntegratedOwnership, company: IntArray, basis: IntArray, unknown: BoolArray | None
) -> IntArray:
    recorded = ownership.holdings.recorded
    standing = np.where(recorded, STANDINGS.index("not_found"), STANDINGS.index("no_record"))
    if unknown is not None:
        held = ownership.holdings
        code = STANDINGS.index("declared_unknown")
        standing[ownership.company[unknown[ownership.owner]]] = code
        standing[held.unstated_company[unknown[held.unstated_owner]]] = code
    manages = basis == BASES.index("manager")
    only_manager = company[manages]
    standing[only_manager[standing[only_manager] != STANDINGS.index("declared_unknown")]] = STANDINGS.index(
        "manager_only"
    )
    standing[company[~manages]] = STANDINGS.index("identified")
    return standing
