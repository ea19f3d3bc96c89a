"""Rings of companies that hold each other, each with one shortest round to show."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from graph.analytics.arrays import FloatArray, IntArray
from graph.analytics.holdings import Holdings, clean_holdings
from graph.analytics.integrated import CLOSED, ring_labels


@dataclass(frozen=True, slots=True)
class Ring:
    """A largest set of companies that all hold each other directly or indirectly.

    Attributes
    ----------
    members : (k,) int
        All companies of the ring, ascending.
    round : (r,) int
        A shortest way around: each holds the next, the last holds the first. One entry: a self-holding.
    percent : (r,) float
        Share of each in the next.
    closed : bool
        The members hold each other completely: nobody outside owns anything.
    """

    members: IntArray
    round: IntArray
    percent: FloatArray
    closed: bool

    @property
    def product(self) -> float:
        """Percent that leads back to the start on this round alone."""
        return float(np.prod(self.percent / 100.0) * 100.0)


def ownership_cycles(owner: IntArray, company: IntArray, percent: FloatArray, n: int) -> tuple[Ring, ...]:
    """Find every ring of companies that hold each other, self-holdings included.

    A ring is a strongly connected component of the holdings, or a company that holds itself. It may contain very
    many rounds; a shortest one is shown.

    Parameters
    ----------
    owner, company, percent, n
        See `clean_holdings`.

    Returns
    -------
    tuple of Ring
        By smallest member.

    Examples
    --------
    >>> (ring,) = ownership_cycles(np.array([0, 1, 2]), np.array([1, 0, 1]), np.array([30.0, 50.0, 20.0]), 3)
    >>> ring.round.tolist(), ring.percent.tolist(), round(ring.product, 6), ring.closed
    ([0, 1], [30.0, 50.0], 15.0, False)

    References
    ----------
    Strongly connected components: R. Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Comput. 1972.
    """
    held = clean_holdings(owner, company, percent, n)
    if not len(held.owner):
        return ()
    label, large = ring_labels(held)
    members = np.flatnonzero(np.isin(label, large))
    members = members[np.argsort(label[members], kind="stable")]
    groups = np.split(members, np.flatnonzero(np.diff(label[members])) + 1) if len(members) else []
    rings = [_ring(held, group) for group in groups]
    loops = np.flatnonzero(held.owner == held.company)
    rings += [_self_holding(int(held.company[row]), float(held.share[row])) for row in loops]
    return tuple(sorted(rings, key=lambda ring: (int(ring.members[0]), len(ring.members))))


def _self_holding(company: int, share: float) -> Ring:
    alone = np.array([company])
    return Ring(alone, alone, np.array([share * 100.0]), 1.0 - share <= CLOSED)


def _ring(held: Holdings, members: IntArray) -> Ring:
    rows = np.concatenate([np.arange(held.start[c], held.start[c + 1]) for c in members])
    rows = rows[np.isin(held.owner[rows], members)]
    by, of, share = held.owner[rows], held.company[rows], held.share[rows]
    total = np.bincount(np.searchsorted(members, of), weights=share, minlength=len(members))
    shares = {(o, c): s for o, c, s in zip(by.tolist(), of.tolist(), share.tolist(), strict=True) if o != c}
    owned: dict[int, list[int]] = {member: [] for member in members.tolist()}
    for o, c in shares:
        owned[o].append(c)
    best = min((_shortest_round(owned, int(start)) for start in members[:_STARTS]), key=len)
    percent = np.array([shares[best[i], best[(i + 1) % len(best)]] * 100.0 for i in range(len(best))])
    return Ring(members, np.array(best), percent, bool((1.0 - total).max() <= CLOSED))


_STARTS = 100
"""Members from which a shortest round is sought; in larger rings the round shown may not be the very shortest."""


def _shortest_round(owned: dict[int, list[int]], start: int) -> list[int]:
    """Breadth-first from `start` back to itself; members of a ring always get back."""
    before: dict[int, int] = {}
    queue = deque([start])
    while queue:
        x = queue.popleft()
        for c in owned[x]:
            if c == start:
                way = [x]
                while way[-1] != start:
                    way.append(before[way[-1]])
                return way[::-1]
            if c not in before:
                before[c] = x
                queue.append(c)
    return []
