"""One figure of the evaluation, and the evaluation as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from graph.tables import Tables
from queries.evaluate.truth import KEY_NAME, Truth
from queries.snapshot import Snapshot


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


def evaluate(snapshot: Snapshot, truth: Path, tables: Tables) -> tuple[TruthScore, ...]:
    """Compare a snapshot with the truth planted in the files it came from.

    Parameters
    ----------
    snapshot : Snapshot
        Findings of a refresh over the loaded city.
    truth : Path
        Folder with the truth tables of that city.
    tables : Tables
        The home the city was loaded into: its secret turns natural keys into ids.

    Raises
    ------
    NotFound
        If the folder holds no truth.
    """
    from queries.evaluate.complaints import score_complaints
    from queries.evaluate.firms import score_firms

    planted = Truth(truth, tables.secret(KEY_NAME))
    return (*score_complaints(snapshot, planted), *score_firms(snapshot, planted))
