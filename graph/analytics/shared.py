"""Shared things (texts, phones, addresses, accounts, devices) as events, with hubs cut by size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graph.analytics.events import Events, IntArray, distinct_pairs, join_events, offsets

LIMITS = {"phone": 20, "address": 20, "account": 20, "device": 20, "image": 50, "agent": 50, "text": 300}
"""Most complainants that may share one thing before it counts as a hub (courier phone, office tower, law firm,
consumer association, a platform's own text form). Judgement, to be set by the site; what was cut is reported."""
DOMESTIC = ("phone", "address")
"""Things that a household shares: together they count as one kind of evidence."""


@dataclass(frozen=True, slots=True)
class SharedThings:
    """Who used which thing of one kind: parallel arrays, one row per use; repeats are harmless.

    `limit` is the hub cut; None takes it from `LIMITS` (20 where the kind is not listed).
    """

    name: str
    complainant: IntArray
    value: IntArray
    limit: int | None = None

    @property
    def hub_limit(self) -> int:
        """Most complainants per value before it is cut."""
        return LIMITS.get(self.name, 20) if self.limit is None else self.limit


@dataclass(frozen=True, slots=True)
class HubCut:
    """A shared thing left out because too many people use it: kind, value, and how many do."""

    name: str
    value: int
    people: int
    limit: int


def _events_of(things: SharedThings, channel: int) -> tuple[Events, list[HubCut]]:
    values, people = distinct_pairs(things.value, things.complainant)
    count = np.bincount(values)
    value = np.flatnonzero(count)
    size, nothing, zero = count[value], np.zeros(len(value), np.int64), np.zeros(len(value))
    events = Events(nothing + channel, value, nothing, nothing, nothing, size, zero, zero, offsets(size), people)
    limit = things.hub_limit
    hubs = [HubCut(things.name, int(value[i]), int(size[i]), limit) for i in np.flatnonzero(size > limit)]
    return events.take(np.flatnonzero((size >= 2) & (size <= limit))), hubs


def shared_events(shared: Sequence[SharedThings]) -> tuple[Events, tuple[HubCut, ...]]:
    """Turn every value used by at least two people, and by no more than the kind's limit, into one event.

    Parameters
    ----------
    shared
        Kinds of things; kind i becomes channel i + 1.

    Returns
    -------
    tuple[Events, tuple[HubCut, ...]]
        The events, and the hubs that were cut.

    Examples
    --------
    >>> phones = SharedThings("phone", np.array([0, 1, 2, 3]), np.array([7, 7, 8, 9]))
    >>> events, cut = shared_events([phones])
    >>> events.value.tolist(), events.members.tolist(), cut
    ([7], [0, 1], ())
    """
    found = [_events_of(things, channel) for channel, things in enumerate(shared, start=1) if len(things.value)]
    return join_events([events for events, _ in found]), tuple(cut for _, cuts in found for cut in cuts)
