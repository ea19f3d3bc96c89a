"""Lines drawn by law between holdings: how much of a company gives which power. Percent, each with its source."""

from __future__ import annotations

from typing import Literal

import numpy as np

from graph.analytics.arrays import BoolArray, FloatArray, IntArray

CONTROL = 50.0
"""Controlling shareholder: *more than* half. 公司法 (2023) art. 265(2); ordinary resolutions arts. 66, 116."""
SPECIAL_RESOLUTION = 200.0 / 3.0
"""Two thirds *or more* carry a special resolution. 公司法 (2023) arts. 66, 116."""
VETO = 100.0 / 3.0
"""*More than* one third blocks a special resolution. Follows from 公司法 (2023) arts. 66, 116."""
BENEFICIAL_OWNER = 25.0
"""25 % *or more* finally held by a natural person. 受益所有人信息管理办法 (央行、市场监管总局令 2024 第 3 号), in force
2024-11-01; known from an excerpt: verify against the official text."""
SIGNIFICANT_INFLUENCE = 20.0
"""20 % *or more* is presumed to be significant influence. 企业会计准则第 36 号, 第 2 号; from memory: verify."""
TOLERANCE = 1e-7
"""Percent. Shares are sums and products of decimals; this much rounding never decides."""

LEVELS = ("none", "significant_influence", "beneficial_owner", "veto", "control", "special_resolution")
"""Names of the codes of `holding_level`, weakest first."""
Level = Literal["none", "significant_influence", "beneficial_owner", "veto", "control", "special_resolution"]


def reaches(percent: FloatArray, line: float, *, strictly: bool) -> BoolArray:
    """Say which percents lie above a line (`strictly`), or on or above it, rounding apart.

    Examples
    --------
    >>> reaches(np.array([50.0, 50.1]), CONTROL, strictly=True).tolist()
    [False, True]
    >>> reaches(np.array([24.9, 15.0 + 10.0]), BENEFICIAL_OWNER, strictly=False).tolist()
    [False, True]
    """
    return percent > line + TOLERANCE if strictly else percent >= line - TOLERANCE


def holding_level(percent: FloatArray) -> IntArray:
    """Classify holdings by the strongest power they give.

    Parameters
    ----------
    percent : (m,) float
        Shares in percent; NaN (not stated) gives no power.

    Returns
    -------
    (m,) int
        Positions in `LEVELS`.

    Examples
    --------
    >>> [LEVELS[i] for i in holding_level(np.array([10.0, 20.0, 25.0, 33.34, 50.0, 51.0, 66.67]))][3:]
    ['veto', 'veto', 'control', 'special_resolution']

    References
    ----------
    公司法 (2023) arts. 66, 116, 265(2).
    """
    level = np.zeros(len(percent), np.int64)
    lines = (
        (SIGNIFICANT_INFLUENCE, False),
        (BENEFICIAL_OWNER, False),
        (VETO, True),
        (CONTROL, True),
        (SPECIAL_RESOLUTION, False),
    )
    for code, (line, strictly) in enumerate(lines, start=1):
        level[reaches(percent, line, strictly=strictly)] = code
    return level
