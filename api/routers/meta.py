"""What a client must know to draw and explain: kinds, relations, classes, versions, the day of the data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Response

from api.deps import Answering, Day, Granted, Serve, Services
from graph.errors import SnapshotError
from graph.model.asof import AsOf
from graph.model.kinds import DERIVED, FINDINGS, NODES, TABLED
from graph.model.properties import RelationshipKind

router = APIRouter(tags=["meta"])
NOTICE = "本图为线索，不是处罚依据"


@dataclass(frozen=True, slots=True)
class KindLegend:
    """A kind of party."""

    kind: str
    describe: str


@dataclass(frozen=True, slots=True)
class RelationLegend:
    """A kind of relation between parties and how it is drawn: recorded solid, inferred dashed, context dotted."""

    type: str
    describe: str
    standing: str
    picture: str


@dataclass(frozen=True, slots=True)
class About:
    """`class_limits` are the scores where classes B, C and D begin; empty versions mean: no refresh yet.

    Scores and findings are as of `data_date`, by what had been received by `known`. `objected` is what records under
    objection do to a score: mark (they count) or hold (they do not).
    """

    role: str
    snapshot: str | None
    data_date: date | None
    known: date | None
    scorecard_version: str | None
    rule_pack: str | None
    objected: str | None
    class_limits: tuple[float, float, float] | None
    kinds: tuple[KindLegend, ...]
    relations: tuple[RelationLegend, ...]
    notice: str = NOTICE


KINDS = tuple(KindLegend(kind.label, kind.describe) for kind in NODES if kind.party)


def _between_parties(relation: RelationshipKind) -> bool:
    labels = {legend.kind for legend in KINDS}
    return labels.issuperset(relation.sources) and labels.issuperset(relation.targets)


RELATIONS = tuple(
    RelationLegend(r.type, r.describe, r.standing, r.picture)
    for r in (*TABLED, *DERIVED, *FINDINGS)
    if _between_parties(r)
)


@router.get("/meta", response_model=About)
def read_meta(serve: Serve, answer: Answering, granted: Granted, day: Day) -> Response:
    """Kinds, relations, class limits, versions and the day of the data.

    Example: `GET /v1/meta`
    """
    return answer(_about(serve, granted.role, day), versioned=True)


def _about(serve: Services, role: str, day: AsOf | None) -> About:
    try:
        meta = serve.snapshot(day).meta
    except SnapshotError:
        return About(role, None, None, None, None, None, None, None, KINDS, RELATIONS)
    versions = (meta.id, meta.data_date, meta.known, meta.scorecard_version, meta.rule_pack, meta.objected)
    return About(role, *versions, meta.class_limits, KINDS, RELATIONS)
