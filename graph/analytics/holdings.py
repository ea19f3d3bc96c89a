"""Recorded holdings made usable: one row per owner and company, never more than the whole, marks for what was odd."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.analytics.arrays import BoolArray, FloatArray, IntArray
from graph.errors import InputError

OVER = 100.05
"""Percent. A company whose recorded shares add up to more is marked; less is the rounding of the single shares."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """Clean holdings of n parties, sorted by company, then owner; each pair once; shares as fractions of one.

    Attributes
    ----------
    owner, company : (m,) int
    share : (m,) float
        0 < share; the shares of one company add up to at most 1.
    start : (n + 1,) int
        The holders of company c are rows ``start[c]:start[c + 1]``.
    stated : (n,) float
        Percent as recorded, all holders together, before any normalising.
    over : (n,) bool
        Recorded shares were clearly above 100 % and were scaled down to 100 %.
    unstated : (n,) bool
        At least one holder is recorded without a share.
    unstated_owner, unstated_company : (u,) int
        The holders recorded without a share, as given.
    recorded : (n,) bool
        At least one holder is recorded at all.
    """

    owner: IntArray
    company: IntArray
    share: FloatArray
    start: IntArray
    stated: FloatArray
    over: BoolArray
    unstated: BoolArray
    unstated_owner: IntArray
    unstated_company: IntArray
    recorded: BoolArray

    @property
    def n(self) -> int:
        """Number of parties, owners and companies together."""
        return len(self.start) - 1


def clean_holdings(owner: IntArray, company: IntArray, percent: FloatArray, n: int) -> Holdings:
    """Merge repeated pairs, put shares that add up to more than 100 % back to 100 %, set aside the unstated.

    Parameters
    ----------
    owner, company : (m,) int
        Parties 0 … n − 1; a company may hold itself.
    percent : (m,) float
        0 … 100 (above is tolerated and marked); NaN = not stated.
    n : int
        Number of parties.

    Raises
    ------
    InputError
        If a percent is negative or infinite, or a party lies outside 0 … n − 1.

    Examples
    --------
    Two owners of 80 % each, and a third whose share is not stated:

    >>> h = clean_holdings(np.array([1, 2, 3]), np.array([0, 0, 0]), np.array([80.0, 80.0, np.nan]), 4)
    >>> h.share.tolist(), h.stated[0].item(), h.over[0].item(), h.unstated[0].item()
    ([0.5, 0.5], 160.0, True, True)
    """
    _check(owner, company, percent, n)
    known = ~np.isnan(percent)
    unstated, recorded = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    unstated[company[~known]] = True
    recorded[company] = True
    kept = known & (percent > 0)
    pair, row = np.unique(company[kept].astype(np.int64) * n + owner[kept], return_inverse=True)
    share = np.bincount(row, weights=percent[kept], minlength=len(pair)) / 100.0
    into, by = pair // max(n, 1), pair % max(n, 1)
    total: FloatArray = np.bincount(into, weights=share, minlength=n).astype(np.float64)
    return Holdings(
        owner=by,
        company=into,
        share=share / np.maximum(total, 1.0)[into],
        start=np.searchsorted(into, np.arange(n + 1)).astype(np.int64),
        stated=total * 100.0,
        over=total * 100.0 > OVER,
        unstated=unstated,
        unstated_owner=owner[~known],
        unstated_company=company[~known],
        recorded=recorded,
    )


def _check(owner: IntArray, company: IntArray, percent: FloatArray, n: int) -> None:
    if not len(owner) == len(company) == len(percent):
        raise InputError(f"owner, company and percent differ in length: {len(owner)}, {len(company)}, {len(percent)}")
    ends = np.concatenate([owner, company])
    if len(ends) and (ends.min() < 0 or ends.max() >= n):
        raise InputError(f"a party lies outside 0 … {n - 1}: {ends.min()} … {ends.max()}; give n as their number")
    wrong = (percent < 0) | np.isinf(percent)
    if wrong.any():
        raise InputError(f"{wrong.sum()} shares are negative or infinite, the first in row {wrong.argmax()}")
