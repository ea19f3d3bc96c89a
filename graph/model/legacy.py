"""Numbers from before the unified code: registration number (注册号, GS 15-2006), organisation code (GB 11714).

They are never errors by themselves: each stays with its entity as an alias.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph.model.text import Bytes, map_distinct, string_array, tidy

LEGACY_SCHEMES = ("reg15", "reg15_alnum", "reg13", "org9", "document")
"""Schemes of older numbers: 15 digits, 15 characters with letters, 13 digits from before 2006,
organisation code, and registration documents such as 企合苏总字第000000号."""

_ORG9 = re.compile(r"([0-9A-Z]{8})-?([0-9X])")
_SCHEMES = (
    ("reg15", re.compile(r"[0-9]{15}")),
    ("reg15_alnum", re.compile(r"[0-9]{6}[0-9A-Z]{8}[0-9A-Z]")),
    ("reg13", re.compile(r"[0-9]{13}")),
    ("org9", _ORG9),
    ("document", re.compile(r".*[字第][^字第]*\d+号?|.*第\d+号?")),
)
_ORG9_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def check_reg15(numbers: pa.Array | pa.ChunkedArray) -> pa.BooleanArray:
    """Whether each text is a 15-digit registration number with a right check digit; null stays null.

    The check is ISO 7064 MOD 11,10: from P = 10, for each of the first 14 digits P = (P + digit) mod 10, 0
    becomes 10, P = 2 P mod 11; the last digit must make (P + digit) mod 10 = 1.

    >>> check_reg15(pa.array(["440301103097413", "440301103097414"])).to_pylist()
    [True, False]
    """
    array = string_array(numbers)
    texts = Bytes.of(array)
    wide = texts.lengths == 15
    passes = np.zeros(len(array), bool)
    matrix = texts.matrix(wide, 15)
    passes[wide] = legacy15_shapes(matrix)[0] & reg15_passes(matrix)
    return pa.array(passes, mask=array.is_null().to_numpy(zero_copy_only=False))


def check_org9(codes: pa.Array | pa.ChunkedArray) -> pa.BooleanArray:
    """Whether each text is an organisation code, with or without hyphen, with a right check character.

    >>> check_org9(pa.array(["MA000004-X", "MA0000041"])).to_pylist()
    [True, False]
    """
    return map_distinct(codes, lambda text: org9_shape(text) and org9_passes(text), pa.bool_())


def legacy_scheme(numbers: pa.Array | pa.ChunkedArray) -> pa.StringArray:
    """Which of `LEGACY_SCHEMES` an older number follows by its shape; null for anything else.

    >>> legacy_scheme(pa.array(["440301103097413", "441900NA000123X", "3201112300080", "无"])).to_pylist()
    ['reg15', 'reg15_alnum', 'reg13', None]
    """
    return map_distinct(numbers, _scheme)


def _scheme(text: str) -> str | None:
    text = tidy(text).upper()
    return next((name for name, shape in _SCHEMES if shape.fullmatch(text)), None)


def org9_shape(text: str) -> bool:
    """Whether an upper-case text looks like an organisation code."""
    return _ORG9.fullmatch(text) is not None


def org9_passes(text: str) -> bool:
    """Whether the check character of an organisation code is right (the text must have its shape)."""
    body = text.replace("-", "")
    total = sum(weight * int(character, 36) for weight, character in zip(_ORG9_WEIGHTS, body[:8], strict=True))
    return body[8] == "0123456789X"[-total % 11]


def legacy15_shapes(numbers: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Two rows of shape (n,): all 15 are digits; six digits then digits and letters."""
    digit = (numbers >= ord("0")) & (numbers <= ord("9"))
    letter = (numbers >= ord("A")) & (numbers <= ord("Z"))
    return np.stack([digit.all(axis=1), digit[:, :6].all(axis=1) & (digit | letter).all(axis=1)])


def reg15_passes(numbers: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """ISO 7064 MOD 11,10 over 15 ASCII digits, shape (n, 15); rows with other bytes give an arbitrary answer."""
    digits = (numbers - np.uint8(ord("0"))).astype(np.int16)
    product = np.full(len(digits), 10, np.int16)
    for column in digits.T[:14]:
        remainder = (product + column) % 10
        product = np.where(remainder == 0, 10, remainder) * 2 % 11
    right: npt.NDArray[np.bool_] = (product + digits[:, 14]) % 10 == 1
    return right
