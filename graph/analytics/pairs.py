"""Validated pairs: two complainants who met more often than chance allows."""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
from scipy import special

from graph.analytics.arrays import group_rows
from graph.analytics.events import Events, FloatArray, IntArray, offsets
from graph.analytics.statistics import log_choose, poisson_log_tail

PAIR_BUDGET = 20
"""Pairs of event members looked at per membership and scale: keeps pair counting linear. Above it the largest events
are left out of seeding, never out of growing groups; such events say little about a pair. The cut is reported."""
PAIR_FLOOR = 5_000_000
"""Pairs always looked at, 0.1 s of work: small files are never cut."""
FALSE_PARTNERS = 0.05
"""Expected number of chance partners per person that validation lets pass. Far below 1, so chance pairs cannot chain
into components; the groups grown from the components have a strict test of their own."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Validated pairs, a < b: shared events and log probability. `size_cut` is the largest event
    counted (0: no event was too large).
    """

    a: IntArray
    b: IntArray
    shared: IntArray
    log_p: FloatArray
    size_cut: int


@numba.njit(cache=True)
def _count_pairs(
    event_start: IntArray, event_person: IntArray, person_start: IntArray, person_event: IntArray, weight: FloatArray
) -> tuple[IntArray, IntArray, IntArray, FloatArray]:  # pragma: no cover - compiled
    """Pairs i < j in at least two common events: i, j, how many, summed event weights. Row by row with one
    dense counter, so memory is that of the answer. Room for it is made between rows: with the arrays reassigned inside
    the inner loop, Numba makes that loop six times as slow.
    """
    n = len(person_start) - 1
    count, total, touched = np.zeros(n, np.int64), np.zeros(n), np.empty(n, np.int64)
    room, found = 1024, 0
    a, b, k, w = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room)
    for i in range(n):
        seen = 0
        for at in range(person_start[i], person_start[i + 1]):
            e = person_event[at]
            for p in range(event_start[e + 1] - 1, event_start[e] - 1, -1):
                j = event_person[p]
                if j <= i:
                    break
                if count[j] == 0:
                    touched[seen] = j
                    seen += 1
                count[j] += 1
                total[j] += weight[e]
        while found + seen > room:
            a, b = np.append(a, np.empty(room, np.int64)), np.append(b, np.empty(room, np.int64))
            k, w = np.append(k, np.empty(room, np.int64)), np.append(w, np.empty(room))
            room *= 2
        for t in range(seen):
            j = touched[t]
            if count[j] >= 2:
                a[found], b[found], k[found], w[found] = i, j, count[j], total[j]
                found += 1
            count[j], total[j] = 0, 0.0
    return a[:found], b[:found], k[:found], w[:found]


def _size_cut(size: IntArray, budget: int) -> int:
    """Largest event size so that all events up to it cost no more than `budget` pairs."""
    order = np.sort(size)
    within = np.cumsum(order * (order - 1) // 2) <= budget
    return int(order[within][-1]) if within.any() else 0


def validated_pairs(
    events: Events, activity: FloatArray, *, false_partners: float = FALSE_PARTNERS, budget: int | None = None
) -> Pairs:
    """Find the pairs of people who share at least two events, and keep those that chance does not explain.

    Definition: two people are in `a` and `b` events, k of them common. The union bound for k common ones is
    C(a, k) · C(b, k) · k! · Π(size of event / population); it says nothing about heavy users, for whom the Poisson
    tail of k does, with the expected number of meetings from both people's activity. The smaller of the two,
    doubled, must stay below `false_partners` / people in at least two events.

    Parameters
    ----------
    events
        Each person at most once per merchant or thing (`Events.once_per_value`).
    activity
        Distinct merchants and things per complainant, shape (n_complainants,).
    false_partners
        Chance partners per person to let pass; see `FALSE_PARTNERS`.
    budget
        Most pairs of event members to look at; None takes `PAIR_BUDGET` per membership, at least `PAIR_FLOOR`.

    Examples
    --------
    >>> from graph.analytics.bursts import history_events
    >>> who = np.array([0, 1, 0, 1, 0, 1, 2, 3])
    >>> shop = np.array([0, 0, 1, 1, 2, 2, 3, 3])
    >>> met = validated_pairs(history_events(who, shop), np.ones(1000))
    >>> met.a.tolist(), met.b.tolist(), met.shared.tolist(), met.log_p.round(1).tolist()
    ([0], [1], [3], [-16.5])

    Notes
    -----
    Time: per event the square of its members that are in two or more events. Memory: the answer.

    References
    ----------
    Tumminello, Miccichè, Lillo, Piilo, Mantegna (2011), Statistically validated networks in bipartite complex
    systems, PLoS ONE 6(3).
    """
    per_person = np.bincount(events.members, minlength=len(activity))
    busy = np.flatnonzero(per_person >= 2)
    number = np.full(len(activity), -1, np.int64)
    number[busy] = np.arange(len(busy))
    person, event = number[events.members], np.repeat(np.arange(len(events)), events.size)
    person, event = person[person >= 0], event[person >= 0]
    reach = np.bincount(person, weights=events.size[event], minlength=len(busy)) / activity.sum()
    busy_size = np.bincount(event, minlength=len(events))
    cut = _size_cut(busy_size, budget or max(PAIR_FLOOR, PAIR_BUDGET * len(person)))
    small = busy_size[event] <= cut
    person, event = person[small], event[small]
    person_start, by_person = group_rows(person, len(busy))
    weight = np.log(np.maximum(events.size, 1) / max((activity > 0).sum(), 1))
    i, j, shared, weights = _count_pairs(
        offsets(np.bincount(event, minlength=len(events))),
        person,
        person_start,
        event[by_person],
        weight,
    )
    degree = per_person[busy]
    union = log_choose(degree[i], shared) + log_choose(degree[j], shared) + special.gammaln(shared + 1) + weights
    own = activity[busy]
    expected = np.sqrt(reach[i] * own[j] * reach[j] * own[i])
    log_p = np.minimum(np.minimum(union, poisson_log_tail(shared, expected)) + np.log(2), 0.0)
    valid = log_p <= np.log(false_partners / max(len(busy), 1))
    left_out = cut if len(busy_size) and busy_size.max() > cut else 0
    return Pairs(busy[i[valid]], busy[j[valid]], shared[valid], log_p[valid], left_out)
