"""One router per question."""

from __future__ import annotations

from fastapi import APIRouter

from api.routers import groups, leads, linked_parties, merchants, meta, parties, search

ROUTERS: tuple[APIRouter, ...] = (
    search.router,
    parties.router,
    linked_parties.router,
    groups.router,
    merchants.router,
    leads.router,
    meta.router,
)
"""Every router whose routes need a token."""
