"""Texts numbered in the order in which they are first seen, over all pieces of a file.

Arrow's `dictionary_encode` and `index_in` build their hash table anew with every call: with pieces that meet the same
million codes again and again, most of the time. Here the table stays.
"""

from __future__ import annotations

import secrets

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa

Hashes = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int32]

_SEED = np.uint64(secrets.randbits(64) | 1)
"""Drawn anew by each process, so that nobody can write a file in which two texts have one hash."""
_SMALLEST = 1 << 9


class Lexicon:
    """Different texts and their numbers. Null is a text like any other.

    Texts are compared by 128 bits of hash: among two million, two that differ are taken for one with a chance of 1e-26.

    Examples
    --------
    >>> lexicon = Lexicon(pa.array(["b", "a", "b"]))
    >>> lexicon.number(pa.array(["c", None, "a"])).tolist()
    [2, 3, 1]
    >>> lexicon.texts.to_pylist(), lexicon.find(pa.array(["c", "d"])).tolist()
    (['b', 'a', 'c', None], [2, -1])
    """

    def __init__(self, texts: pa.StringArray) -> None:
        self._texts = [texts.slice(0, 0)]
        self._size = 0
        self._hashes: Hashes = np.empty((_SMALLEST, 2), np.uint64)
        """Of the first `_size` rows."""
        self._slots: Numbers = np.full(2 * _SMALLEST, -1, np.int32)
        self.number(texts)

    def __len__(self) -> int:
        return self._size

    @property
    def texts(self) -> pa.StringArray:
        """The texts by their numbers."""
        if len(self._texts) > 1:
            self._texts = [pa.concat_arrays(self._texts)]
        return self._texts[0]

    def number(self, texts: pa.StringArray) -> Numbers:
        """Give the number of each text, those never seen the next ones: shape (n,)."""
        hashes = _hashed(texts)
        self._make_room(len(texts))
        numbers, new = _number(hashes, self._slots, self._hashes, self._size)
        if len(new):
            self._texts.append(texts.take(pa.array(new)))
            self._size += len(new)
        return numbers

    def find(self, texts: pa.StringArray) -> Numbers:
        """Give the number of each text, -1 where it was never seen: shape (n,)."""
        return _find(_hashed(texts), self._slots, self._hashes)

    def _make_room(self, more: int) -> None:
        """Keep at least half of the slots free, whatever comes."""
        needed = self._size + more
        if needed > len(self._hashes):
            room = 1 << needed.bit_length()
            self._hashes = np.concatenate([self._hashes, np.empty((room - len(self._hashes), 2), np.uint64)])
            self._slots = np.full(2 * room, -1, np.int32)
            _place(self._hashes, self._size, self._slots)


class RowsByText:
    """Where texts stand in a column; found again and again without looking through it.

    Examples
    --------
    >>> RowsByText(pa.array(["b", "a", "b", None])).of(pa.array(["a", None, "b", "x"])).to_pylist()
    [1, None, 0, None]
    """

    def __init__(self, texts: pa.StringArray) -> None:
        self._lexicon = Lexicon(texts.slice(0, 0))
        numbers = self._lexicon.number(texts)
        self._first = np.zeros(len(self._lexicon) + 1, np.int64)  # the last one is that of number -1
        self._first[numbers[::-1]] = np.arange(len(texts))[::-1]

    def of(self, texts: pa.StringArray) -> pa.Array:
        """First row of each text; null where it stands nowhere, or is null."""
        numbers = self._lexicon.find(texts)
        unknown = (numbers < 0) | texts.is_null().to_numpy(zero_copy_only=False)
        return pa.array(self._first[numbers], mask=unknown)


def _hashed(texts: pa.StringArray) -> Hashes:
    """Two hashes a text, shape (n, 2)."""
    _, ends, data = texts.buffers()
    offsets = np.frombuffer(ends, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    letters = np.frombuffer(data, np.uint8) if data is not None and data.size else np.empty(0, np.uint8)
    valid = np.asarray(texts.is_valid().to_numpy(zero_copy_only=False))
    return _hash(offsets, letters, valid, _SEED)


@numba.njit(cache=True)
def _hash(offsets: Numbers, letters: npt.NDArray[np.uint8], valid: npt.NDArray[np.bool_], seed: np.uint64) -> Hashes:
    hashes = np.zeros((len(valid), 2), np.uint64)
    for i in range(len(valid)):
        if valid[i]:
            place, end = offsets[i], offsets[i + 1]
            one, other = seed ^ np.uint64(end - place), ~seed
            while place < end:
                word = _word(letters, place, min(end - place, 8))
                one = (one ^ word) * np.uint64(0x9E3779B97F4A7C15)
                one ^= one >> np.uint64(32)
                other = (other + word) * np.uint64(0xD6E8FEB86659FD93)
                other ^= other >> np.uint64(29)
                place += 8
            hashes[i, 0], hashes[i, 1] = one, other
    return hashes


@numba.njit(cache=True, inline="always")
def _word(letters: npt.NDArray[np.uint8], place: int, length: int) -> np.uint64:
    """Up to eight bytes as one number; eight of them in a form that the compiler turns into a single load."""
    if length == 8:
        return (
            np.uint64(letters[place])
            | np.uint64(letters[place + 1]) << np.uint64(8)
            | np.uint64(letters[place + 2]) << np.uint64(16)
            | np.uint64(letters[place + 3]) << np.uint64(24)
            | np.uint64(letters[place + 4]) << np.uint64(32)
            | np.uint64(letters[place + 5]) << np.uint64(40)
            | np.uint64(letters[place + 6]) << np.uint64(48)
            | np.uint64(letters[place + 7]) << np.uint64(56)
        )
    word = np.uint64(0)
    for step in range(length):
        word |= np.uint64(letters[place + step]) << np.uint64(8 * step)
    return word


@numba.njit(cache=True)
def _slot(one: np.uint64, other: np.uint64, slots: Numbers, hashes: Hashes) -> np.uint64:
    """Where a text stands, or the free slot where it would."""
    mask = np.uint64(len(slots) - 1)
    slot = one & mask
    while slots[slot] >= 0 and (hashes[slots[slot], 0] != one or hashes[slots[slot], 1] != other):
        slot = (slot + np.uint64(1)) & mask
    return slot


@numba.njit(cache=True)
def _number(texts: Hashes, slots: Numbers, hashes: Hashes, size: int) -> tuple[Numbers, Numbers]:
    """Number of each text; the rows of those that are new, whose hashes are added."""
    numbers = np.empty(len(texts), np.int32)
    new = np.empty(len(texts), np.int32)
    known = size
    for i in range(len(texts)):
        slot = _slot(texts[i, 0], texts[i, 1], slots, hashes)
        if slots[slot] < 0:
            hashes[size] = texts[i]
            slots[slot] = size
            new[size - known] = i
            size += 1
        numbers[i] = slots[slot]
    return numbers, new[: size - known].copy()


@numba.njit(cache=True)
def _find(texts: Hashes, slots: Numbers, hashes: Hashes) -> Numbers:
    numbers = np.empty(len(texts), np.int32)
    for i in range(len(texts)):
        numbers[i] = slots[_slot(texts[i, 0], texts[i, 1], slots, hashes)]
    return numbers


@numba.njit(cache=True)
def _place(hashes: Hashes, size: int, slots: Numbers) -> None:
    """Put the first hashes, all different, into empty slots."""
    mask = np.uint64(len(slots) - 1)
    for number in range(size):
        slot = hashes[number, 0] & mask
        while slots[slot] >= 0:
            slot = (slot + np.uint64(1)) & mask
        slots[slot] = number
