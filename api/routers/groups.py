"""Suspected groups of complainants."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.deps import Answering, Day, Id, Pages, Serve
from queries.complainants import group_network, picture_of
from queries.results import Group, Network

router = APIRouter(tags=["groups"])


@router.get("/groups", response_model=tuple[Group, ...])
def list_groups(serve: Serve, answer: Answering, paging: Pages, day: Day) -> Response:
    """Suspected groups, most suspicious first, each with members, merchants hit and evidence.

    Example: `GET /v1/groups?limit=20`
    """
    return answer.page(serve.snapshot(day).groups(**paging.wanted), paging)


@router.get("/groups/{group_id}", response_model=Group)
def read_group(serve: Serve, answer: Answering, group_id: Id, day: Day) -> Response:
    """One suspected group with each member's probability and the evidence.

    Example: `GET /v1/groups/g_5e21`
    """
    return answer(serve.snapshot(day).group(group_id), versioned=True)


@router.get("/groups/{group_id}/network", response_model=Network)
def read_group_network(serve: Serve, answer: Answering, group_id: Id, day: Day) -> Response:
    """Draw a group: its members, the merchants hit, who complained against whom.

    Example: `GET /v1/groups/g_5e21/network`
    """
    if day is None:
        return answer(group_network(serve.store, group_id))
    return answer(picture_of(serve.store, serve.snapshot(day).group(group_id), as_of=day.valid))
