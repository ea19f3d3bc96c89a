"""Bursts: days on which a merchant draws more complainants than its own level and the platform's volume explain."""

from __future__ import annotations

import numba
import numpy as np

from graph.analytics.arrays import distinct
from graph.analytics.events import Events, IntArray, distinct_pairs, join_events, offsets, ranges
from graph.analytics.statistics import FloatArray, poisson_log_tail

WINDOWS = (1, 3, 7, 30, 90, 180)
"""Days. They must reach 180: with a limit of 30 a 60-day campaign is found with average precision .19, else .94."""


@numba.njit(cache=True)
def _scan(
    head: IntArray, day: IntArray, before: IntArray, after: IntArray, volume: IntArray, width: int
) -> tuple[IntArray, IntArray, IntArray, FloatArray, IntArray]:  # pragma: no cover - compiled
    """Local best windows of `width` days: first row, row after the last, people, expected number, windows scanned.

    Rows are sorted by merchant, then day; `head` bounds the merchants. `before` and `after` are the rows of the
    same person's previous and next complaint at the merchant: a person counts once per window. A window is kept
    when no overlapping one has a larger likelihood ratio, so kept windows of a merchant never overlap.
    """
    n, total, end_of_time, found = len(day), volume[-1], len(volume) - 1, 0
    out_at, out_end, out_seen = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.int64)
    out_mean, out_tests = np.empty(n, np.float64), np.empty(n, np.int64)
    at, end, people = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.int64)
    mean, gain = np.empty(n, np.float64), np.empty(n, np.float64)
    for m in range(len(head) - 1):
        low, high = head[m], head[m + 1]
        windows, seen, i, j = 0, 0, low, low
        while i < high:
            while j < high and day[j] < day[i] + width:
                seen += before[j] < i
                j += 1
            expected = (high - low) * (volume[min(day[i] + width, end_of_time)] - volume[day[i]]) / total
            at[windows], end[windows], people[windows], mean[windows] = i, j, seen, expected
            gain[windows] = seen * np.log(seen / expected) - (seen - expected) if seen >= 2 and seen > expected else 0.0
            windows += 1
            here = day[i]
            while i < high and day[i] == here:
                seen -= after[i] >= j
                i += 1
        for a in range(windows):
            best = gain[a] > 0
            b = a - 1
            while best and b >= 0 and day[at[b]] > day[at[a]] - width:
                best = gain[b] < gain[a]
                b -= 1
            b = a + 1
            while best and b < windows and day[at[b]] < day[at[a]] + width:
                best = gain[b] <= gain[a]
                b += 1
            if best:
                out_at[found], out_end[found], out_seen[found] = at[a], end[a], people[a]
                out_mean[found], out_tests[found] = mean[a], windows
                found += 1
    return out_at[:found], out_end[:found], out_seen[:found], out_mean[:found], out_tests[:found]


@numba.njit(cache=True)
def _neighbours(head: IntArray, complainant: IntArray) -> tuple[IntArray, IntArray]:  # pragma: no cover - compiled
    """Row of the same person's previous and next complaint at the same merchant; -1 and n where there is none."""
    n = len(complainant)
    before, after = np.full(n, -1, np.int64), np.full(n, n, np.int64)
    latest = np.full(complainant.max() + 1, -1, np.int64)
    for m in range(len(head) - 1):
        for row in range(head[m], head[m + 1]):
            previous = latest[complainant[row]]
            if previous >= head[m]:
                before[row], after[previous] = previous, row
            latest[complainant[row]] = row
    return before, after


def _distinct_rows(complainant: IntArray, merchant: IntArray, day: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Sort by merchant, day, person; one row per person, merchant and day (ten tickets on a day are one occasion)."""
    people, days = int(complainant.max()) + 1, int(day.max()) + 1
    key = distinct((merchant * days + day) * people + complainant)  # fits: 10^7 merchants x 10^4 days x 10^7 people
    key, c = np.divmod(key, people)
    return c, *np.divmod(key, days)


def burst_events(
    complainant: IntArray,
    merchant: IntArray,
    day: IntArray,
    *,
    windows: tuple[int, ...] = WINDOWS,
    alpha: float = 1.0,
) -> Events:
    """Find, for every merchant and window length, the stretches of days with more complainants than expected.

    Null: the complainants of a merchant come in proportion to the platform's volume, so a season or a city-wide
    surge cancels. The expected number in a window is (rows of the merchant) x (share of all rows that fall into
    the window); the tail is Poisson, times the number of windows scanned at the merchant. A person counts once
    per window, however many tickets they file.

    Parameters
    ----------
    complainant, merchant
        Whole numbers from 0, one per complaint, shape (n,).
    day
        Day of the complaint, any origin, shape (n,).
    windows
        Lengths to scan, in days.
    alpha
        Largest corrected tail of an event. The default 1 keeps every local excess: for finding groups a weak
        burst counts as an occasion, and agreement over several occasions decides. Use .05 to list bursts.

    Returns
    -------
    Events
        Ordered by window, then merchant, then day. Events of one merchant and window never overlap.

    Raises
    ------
    ValueError
        If the three arrays differ in length.

    Examples
    --------
    Merchant 0 gets three people in two days; merchants 1 and 2 spread theirs over the month.

    >>> who = np.array([0, 1, 2, 3, 4, 5, 6, 7])
    >>> shop = np.array([0, 0, 0, 1, 1, 2, 2, 2])
    >>> day = np.array([9, 9, 10, 1, 20, 5, 15, 25])
    >>> found = burst_events(who, shop, day, windows=(3,))
    >>> found.value.tolist(), found.members.tolist(), found.expected.round(2).tolist()
    ([0], [0, 1, 2], [1.12])

    Notes
    -----
    O(n log n) for sorting, O(n · window) at worst for the scan (a merchant has at most `window` starts to compare
    with). The merchant's own level contains the burst: the tail is conservative for small merchants.

    References
    ----------
    Kulldorff (1997), A spatial scan statistic; Naus (1965) for the one-dimensional case.
    """
    if not len(complainant) == len(merchant) == len(day):
        raise ValueError("complainant, merchant and day must have the same length")
    if not len(day):
        return join_events([])
    origin = int(day.min())
    c, m, d = _distinct_rows(complainant, merchant, day - origin)
    head = np.flatnonzero(np.concatenate([[True], np.diff(m) != 0, [True]])).astype(np.int64)
    before, after = _neighbours(head, c)
    volume = offsets(np.bincount(d))
    found = []
    for width in windows:
        at, end, seen, mean, tests = _scan(head, d, before, after, volume, width)
        log_p = np.minimum(0.0, poisson_log_tail(seen, mean) + np.log(tests))
        kept = np.flatnonzero(log_p <= np.log(alpha))
        at, end, seen = at[kept], end[kept], seen[kept]
        events = Events(
            channel=np.zeros(len(at), np.int64),
            value=m[at],
            window=np.full(len(at), width, np.int64),
            first=d[at] + origin,
            last=d[end - 1] + origin,
            seen=seen,
            expected=mean[kept],
            log_p=log_p[kept],
            start=offsets(seen),
            members=_people(c, before, at, end),
        )
        found.append(events)
    return join_events(found)


def _people(complainant: IntArray, before: IntArray, at: IntArray, end: IntArray) -> IntArray:
    """Complainants of the rows at[i] … end[i] - 1 for all i, each once per i, ascending."""
    rows, which = ranges(at, end - at)
    first_time = before[rows] < at[which]
    span = int(complainant.max()) + 1
    return np.sort(which[first_time] * span + complainant[rows[first_time]]) % span


def history_events(complainant: IntArray, merchant: IntArray) -> Events:
    """Each merchant's whole history as one event: all there is to compare where dates are missing.

    Examples
    --------
    >>> history_events(np.array([3, 1, 3, 2]), np.array([0, 0, 0, 1])).members.tolist()
    [1, 3]
    """
    merchants, people = distinct_pairs(merchant, complainant)
    count = np.bincount(merchants)
    value = np.flatnonzero(count)
    size, nothing, zero = count[value], np.zeros(len(value), np.int64), np.zeros(len(value))
    events = Events(nothing, value, nothing, nothing, nothing, size, zero, zero, offsets(size), people)
    return events.take(np.flatnonzero(size >= 2))
