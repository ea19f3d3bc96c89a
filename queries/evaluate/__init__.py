"""How well do the findings match what the synthetic city planted?

`evaluate` compares a snapshot with the truth tables beside the generated files; `render` and `markdown` show
the figures. Truth is kept in natural keys (credit codes, resident IDs, shop numbers), so it is mapped to ids
with the same functions and the same secret that the loaders use.
"""

from __future__ import annotations

from pathlib import Path

from graph.tables import Tables
from queries.evaluate.complaints import score_complaints
from queries.evaluate.firms import score_firms
from queries.evaluate.report import markdown, render
from queries.evaluate.scores import TruthScore
from queries.evaluate.truth import KEY_NAME, Truth
from queries.snapshot import Snapshot

__all__ = ["TruthScore", "evaluate", "markdown", "render"]


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
    planted = Truth(truth, tables.secret(KEY_NAME))
    return (*score_complaints(snapshot, planted), *score_firms(snapshot, planted))
