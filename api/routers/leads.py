"""Leads for a person to check, and what people decide about them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from api.deps import Answering, Day, Id, Officer, Pages, Serve, valid_day
from queries.leads.calibration import CalibrationRow, calibration
from queries.leads.handling import Action, Handled, Reason
from queries.leads.network import lead_network
from queries.leads.worklist import mark
from queries.results import Lead, Network

router = APIRouter(tags=["leads"])


class Decision(BaseModel):
    """What somebody does with a lead."""

    action: Action
    assignee: str | None = Field(None, max_length=80, description="who is to look at it; with assign only")
    reason: Reason | None = Field(None, description="why it is dismissed; with dismiss only")
    note: str = Field("", max_length=2000, description="in words; needed for a note and for the reason other")


@router.get("/leads", response_model=tuple[Lead, ...])
def list_leads(
    serve: Serve,
    answer: Answering,
    paging: Pages,
    day: Day,
    kind: Annotated[str | None, Query(max_length=40, description="e.g. complainant_group, abnormal_merchant")] = None,
    state: Annotated[
        str | None,
        Query(max_length=40, description="new, assigned, confirmed, dismissed or expired; without: the first three"),
    ] = None,
    assignee: Annotated[str | None, Query(max_length=80, description="only what this person is to look at")] = None,
) -> Response:
    """Leads, first to look at first, each with subjects, evidence and the state people gave it.

    Example: `GET /v1/leads?kind=complainant_group&limit=10`
    """
    leads = serve.worklist(day).page(kind=kind, state=state, assignee=assignee, **paging.wanted)
    return answer.page(leads, paging, naming=_named(leads))


@router.get("/leads/calibration", response_model=tuple[CalibrationRow, ...])
def read_calibration(serve: Serve, answer: Answering) -> Response:
    """Stated confidence of decided leads against the share that was confirmed, by kind and band.

    Example: `GET /v1/leads/calibration`
    """
    return answer(calibration(serve.handling.standings().values()))


@router.get("/leads/{lead_id}", response_model=Lead)
def read_lead(serve: Serve, answer: Answering, lead_id: Id, day: Day) -> Response:
    """One lead with its evidence; one that the data no longer support is shown as it was, expired.

    Example: `GET /v1/leads/l_9c3d`
    """
    lead = serve.worklist(day).lead(lead_id, serve.older_snapshots)
    return answer(lead, versioned=True, naming=_named([lead]))


@router.get("/leads/{lead_id}/network", response_model=Network)
def read_lead_network(serve: Serve, answer: Answering, lead_id: Id, day: Day) -> Response:
    """Draw a lead: its subjects, the parties of its evidence, and what lies between them.

    Example: `GET /v1/leads/l_9c3d/network`
    """
    lead = serve.worklist(day).lead(lead_id, serve.older_snapshots)
    return answer(lead_network(serve.store, lead, as_of=valid_day(day)))


@router.get("/leads/{lead_id}/handling", response_model=tuple[Handled, ...])
def read_handling(serve: Serve, answer: Answering, officer: Officer, lead_id: Id) -> Response:
    """What was done with a lead, oldest first. Notes are free text, so only who may read names may read them.

    Example: `GET /v1/leads/l_9c3d/handling`
    """
    return answer(serve.handling.history(lead_id))


@router.post("/leads/{lead_id}/handling", response_model=Lead)
def handle_lead(serve: Serve, answer: Answering, officer: Officer, lead_id: Id, decision: Decision) -> Response:
    """Assign, confirm, dismiss with a reason, reopen or annotate a lead; answers with it in its new state.

    Example: `POST /v1/leads/l_9c3d/handling` with `{"action": "dismiss", "reason": "explained", "note": "…"}`
    """
    lead = serve.worklist().lead(lead_id, serve.older_snapshots)
    serve.handling.record(
        lead,
        decision.action,
        by=officer.label or officer.id,
        assignee=decision.assignee,
        reason=decision.reason,
        note=decision.note,
    )
    handled = serve.worklist().lead(lead_id, serve.older_snapshots)
    mark(serve.store, [handled])
    return answer(handled, naming=_named([handled]))


def _named(leads: Iterable[Lead]) -> set[str]:
    """Parties whose names a lead's texts may hold."""
    return {id_ for lead in leads for ids in (lead.parties, *(e.parties for e in lead.evidence)) for id_ in ids}
