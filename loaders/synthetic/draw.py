"""Seeded draws. Everything a number can be derived from is derived, so no text is kept for the whole city."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]

NONE = -1
"""In every array of indices or days: no such thing."""


def rng(seed: int, *stream: int) -> np.random.Generator:
    """Generator of one named stream: drawing more in one stream leaves the others as they are."""
    return np.random.default_rng([seed, *stream])


def mix(seed: int, stream: int, index: npt.NDArray[Any], modulus: int) -> Ints:
    """Hash each index to 0…modulus-1, the same in any block (splitmix64 finaliser)."""
    z = index.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    z += np.uint64((seed * 1_000_003 + stream * 7_919 + 1) % 2**64)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return (z % np.uint64(modulus)).astype(np.int64)


def permute(seed: int, index: npt.NDArray[Any], modulus: int) -> Ints:
    """One-to-one map of 0…modulus-1 onto itself that scatters neighbours: unique numbers without a list.

    `modulus` stays below 2^32 and the index below 2^31, so that the product fits 64 bits.
    """
    step = int(modulus * 0.6180339887) + seed % 97
    while math.gcd(step, modulus) != 1:
        step += 1
    return ((index.astype(np.int64) * step + seed * 104_729 % modulus) % modulus).astype(np.int64)


def skewed(random: np.random.Generator, size: int, among: int, exponent: float, soften: float) -> Ints:
    """Draw from 0…among-1 with weight (k + soften)^-exponent: a Zipf law whose head `soften` flattens."""
    power = 1.0 - exponent
    low, high = soften**power, (among + soften) ** power
    values = (random.random(size) * (high - low) + low) ** (1.0 / power) - soften
    drawn: Ints = np.minimum(values.astype(np.int64), among - 1)
    return drawn


def split_radix(serial: Ints, *radices: int) -> tuple[Ints, ...]:
    """Digits of `serial` in a mixed radix, last radix fastest."""
    digits = []
    for radix in reversed(radices):
        serial, digit = np.divmod(serial, radix)
        digits.append(digit)
    return tuple(reversed(digits))
