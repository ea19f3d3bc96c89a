"""The score: the table applied to the inputs, in whole tenths of a point so that the parts add up exactly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.errors import ConfigError
from graph.scoring.card import Row, Scorecard
from graph.scoring.classes import CLASSES, LIMITS, ClassLimits, classify
from graph.scoring.features import FEATURES
from graph.scoring.inputs import FloatArray, IntArray, ScoreInputs
from graph.scoring.scorecard import SCORECARD


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of n companies, with one column per row of the scorecard.

    Attributes
    ----------
    tenths : (n, rows) int16
        Points in tenths. ``round(10 · base) + tenths.sum(axis=1)`` is ten times the score, exactly.
    values : (n, rows) float
        What the features found; NaN = unknown, points by the missing-value rule.
    level : (n,) int
        Class as a position in `CLASSES`.
    direct_rule : (n,) int
        Position in `graph.scoring.classes.DIRECT_RULES` of the rule that set the class, −1 = the points did.
    """

    card: Scorecard
    limits: ClassLimits
    tenths: npt.NDArray[np.int16]
    values: FloatArray
    level: IntArray
    direct_rule: IntArray

    @property
    def base(self) -> float:
        """Points every company starts with."""
        return self.card.base

    @property
    def score(self) -> FloatArray:
        """0 … 1000, higher is riskier, one decimal, shape (n,)."""
        return _total(self.card, self.tenths)

    @property
    def points(self) -> FloatArray:
        """Contributions in points, shape (n, rows)."""
        return self.tenths / 10.0

    def items(self, company: int) -> Iterator[tuple[Row, float, float, str]]:
        """Yield (row, points, value, explanation) of what one company's score consists of, good points included.

        Rows of no points are left out, but for those that exist only to be shown (cap 0) and have something to show.
        """
        for row, tenths, value in zip(self.card.rows, self.tenths[company], self.values[company], strict=True):
            if tenths or (row.cap == 0 and value > 0):
                yield row, tenths.item() / 10.0, value.item(), row.explain(value.item())

    @property
    def risk_class(self) -> npt.NDArray[np.str_]:
        """Letters A … D, shape (n,)."""
        return np.array(CLASSES)[self.level]


def score_companies(inputs: ScoreInputs, *, card: Scorecard = SCORECARD, limits: ClassLimits = LIMITS[-1]) -> Scores:
    """Score companies by a scorecard.

    Each row gives direction × min(cap, weight × value), rounded to a tenth of a point. Within a dimension, rows that
    raise the score fill the dimension's cap in the table's order (gravest first); what does not fit is not counted.
    So the score is monotone in every feature, and base and points add up to it exactly.

    Parameters
    ----------
    inputs : ScoreInputs
    card : Scorecard
    limits : ClassLimits
        Frozen limits of the month, `limits_for`.

    Returns
    -------
    Scores

    Raises
    ------
    ConfigError
        If the limits would let the associations dimension alone reach class D.

    Examples
    --------
    Nothing known, and three penalties with 20,000 yuan:

    >>> scores = score_companies(ScoreInputs.empty(
    ...     2, penalties=np.array([0.0, 3.0]), penalty_amount=np.array([0.0, 20_000.0])))
    >>> scores.score.tolist(), scores.risk_class.tolist()
    ([100.0, 216.0], ['A', 'B'])
    """
    if card.worst_by("associations") >= limits.d:
        raise ConfigError(
            f"class D begins at {limits.d}, which relatives alone reach ({card.worst_by('associations')}); "
            "raise the limit or lower the associations cap"
        )
    tenths = np.zeros((len(inputs), len(card.rows)), np.int16)
    values = np.empty((len(inputs), len(card.rows)))
    left = {name: np.full(len(inputs), round(cap * 10)) for name, cap in card.caps.items()}
    for i, row in enumerate(card.rows):
        values[:, i] = FEATURES[row.feature](inputs)
        points = _points(row, values[:, i])
        if row.direction > 0:
            points = np.minimum(points, left[row.dimension])
            left[row.dimension] -= points
        tenths[:, i] = row.direction * points
    level, rule = classify(_total(card, tenths), limits, inputs)
    return Scores(card, limits, tenths, values, level, rule)


def _points(row: Row, value: FloatArray) -> IntArray:
    """Tenths of a point before the dimension's cap, never negative."""
    unknown = np.isnan(value)
    weighed = np.clip(row.weight * np.where(unknown, 0.0, value), 0.0, row.cap)
    return np.rint(np.where(unknown, row.missing, weighed) * 10.0).astype(np.int64)


def _total(card: Scorecard, tenths: npt.NDArray[np.int16]) -> FloatArray:
    whole: IntArray = round(card.base * 10) + tenths.sum(axis=1, dtype=np.int64)
    return whole / 10.0
