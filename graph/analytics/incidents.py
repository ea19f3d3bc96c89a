"""Genuine incidents: many people complain about one merchant at once, and no suspected group made them do it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from graph.analytics.bursts import burst_events
from graph.analytics.events import Events, IntArray
from graph.analytics.statistics import BoolArray, benjamini_hochberg, poisson_log_tail

INCIDENT_WINDOWS = (1, 3, 7, 30)
"""Days. An incident is sudden; slow excess is what the merchant's rate shows."""
INCIDENT_PEOPLE = 5
"""Fewer people are no mass incident."""
INCIDENT_FALSE = 0.001
"""Nominal false discovery rate: an incident is a finding of its own, so it must stand by itself."""
FROM_GROUP = 0.2
"""At most this share of a burst's people may be suspected, for it to be called genuine."""
_EVENT_ALPHA = 0.05


def genuine_incidents(
    complainant: IntArray, merchant: IntArray, day: IntArray, suspected: BoolArray, *, opened: IntArray | None = None
) -> Events:
    """Most surprising burst of each merchant that suspected people did not make, under false-discovery control.

    Parameters
    ----------
    complainant, merchant, day
        One entry a dated complaint, shape (n,): numbers from 0, days since 1970-01-01.
    suspected
        Whether each complainant is suspected, shape (complainants,).
    opened
        First day of each merchant, shape (merchants,), long ago where it is not known. Before it opened nobody could
        complain: what is expected of a new merchant is what it gets per day of its own life. None: nothing is known.

    Returns
    -------
    Events
        At most one a merchant, the most surprising first.
    """
    bursts = burst_events(complainant, merchant, day, windows=INCIDENT_WINDOWS, alpha=_EVENT_ALPHA)
    if not len(bursts):
        return bursts
    if opened is not None:
        bursts = _since_opened(bursts, day, opened)
    grouped = np.add.reduceat(suspected[bursts.members].astype(np.int64), bursts.start[:-1])
    genuine = np.flatnonzero((bursts.size >= INCIDENT_PEOPLE) & (grouped <= FROM_GROUP * bursts.size))
    order = genuine[np.lexsort((genuine, bursts.log_p[genuine]))]
    best = order[np.sort(np.unique(bursts.value[order], return_index=True)[1])]
    scanned = len(np.unique(merchant)) * len(INCIDENT_WINDOWS)
    return bursts.take(best[benjamini_hochberg(bursts.log_p[best], INCIDENT_FALSE, scanned)])


def _since_opened(bursts: Events, day: IntArray, opened: IntArray) -> Events:
    origin = int(day.min())
    volume = np.cumsum(np.bincount(day - origin))
    before = np.clip(opened[bursts.value] - origin, 0, len(volume) - 1)
    grown = volume[-1] / np.maximum(volume[-1] - np.where(before > 0, volume[before - 1], 0), 1)
    tests = bursts.log_p - poisson_log_tail(bursts.size, bursts.expected)  # the scan's own correction, kept
    expected = bursts.expected * grown
    log_p = np.minimum(0.0, poisson_log_tail(bursts.size, expected) + np.maximum(tests, 0.0))
    return replace(bursts, expected=expected, log_p=log_p)
