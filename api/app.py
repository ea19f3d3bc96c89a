"""The HTTP service: `/v1` for programs, `/` for the explorer page. It calls nothing outside this host."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

from fastapi import Depends, FastAPI
from fastapi.responses import FileResponse, JSONResponse
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from api import errors
from api.deps import Services, grant
from api.routers import ROUTERS, health
from api.security import SecurityHeaders
from graph.settings import Settings
from graph.store import Store, open_store
from queries.snapshot import Snapshot

STATIC = Path(__file__).parent / "static"
DESCRIPTION = """Credit networks of market entities: search, credit files and scores, linked parties, complainant
groups, merchants, leads. Everything here is a lead for a person to check, never grounds for a penalty.

Send `Authorization: Bearer <token>`. What a role may not see is masked in the answer. Errors are problem
details (RFC 9457). Lists take `limit` and `offset`; `Link: <…>; rel="next"` leads to the next page. Scores and
findings carry an ETag and change only with a refresh.

Every question takes `as_of` (a day) and `known_on` (by what had been received by a later day); the header `As-Of`
says as of which day the answer is. Scores, groups, merchants and leads of a day come from the snapshot that was in
force on it, or was made as of it by `creditnet refresh --as-of`."""


def create_app(settings: Settings, *, store: Store | None = None, snapshot: Snapshot | None = None) -> FastAPI:
    """Build the application; a store or snapshot passed in is used and left open, else its own is opened.

    Without a snapshot the service starts all the same: networks answer, scores say that a refresh is due.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        opened = store if store is not None else open_store(settings)
        app.state.services = Services(settings, opened, snapshot)
        try:
            yield
        finally:
            app.state.services.tables.close()
            if store is None:
                opened.close()

    # The built-in documentation pages load scripts from a CDN, hence off; the description itself is served below.
    app = FastAPI(
        title="creditnet",
        version=version("creditnet"),
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    errors.install(app)
    app.add_middleware(GZipMiddleware, minimum_size=1_000, compresslevel=4)
    app.add_middleware(SecurityHeaders)
    app.include_router(health.router, prefix="/v1")
    for router in ROUTERS:
        app.include_router(router, prefix="/v1", dependencies=[Depends(grant)], responses=errors.RESPONSES)
    _add_pages(app)
    return app


def _add_pages(app: FastAPI) -> None:
    @app.get("/v1/openapi.json", include_in_schema=False, dependencies=[Depends(grant)])
    def openapi() -> JSONResponse:
        return JSONResponse(app.openapi())

    @app.get("/", include_in_schema=False)
    def page() -> FileResponse:
        return FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})

    app.mount("/static", StaticFiles(directory=STATIC), name="static")
