"""Pictures: the surroundings of a party, more of them, and the ways between two."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from api.deps import ID_LENGTH, Answering, Day, Id, QueryId, Serve, valid_day
from queries.linked_parties import ego, expand, paths
from queries.results import Network, PathAnswer

router = APIRouter(tags=["linked parties"])
UNASKED = 60
"""Parties drawn without asking; more is unreadable at first sight (explorer.md, caps)."""
HARD = 500
"""Parties on one picture at most."""


class Expansion(BaseModel):
    """What to add to a picture."""

    relation: str | None = Field(None, max_length=40, description="only this relation, e.g. SHAREHOLDER")
    exclude: list[Annotated[str, Field(max_length=ID_LENGTH)]] = Field(
        [], max_length=HARD, description="ids already on the picture; relations to them are returned too"
    )
    limit: int = Field(25, ge=1, le=HARD, description="most parties to add")
    cross_hub: bool = Field(False, description="also expand a platform, address or phone with very many links")


@router.get("/parties/{party_id}/network", response_model=Network)
def read_network(
    serve: Serve, answer: Answering, party_id: Id, day: Day, limit: Annotated[int, Query(ge=1, le=HARD)] = UNASKED
) -> Response:
    """Draw a party and its surroundings, with positions and, per relation, how many exist and are shown.

    Example: `GET /v1/parties/91441900MA4W1DEM0X/network?limit=60`
    """
    return answer(ego(serve.store, party_id, limit=limit, as_of=valid_day(day)))


@router.post("/parties/{party_id}/expand", response_model=Network)
def read_more(serve: Serve, answer: Answering, party_id: Id, more: Expansion, day: Day) -> Response:
    """Add neighbours of a party to a picture, all relations or one. Hubs are not crossed unless asked.

    Example: `POST /v1/parties/p_2f/expand` with `{"relation": "SHAREHOLDER", "exclude": ["p_2f"], "limit": 25}`
    """
    found = expand(
        serve.store,
        party_id,
        relation=more.relation,
        exclude=tuple(more.exclude),
        limit=more.limit,
        cross_hub=more.cross_hub,
        as_of=valid_day(day),
    )
    return answer(found)


@router.get("/paths", response_model=PathAnswer)
def read_paths(
    serve: Serve,
    answer: Answering,
    source: QueryId,
    target: QueryId,
    day: Day,
    max_hops: Annotated[int, Query(ge=1, le=6)] = 6,
    relations: Annotated[list[str] | None, Query(description="only these relations; may be repeated")] = None,
    through_hubs: Annotated[bool, Query(description="allow platforms and other hubs on the way")] = False,
    limit: Annotated[int, Query(ge=1, le=10, description="most paths")] = 3,
) -> Response:
    """Shortest paths between two parties, as relation ids and as text. No path is an answer: `hops` is null.

    Example: `GET /v1/paths?source=p_2f&target=91441900MA4W1DEM0X&max_hops=6`
    """
    found = paths(
        serve.store,
        source,
        target,
        max_hops=max_hops,
        relations=relations,
        through_hubs=through_hubs,
        limit=limit,
        as_of=valid_day(day),
    )
    return answer(found)
