"""One figure of the evaluation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TruthScore:
    """How one kind of plant was found. Shares are 0–1; None means that the measure does not apply.

    `planted` and `found` count what `recall` is of; `wrong_share` is the share of something that must not be
    found and was; `note` says what exactly is counted.
    """

    kind: str
    slice: str
    planted: int
    found: int
    recall: float | None = None
    precision: float | None = None
    average_precision: float | None = None
    auc: float | None = None
    wrong_share: float | None = None
    note: str = ""
