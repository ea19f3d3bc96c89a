"""Re-births: a company is revoked or penalised, and soon after a new one appears with its person, address or phone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.analytics.arrays import BoolArray, IntArray, distinct, runs

WITHIN_DAYS = 366
"""Days after the end within which the successor is registered. A judgement (12 months), configuration."""
AHEAD_DAYS = 90
"""Days before the end: who sees the sanction coming registers ahead of it. A judgement, configuration."""
NEEDED = 2
"""Different kinds of things that must be shared: one address or one common name alone proves nothing."""
HUB_LIMIT = 20
"""A value that more companies have is nobody's mark."""


@dataclass(frozen=True, slots=True)
class Traits:
    """One kind of thing that a successor may keep: who has which value (person, address, phone, shop, staff)."""

    name: str
    company: IntArray
    value: IntArray


@dataclass(frozen=True, slots=True)
class Rebirths:
    """Suspected successions, strongest first (most kinds shared, then smallest gap, then numbers).

    `ended` and `new` are companies, `gap` the days between, `shared` a bit mask over the traits in their order.
    """

    ended: IntArray
    new: IntArray
    gap: IntArray
    shared: IntArray

    def kinds(self, row: int, traits: tuple[Traits, ...]) -> tuple[str, ...]:
        """Name the kinds of things shared in one row."""
        return tuple(t.name for i, t in enumerate(traits) if self.shared[row] >> i & 1)


def rebirths(
    ended: IntArray, ended_on: IntArray, established: IntArray, traits: tuple[Traits, ...], *,
    within_days: int = WITHIN_DAYS, ahead_days: int = AHEAD_DAYS, needed: int = NEEDED, hub_limit: int = HUB_LIMIT,
) -> Rebirths:  # fmt: skip
    """Find new companies that look like the continuation of one that was revoked or penalised.

    Parameters
    ----------
    ended : (d,) int
        Companies that were revoked, penalised or listed; the same may occur several times.
    ended_on : (d,) int
        Day (since 1970-01-01) of each.
    established : (n,) int
        Registration day of every company; a negative number below −10⁶ = unknown.
    traits : tuple of Traits
        Things that can be shared, at most 62 kinds.
    within_days, ahead_days, needed, hub_limit : int
        See the constants.

    Returns
    -------
    Rebirths
        One row per pair of companies, at its smallest gap.

    Examples
    --------
    Company 0 is revoked on day 1000; company 1, registered on day 1030, has its person and its phone:

    >>> person = Traits("person", np.array([0, 1, 2]), np.array([7, 7, 7]))
    >>> phone = Traits("phone", np.array([0, 1]), np.array([3, 3]))
    >>> found = rebirths(np.array([0]), np.array([1000]), np.array([0, 1030, 1040]), (person, phone))
    >>> found.new.tolist(), found.gap.tolist(), found.kinds(0, (person, phone))
    ([1], [30], ('person', 'phone'))
    """
    n = len(established)
    is_ended = np.zeros(n, np.bool_)
    is_ended[ended] = True
    pairs, masks = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for i, trait in enumerate(traits):
        found = _sharing(trait, is_ended, hub_limit)
        pairs.append(found)
        masks.append(np.full(len(found), 1 << i))
    pair, row = np.unique(np.concatenate(pairs), return_inverse=True)
    shared = np.zeros(len(pair), np.int64)
    np.bitwise_or.at(shared, row, np.concatenate(masks))
    enough = np.bitwise_count(shared.astype(np.uint64)) >= needed
    return _in_time(pair[enough], shared[enough], ended, ended_on, established, within_days, ahead_days)


def _sharing(trait: Traits, is_ended: BoolArray, hub_limit: int) -> IntArray:
    """Pairs (ended · n + other) that share a value of one trait."""
    n = len(is_ended)
    key = distinct(trait.value.astype(np.int64) * n + trait.company)
    value, company = np.divmod(key, n)
    values, start = runs(value)
    size = np.diff(start)
    at = np.searchsorted(values, value)
    rows = np.flatnonzero(is_ended[company] & (size[at] <= hub_limit) & (size[at] > 1))
    count = size[at[rows]]
    offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    other = company[np.repeat(start[at[rows]], count) + offset]
    old = np.repeat(company[rows], count)
    return distinct(old[old != other] * n + other[old != other])


def _in_time(
    pair: IntArray,
    shared: IntArray,
    ended: IntArray,
    ended_on: IntArray,
    established: IntArray,
    within: int,
    ahead: int,
) -> Rebirths:
    """Join the pairs with the days the old companies ended; keep each pair's smallest gap inside the window."""
    n = max(len(established), 1)
    order = np.lexsort((ended_on, ended))
    low, high = (np.searchsorted(ended[order], pair // n, side=side) for side in ("left", "right"))
    count = high - low
    row = np.repeat(np.arange(len(pair)), count)
    event = order[np.repeat(low, count) + np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)]
    gap = established[pair[row] % n] - ended_on[event]
    kept = (gap >= -ahead) & (gap <= within)
    row, gap = row[kept], gap[kept]
    best = np.lexsort((gap, np.abs(gap), row))
    row, first = np.unique(row[best], return_index=True)
    gap = gap[best][first]
    rank = np.lexsort((pair[row], np.abs(gap), -np.bitwise_count(shared[row].astype(np.uint64)).astype(np.int64)))
    row, gap = row[rank], gap[rank]
    return Rebirths(pair[row] // n, pair[row] % n, gap, shared[row])
