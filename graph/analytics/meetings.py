"""Who meets whom at which events, and how often chance alone brings people together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.analytics.arrays import among, group_rows
from graph.analytics.events import Events, FloatArray, IntArray, distinct_pairs, ranges

SHORTEST_PERIOD = 30
"""Days. People come and go, merchants rise and fall: chance is counted within a period and its two neighbours, each
at least this long and never shorter than the window scanned."""
UNRECOGNISED = 0.15
"""Most members, as a share of those found, who may still stand among the others: so many of the others, those who meet
most, say nothing about usual company."""
PRIOR_MEETINGS = 1.0
"""Meetings as by the null that the others start with: one chance meeting among few people corrects nothing."""


@dataclass(frozen=True, slots=True)
class Activity:
    """How often each person could have met others: distinct merchants and things, in all and by period.

    `rate` has shape (n_people, periods + 1): distinct merchants in each period and its neighbours, and in the last
    column everything. `days` is the length of a period, `origin` the first day.
    """

    rate: FloatArray
    origin: int
    days: int

    @classmethod
    def of(
        cls, complainant: IntArray, merchant: IntArray, day: IntArray | None, whole: FloatArray, days: int
    ) -> Activity:
        """Count per period of `days`; without dates there is only the whole."""
        if day is None or not len(day):
            return cls(whole[:, None], 0, max(days, 1))
        days, origin = max(days, SHORTEST_PERIOD), int(day.min())
        period = (day - origin) // days
        n, periods = len(whole), int(period.max()) + 1
        at, _ = distinct_pairs(complainant * periods + period, merchant)
        own = np.bincount(at, minlength=n * periods).reshape(n, periods)
        rate = np.zeros((n, periods + 1), np.float32)
        rate[:, :periods] = own
        rate[:, : periods - 1] += own[:, 1:]
        rate[:, 1:periods] += own[:, :-1]
        rate[:, periods] = whole
        return cls(rate, origin, days)

    def period(self, events: Events) -> IntArray:
        """Column of `rate` that each event falls into: by its middle day; the last where time plays no part."""
        whole = self.rate.shape[1] - 1
        middle = ((events.first + events.last) // 2 - self.origin) // self.days
        return np.where(events.window > 0, np.clip(middle, 0, max(whole - 1, 0)), whole)


@dataclass(frozen=True, slots=True)
class Meetings:
    """People x events as two sparse lists, with what the null model needs.

    Null: each of the (person, merchant or thing) pairs of a period falls on an event in proportion to the event's
    size; so a person is expected at an event with rate(person, period) · size / all pairs of the period.
    """

    events: Events
    size: IntArray
    person_start: IntArray
    person_event: IntArray
    rate: FloatArray
    period: IntArray
    pairs: FloatArray
    active: int

    @classmethod
    def of(cls, events: Events, activity: Activity) -> Meetings:
        """Index `events` by person."""
        event = np.repeat(np.arange(len(events)), events.size)
        start, order = group_rows(events.members, len(activity.rate))
        period = activity.period(events)
        pairs = np.maximum(activity.rate.sum(axis=0, dtype=np.float64), 1.0)[period]
        active = max(int((activity.rate[:, -1] >= 2).sum()), 1)
        return cls(events, events.size, start, event[order], activity.rate, period, pairs, active)

    def events_of(self, people: IntArray) -> IntArray:
        """Events of all these people, with repeats."""
        at, _ = ranges(self.person_start[people], self.person_start[people + 1] - self.person_start[people])
        return self.person_event[at]

    def people_of(self, events: IntArray) -> tuple[IntArray, IntArray]:
        """People of all these events, with repeats, and the position in `events` each comes from."""
        at, which = ranges(self.events.start[events], self.size[events])
        return self.events.members[at], which

    def chance_at(self, events: IntArray, people: IntArray) -> FloatArray:
        """How many of these people chance brings to each of the events."""
        together = self.rate[people].sum(axis=0, dtype=np.float64)
        return np.asarray(together[self.period[events]] * self.size[events] / self.pairs[events])

    def chance_of(self, people: IntArray, events: IntArray, size: FloatArray) -> FloatArray:
        """To how many of the events, were they of these sizes, chance brings each of the people."""
        share = np.bincount(self.period[events], weights=size / self.pairs[events], minlength=self.rate.shape[1])
        return np.asarray(self.rate[people] @ share)

    def usual_company(self, members: IntArray, events: IntArray, support: IntArray) -> float:
        """How many times more often than the null says do the *other* people of these events meet again; at least 1.

        Neighbours go to the same shops: where those who do not belong keep each other's company as well, the group
        must be judged by that.
        """
        who, _ = self.people_of(events)
        others, met = np.unique(who[~among(who, members)], return_counts=True)
        whole = self.rate[others, -1]
        again = self.chance_of(others, events, (self.size[events] - support).astype(np.float64)) * (1.0 - 1.0 / whole)
        judged = np.argsort(again - (met - 1), kind="stable")[int(UNRECOGNISED * len(members)) :]
        seen, chance = float((met[judged] - 1).sum()), float(again[judged].sum())
        return max(1.0, (seen + PRIOR_MEETINGS) / (chance + PRIOR_MEETINGS))
