"""How far the stated confidence of leads can be trusted: what people confirmed of what they decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scipy import special

from queries.leads.handling import Standing

BANDS = (0.0, 0.5, 0.7, 0.85, 0.95)
"""Lower ends of the bands of stated confidence."""
INTERVAL = (0.05, 0.95)
SAYS_NOTHING = frozenset({"duplicate"})
"""Reasons of dismissal that do not speak against the finding."""


@dataclass(frozen=True, slots=True)
class CalibrationRow:
    """Decided leads of one kind and one band of stated confidence.

    `stated` is the mean confidence they carried, `share` the part that was confirmed, with its 5 % and 95 % limits
    (Jeffreys interval). Where `stated` lies outside the limits, the confidence of that kind is wrong.
    """

    kind: str
    band: float
    stated: float
    confirmed: int
    dismissed: int
    share: float
    low: float
    high: float


def calibration(standings: Iterable[Standing]) -> tuple[CalibrationRow, ...]:
    """Compare stated confidence with decisions, per kind and band; leads without a decision or confidence are left out.

    The confidence is the one shown to whoever decided, not that of today.

    References
    ----------
    L. Brown, T. Cai, A. DasGupta, "Interval estimation for a binomial proportion", Statistical Science 16 (2001):
    the Jeffreys interval, quantiles of Beta(k + ½, n − k + ½).
    """
    cells: dict[tuple[str, float], list[tuple[float, bool]]] = {}
    for standing in standings:
        lead = standing.decided
        decided = standing.state in ("confirmed", "dismissed") and standing.reason not in SAYS_NOTHING
        if decided and lead.confidence is not None:
            band = max(b for b in BANDS if lead.confidence >= b)
            cells.setdefault((lead.kind, band), []).append((lead.confidence, standing.state == "confirmed"))
    return tuple(_row(kind, band, cells[kind, band]) for kind, band in sorted(cells))


def _row(kind: str, band: float, decided: list[tuple[float, bool]]) -> CalibrationRow:
    n, k = len(decided), sum(right for _, right in decided)
    low, high = (float(special.betaincinv(k + 0.5, n - k + 0.5, q)) for q in INTERVAL)
    stated = sum(confidence for confidence, _ in decided) / n
    return CalibrationRow(kind, band, round(stated, 4), k, n - k, round(k / n, 4), round(low, 4), round(high, 4))
