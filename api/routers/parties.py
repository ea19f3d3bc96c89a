"""Credit files, scores and the records behind them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Query, Response

from api.deps import ID_LENGTH, Answering, Day, Id, Serve, Services, valid_day
from graph.errors import InputError, NotFound, SnapshotError
from graph.model.asof import AsOf
from queries.credit_file import credit_file, records
from queries.results import CreditFile, Record, Score
from queries.snapshot import Snapshot

router = APIRouter(tags=["parties"])
BATCH = 10_000
"""Most scores in one call (design: the supervision system asks in batches of 10,000)."""
MOST_RECORDS = 200
"""Most records in one call: they stand in the address, which some proxies cut at 8,000 characters."""


@router.get("/parties/{party_id}", response_model=CreditFile)
def read_file(serve: Serve, answer: Answering, party_id: Id, day: Day) -> Response:
    """All that is recorded under one party: facts, records, relations with counts, score, leads.

    Before the first refresh the file comes without score and leads.

    Example: `GET /v1/parties/91441900MA4W1DEM0X`
    """
    return answer(credit_file(serve.store, party_id, _snapshot_if_any(serve, day), serve.tables, as_of=valid_day(day)))


@router.get("/parties/{party_id}/score", response_model=Score)
def read_score(serve: Serve, answer: Answering, party_id: Id, day: Day) -> Response:
    """Credit-risk score 0–1000 (higher is riskier); the contributions and the base sum exactly to it.

    Example: `GET /v1/parties/91441900MA4W1DEM0X/score`
    """
    snapshot = serve.snapshot(day)
    score = snapshot.score(party_id)
    if score is None:
        raise NotFound(f"{party_id} has no score in snapshot {snapshot.id}: unknown, or of a kind that is not scored")
    return answer(score, versioned=True)


@router.post("/scores", response_model=list[Score | None])
def read_scores(
    serve: Serve,
    answer: Answering,
    day: Day,
    parties: Annotated[
        list[Annotated[str, Query(max_length=ID_LENGTH)]],
        Body(min_length=1, max_length=BATCH, embed=True, examples=[["91441900MA4W1DEM0X", "91441900MA4W1DEM1K"]]),
    ],
) -> Response:
    """Scores of up to 10,000 parties in the order asked; `null` where there is none.

    Example: `POST /v1/scores` with `{"parties": ["91441900MA4W1DEM0X"]}`
    """
    return answer(serve.snapshot(day).scores(parties), versioned=True)


@router.get("/records", response_model=tuple[Record, ...])
def read_records(
    serve: Serve,
    answer: Answering,
    day: Day,
    ids: Annotated[str, Query(max_length=20_000, description="record ids, separated by commas, at most 200")],
) -> Response:
    """Records by id, down to department, document number and article of law.

    Example: `GET /v1/records?ids=r_5f0c,k_12315:2026001`
    """
    wanted = [part for part in ids.split(",") if part]
    if len(wanted) > MOST_RECORDS:
        raise InputError(f"{len(wanted)} records asked for; at most {MOST_RECORDS} in one call, so ask in parts")
    return answer(records(serve.store, wanted, serve.tables, as_of=valid_day(day)))


def _snapshot_if_any(serve: Services, day: AsOf | None) -> Snapshot | None:
    try:
        return serve.snapshot(day)
    except SnapshotError:
        return None
