"""Growing a group: from a few validated pairs to everyone who keeps its company, by a two-sided fixed point."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.analytics.arrays import among, group_rows
from graph.analytics.events import Events, FloatArray, IntArray, ranges
from graph.analytics.statistics import benjamini_hochberg, log_choose, poisson_log_tail

GROWTH_RATE = 0.05
"""False discovery rate of admitting people, and of admitting events."""
SETTLED, ROUNDS = 10, 100
"""A fixed point takes 2–5 rounds, and a few more per correction of the null. Some groups swing between two states: after
the first number of rounds people only leave, so that an end is certain; the second stands for "until it ends"."""
UNRECOGNISED = 0.15
"""Most members, as a share of those found, who may still stand among the others: so many of the others, those who meet
most, say nothing about usual company."""
PRIOR_MEETINGS = 1.0
"""Meetings as by the null that outsiders start with: few outsiders cannot correct it."""


@dataclass(frozen=True, slots=True)
class Meetings:
    """People x events as two sparse lists, with what the null model needs.

    Null: each of a person's `activity` (person, merchant or thing) pairs falls on an event in proportion to the
    event's size among all `pairs`; so the expected number of meetings is activity · size / pairs.
    """

    events: Events
    size: IntArray
    person_start: IntArray
    person_event: IntArray
    activity: FloatArray
    pairs: float
    active: int

    @classmethod
    def of(cls, events: Events, activity: FloatArray) -> Meetings:
        """Index `events` by person; `activity` has one entry per complainant."""
        event = np.repeat(np.arange(len(events)), events.size)
        start, order = group_rows(events.members, len(activity))
        active = max(int((activity >= 2).sum()), 1)
        return cls(events, events.size, start, event[order], activity, max(float(activity.sum()), 1.0), active)

    def events_of(self, people: IntArray) -> IntArray:
        """Events of all these people, with repeats."""
        at, _ = ranges(self.person_start[people], self.person_start[people + 1] - self.person_start[people])
        return self.person_event[at]

    def people_of(self, events: IntArray) -> tuple[IntArray, IntArray]:
        """People of all these events, with repeats, and the position in `events` each comes from."""
        at, which = ranges(self.events.start[events], self.size[events])
        return self.events.members[at], which


@dataclass(frozen=True, slots=True)
class Grown:
    """A grown group.

    `members` and the indices `events` are ascending; `support` counts members per event. `candidates` are all
    people who meet the group at all, with their `overlap` (own support taken out) and the `probability` of
    belonging. `log_p` is the logarithm of the bound on finding a block this full anywhere by chance.
    """

    members: IntArray
    events: IntArray
    support: IntArray
    candidates: IntArray
    overlap: IntArray
    probability: FloatArray
    log_p: float


def _admit_events(net: Meetings, members: IntArray, usual: float) -> tuple[IntArray, IntArray]:
    """Events that hold more members than chance explains, and how many."""
    events, support = np.unique(net.events_of(members), return_counts=True)
    expected = net.activity[members].sum() * net.size[events] * usual / net.pairs
    ok = benjamini_hochberg(poisson_log_tail(support, expected), GROWTH_RATE, len(net.events)) & (support >= 2)
    return events[ok], support[ok]


def _overlaps(net: Meetings, members: IntArray, events: IntArray, support: IntArray) -> tuple[IntArray, IntArray]:
    """Everyone at these events and in how many of them at least two *other* members are."""
    who, which = net.people_of(events)
    others = support[which] - among(who, members)
    people, at = np.unique(who, return_inverse=True)
    return people, np.bincount(at, weights=others >= 2).astype(np.int64)


def _usual_company(net: Meetings, members: IntArray, events: IntArray, support: IntArray) -> float:
    """How many times more often than the null says do the *other* people of these events meet again; at least 1.

    Neighbours go to the same shops, and people who are active in the same weeks meet in them: where those who do not
    belong keep each other's company as well, the group's must be judged by that.
    """
    who, _ = net.people_of(events)
    others, met = np.unique(who[~among(who, members)], return_counts=True)
    reach = float((net.size[events] - support).sum()) / net.pairs
    expected = np.maximum(net.activity[others] - 1.0, 0.0) * reach
    judged = np.argsort(expected - (met - 1), kind="stable")[int(UNRECOGNISED * len(members)) :]
    seen, chance = float((met[judged] - 1).sum()), float(expected[judged].sum())
    return max(1.0, (seen + PRIOR_MEETINGS) / (chance + PRIOR_MEETINGS))


def _probability(
    net: Meetings, members: IntArray, events: IntArray, support: IntArray, people: IntArray, usual: float
) -> FloatArray:
    """Posterior of belonging, event by event; the person's own presence is left out on both sides.

    A member is at an event with the frequency of the other members, an outsider with the frequency of the other
    outsiders: an event that hardly anyone but the group attended tells more than a popular one.
    """
    who, which = net.people_of(events)
    inside = among(who, members)
    outsiders = (net.size[events] - support)[which] - ~inside
    as_member = (support[which] - inside + 0.5) / len(members)
    as_outsider = net.activity[who] * usual * (outsiders + 1.0) / net.pairs
    gain = np.bincount(np.searchsorted(people, who), weights=np.log(as_member / as_outsider))
    own = support.sum() / len(members)
    chance = net.activity[people] * usual * (net.size[events] - support + 1.0).sum() / net.pairs
    evidence = np.log(len(members) / net.active) + gain - (own - chance)
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(evidence, -500, 500))))


def _expand(net: Meetings, seed: IntArray) -> IntArray:
    """Take in everybody who more likely belongs than not: a few seeds alone are too few to admit anyone strictly."""
    members = seed
    for _ in range(SETTLED):
        events, support = _admit_events(net, members, 1.0)
        if len(events) < 2:
            break
        people, overlap = _overlaps(net, members, events, support)
        likely = _probability(net, members, events, support, people, 1.0) >= 0.5
        more = np.union1d(members, people[likely & (overlap >= 2)])
        if len(more) == len(members):
            break
        members = more
    return members


def grow(net: Meetings, seed: IntArray) -> Grown | None:
    """Grow one group from a seed of people.

    Alternate until nothing changes: admit the events that hold too many members for chance, then the people whose
    overlap with those events has a Poisson tail that survives Benjamini–Hochberg at 5 % over all people who could
    overlap. A person's own presence does not support an event for them.

    Parameters
    ----------
    net
        The events of one scale, each person once per merchant or thing.
    seed
        Complainants, ascending.

    Returns
    -------
    Grown | None
        None if fewer than three people or two events remain.

    Examples
    --------
    Four people meet at three shops; person 4 was at one of them only.

    >>> from graph.analytics.bursts import history_events
    >>> who = np.array([0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 4, *range(5, 900)])
    >>> shop = np.array([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2, *range(3, 898)])
    >>> activity = np.bincount(who).astype(float)
    >>> grown = grow(Meetings.of(history_events(who, shop), activity), np.array([0, 1, 2]))
    >>> grown.members.tolist(), grown.events.tolist(), grown.overlap.tolist()
    ([0, 1, 2, 3], [0, 1, 2], [3, 3, 3, 3, 1])
    """
    members, usual = _expand(net, seed), 1.0
    for turn in range(ROUNDS):
        events, support = _admit_events(net, members, usual)
        if len(events) < 2:
            return None
        people, overlap = _overlaps(net, members, events, support)
        reach = float(net.size[events].sum()) * usual / net.pairs
        expected = net.activity[people] * reach
        tail = poisson_log_tail(overlap, expected)
        admitted = people[benjamini_hochberg(tail, GROWTH_RATE, net.active) & (overlap >= 2)]
        if turn >= SETTLED:
            admitted = admitted[among(admitted, members)]
        if len(admitted) < 3:
            return None
        if np.array_equal(admitted, members):
            company = _usual_company(net, members, events, support)
            if company <= usual:
                break
            usual = company
        members = admitted
    held = net.events_of(members)
    support = np.bincount(np.searchsorted(events, held[among(held, events)]), minlength=len(events))
    chance = poisson_log_tail(float(support.sum()), net.activity[members].sum() * reach)
    looks = log_choose(net.active, len(members)) + log_choose(len(net.events), len(events))
    probability = _probability(net, members, events, support, people, usual)
    return Grown(members, events, support, people, overlap, probability, min(float(chance + looks), 0.0))
