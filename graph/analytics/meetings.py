"""Who meets whom at which events, and how often chance alone brings people together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.analytics.arrays import among, distinct, group_rows
from graph.analytics.events import Events, FloatArray, IntArray, offsets, ranges

SmallIntArray = npt.NDArray[np.int32]

SHORTEST_PERIOD = 30
"""Days. People come and go, merchants rise and fall: chance is counted within a period and its two neighbours, each
at least this long and never shorter than the window scanned."""
CROWD = 500
"""Complaints a period holds on average at least: in a small file a group would be most of what happens in its own
weeks, and be judged by itself."""
UNRECOGNISED = 0.15
"""Most members, as a share of those found, who may still stand among the others: so many of the others, those who meet
most, say nothing about usual company."""
PRIOR_MEETINGS = 1.0
"""Meetings as by the null that the others start with: one chance meeting among few people corrects nothing."""


@dataclass(frozen=True, slots=True)
class Activity:
    """How often each person could have met others.

    `whole` counts a person's distinct merchants and things, shape (n_people,). `person`, `merchant`, `day` are the
    dated complaints, each once, in that order, days from `origin`, in 32 bits; empty where there are no dates.
    """

    whole: FloatArray
    person: SmallIntArray
    merchant: SmallIntArray
    day: SmallIntArray
    origin: int

    @classmethod
    def of(cls, complainant: IntArray, merchant: IntArray, day: IntArray | None, whole: FloatArray) -> Activity:
        """Sort the complaints once, for periods of any length."""
        if day is None or not len(day):
            nothing = np.zeros(0, np.int32)
            return cls(whole, nothing, nothing, nothing, 0)
        origin, merchants = int(day.min()), int(merchant.max()) + 1
        days = int(day.max()) - origin + 1
        key, when = np.divmod(distinct((complainant * merchants + merchant) * days + (day - origin)), days)
        person, shop = np.divmod(key, merchants)
        return cls(whole, person.astype(np.int32), shop.astype(np.int32), when.astype(np.int32), origin)

    def period_for(self, window: int) -> int:
        """Days of a period: half the window, but no shorter than `SHORTEST_PERIOD` and than a `CROWD` takes."""
        span = int(self.day.max(initial=-1)) + 1
        return max(window // 2, SHORTEST_PERIOD, -(-span * CROWD // max(len(self.day), 1)))

    def by_period(self, days: int) -> Rates:
        """Count per period of `days`."""
        period = self.day // np.int32(days)
        new = np.ones(len(period), np.bool_)
        new[1:] = (np.diff(self.person) != 0) | (np.diff(self.merchant) != 0) | (np.diff(period) != 0)
        periods = int(period.max(initial=-1)) + 1
        own = np.bincount(period[new], minlength=periods).astype(np.float64)
        near = np.convolve(own, np.ones(3), "same") if periods > 1 else own
        start = offsets(np.bincount(self.person[new], minlength=len(self.whole)))
        pairs = np.maximum(np.append(near, self.whole.sum()), 1.0)
        return Rates(start, period[new], self.whole, pairs, self.origin, days)


@dataclass(frozen=True, slots=True)
class Rates:
    """Distinct merchants per person in each period and its neighbours; in the last column, everything.

    `start` and `period` list the periods of each person's merchants; `pairs`, shape (periods + 1,), is everybody's sum.
    """

    start: IntArray
    period: SmallIntArray
    whole: FloatArray
    pairs: FloatArray
    origin: int
    days: int

    def of(self, people: IntArray) -> FloatArray:
        """Rows of these people, shape (len(people), periods + 1)."""
        rows, which = ranges(self.start[people], self.start[people + 1] - self.start[people])
        periods = len(self.pairs) - 1
        own = np.bincount(which * periods + self.period[rows], minlength=len(people) * periods)
        rate = np.zeros((len(people), periods + 1))
        rate[:, :periods] = own.reshape(len(people), periods)
        rate[:, 1:periods] += own.reshape(len(people), periods)[:, :-1]
        rate[:, : max(periods - 1, 0)] += own.reshape(len(people), periods)[:, 1:]
        rate[:, periods] = self.whole[people]
        return rate

    def column(self, events: Events) -> IntArray:
        """Column that each event falls into: by its middle day; the last where time plays no part."""
        last = len(self.pairs) - 1
        middle = ((events.first + events.last) // 2 - self.origin) // self.days
        return np.asarray(np.where(events.window > 0, np.clip(middle, 0, max(last - 1, 0)), last))


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
    rates: Rates
    period: IntArray
    pairs: FloatArray
    active: int

    @classmethod
    def of(cls, events: Events, rates: Rates) -> Meetings:
        """Index `events` by person."""
        event = np.repeat(np.arange(len(events)), events.size)
        start, order = group_rows(events.members, len(rates.whole))
        period = rates.column(events)
        active = max(int((rates.whole >= 2).sum()), 1)
        return cls(events, events.size, start, event[order], rates, period, rates.pairs[period], active)

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
        together = self.rates.of(people).sum(axis=0)
        return np.asarray(together[self.period[events]] * self.size[events] / self.pairs[events])

    def chance_of(self, people: IntArray, events: IntArray, size: FloatArray) -> FloatArray:
        """To how many of the events, were they of these sizes, chance brings each of the people."""
        share = np.bincount(self.period[events], size / self.pairs[events], minlength=len(self.rates.pairs))
        return np.asarray(self.rates.of(people) @ share)

    def rate_at(self, people: IntArray, events: IntArray) -> FloatArray:
        """How often each of the people, who is at the event of the same row, could have met others at its time."""
        distinct_people, at = np.unique(people, return_inverse=True)
        return np.asarray(self.rates.of(distinct_people)[at, self.period[events]])

    def spread(self, events: IntArray) -> FloatArray:
        """Share of all time's pairs that fall into the time of each event; 1 where time plays no part."""
        return np.asarray(np.minimum(self.pairs[events] / self.rates.pairs[-1], 1.0))

    def usual_company(self, members: IntArray, events: IntArray, support: IntArray) -> float:
        """How many times more often than the null says do the *other* people of these events meet again; at least 1.

        Neighbours go to the same shops: where those who do not belong keep each other's company as well, the group
        must be judged by that.
        """
        who, _ = self.people_of(events)
        others, met = np.unique(who[~among(who, members)], return_counts=True)
        whole = self.rates.whole[others]
        again = self.chance_of(others, events, (self.size[events] - support).astype(np.float64)) * (1.0 - 1.0 / whole)
        judged = np.argsort(again - (met - 1), kind="stable")[int(UNRECOGNISED * len(members)) :]
        seen, chance = float((met[judged] - 1).sum()), float(again[judged].sum())
        return max(1.0, (seen + PRIOR_MEETINGS) / (chance + PRIOR_MEETINGS))
