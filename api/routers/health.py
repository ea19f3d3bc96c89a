"""Whether the service is up: for load balancers, and the only answer that needs no token."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Response

from api.deps import Serve
from graph.errors import CreditnetError

router = APIRouter(tags=["health"])


@dataclass(frozen=True, slots=True)
class Health:
    """`ok`: everything answers. `no_snapshot`: run a refresh. `no_database`: networks cannot be drawn."""

    status: str


@router.get("/health")
def health(serve: Serve, response: Response) -> Health:
    """Say whether database and snapshot can be read (503 if not). Tells nothing about the data."""
    response.headers["Cache-Control"] = "no-store"
    try:
        serve.store.is_empty()
    except CreditnetError:
        response.status_code = 503
        return Health("no_database")
    try:
        serve.snapshot()
    except CreditnetError:
        response.status_code = 503
        return Health("no_snapshot")
    return Health("ok")
