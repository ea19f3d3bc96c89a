"""Groups of complainants who act together: bursts → validated pairs → grown groups → one score per complainant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from graph.analytics.bursts import WINDOWS, burst_events, history_events
from graph.analytics.credibility import Counter, Reason, counter_signals, lowered
from graph.analytics.events import Events, FloatArray, IntArray, join_events
from graph.analytics.growth import Grown, Meetings, grow
from graph.analytics.pairs import validated_pairs
from graph.analytics.shared import DOMESTIC, HubCut, SharedThings, shared_events
from graph.analytics.statistics import BoolArray

SIGNIFICANT = float(np.log(0.05))
"""A group must be rarer than this after counting every block of its size that could have been looked at."""
TIERS = ("strong", "moderate", "weak")
STRENGTH = {"strong": 1.0, "moderate": 0.8, "weak": 0.05}
"""What a certain member of a group of that tier scores. Weak groups (two or three merchants in common: neighbours,
regulars of the same shops) are listed but never flagged."""


@dataclass(frozen=True, slots=True)
class SharedCount:
    """A thing that members of a group share: kind, value, members who do."""

    name: str
    value: int
    people: int


@dataclass(frozen=True, slots=True)
class FoundGroup:
    """A suspected group with its evidence.

    `members` ascending, `member_probability` and `member_events` beside them; `events` are positions in
    `GroupResult.events`, `event_members` how many members each holds. `window` is the scale in days that shows it
    best (0: no dates). `substantiated`, `refused` are shares of the members' decided complaints (NaN: none known);
    `template_share` of members whose text comes from a family shared in the group. `lowered` says what lowered it.
    """

    members: IntArray
    member_probability: FloatArray
    member_events: IntArray
    merchants: IntArray
    events: IntArray
    event_members: IntArray
    window: int
    first_day: int | None
    last_day: int | None
    log_p: float
    tier: str
    shared: tuple[SharedCount, ...]
    template_share: float
    substantiated: float
    refused: float
    lowered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupResult:
    """Scores of all complainants, and the groups with their evidence.

    `score`, `group` (-1: none), `tier` (position in `TIERS`, -1: none), `flagged`, `weight` have shape
    (n_complainants,). `weight` is the credibility of the complainant's complaints, 0–1. `reasons` holds only
    complainants with something to say. `limits` names every cut that bit.
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
    limits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Scaled:
    """A grown group together with the scale it was grown on."""

    window: int
    net: Meetings
    grown: Grown


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
    No synchrony and nothing shared is not detectable, and is not flagged.
    """
    for other in (merchant, day, outcome, harm):
        if other is not None and len(other) != len(complainant):
            raise ValueError("arrays of complaints must have the same length")
    n = max(int(complainant.max(initial=-1)) + 1, n_complainants or 0)
    things, hubs = shared_events(shared)
    bursts = (
        history_events(complainant, merchant)
        if day is None
        else burst_events(complainant, merchant, day, windows=windows)
    )
    activity = _activity(complainant, merchant, shared, n)
    candidates: list[_Scaled] = []
    limits: list[str] = []
    for window in (0,) if day is None else windows:
        at_scale = bursts.take(np.flatnonzero(bursts.window == window))
        events = join_events([at_scale.once_per_value(), things])
        found, cut = _groups_of_scale(events, activity, window)
        candidates += found
        if cut:
            limits.append(f"window {window}: events above {cut} people left out of pair counting")
    counter = counter_signals(complainant, outcome, harm, n)
    merged = _merge(candidates)
    events, groups = _describe(merged, shared, counter)
    return _result(n, merged, groups, events, counter, hubs, tuple(limits))


def _activity(complainant: IntArray, merchant: IntArray, shared: Sequence[SharedThings], n: int) -> FloatArray:
    """Distinct merchants and shared things per person: how many chances the person had to meet others."""
    sides = [(complainant, merchant), *((things.complainant, things.value) for things in shared)]
    total = np.zeros(n)
    for who, what in sides:
        if len(who):
            total += np.bincount(np.unique(np.stack([who, what]), axis=1)[0], minlength=n)
    return total


def _groups_of_scale(events: Events, activity: FloatArray, window: int) -> tuple[list[_Scaled], int]:
    """Seeds from validated pairs, grown; and the size cut of pair counting, if it bit."""
    pairs = validated_pairs(events, activity)
    net = Meetings.of(events, activity)
    grown = (grow(net, seed) for seed in _components(pairs.a, pairs.b))
    return [_Scaled(window, net, g) for g in grown if g is not None and g.log_p <= SIGNIFICANT], pairs.size_cut


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


def _merge(candidates: list[_Scaled]) -> list[list[_Scaled]]:
    """Put the forms of one group on several scales together, clearest first.

    A form belongs to the first group that already holds at least half of its members.
    """
    merged: list[tuple[set[int], list[_Scaled]]] = []
    for form in sorted(candidates, key=lambda f: (f.grown.log_p, f.window, f.grown.members.tolist())):
        members = set(form.grown.members.tolist())
        home = next((m for m in merged if 2 * len(m[0] & members) >= len(members)), None)
        if home is None:
            merged.append((members, [form]))
        else:
            home[1].append(form)
            home[0].update(members)
    return [forms for _, forms in merged]


def _describe(
    merged: list[list[_Scaled]], shared: Sequence[SharedThings], counter: Counter
) -> tuple[Events, tuple[FoundGroup, ...]]:
    events, groups, used = [], [], 0
    for forms in merged:
        best = forms[0]
        own = best.net.events.take(best.grown.events)
        events.append(own)
        groups.append(_found_group(forms, own, used, shared, counter))
        used += len(own)
    return join_events(events), tuple(groups)


def _found_group(
    forms: list[_Scaled], own: Events, offset: int, shared: Sequence[SharedThings], counter: Counter
) -> FoundGroup:
    best = forms[0]
    members = np.unique(np.concatenate([f.grown.members for f in forms]))
    probability, meetings = _best_form(forms, members)
    timed, bought = own.window > 0, own.channel == 0
    merchants = np.unique(own.value[bought])
    counts = tuple(
        SharedCount(shared[own.channel[e] - 1].name, int(own.value[e]), int(best.grown.support[e]))
        for e in np.flatnonzero(~bought)
    )
    texts = [own.people(int(e)) for e in np.flatnonzero(~bought) if shared[own.channel[e] - 1].name == "text"]
    templated = np.isin(members, np.concatenate(texts)).mean() if texts else 0.0
    tier = _tier(best.grown.log_p, len(members), len(merchants), {c.name for c in counts})
    share, refused = counter.shares(members)
    tier, why = lowered(tier, counter, members)
    return FoundGroup(
        members=members,
        member_probability=probability,
        member_events=meetings,
        merchants=merchants,
        events=np.arange(offset, offset + len(own)),
        event_members=best.grown.support,
        window=best.window,
        first_day=int(own.first[timed].min()) if timed.any() else None,
        last_day=int(own.last[timed].max()) if timed.any() else None,
        log_p=best.grown.log_p,
        tier=tier,
        shared=counts,
        template_share=float(templated),
        substantiated=share,
        refused=refused,
        lowered=why,
    )


def _best_form(forms: list[_Scaled], people: IntArray) -> tuple[FloatArray, IntArray]:
    """Largest probability of belonging, and most meetings, over the scales that show the group."""
    probability, meetings = np.zeros(len(people)), np.zeros(len(people), np.int64)
    for form in forms:
        at = np.searchsorted(people, form.grown.candidates)
        known = (at < len(people)) & (people[np.minimum(at, len(people) - 1)] == form.grown.candidates)
        at = at[known]
        probability[at] = np.maximum(probability[at], form.grown.probability[known])
        meetings[at] = np.maximum(meetings[at], form.grown.overlap[known])
    return probability, meetings


def _tier(log_p: float, members: int, merchants: int, kinds: set[str]) -> str:
    """How much independent evidence there is: merchants in common, plus one per kind of shared thing.

    Phone and address count once together: a household shares both.
    """
    kinds_counted = len(kinds - set(DOMESTIC)) + bool(kinds & set(DOMESTIC))
    evidence = merchants + kinds_counted
    if merchants < 2 or evidence < 4:
        return "weak"
    return "strong" if log_p <= -25 and members >= 5 and evidence >= 5 else "moderate"


def _result(
    n: int,
    merged: list[list[_Scaled]],
    groups: tuple[FoundGroup, ...],
    events: Events,
    counter: Counter,
    hubs: tuple[HubCut, ...],
    limits: tuple[str, ...],
) -> GroupResult:
    score, weight = np.zeros(n), np.ones(n)
    group, tier = np.full(n, -1, np.int64), np.full(n, -1, np.int64)
    flagged = np.zeros(n, bool)
    reasons: dict[int, tuple[Reason, ...]] = {}
    for index, (forms, found) in enumerate(zip(merged, groups, strict=True)):
        people = np.unique(np.concatenate([f.grown.candidates for f in forms]))
        probability, meetings = _best_form(forms, people)
        value = STRENGTH[found.tier] * probability * counter.factor[people]
        better = value > score[people]
        score[people[better]] = value[better]
        if found.tier != "weak":
            weight[people] = np.minimum(weight[people], 1.0 - value)
        own = found.members[group[found.members] < 0]
        group[own], tier[own] = index, TIERS.index(found.tier)
        flagged[own] = (found.tier != "weak") & (counter.factor[own] == 1.0)
        expected = forms[0].net.activity * forms[0].net.events.size[forms[0].grown.events].sum() / forms[0].net.pairs
        met = dict(zip(people.tolist(), meetings.tolist(), strict=True))
        for person in own.tolist():
            reasons[person] = (
                Reason("group_overlap", float(met[person]), float(expected[person])),
                *counter.reasons(person),
            )
    return GroupResult(score, group, tier, flagged, weight, groups, events, reasons, hubs, limits)
