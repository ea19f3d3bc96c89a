"""Leads for a person to check."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.deps import Answering, Day, Id, Pages, Serve, valid_day
from queries.leads.network import lead_network
from queries.results import Lead, Network

router = APIRouter(tags=["leads"])


@router.get("/leads", response_model=tuple[Lead, ...])
def list_leads(
    serve: Serve,
    answer: Answering,
    paging: Pages,
    day: Day,
    kind: Annotated[str | None, Query(max_length=40, description="e.g. complainant_group, abnormal_merchant")] = None,
    state: Annotated[str | None, Query(max_length=40, description="e.g. new, assigned, confirmed")] = None,
) -> Response:
    """Leads, first to look at first, each with subjects and evidence.

    Example: `GET /v1/leads?kind=complainant_group&limit=10`
    """
    leads = serve.snapshot(day).leads(kind=kind, state=state, **paging.wanted)
    return answer.page(leads, paging, naming=_named(leads))


@router.get("/leads/{lead_id}", response_model=Lead)
def read_lead(serve: Serve, answer: Answering, lead_id: Id, day: Day) -> Response:
    """One lead with its evidence.

    Example: `GET /v1/leads/l_9c3d`
    """
    lead = serve.snapshot(day).lead(lead_id)
    return answer(lead, versioned=True, naming=_named([lead]))


@router.get("/leads/{lead_id}/network", response_model=Network)
def read_lead_network(serve: Serve, answer: Answering, lead_id: Id, day: Day) -> Response:
    """Draw a lead: its subjects, the parties of its evidence, and what lies between them.

    Example: `GET /v1/leads/l_9c3d/network`
    """
    lead = serve.snapshot(day).lead(lead_id)
    return answer(lead_network(serve.store, lead, as_of=valid_day(day)))


def _named(leads: Iterable[Lead]) -> set[str]:
    """Parties whose names a lead's texts may hold."""
    return {id_ for lead in leads for ids in (lead.parties, *(e.parties for e in lead.evidence)) for id_ in ids}
