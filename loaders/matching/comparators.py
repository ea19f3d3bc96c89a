"""How alike two texts are, for many pairs at once: personal names, and longer texts by rare pieces they share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy import sparse

from graph.model.pinyin import spoken

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

SAME, ALIKE, OTHER = 0, 1, 2
"""Levels of `compare_persons`."""

_BUCKETS = 1 << 20
"""Pairs of characters are hashed into this many columns; a collision makes two texts look a little more alike."""
_UNICODE_SIZE = 0x110000
_BLOCK = 1 << 14
"""Texts or pairs taken at a time: about 200 MB for texts of 300 characters."""


def compare_persons(left: pa.StringArray, right: pa.StringArray) -> npt.NDArray[np.int8]:
    """Compare personal names pair by pair.

    A Chinese name has two or three characters, so one wrong character leaves half of it and no distance measured
    in characters means anything. What clerks do get wrong is the *character of a sound* (张/章), and one character
    of a name of three or more. Anything else is another name.

    Parameters
    ----------
    left, right : pa.StringArray
        Names, row i against row i, shape (n,).

    Returns
    -------
    npt.NDArray[np.int8]
        `SAME`; `ALIKE`: all characters sound alike, or one of at least three differs; `OTHER`; -1 where a name is
        missing.

    Examples
    --------
    >>> left, right = pa.array(["章明远", "章明远", "章明", None]), pa.array(["张明远", "章明元", "章亮", "章亮"])
    >>> compare_persons(left, right).tolist()
    [1, 1, 2, -1]
    """
    a, b = _characters(left), _characters(right)
    width = max(a.shape[1], b.shape[1], 1)
    a, b = (np.pad(m, ((0, 0), (0, width - m.shape[1]))) for m in (a, b))
    differ = (a != b).sum(1)
    same_length = (a != 0).sum(1) == (b != 0).sum(1)
    long_enough = (a != 0).sum(1) >= 3
    sound_a, sound_b = _sounds(a, b)
    alike = same_length & (((sound_a != sound_b).sum(1) == 0) | (long_enough & (differ == 1)))
    level = np.where(differ == 0, SAME, np.where(alike, ALIKE, OTHER)).astype(np.int8)
    level[~(_known(left) & _known(right))] = -1
    return level


def _known(values: pa.Array) -> npt.NDArray[np.bool_]:
    return np.asarray(values.is_valid().to_numpy(zero_copy_only=False), bool)


def _characters(texts: pa.StringArray) -> npt.NDArray[np.uint32]:
    """Code points, one row a text, filled up with zeros: shape (n, longest)."""
    fixed = np.array(texts.fill_null("").to_pylist(), dtype=np.str_)
    return fixed.view(np.uint32).reshape(len(texts), -1) if len(texts) else np.zeros((0, 1), np.uint32)


def _sounds(*matrices: npt.NDArray[np.uint32]) -> list[IntArray]:
    """The same matrices with a number for the sound of each character instead of its code point."""
    points = np.unique(np.concatenate([m.ravel() for m in matrices]))
    sounds = [spoken(chr(p)) if p else "" for p in points]
    _, sound = np.unique(sounds, return_inverse=True)
    return [sound[np.searchsorted(points, m)] for m in matrices]


@dataclass(frozen=True, slots=True)
class Grams:
    """Texts as pairs of neighbouring characters, and what each pair of characters weighs, shape (buckets,)."""

    texts: pa.StringArray
    weight: FloatArray

    def rows(self, rows: IntArray) -> sparse.csr_array:
        """The weighted pairs of characters of some texts, each row of length 1, or empty: shape (rows, buckets)."""
        table = _counted(self.texts.take(pa.array(rows)))
        data = self.weight[table.indices]
        sizes = np.diff(table.indptr)
        norm = np.sqrt(np.bincount(np.repeat(np.arange(len(rows)), sizes), data**2, minlength=len(rows)))
        scaled = data / np.repeat(np.where(norm > 0, norm, 1.0), sizes)
        return sparse.csr_array((scaled, table.indices, table.indptr), shape=table.shape)


def weigh_grams(left: pa.StringArray, right: pa.StringArray) -> tuple[Grams, Grams]:
    """Weigh the pairs of characters in the texts of two lists; one that few texts hold weighs more.

    The weight is log(1 + N / number of texts that hold it), counted over the N texts of both lists. The cosine of
    two texts is 1 if they are equal and 0 if they share nothing. Punctuation parts characters, and order beyond
    neighbours does not count: 加工螺丝、销售茶叶 equals 销售茶叶，加工螺丝.

    Examples
    --------
    >>> left, right = weigh_grams(pa.array(["青禾星测试", None]), pa.array(["青禾星测试", "北山机床"]))
    >>> cosines(left, right, np.array([0, 0, 1]), np.array([0, 1, 0])).round(3).tolist()
    [1.0, 0.0, nan]
    """
    held = np.zeros(_BUCKETS)
    for texts in (left, right):
        for start in range(0, len(texts), _BLOCK):
            held += np.bincount(_counted(texts.slice(start, _BLOCK)).indices, minlength=_BUCKETS)
    weight = np.log1p((len(left) + len(right)) / np.maximum(held, 1.0))
    return Grams(left, weight), Grams(right, weight)


def _counted(texts: pa.StringArray) -> sparse.csr_array:
    """Which pairs of neighbouring letters, digits or characters each text holds; punctuation parts them."""
    encoded = texts.fill_null("").to_pylist()
    lengths = np.fromiter(map(len, encoded), np.int64, len(encoded))
    points = np.frombuffer("".join(encoded).encode("utf-32-le"), np.uint32).astype(np.uint64)
    row = np.repeat(np.arange(len(encoded)), lengths)
    word = _word_characters(points)[points]
    follows = (row[1:] == row[:-1]) & word[1:] & word[:-1]
    # Fibonacci hashing of the two code points: spreads neighbours in the code table over all buckets.
    mixed = (points[:-1] * np.uint64(0x1F_FFFF) + points[1:]) * np.uint64(0x9E37_79B9_7F4A_7C15)
    bucket = (mixed >> np.uint64(44)).astype(np.int64)
    ones = np.ones(int(follows.sum()))
    table = sparse.csr_array((ones, (row[:-1][follows], bucket[follows])), shape=(len(encoded), _BUCKETS))
    table.sum_duplicates()
    return table


def _word_characters(points: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
    """Of every code point that occurs whether it is a letter, digit or character."""
    table = np.zeros(_UNICODE_SIZE, bool)
    table[points] = True
    for point in np.flatnonzero(table).tolist():
        table[point] = chr(point).isalnum()
    return table


def cosines(left: Grams, right: Grams, i: IntArray, j: IntArray) -> FloatArray:
    """Cosine of text i of one list with text j of the other, pair by pair: shape (n,).

    nan where a text is missing or has no two characters side by side. Works block by block, so that memory does not
    grow with the lists.
    """
    found = np.empty(len(i))
    for start in range(0, len(i), _BLOCK):
        block = slice(start, start + _BLOCK)
        (a, at_a), (b, at_b) = (np.unique(rows[block], return_inverse=True) for rows in (i, j))
        one, other = left.rows(a)[at_a], right.rows(b)[at_b]
        found[block] = one.multiply(other).sum(axis=1)
        found[block][(np.diff(one.indptr) == 0) | (np.diff(other.indptr) == 0)] = np.nan
    return found
