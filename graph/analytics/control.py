"""Control: who decides in a company, alone or together with the companies it decides in already."""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np

from graph.analytics.arrays import BoolArray, FloatArray, IntArray, distinct
from graph.analytics.holdings import Holdings, clean_holdings
from graph.analytics.thresholds import CONTROL, TOLERANCE


@dataclass(frozen=True, slots=True)
class ControlPairs:
    """Every pair of controller and controlled company, sorted by controller, in the order the control spreads.

    `percent` is what the controller and the companies it controls hold together; `via` is the controlled company
    that holds most of it, −1 where the controller holds all itself.
    """

    controller: IntArray
    company: IntArray
    percent: FloatArray
    via: IntArray

    def __len__(self) -> int:
        return len(self.controller)


@dataclass(frozen=True, slots=True)
class Control:
    """The ultimate controller of each of n parties.

    Attributes
    ----------
    controller : (n,) int
        The one at the top, itself controlled by nobody; −1 = none. Below a ring of companies that control each
        other, the ring's member of lowest number stands for the ring; the members themselves have −1.
    percent : (n,) float
        Votes that the controller and the companies it controls hold together; NaN = no controller.
    via : (n,) int
        The controlled company that holds most of them; −1 = held directly, or no controller.
    circular : (n,) bool
        Member of a ring whose companies control each other: nobody outside decides.
    """

    controller: IntArray
    percent: FloatArray
    via: IntArray
    circular: BoolArray


def control(owner: IntArray, company: IntArray, percent: FloatArray, n: int, *, threshold: float = CONTROL) -> Control:
    """Find the ultimate controller of every company.

    A controls C when A and the companies A controls together hold *more than* `threshold` of C: the least fixed
    point, reached by a work-list. Controllers of one company are always nested (two disjoint majorities would be
    more than the whole), so "the one at the top" is unique unless companies control each other in a ring.

    Parameters
    ----------
    owner, company : (m,) int
    percent : (m,) float
        See `clean_holdings`: shares above 100 % are scaled down, NaN is not stated and carries no votes.
    n : int
        Number of parties.
    threshold : float
        Percent, at least 50.

    Returns
    -------
    Control

    Raises
    ------
    InputError
        See `clean_holdings`.

    Examples
    --------
    Person 0 holds 60 % of 1, which holds 60 % of 2: 36 % economically, yet in control.

    >>> found = control(np.array([0, 1]), np.array([1, 2]), np.array([60.0, 60.0]), 3)
    >>> found.controller.tolist(), found.percent.tolist(), found.via.tolist()
    ([-1, 0, 0], [nan, 60.0, 60.0], [-1, -1, 1])

    Notes
    -----
    What a company holds of itself gives nobody votes; it stays in the whole of which more than half is needed.
    Linear in holdings for all that parties without holders of their own control; what is left is repeated at most
    once per controller above it.

    References
    ----------
    公司法 (2023) art. 265(2), (3). The company-control program in S. Ceri, G. Gottlob, L. Tanca, "Logic Programming
    and Databases", Springer 1990, is the same fixed point.
    """
    votes = _votes(clean_holdings(owner, company, percent, n))
    found = Control(np.full(n, -1), np.full(n, np.nan), np.full(n, -1), np.zeros(n, np.bool_))
    holders = votes.holders
    held = np.diff(votes.holder_start)[holders] > 0
    _take_over(found, votes.closure(holders[~held], threshold))
    pairs = votes.closure(holders[held & (found.controller[holders] < 0)], threshold, skip_claimed=True)
    _take_over(found, pairs)
    heads = pairs.controller[pairs.controller == pairs.company]
    if len(heads):
        _break_rings(found, votes, pairs.company[np.isin(pairs.controller, heads)], threshold)
    return found


def control_pairs(
    owner: IntArray, company: IntArray, percent: FloatArray, n: int, *, threshold: float = CONTROL
) -> ControlPairs:
    """List every controller of every company, the intermediate ones too (see `control` for the definition).

    Examples
    --------
    >>> pairs = control_pairs(np.array([0, 1]), np.array([1, 2]), np.array([60.0, 60.0]), 3)
    >>> list(zip(pairs.controller.tolist(), pairs.company.tolist(), pairs.via.tolist()))
    [(0, 1, -1), (0, 2, 1), (1, 2, -1)]

    Notes
    -----
    A chain of k companies has k²/2 pairs; `control` stays linear there.
    """
    votes = _votes(clean_holdings(owner, company, percent, n))
    pairs = votes.closure(votes.holders, threshold)
    kept = pairs.controller != pairs.company
    return ControlPairs(pairs.controller[kept], pairs.company[kept], pairs.percent[kept], pairs.via[kept])


def control_groups(controller: IntArray, state_investor: BoolArray) -> IntArray:
    """Number the groups of companies under one controller; state investors bind nobody together.

    Parameters
    ----------
    controller : (n,) int
        From `control`; −1 = none.
    state_investor : (n,) bool

    Returns
    -------
    (n,) int
        The party that stands for the group; a party without common controller stands for itself.

    Examples
    --------
    Companies 1 and 2 under person 0, companies 4 and 5 under the state's platform 3:

    >>> control_groups(np.array([-1, 0, 0, -1, 3, 3]), np.arange(6) == 3).tolist()
    [0, 0, 0, 3, 4, 5]

    References
    ----------
    公司法 (2023) art. 265(4): enterprises are not related merely because the state holds both.
    """
    alone = (controller < 0) | state_investor[controller]
    return np.where(alone, np.arange(len(controller)), controller)


@dataclass(frozen=True, slots=True)
class _Votes:
    """Holdings without self-holdings, readable from both sides."""

    owner: IntArray
    company: IntArray
    percent: FloatArray
    owned_start: IntArray
    holder_start: IntArray
    holder: IntArray
    holder_percent: FloatArray

    @property
    def holders(self) -> IntArray:
        return distinct(self.owner)

    def closure(self, tops: IntArray, threshold: float, *, skip_claimed: bool = False) -> ControlPairs:
        n = len(self.owned_start) - 1
        return ControlPairs(*_closure(
            tops, self.owned_start, self.company, self.percent, self.holder_start, self.holder, self.holder_percent,
            n, threshold + TOLERANCE, skip_claimed,
        ))  # fmt: skip


def _votes(held: Holdings) -> _Votes:
    others = held.owner != held.company
    owner, company, percent = held.owner[others], held.company[others], held.share[others] * 100.0
    order = np.argsort(owner, kind="stable")
    ends = np.arange(held.n + 1)
    return _Votes(
        owner=owner[order], company=company[order], percent=percent[order],
        owned_start=np.searchsorted(owner[order], ends), holder_start=np.searchsorted(company, ends),
        holder=owner, holder_percent=percent,
    )  # fmt: skip


def _take_over(found: Control, pairs: ControlPairs) -> None:
    found.controller[pairs.company] = pairs.controller
    found.percent[pairs.company] = pairs.percent
    found.via[pairs.company] = pairs.via


def _break_rings(found: Control, votes: _Votes, suspects: IntArray, threshold: float) -> None:
    """Take the controller from those companies that control themselves through the companies they control."""
    pairs = votes.closure(distinct(suspects), threshold)
    ring = pairs.controller[pairs.controller == pairs.company]
    found.circular[ring] = True
    found.controller[ring], found.percent[ring], found.via[ring] = -1, np.nan, -1


@numba.njit(cache=True)
def _closure(
    tops: IntArray, owned_start: IntArray, owned: IntArray, owned_percent: FloatArray,
    holder_start: IntArray, holder: IntArray, holder_percent: FloatArray, n: int, line: float, skip_claimed: bool,
) -> tuple[IntArray, IntArray, FloatArray, IntArray]:  # pragma: no cover - compiled  # fmt: skip
    """All companies each of `tops` controls, itself included where it does; work-list over accumulated votes.

    With `skip_claimed` a top that an earlier top controls is passed over; a later top repeats what it takes over.
    """
    votes, inside = np.zeros(n), np.zeros(n, np.bool_)
    by, of = np.empty(1024, np.int64), np.empty(1024, np.int64)
    held, via = np.empty(1024), np.empty(1024, np.int64)
    queue, touched = np.empty(n + 1, np.int64), np.empty(n, np.int64)
    claimed, size = np.zeros(n, np.bool_), 0
    for top in tops:
        if skip_claimed and claimed[top]:
            continue
        queue[0], head, tail, n_touched = top, 0, 1, 0
        first = size
        while head < tail:
            x = queue[head]
            head += 1
            for e in range(owned_start[x], owned_start[x + 1]):
                c = owned[e]
                if votes[c] == 0.0:
                    touched[n_touched] = c
                    n_touched += 1
                votes[c] += owned_percent[e]
                if votes[c] > line and not inside[c]:
                    inside[c] = claimed[c] = True
                    if c != top:  # the top's own holdings are already in the queue
                        queue[tail] = c
                        tail += 1
                    if size == len(by):
                        by, of = np.concatenate((by, by)), np.concatenate((of, of))
                        held, via = np.concatenate((held, held)), np.concatenate((via, via))
                    by[size], of[size] = top, c
                    size += 1
        for i in range(first, size):
            c, best = of[i], 0.0
            held[i], via[i] = votes[c], -1
            for e in range(holder_start[c], holder_start[c + 1]):
                x = holder[e]
                if x != top and inside[x] and holder_percent[e] > best:
                    best, via[i] = holder_percent[e], x
        for i in range(n_touched):
            votes[touched[i]], inside[touched[i]] = 0.0, False
    return by[:size], of[:size], held[:size], via[:size]
