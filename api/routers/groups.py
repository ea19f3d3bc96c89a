"""Suspected groups of complainants."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.deps import Answering, Id, Pages, Serve
from queries.complainants import group_network
from queries.results import Group, Network

router = APIRouter(tags=["groups"])


@router.get("/groups", response_model=tuple[Group, ...])
def list_groups(serve: Serve, answer: Answering, paging: Pages) -> Response:
    """Suspected groups, most suspicious first, each with members, merchants hit and evidence.

    Example: `GET /v1/groups?limit=20`
    """
    return answer.page(serve.snapshot().groups(**paging.wanted), paging)


@router.get("/groups/{group_id}", response_model=Group)
def read_group(serve: Serve, answer: Answering, group_id: Id) -> Response:
    """One suspected group with each member's probability and the evidence.

    Example: `GET /v1/groups/g_5e21`
    """
    return answer(serve.snapshot().group(group_id), versioned=True)


@router.get("/groups/{group_id}/network", response_model=Network)
def read_group_network(serve: Serve, answer: Answering, group_id: Id) -> Response:
    """Draw a group: its members, the merchants hit, who complained against whom.

    Example: `GET /v1/groups/g_5e21/network`
    """
    return answer(group_network(serve.store, group_id))
