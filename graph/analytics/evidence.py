"""What is shown for a found group: its events, merchants, shared things, outcomes, tier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graph.analytics.arrays import among
from graph.analytics.credibility import TIERS_DOWN, Counter, lowered
from graph.analytics.events import Events, FloatArray, IntArray, join_events
from graph.analytics.growth import Grown
from graph.analytics.meetings import Meetings
from graph.analytics.shared import DOMESTIC, SharedThings

TIERS = ("strong", "moderate", "weak")
STRENGTH = {"strong": 1.0, "moderate": 0.8, "weak": 0.05}
"""What a certain member of a group of that tier scores. Weak groups (two or three merchants in common: neighbours,
regulars of the same shops) are listed but never flagged."""


PLAIN, CLEAR = -12.0, -25.0
"""Natural logarithms, after counting all blocks of the group's size: a moderate group is rarer than one in 160,000, a
strong one than one in 70 billion. Not one in twenty: no null knows every neighbourhood and fashion. In random towns,
whose people meet at the same shops anyway, chance came down to -11 (docs/evaluation.md)."""

TIER_MONTHS = 12
"""A tier expires so many months after a group's last event: people are not suspected for ever. The complaints of the
group stay weighted down, for that is about them, and it stays listed with its dates; it makes no lead."""


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
class Form:
    """A grown group together with the scale it was grown on."""

    window: int
    net: Meetings
    grown: Grown


def describe(
    merged: list[list[Form]], shared: Sequence[SharedThings], counter: Counter, *, dated: bool
) -> tuple[Events, tuple[FoundGroup, ...]]:
    """The events of all groups, and the groups, whose `events` point into them; forms of a group clearest first."""
    events, groups, used = [], [], 0
    for forms in merged:
        best = forms[0]
        own = best.net.events.take(best.grown.events)
        events.append(own)
        groups.append(_found_group(forms, own, used, shared, counter, dated))
        used += len(own)
    return join_events(events), tuple(groups)


def _found_group(
    forms: list[Form], own: Events, offset: int, shared: Sequence[SharedThings], counter: Counter, dated: bool
) -> FoundGroup:
    """Put one group's evidence together."""
    best = forms[0]
    members = np.unique(np.concatenate([f.grown.members for f in forms]))
    probability, meetings = best_form(forms, members)
    timed, bought = own.window > 0, own.channel == 0
    merchants = np.unique(own.value[bought])
    counts = tuple(
        SharedCount(shared[own.channel[e] - 1].name, int(own.value[e]), int(best.grown.support[e]))
        for e in np.flatnonzero(~bought)
    )
    texts = [own.people(int(e)) for e in np.flatnonzero(~bought) if shared[own.channel[e] - 1].name == "text"]
    templated = np.isin(members, np.concatenate(texts)).mean() if texts else 0.0
    tier = _tier(best.grown.log_p, len(members), len(merchants), counts)
    share, refused = counter.shares(members)
    tier, why = lowered(tier, counter, members)
    if best.window == 0 and all(c.name in DOMESTIC for c in counts):
        tier, why = ("weak", (*why, "no_synchrony")) if dated else (TIERS_DOWN[tier], (*why, "no_dates"))
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


def best_form(forms: list[Form], people: IntArray) -> tuple[FloatArray, IntArray]:
    """Largest probability of belonging, and most meetings, over the scales that show the group."""
    probability, meetings = np.zeros(len(people)), np.zeros(len(people), np.int64)
    for form in forms:
        known = among(form.grown.candidates, people)
        at = np.searchsorted(people, form.grown.candidates[known])
        probability[at] = np.maximum(probability[at], form.grown.probability[known])
        meetings[at] = np.maximum(meetings[at], form.grown.overlap[known])
    return probability, meetings


def _tier(log_p: float, members: int, merchants: int, shared: tuple[SharedCount, ...]) -> str:
    """How much independent evidence there is: merchants in common, plus shared things of several kinds.

    Phones and addresses count once all together: a household shares both. Without two merchants in common, five
    people must share things of two kinds beyond those of a household.
    """
    personal = [s for s in shared if s.name not in DOMESTIC]
    evidence = merchants + len(personal) + (len(personal) < len(shared))
    beyond_household = members >= 5 and len({s.name for s in personal}) >= 2
    if log_p > PLAIN or evidence < 4 or (merchants < 2 and not beyond_household):
        return "weak"
    return "strong" if log_p <= CLEAR and members >= 5 and evidence >= 5 else "moderate"
