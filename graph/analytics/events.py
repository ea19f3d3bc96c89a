"""Events: occasions that complainants have in common. The one currency of all evidence on groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numba
import numpy as np
import numpy.typing as npt

from graph.analytics.arrays import distinct

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


def offsets(size: npt.ArrayLike) -> IntArray:
    """Where each of a row of blocks of the given sizes begins, and where the last one ends; shape (n + 1,)."""
    return np.concatenate([[0], np.cumsum(size)]).astype(np.int64)


def ranges(begin: IntArray, size: IntArray) -> tuple[IntArray, IntArray]:
    """Concatenate begin[i] … begin[i] + size[i] - 1 for all i; also which i each number belongs to.

    Examples
    --------
    >>> [a.tolist() for a in ranges(np.array([10, 5]), np.array([2, 3]))]
    [[10, 11, 5, 6, 7], [0, 0, 1, 1, 1]]
    """
    start = offsets(size)
    which = np.repeat(np.arange(len(size)), size)
    return np.arange(start[-1]) - start[:-1][which] + begin[which], which


def distinct_pairs(first: IntArray, second: IntArray) -> tuple[IntArray, IntArray]:
    """Distinct pairs of whole numbers from 0, ordered by first, then second, from one sort of one key.

    Examples
    --------
    >>> [a.tolist() for a in distinct_pairs(np.array([2, 0, 2]), np.array([5, 1, 5]))]
    [[0, 2], [1, 5]]
    """
    span = int(second.max(initial=0)) + 1
    return np.divmod(distinct(first * span + second), span)


@dataclass(frozen=True, slots=True)
class Events:
    """Occasions that complainants have in common, each with what was seen and what was to be expected.

    All arrays but `start` and `members` have shape (n_events,). `channel` 0 is a merchant, burst or whole history,
    with `value` the merchant; channel c > 0 is the c-th kind of shared thing and `value` the thing. `window` is the
    length scanned in days, 0 where time plays no part; `first` and `last` are days. `seen` counts the complainants when
    the event was found, against `expected`; `log_p` is the natural logarithm
    of the tail, corrected for the windows scanned. The complainants of event e, each once and ascending, are
    ``members[start[e]:start[e + 1]]``: all of them, until `once_per_value` lets some count elsewhere.
    """

    channel: IntArray
    value: IntArray
    window: IntArray
    first: IntArray
    last: IntArray
    seen: IntArray
    expected: FloatArray
    log_p: FloatArray
    start: IntArray
    members: IntArray

    def __len__(self) -> int:
        return len(self.value)

    @property
    def size(self) -> IntArray:
        """Complainants listed for each event."""
        return np.diff(self.start)

    def people(self, event: int) -> IntArray:
        """Complainants of one event."""
        return self.members[self.start[event] : self.start[event + 1]]

    def take(self, index: IntArray) -> Events:
        """The events at `index`, in that order."""
        size = self.size[index]
        at, _ = ranges(self.start[index], size)
        named = {f.name: getattr(self, f.name)[index] for f in fields(self)[:-2]}
        return Events(**named, start=offsets(size), members=self.members[at])

    def once_per_value(self) -> Events:
        """Let each person count once per merchant or thing: only in its most surprising event.

        Without it, two regulars of the same two shops would share an event every week and look like a gang.
        """
        order = np.lexsort((self.log_p, self.value, self.channel))
        new = (np.diff(self.value[order]) != 0) | (np.diff(self.channel[order]) != 0)
        thing = np.concatenate([[0], np.cumsum(new)])
        kept = _first_of_each(order, thing, self.start, self.members, int(self.members.max(initial=-1)) + 1)
        size = np.diff(offsets(kept)[self.start])
        return replace(self, start=offsets(size), members=self.members[kept])


@numba.njit(cache=True)
def _first_of_each(
    order: IntArray, thing: IntArray, start: IntArray, members: IntArray, n: int
) -> npt.NDArray[np.bool_]:  # pragma: no cover - compiled
    """Which memberships are the first of their person and thing, when the events are gone through in `order`;
    `thing` is the number of the thing of each event in that order, ascending.
    """
    last, kept = np.full(n, -1, np.int64), np.zeros(len(members), np.bool_)
    for at, event in enumerate(order):
        for row in range(start[event], start[event + 1]):
            kept[row] = last[members[row]] != thing[at]
            last[members[row]] = thing[at]
    return kept


def join_events(parts: Sequence[Events]) -> Events:
    """Put several sets of events into one, in order; none at all gives an empty one."""
    whole, real = np.zeros(0, np.int64), np.zeros(0)
    empty = Events(whole, whole, whole, whole, whole, whole, real, real, np.zeros(1, np.int64), whole)
    parts = [empty, *parts]
    named = {f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Events)[:-2]}
    size = np.concatenate([p.size for p in parts])
    return Events(**named, start=offsets(size), members=np.concatenate([p.members for p in parts]))
