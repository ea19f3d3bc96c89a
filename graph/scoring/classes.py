"""Classes A–D: limits frozen per month, and the rules that decide a class directly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from graph.errors import ConfigError
from graph.model.kinds import STATUSES
from graph.scoring.inputs import BoolArray, FloatArray, IntArray, ScoreInputs

CLASSES = ("A", "B", "C", "D")


@dataclass(frozen=True, slots=True)
class ClassLimits:
    """The scores from which classes B, C and D begin, from a month on (YYYY-MM)."""

    month: str
    b: float
    c: float
    d: float

    def __post_init__(self) -> None:
        if not 0 < self.b < self.c < self.d <= 1000:
            raise ConfigError(f"class limits of {self.month} do not rise within 0 … 1000: {self.b}, {self.c}, {self.d}")

    @property
    def values(self) -> tuple[float, float, float]:
        """The three limits."""
        return (self.b, self.c, self.d)


LIMITS: tuple[ClassLimits, ...] = (ClassLimits("2026-01", 130.0, 260.0, 450.0),)
"""Limits by month, oldest first. They change by adding a row for a later month, never by editing one: classes given are
reproducible. Numbers: a judgement, to be set by the authority; none is prescribed nationally."""


def limits_for(month: str, table: Sequence[ClassLimits] = LIMITS) -> ClassLimits:
    """Return the limits in force in a month (YYYY-MM): the latest not after it.

    Examples
    --------
    >>> limits_for("2026-11").month
    '2026-01'
    """
    valid = [limits for limits in table if limits.month <= month]
    if not valid:
        raise ConfigError(f"no class limits are in force in {month}; the table begins with {table[0].month}")
    return max(valid, key=lambda limits: limits.month)


def proposed_limits(
    month: str, score: FloatArray, shares: tuple[float, float, float] = (0.5, 0.1, 0.02)
) -> ClassLimits:
    """Propose limits for a month so that given shares of the companies reach B, C, D or worse; for a person to freeze.

    Examples
    --------
    >>> proposed_limits("2026-02", np.arange(1000.0)).values
    (499.0, 899.0, 979.0)
    """
    b, c, d = (float(np.ceil(np.quantile(score, 1.0 - share, method="lower"))) for share in shares)
    b = max(b, 1.0)
    c = max(c, b + 1.0)
    return ClassLimits(month, b, c, max(d, c + 1.0))


@dataclass(frozen=True, slots=True)
class DirectRule:
    """A rule that sets the least class apart from the points."""

    key: str
    title: str
    least: Literal["B", "C", "D"]
    applies: Callable[[ScoreInputs], BoolArray]
    legal_basis: str


def _revoked(inputs: ScoreInputs) -> BoolArray:
    return np.isin(inputs.status, [STATUSES.index(s) for s in ("REVOKED", "REVOKED_DEREG", "CANCELLED")])


DIRECT_RULES: tuple[DirectRule, ...] = (
    DirectRule("severe_list", "列入严重违法失信名单，直接判定为 D 类", "D", lambda inputs: inputs.severe_in_force,
               "国市监信规〔2022〕6 号；严重违法失信名单管理办法（令 44 号）"),
    DirectRule("revoked", "吊销或撤销登记，直接判定为 D 类", "D", _revoked, "国市监信规〔2022〕6 号"),
    DirectRule("barred_in_post", "任职受限人员在职，至少为 C 类", "C", lambda inputs: inputs.barred_in_post > 0,
               "公司法第 178 条；市场主体登记管理条例第 12 条"),
)  # fmt: skip
"""Strongest first; the first that applies is the one named. A bar in post gives C, not D."""


def classify(score: FloatArray, limits: ClassLimits, inputs: ScoreInputs) -> tuple[IntArray, IntArray]:
    """Return each company's class (position in `CLASSES`) and the direct rule that set it (−1 = the points did).

    Examples
    --------
    >>> inputs = ScoreInputs.empty(2, severe_in_force=np.array([False, True]))
    >>> [x.tolist() for x in classify(np.array([200.0, 10.0]), limits_for("2026-01"), inputs)]
    [[1, 3], [-1, 0]]
    """
    level = np.searchsorted(limits.values, score, side="right").astype(np.int64)
    rule = np.full(len(score), -1)
    for code, direct in enumerate(DIRECT_RULES):
        raises = direct.applies(inputs) & (level < CLASSES.index(direct.least))
        level[raises], rule[raises] = CLASSES.index(direct.least), code
    return level, rule
