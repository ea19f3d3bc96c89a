"""Faults real files have, strewn thinly over rendered columns. The shares are stated at each function."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from loaders.synthetic.draw import Bools

_FULL_WIDTH = {ord(c): ord(c) + 0xFEE0 for c in "0123456789ABCDEFGHJKLMNPQRTUWXY"}
_NO_DATES = ("2025-02-30", "0000-00-00", "2024-13-01", "2023-11-31")


def codes(random: np.random.Generator, column: pa.StringArray) -> pa.StringArray:
    """Write 0.6 % of the codes in lower case, with blanks or full-width: the same code to whoever normalises."""
    rows = np.flatnonzero(random.random(len(column)) < 0.006)
    ways = (str.lower, lambda s: f" {s}", lambda s: f"{s[:8]} {s[8:]} ", lambda s: s.translate(_FULL_WIDTH))
    return _spoil(column, rows, lambda s, i: ways[i % len(ways)](s))


def dates(random: np.random.Generator, column: pa.StringArray, spare: Bools) -> pa.StringArray:
    """Make 0.2 % of the dates impossible, except in spared rows."""
    rows = np.flatnonzero((random.random(len(column)) < 0.002) & ~spare)
    return _spoil(column, rows, lambda _, i: _NO_DATES[i % len(_NO_DATES)])


def brackets(random: np.random.Generator, column: pa.StringArray) -> pa.StringArray:
    """Write the brackets of a third of the names full-width."""
    full = pc.replace_substring(pc.replace_substring(column, "(", "（"), ")", "）")
    return pc.if_else(pa.array(random.random(len(column)) < 0.33), full, column)


def missing(random: np.random.Generator, column: pa.StringArray, share: float, spare: Bools) -> pa.StringArray:
    """Lose a share of the values, except in spared rows."""
    lost = (random.random(len(column)) < share) & ~spare
    return pc.if_else(pa.array(lost), pa.scalar(None, pa.string()), column)


def _spoil(column: pa.StringArray, rows: Any, how: Any) -> pa.StringArray:  # noqa: ANN401
    values = column.take(pa.array(rows)).to_pylist()
    changed = [how(v, i) if v else v for i, v in zip(rows, values, strict=True)]
    mask = np.zeros(len(column), dtype=bool)
    mask[rows] = True
    return pc.replace_with_mask(column, pa.array(mask), pa.array(changed, pa.string()))
