"""Errors of the API as problem details (RFC 9457): a type, a title, the status, what happened and its cure."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from graph.errors import (
    AccessDenied,
    CreditnetError,
    InputError,
    NotAllowed,
    NotFound,
    QueryError,
    ServerUnavailable,
    SnapshotError,
    StatementTimeout,
)

STATUS: dict[type[CreditnetError], HTTPStatus] = {
    AccessDenied: HTTPStatus.UNAUTHORIZED,
    NotAllowed: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    InputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    QueryError: HTTPStatus.UNPROCESSABLE_ENTITY,
    StatementTimeout: HTTPStatus.GATEWAY_TIMEOUT,
    SnapshotError: HTTPStatus.SERVICE_UNAVAILABLE,
    ServerUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Status of each error class; a class not listed takes its nearest ancestor's, else 500."""

log = logging.getLogger("creditnet.api")


class Problem(BaseModel):
    """Problem details, `application/problem+json` (RFC 9457)."""

    type: str = Field(description="urn:creditnet:problem: and the error's name, stable for programs")
    title: str = Field(description="the status in words")
    status: int
    detail: str = Field(description="what happened, where, and what cures it")
    errors: list[dict[str, Any]] = Field(default=[], description="for a refused request: each field and its fault")


RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": text}
    for status, text in {
        401: "the token is missing, unknown, expired or revoked",
        403: "the role of the token may not do this",
        404: "no such party, lead, group or merchant",
        422: "a parameter breaks its bounds",
        503: "no snapshot yet, or the database does not answer",
        504: "the question took longer than the server's limit",
    }.items()
}
"""Documented on every route that needs a token."""


def problem(status: int, name: str, detail: str, **more: Any) -> JSONResponse:  # noqa: ANN401 - free members of RFC 9457
    """Build the answer for one problem."""
    body = {"type": f"urn:creditnet:problem:{name}", "title": HTTPStatus(status).phrase, "status": status}
    headers = {"WWW-Authenticate": 'Bearer realm="creditnet"'} if status == HTTPStatus.UNAUTHORIZED else {}
    return JSONResponse(
        {**body, "detail": detail, **more}, status, {**headers, "Cache-Control": "no-store"}, "application/problem+json"
    )


def status_of(error: CreditnetError) -> int:
    """HTTP status of an error: that of its class or of the nearest listed ancestor."""
    return next((int(STATUS[c]) for c in type(error).__mro__ if c in STATUS), 500)


def _creditnet(request: Request, error: Exception) -> JSONResponse:
    status = status_of(error) if isinstance(error, CreditnetError) else 500
    if status >= 500:
        log.warning("%s %s: %s", request.method, request.url.path, error)
    return problem(status, type(error).__name__, str(error))


def _http(request: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return problem(
        status, HTTPStatus(status).name.lower(), f"{request.method} {request.url.path}: see /v1/openapi.json"
    )


def _validation(request: Request, error: Exception) -> JSONResponse:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    # The refused value itself is not sent back: it may be a person's number typed into the wrong field.
    faults = [{"field": ".".join(map(str, f["loc"])), "fault": f["msg"]} for f in found]
    text = "; ".join(f"{f['field']}: {f['fault']}" for f in faults)
    return problem(422, "InvalidRequest", f"the request breaks the rules of {request.url.path}: {text}", errors=faults)


def _unexpected(request: Request, error: Exception) -> JSONResponse:
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return problem(500, "Unexpected", "the server met an error it did not expect; its log has the details")


def install(app: FastAPI) -> None:
    """Let every error of the application leave as problem details."""
    app.add_exception_handler(CreditnetError, _creditnet)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(Exception, _unexpected)
