"""A second opinion on complainants where ratings or outcomes exist: signed belief propagation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from pyarrow import csv

from graph.analytics.events import FloatArray, IntArray
from graph.analytics.signed import Beliefs, of_outcomes, of_statements, signed_beliefs

if TYPE_CHECKING:
    from queries.screen.complaints import Complaints

HEADER = ("id", "dishonest", "statements")
NOTES = {
    "rating": "另附 beliefs.csv：按评分的正负，用带符号置信传播估计评价人不诚实的概率，仅供参考，不并入得分。",
    "outcome": "另附 beliefs.csv：按处理结果，用带符号置信传播估计投诉人不诚实的概率，仅供参考，不并入得分。",
}


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """Beliefs of the people and merchants, what they rest on (rating, outcome), and statements per person."""

    beliefs: Beliefs
    basis: str
    statements: IntArray

    @property
    def note(self) -> str:
        """What the reader is told."""
        return NOTES[self.basis]


def second_opinion(data: Complaints) -> SecondOpinion | None:
    """Judge people by what they say of merchants others speak of too; None where nothing is for or against."""
    if data.rating is not None:
        sign, basis, blame = _sign(data.rating), "rating", of_statements
    elif data.outcome is not None:
        sign, basis, blame = -data.outcome, "outcome", of_outcomes
    else:
        return None
    rows = np.flatnonzero(sign)
    if not len(rows):
        return None
    people, things = len(data.people), len(data.merchants)
    found = signed_beliefs(
        data.who[rows], data.whom[rows], sign[rows] > 0, n_people=people, n_things=things, blame=blame
    )
    return SecondOpinion(found, basis, np.bincount(data.who[rows], minlength=people))


def _sign(rating: FloatArray) -> IntArray:
    """For (1) or against (-1): by the sign if there are negative ratings, else by the middle of the scale."""
    low, high = np.nanmin(rating, initial=np.inf), np.nanmax(rating, initial=-np.inf)
    middle = 0.0 if low < 0 else (low + high) / 2
    return np.where(np.isnan(rating), 0, np.sign(np.nan_to_num(rating, nan=middle) - middle)).astype(np.int64)


def write_beliefs(opinion: SecondOpinion, people: list[str], out: Path) -> None:
    """Write `beliefs.csv`: those who gave any rating or have any decided complaint, least credible first."""
    dishonest, count = opinion.beliefs.dishonest, opinion.statements
    order = np.lexsort((np.array(people, dtype=str), -dishonest))
    order = order[count[order] > 0]
    columns = [[people[i] for i in order], dishonest[order], count[order]]
    temporary = out / ".beliefs.csv.partial"
    csv.write_csv(pa.table(dict(zip(HEADER, columns, strict=True))), temporary)
    temporary.replace(out / "beliefs.csv")
