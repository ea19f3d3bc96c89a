"""Integrated ownership: how much of a company an owner holds in the end, over all paths and through rings."""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from graph.analytics.arrays import BoolArray, FloatArray, IntArray
from graph.analytics.holdings import Holdings, clean_holdings

CLOSED = 1e-9
"""Fraction. A ring whose members are held from outside by less than this is closed: I − A is singular there."""
FLOOR = 1e-6
"""Fraction. Smaller shares (0.0001 %) are not carried further; nobody asks for them, and they fill the memory."""


@dataclass(frozen=True, slots=True)
class IntegratedOwnership:
    """Who holds how much of whom in the end; one row per company and direct or indirect owner, sorted by company.

    Attributes
    ----------
    owner, company : (k,) int
        Never the same party: what a company holds of itself is in `self_share`.
    percent : (k,) float
        0 … 100.
    self_share : (n,) float
        Percent of a company that leads back to itself through rings; 100 = a closed ring, owned by nobody.
    holdings : Holdings
        The cleaned holdings with their marks.
    """

    owner: IntArray
    company: IntArray
    percent: FloatArray
    self_share: FloatArray
    holdings: Holdings

    def share_of(self, owner: IntArray, company: IntArray) -> FloatArray:
        """Return the percent that each owner holds of each company, NaN where it holds nothing, shape (k,)."""
        n = self.holdings.n
        keys, wanted = self.company * n + self.owner, company * n + owner
        if not len(keys):
            return np.full(len(owner), np.nan)
        at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        return np.where(keys[at] == wanted, self.percent[at], np.nan)

    def held_by(self, owners: BoolArray) -> FloatArray:
        """Return the percent of every company that ends with the given final owners, shape (n,).

        The owners must hold on their own account (persons, the state): with an owner of an owner among them the
        share would count twice.
        """
        ends = owners[self.owner]
        total = np.bincount(self.company[ends], weights=self.percent[ends], minlength=self.holdings.n)
        return np.asarray(np.minimum(total, 100.0), np.float64)


def integrated_ownership(
    owner: IntArray, company: IntArray, percent: FloatArray, n: int, *, floor: float = FLOOR
) -> IntegratedOwnership:
    """Compute every owner's integrated share of every company.

    Follow one yuan of a company's value upwards, at each company to one of its holders with the recorded share as
    probability: the integrated share of A in C is the probability that the yuan *ever* reaches A. For a party that
    nobody holds this is the sum over all paths of the product of the shares, i.e. (I − A)x = e. For a company
    inside a ring it is v(A,C)/v(A,A) with V = (I − A)⁻¹, so no share ever exceeds 100 %, and it stays defined where
    I − A is singular: in a closed 100 % ring every member reaches every other, and nobody outside owns anything.

    Parameters
    ----------
    owner, company, percent, n
        See `clean_holdings`.
    floor : float
        Fraction; shares below are dropped on the way. 0 keeps everything.

    Returns
    -------
    IntegratedOwnership

    Raises
    ------
    InputError
        See `clean_holdings`.

    Examples
    --------
    A diamond: 0 holds 50 % of 1 and of 2, each of which holds 40 % of 3.

    >>> whole = integrated_ownership(np.array([0, 0, 1, 2]), np.array([1, 2, 3, 3]), np.array([50.0, 50, 40, 40]), 4)
    >>> whole.percent[(whole.owner == 0) & (whole.company == 3)].round(6).tolist()
    [40.0]

    A closed ring does not raise; each reaches the other, and itself:

    >>> ring = integrated_ownership(np.array([0, 1]), np.array([1, 0]), np.array([100.0, 100.0]), 2)
    >>> ring.percent.tolist(), ring.self_share.tolist()
    ([100.0, 100.0], [100.0, 100.0])

    Notes
    -----
    Strongly connected components are solved densely (k³ for a ring of k companies, real ones have a handful), the
    rest is one pass in topological order: linear in the rows of the result.

    References
    ----------
    F. Brioschi, L. Buzzacchi, M. G. Colombo, "Risk capital financing and the separation of ownership and control in
    business groups", J. Banking & Finance 13 (1989). S. Baldone, F. Brioschi, S. Paleari, "Ownership measures among
    firms connected by cross-shareholdings and a further analogy with input-output theory", 1998: division by v(A,A).
    """
    held = clean_holdings(owner, company, percent, n)
    steps, self_share = _without_rings(held)
    order = _topological(steps.start, steps.owner, steps.final)
    at, size, reached, share = _accumulate(steps.start, steps.owner, steps.share, steps.final, order, floor)
    start = np.concatenate([[0], np.cumsum(size)])
    place = np.repeat(at - start[:-1], size) + np.arange(start[-1])
    rows = sparse.csr_array((share[place], reached[place], start), shape=(n, n))
    rows.sort_indices()
    into, by = np.repeat(np.arange(n), size), rows.indices.astype(np.int64)
    return IntegratedOwnership(by, into, np.minimum(rows.data, 1.0) * 100.0, self_share * 100.0, held)


@dataclass(frozen=True, slots=True)
class _Steps:
    """An acyclic replacement of the holdings; `final` steps lead to an owner but are not followed further."""

    start: IntArray
    owner: IntArray
    share: FloatArray
    final: BoolArray


def ring_labels(held: Holdings) -> tuple[IntArray, IntArray]:
    """Label strongly connected components: (n,) label, and the labels of those with two or more members."""
    matrix = sparse.csr_array((held.share, (held.owner, held.company)), shape=(held.n, held.n))
    count, label = csgraph.connected_components(matrix, directed=True, connection="strong")
    return label.astype(np.int64), np.flatnonzero(np.bincount(label, minlength=count) > 1)


def _without_rings(held: Holdings) -> tuple[_Steps, FloatArray]:
    """Replace the holders of ring members by the owners outside the ring that the ring leads to."""
    label, rings = ring_labels(held)
    self_share = np.zeros(held.n)
    own = held.owner == held.company
    in_ring = np.isin(label, rings)
    plain = ~own & ~in_ring[held.company]
    loops = own & ~in_ring[held.company]
    self_share[held.company[loops]] = held.share[loops]
    leak = 1.0 - self_share
    company, owner = [held.company[plain]], [held.owner[plain]]
    share = [held.share[plain] / np.where(leak > CLOSED, leak, 1.0)[held.company[plain]]]
    final = [np.zeros(plain.sum(), np.bool_)]
    members = np.flatnonzero(in_ring)
    members = members[np.argsort(label[members], kind="stable")]
    for ring in np.split(members, np.flatnonzero(np.diff(label[members])) + 1) if len(members) else ():
        for parts, found in zip((company, owner, share, final), _solve_ring(held, ring, self_share), strict=True):
            parts.append(found)
    into, by = np.concatenate(company), np.concatenate(owner)
    order = np.lexsort((by, into))
    start = np.searchsorted(into[order], np.arange(held.n + 1)).astype(np.int64)
    return _Steps(start, by[order], np.concatenate(share)[order], np.concatenate(final)[order]), self_share


def _solve_ring(
    held: Holdings, ring: IntArray, self_share: FloatArray
) -> tuple[IntArray, IntArray, FloatArray, BoolArray]:
    """Steps from the members of one ring to the owners outside, and (final) to each other."""
    rows = np.concatenate([np.arange(held.start[c], held.start[c + 1]) for c in ring])
    member = np.searchsorted(ring, held.company[rows])
    holder, inside = held.owner[rows], np.isin(held.owner[rows], ring)
    k = len(ring)
    within = np.zeros((k, k))
    within[member[inside], np.searchsorted(ring, holder[inside])] = held.share[rows[inside]]
    if (1.0 - within.sum(axis=1)).max() <= CLOSED:
        mutual, returns = np.ones((k, k)), np.ones(k)
        outside, through = np.empty(0, np.int64), np.zeros((k, 0))
    else:
        inverse = np.linalg.inv(np.eye(k) - within)
        mutual, returns = inverse / np.diag(inverse), 1.0 - 1.0 / np.diag(inverse)
        outside, column = np.unique(holder[~inside], return_inverse=True)
        direct = np.zeros((k, len(outside)))
        direct[member[~inside], column] = held.share[rows[~inside]]
        through = inverse @ direct
    self_share[ring] = returns
    return _as_steps(ring, np.concatenate([outside, ring]), np.hstack([through, mutual]), len(outside))


def _as_steps(
    ring: IntArray, owners: IntArray, share: FloatArray, n_outside: int
) -> tuple[IntArray, IntArray, FloatArray, BoolArray]:
    company, owner = np.repeat(ring, len(owners)), np.tile(owners, len(ring))
    final = np.tile(np.arange(len(owners)) >= n_outside, len(ring))
    kept = (company != owner) & (share.ravel() > 0)
    return company[kept], owner[kept], share.ravel()[kept], final[kept]


@numba.njit(cache=True)
def _topological(start: IntArray, owner: IntArray, final: BoolArray) -> IntArray:  # pragma: no cover - compiled
    """Order the parties so that every owner comes before what it owns (Kahn)."""
    n = len(start) - 1
    waiting, owned = np.zeros(n, np.int64), np.zeros(n + 1, np.int64)
    for c in range(n):
        for e in range(start[c], start[c + 1]):
            if not final[e]:
                waiting[c] += 1
                owned[owner[e] + 1] += 1
    owned = np.cumsum(owned)
    place, companies = owned.copy(), np.empty(owned[n], np.int64)
    order, head, tail = np.empty(n, np.int64), 0, 0
    for c in range(n):
        if waiting[c] == 0:
            order[tail] = c
            tail += 1
        for e in range(start[c], start[c + 1]):
            if not final[e]:
                companies[place[owner[e]]] = c
                place[owner[e]] += 1
    while head < tail:
        x = order[head]
        head += 1
        for i in range(owned[x], owned[x + 1]):
            waiting[companies[i]] -= 1
            if waiting[companies[i]] == 0:
                order[tail] = companies[i]
                tail += 1
    return order


@numba.njit(cache=True)
def _accumulate(
    start: IntArray, owner: IntArray, share: FloatArray, final: BoolArray, order: IntArray, floor: float
) -> tuple[IntArray, IntArray, IntArray, FloatArray]:  # pragma: no cover - compiled
    """Row of each company (where it begins, its length) in a heap of owners reached and shares of them.

    A row is the share-weighted sum of the holders' rows. Loops instead of array functions: these take numba five
    seconds to compile, loops one.
    """
    n = len(start) - 1
    at, size = np.zeros(n, np.int64), np.zeros(n, np.int64)
    who, much = np.empty(len(owner) + 1024, np.int64), np.empty(len(owner) + 1024)
    total, touched, used = np.zeros(n), np.empty(n, np.int64), 0
    for c in order:
        count = 0
        for e in range(start[c], start[c + 1]):
            x = owner[e]
            if total[x] == 0.0:
                touched[count] = x
                count += 1
            total[x] += share[e]
            if final[e]:
                continue
            for i in range(at[x], at[x] + size[x]):
                y = who[i]
                if share[e] * much[i] < floor:
                    continue
                if total[y] == 0.0:
                    touched[count] = y
                    count += 1
                total[y] += share[e] * much[i]
        if used + count > len(who):
            more_who, more_much = np.empty(2 * len(who) + count, np.int64), np.empty(2 * len(who) + count)
            for i in range(used):
                more_who[i], more_much[i] = who[i], much[i]
            who, much = more_who, more_much
        at[c], size[c] = used, count
        for i in range(count):
            x = touched[i]
            who[used], much[used], total[x] = x, total[x], 0.0
            used += 1
    return at, size, who, much
