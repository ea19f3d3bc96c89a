"""Groups of complainants who act together: bursts → validated pairs → grown groups → one score per complainant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from graph.analytics.bursts import WINDOWS, burst_events, history_events
from graph.analytics.credibility import Counter, Reason, counter_signals
from graph.analytics.events import Events, FloatArray, IntArray, distinct_pairs, join_events
from graph.analytics.evidence import STRENGTH, TIERS, Form, FoundGroup, SharedCount, best_form, describe
from graph.analytics.growth import grow
from graph.analytics.meetings import Activity, Meetings, Rates
from graph.analytics.pairs import validated_pairs
from graph.analytics.shared import HubCut, SharedThings, shared_events
from graph.analytics.statistics import BoolArray

SIGNIFICANT = float(np.log(0.05))
"""A group must be rarer than this after counting every block of its size that could have been looked at."""


@dataclass(frozen=True, slots=True)
class GroupResult:
    """Scores of all complainants, and the groups with their evidence.

    `score`, `group` (-1: none), `tier` (position in `TIERS`, -1: none), `flagged`, `weight` have shape
    (n_complainants,). `weight` is the credibility of the complainant's complaints, 0–1. `reasons` holds only
    complainants with something to say. `limits` are the cuts that bit: length of the window in days (0: the
    whole time) and the number of people above which an event was left out when pairs were counted.
    """

    score: FloatArray
    group: IntArray
    tier: IntArray
    flagged: BoolArray
    weight: FloatArray
    groups: tuple[FoundGroup, ...]
    events: Events
    reasons: dict[int, tuple[Reason, ...]]
    hubs: tuple[HubCut, ...]
    limits: tuple[tuple[int, int], ...]


def complainant_groups(
    complainant: IntArray,
    merchant: IntArray,
    day: IntArray | None,
    *,
    shared: Sequence[SharedThings] = (),
    outcome: IntArray | None = None,
    harm: BoolArray | None = None,
    windows: tuple[int, ...] = WINDOWS,
    n_complainants: int | None = None,
) -> GroupResult:
    """Find groups of complainants acting together, and how credible each complainant is.

    Parameters
    ----------
    complainant, merchant
        Whole numbers from 0, one per complaint, shape (n,). They are two separate sets of numbers.
    day
        Day of each complaint; None if dates are missing, which leaves only whole histories to compare.
    shared
        Texts, phones, addresses, accounts, devices: each value used by two or more people is one more occasion.
        A shared thing alone never makes a pair, let alone a group.
    outcome
        Per complaint: 1 substantiated, -1 refused, terminated or withdrawn, 0 not known.
    harm
        Per complaint: alleges injury or a safety issue.
    windows
        Scales in days. Each scale is searched by itself; a group is reported at the scale that shows it best.
    n_complainants
        Length of the results, if more than the largest complainant + 1.

    Raises
    ------
    ValueError
        If the arrays per complaint differ in length.

    Examples
    --------
    Five accounts hit the same six shops within a day of each other, among 600 ordinary complaints.

    >>> rng = np.random.default_rng(1)
    >>> gang = np.repeat(np.arange(5), 6)
    >>> who = np.concatenate([gang, rng.integers(5, 500, 600)])
    >>> shop = np.concatenate([np.tile(np.arange(6), 5), rng.integers(0, 100, 600)])
    >>> day = np.concatenate([np.tile(np.arange(6) * 40, 5), rng.integers(0, 365, 600)])
    >>> found = complainant_groups(who, shop, day)
    >>> [group.members.tolist() for group in found.groups], np.flatnonzero(found.flagged).tolist()
    ([[0, 1, 2, 3, 4]], [0, 1, 2, 3, 4])

    Notes
    -----
    No synchrony and nothing shared is not proven, and is not flagged: people with the same taste or the same street
    also meet at the same merchants. Whole histories are compared all the same, without flags where dates could have
    shown synchrony and did not.
    """
    for other in (merchant, day, outcome, harm):
        if other is not None and len(other) != len(complainant):
            raise ValueError("arrays of complaints must have the same length")
    n = max(int(complainant.max(initial=-1)) + 1, n_complainants or 0)
    things, hubs = shared_events(shared)
    occasions = history_events(complainant, merchant)
    if day is not None:
        occasions = join_events([burst_events(complainant, merchant, day, windows=windows), occasions])
    activity = Activity.of(complainant, merchant, day, _activity(complainant, merchant, shared, n))
    candidates: list[Form] = []
    limits: list[tuple[int, int]] = []
    scales = (0,) if day is None else (*windows, 0)
    period = {window: activity.period_for(window) for window in scales}
    rates = {days: activity.by_period(days) for days in set(period.values())}  # kept with every group, so made once
    del activity
    for window in scales:
        at_scale = occasions.take(np.flatnonzero(occasions.window == window))
        events = join_events([at_scale.once_per_value(), things])
        found, cut = _groups_of_scale(events, rates[period[window]], window)
        candidates += found
        if cut:
            limits.append((window, cut))
    counter = counter_signals(complainant, outcome, harm, n)
    merged = _merge(candidates)
    events, groups = describe(merged, shared, counter, dated=day is not None)
    return _result(n, merged, groups, events, counter, hubs, tuple(limits))


def _activity(complainant: IntArray, merchant: IntArray, shared: Sequence[SharedThings], n: int) -> FloatArray:
    """Distinct merchants and shared things per person: how many chances the person had to meet others."""
    sides = [(complainant, merchant), *((things.complainant, things.value) for things in shared)]
    total = np.zeros(n)
    for who, what in sides:
        if len(who):
            total += np.bincount(distinct_pairs(who, what)[0], minlength=n)
    return total


def _groups_of_scale(events: Events, rates: Rates, window: int) -> tuple[list[Form], int]:
    """Seeds from validated pairs, grown; and the size cut of pair counting, if it bit."""
    pairs = validated_pairs(events, rates.whole)
    net = Meetings.of(events, rates)
    grown = (grow(net, seed) for seed in _components(pairs.a, pairs.b))
    return [Form(window, net, g) for g in grown if g is not None and g.log_p <= SIGNIFICANT], pairs.size_cut


def _components(a: IntArray, b: IntArray) -> list[IntArray]:
    """Connected sets of at least three people, each ascending, ordered by their first member."""
    people, at = np.unique(np.concatenate([a, b]), return_inverse=True)
    if not len(people):
        return []
    link = sparse.coo_matrix((np.ones(len(a)), (at[: len(a)], at[len(a) :])), shape=(len(people), len(people)))
    _, label = csgraph.connected_components(link, directed=False)
    order = np.argsort(label, kind="stable")
    parts = np.split(people[order], np.flatnonzero(np.diff(label[order])) + 1)
    return sorted((p for p in parts if len(p) >= 3), key=lambda p: int(p[0]))


def _merge(candidates: list[Form]) -> list[list[Form]]:
    """Put the forms of one group on several scales together, those with dates first, then the clearest.

    A form belongs to the first group that already holds at least half of its members.
    """
    merged: list[tuple[set[int], list[Form]]] = []
    for form in sorted(candidates, key=lambda f: (f.window == 0, f.grown.log_p, f.window, f.grown.members.tolist())):
        members = set(form.grown.members.tolist())
        home = next((m for m in merged if 2 * len(m[0] & members) >= len(members)), None)
        if home is None:
            merged.append((members, [form]))
        else:
            home[1].append(form)
            home[0].update(members)
    return [forms for _, forms in merged]


def _result(
    n: int,
    merged: list[list[Form]],
    groups: tuple[FoundGroup, ...],
    events: Events,
    counter: Counter,
    hubs: tuple[HubCut, ...],
    limits: tuple[tuple[int, int], ...],
) -> GroupResult:
    score, weight = np.zeros(n), np.ones(n)
    group, tier = np.full(n, -1, np.int64), np.full(n, -1, np.int64)
    flagged, factor = np.zeros(n, bool), counter.factor
    reasons: dict[int, tuple[Reason, ...]] = {}
    for index, (forms, found) in enumerate(zip(merged, groups, strict=True)):
        people = np.unique(np.concatenate([f.grown.candidates for f in forms]))
        probability, meetings = best_form(forms, people)
        value = STRENGTH[found.tier] * probability * factor[people]
        better = value > score[people]
        score[people[better]] = value[better]
        if found.tier != "weak":
            weight[people] = np.minimum(weight[people], 1.0 - value)
        own = found.members[group[found.members] < 0]
        group[own], tier[own] = index, TIERS.index(found.tier)
        flagged[own] = (found.tier != "weak") & (factor[own] == 1.0)
        net, met = forms[0].net, meetings[np.searchsorted(people, own)]
        at, usual = forms[0].grown.events, forms[0].grown.usual
        expected = usual * net.chance_of(own, at, net.size[at].astype(np.float64))
        for person, seen, chance in zip(own.tolist(), met.tolist(), expected.tolist(), strict=True):
            reasons[person] = (Reason("group_overlap", float(seen), chance), *counter.reasons(person))
    return GroupResult(score, group, tier, flagged, weight, groups, events, reasons, hubs, limits)


__all__ = ["TIERS", "FoundGroup", "GroupResult", "SharedCount", "complainant_groups"]
