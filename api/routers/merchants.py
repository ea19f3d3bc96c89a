"""Complaint standing of merchants."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.deps import Answering, Day, Id, Pages, Serve
from graph.errors import NotFound
from queries.results import Merchant

router = APIRouter(tags=["merchants"])


@router.get("/merchants", response_model=tuple[Merchant, ...])
def list_merchants(
    serve: Serve,
    answer: Answering,
    paging: Pages,
    day: Day,
    flagged: Annotated[bool | None, Query(description="only those (not) flagged as abnormal")] = None,
) -> Response:
    """Merchants that were complained about, most abnormal first.

    Complaints are weighted by the complainants' credibility, so a merchant hit by a suspected group does not
    rank high for it.

    Example: `GET /v1/merchants?flagged=true&limit=20`
    """
    return answer.page(serve.snapshot(day).merchants(flagged=flagged, **paging.wanted), paging)


@router.get("/merchants/{merchant_id}", response_model=Merchant)
def read_merchant(serve: Serve, answer: Answering, merchant_id: Id, day: Day) -> Response:
    """One merchant: complaints seen against expected, with interval, and the share groups caused.

    Example: `GET /v1/merchants/s_TB:10023`
    """
    snapshot = serve.snapshot(day)
    merchant = snapshot.merchant(merchant_id)
    if merchant is None:
        raise NotFound(f"{merchant_id} has no complaints in snapshot {snapshot.id}, or is unknown")
    return answer(merchant, versioned=True)
