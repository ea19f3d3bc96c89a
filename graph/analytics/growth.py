"""Growing a group: from a few validated pairs to everyone who keeps its company, by a two-sided fixed point."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.analytics.arrays import among
from graph.analytics.events import FloatArray, IntArray
from graph.analytics.meetings import Meetings
from graph.analytics.statistics import benjamini_hochberg, log_choose, poisson_log_tail

GROWTH_RATE = 0.05
"""False discovery rate of admitting people, and of admitting events."""
SETTLED, ROUNDS = 10, 100
"""A fixed point takes 2–5 rounds, and a few more per correction of the null. Some groups swing between two states:
after the first number of rounds people only leave, so that an end is certain; the second stands for "until it ends"."""


@dataclass(frozen=True, slots=True)
class Grown:
    """A grown group.

    `members` and the indices `events` are ascending; `support` counts members per event. `candidates` are all
    people who meet the group at all, with their `overlap` (own support taken out) and the `probability` of
    belonging. `usual` is how many times more often than by chance the other people of these events meet again.
    `log_p` is the logarithm of the bound on finding a block this full anywhere by chance, `usual` taken into account.
    """

    members: IntArray
    events: IntArray
    support: IntArray
    candidates: IntArray
    overlap: IntArray
    probability: FloatArray
    usual: float
    log_p: float


def _admit_events(net: Meetings, members: IntArray, usual: float) -> tuple[IntArray, IntArray]:
    """Events that hold more members than chance explains, and how many."""
    events, support = np.unique(net.events_of(members), return_counts=True)
    expected = net.chance_at(events, members) * usual
    ok = benjamini_hochberg(poisson_log_tail(support, expected), GROWTH_RATE, len(net.events)) & (support >= 2)
    return events[ok], support[ok]


def _overlaps(net: Meetings, members: IntArray, events: IntArray, support: IntArray) -> tuple[IntArray, IntArray]:
    """Everyone at these events and in how many of them at least two *other* members are."""
    who, which = net.people_of(events)
    others = support[which] - among(who, members)
    people, at = np.unique(who, return_inverse=True)
    return people, np.bincount(at, weights=others >= 2).astype(np.int64)


def _probability(
    net: Meetings,
    members: IntArray,
    events: IntArray,
    support: IntArray,
    people: IntArray,
    usual: float,
    *,
    strict: bool = False,
) -> FloatArray:
    """Posterior of belonging, event by event; the person's own presence is left out on both sides.

    A member is at an event with the frequency of the other members, an outsider with the frequency of the other
    outsiders: an event that hardly anyone but the group attended tells more than a popular one. To be there is no sign
    of being busy then: it counts as one complaint spread over all time as everybody's are (the predictive of a
    Dirichlet prior of weight 1), else people who complained once are never believed. Only while a group is growing,
    `strict`, it counts in full, so that a crowd of one season does not grow into it.
    """
    who, which = net.people_of(events)
    inside = among(who, members)
    outsiders = (net.size[events] - support)[which] - ~inside + 1.0
    as_member = (support[which] - inside + 0.5) / len(members)
    rate = net.rate_at(who, events[which])
    if not strict:
        rate = rate - 1.0 + net.spread(events)[which]
    as_outsider = rate * usual * outsiders / net.pairs[events][which]
    gain = np.bincount(np.searchsorted(people, who), weights=np.log(as_member / as_outsider))
    own = support.sum() / len(members)
    rest = (net.size[events] - support).astype(np.float64) + 1.0
    chance = usual * net.chance_of(people, events, rest)
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
        likely = _probability(net, members, events, support, people, 1.0, strict=True) >= 0.5
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
    >>> from graph.analytics.meetings import Activity
    >>> who = np.array([0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 4, *range(5, 900)])
    >>> shop = np.array([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2, *range(3, 898)])
    >>> activity = Activity.of(who, shop, None, np.bincount(who).astype(float)).by_period(30)
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
        expected = net.chance_of(people, events, net.size[events].astype(np.float64)) * usual
        tail = poisson_log_tail(overlap, expected)
        admitted = people[benjamini_hochberg(tail, GROWTH_RATE, net.active) & (overlap >= 2)]
        if turn >= SETTLED:
            admitted = admitted[among(admitted, members)]
        if len(admitted) < 3:
            return None
        if np.array_equal(admitted, members):
            company = net.usual_company(members, events, support)
            if company <= usual:
                break
            usual = company
        members = admitted
    held = net.events_of(members)
    support = np.bincount(np.searchsorted(events, held[among(held, events)]), minlength=len(events))
    chance = poisson_log_tail(float(support.sum()), float(net.chance_at(events, members).sum()) * usual)
    looks = log_choose(net.active, len(members)) + log_choose(len(net.events), len(events))
    probability = _probability(net, members, events, support, people, usual)
    return Grown(members, events, support, people, overlap, probability, usual, min(float(chance + looks), 0.0))
