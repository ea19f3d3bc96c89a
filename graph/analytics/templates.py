"""Near-duplicate texts: families of complaints written from one template."""

from __future__ import annotations

from collections.abc import Sequence

import numba
import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse import csgraph

from graph.analytics.events import IntArray, offsets

SHINGLE = 4
"""Characters per shingle: two Chinese words."""
SHORTEST = 16
"""Shorter texts ("质量问题，要求退款") are alike by nature and belong to no family."""
ROWS, BANDS = 4, 8
"""32 minima in 8 bands of 4: texts alike to .8 meet with probability .99, to .3 with .06 (and are then checked)."""
ALIKE = 0.6
"""Least share of equal minima (estimated Jaccard similarity) for two texts to be of one family."""

UIntArray = npt.NDArray[np.uint64]


@numba.njit(cache=True)
def _minima(letters: npt.NDArray[np.uint32], start: IntArray, size: int, width: int) -> UIntArray:  # pragma: no cover
    """One-permutation MinHash: per text and bucket the smallest shingle hash; empty buckets borrow from the next."""
    empty = np.uint64(0xFFFFFFFFFFFFFFFF)
    out = np.full((len(start) - 1, size), empty, np.uint64)
    for t in range(len(start) - 1):
        for i in range(start[t], start[t + 1] - width + 1):
            h = np.uint64(1469598103934665603)
            for j in range(width):
                h = (h ^ np.uint64(letters[i + j])) * np.uint64(1099511628211)
            h ^= h >> np.uint64(33)
            h *= np.uint64(0xFF51AFD7ED558CCD)
            h ^= h >> np.uint64(29)
            bucket = int(h % np.uint64(size))
            out[t, bucket] = min(out[t, bucket], h)
        source = out[t].copy()
        for b in range(size):
            step = 1
            while out[t, b] == empty and step < size:
                near = source[(b + step) % size]
                if near != empty:
                    out[t, b] = near + np.uint64(step)
                step += 1
    return out


def _letters(texts: Sequence[str]) -> tuple[npt.NDArray[np.uint32], IntArray]:
    """All texts as one array of code points; digits become 0, since order numbers and dates differ by nature."""
    joined = np.frombuffer("".join(texts).encode("utf-32-le"), np.uint32).copy()
    joined[(joined >= ord("0")) & (joined <= ord("9"))] = ord("0")
    return joined, offsets([len(text) for text in texts])


def text_families(texts: Sequence[str | None]) -> IntArray:
    """Number the families of near-duplicate texts.

    Two texts are of one family when the Jaccard similarity of their sets of 4-character shingles, digits and spaces
    apart, is estimated at .6 or more; families are the connected sets.

    Parameters
    ----------
    texts
        One text per complaint; None and texts under 16 characters belong to no family.

    Returns
    -------
    IntArray
        Shape (n,), family numbers from 0 in order of appearance, -1 for texts that are like no other.

    Examples
    --------
    >>> form = "购买的商品标签不符合食品安全国家标准，要求退一赔十，订单号{}，请依法处理。"
    >>> other = "老板态度很好，就是快递路上把箱子压坏了，希望换一个新的给我。"
    >>> text_families([form.format(81), other, form.format(4711), None]).tolist()
    [0, -1, 0, -1]

    References
    ----------
    Broder (1997), On the resemblance and containment of documents; Li, Owen, Zhang (2012), One permutation hashing;
    Shrivastava and Li (2014), Densifying one permutation hashing via rotation.
    """
    plain = ["".join((text or "").split()) for text in texts]
    distinct = sorted(set(plain))
    position = {text: row for row, text in enumerate(distinct)}
    long = [row for row, text in enumerate(distinct) if len(text) >= SHORTEST]
    letters, start = _letters([distinct[row] for row in long])
    label = np.full(len(distinct), -1, np.int64)
    label[long] = _linked(_minima(letters, start, ROWS * BANDS, SHINGLE))
    return _numbered(label[[position[text] for text in plain]])


def _linked(minima: UIntArray) -> IntArray:
    """Component of each signature, where signatures meeting in a band and alike enough are linked."""
    n = len(minima)
    left, right = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for band in range(BANDS):
        part = minima[:, band * ROWS : (band + 1) * ROWS]
        key = part[:, 0].copy()
        for row in range(1, ROWS):
            key = key * np.uint64(1099511628211) ^ part[:, row]
        order = np.argsort(key, kind="stable")
        again = np.flatnonzero(key[order][1:] == key[order][:-1]) + 1
        head = np.arange(n)
        head[again] = 0
        other, first = order[again], order[np.maximum.accumulate(head)[again]]
        alike = (minima[other] == minima[first]).mean(axis=1) >= ALIKE
        left.append(other[alike])
        right.append(first[alike])
    a, b = np.concatenate(left), np.concatenate(right)
    link = sparse.coo_matrix((np.ones(len(a), np.int8), (a, b)), shape=(n, n))
    return np.asarray(csgraph.connected_components(link, directed=False)[1], np.int64)


def _numbered(label: IntArray) -> IntArray:
    """Families of at least two texts, numbered by first appearance; the rest -1."""
    value, first, at, count = np.unique(label, return_index=True, return_inverse=True, return_counts=True)
    real = np.flatnonzero((value >= 0) & (count >= 2))
    number = np.full(len(value), -1, np.int64)
    number[real[np.argsort(first[real])]] = np.arange(len(real))
    return number[at]
