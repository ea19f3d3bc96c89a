"""What every route needs: the open store, the snapshot in use, who is asking, and the one way to answer.

`Answer` is the only place where a result becomes bytes, so masking by role, the ETag and the paging link
happen once and cannot be forgotten by a route.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any

import orjson
from fastapi import Depends, Path, Query, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.tokens import TokenInfo, Tokens
from graph.errors import AccessDenied, InputError, NotAllowed
from graph.model.asof import AsOf, today
from graph.settings import Settings
from graph.store import Store
from graph.tables import Tables
from queries.leads.handling import Handling
from queries.leads.worklist import Worklist, worklist
from queries.masking import NAMED_ROLES, mask
from queries.parties import parties
from queries.snapshot import Snapshot, snapshot_ids

REOPEN_SECONDS = 2.0
"""How soon a new `creditnet refresh` is seen by a running server. Looking costs one small file read."""


OPEN_PAST = 8
"""Snapshots of past days held open at once: their files are mapped, so an open one costs little but its keys."""


class Services:
    """What one running server holds: settings, store, tables, tokens and the snapshots in use."""

    def __init__(self, settings: Settings, store: Store, snapshot: Snapshot | None = None) -> None:
        self.settings = settings
        self.store = store
        self.tables = Tables.open(settings)
        self.tokens = Tokens(settings.home_path)
        self.handling = Handling(settings.home_path)
        self._worklist: tuple[int, Worklist] | None = None
        self._fixed = snapshot
        self._open: dict[AsOf | None, tuple[Snapshot, float]] = {}
        """By the day asked for, None for now: the snapshot, and when it was last looked whether it is still that."""
        self._lock = threading.Lock()

    def snapshot(self, as_of: AsOf | None = None) -> Snapshot:
        """The current snapshot, or the one of a day; a newer one is taken up when `creditnet refresh` has made it.

        Raises
        ------
        SnapshotError
            If nothing was refreshed yet, or nothing as of that day.
        """
        if self._fixed is not None and as_of is None:
            return self._fixed
        with self._lock:
            known, looked = self._open.pop(as_of, (None, float("-inf")))
            now = time.monotonic()
            if known is None or now - looked > REOPEN_SECONDS:
                found, looked = Snapshot.open(self.settings, as_of=as_of), now
                # The open one is kept while it is the same: its files are mapped and its keys decoded.
                known = found if known is None or found.id != known.id else known
            self._open[as_of] = known, looked  # last in the order, so that the first is the one longest unused
            if len(self._open) > OPEN_PAST:
                del self._open[next(iter(self._open))]
            return known

    def worklist(self, as_of: AsOf | None = None) -> Worklist:
        """Leads with their handling as it stands now; built anew after a refresh or a decision: milliseconds."""
        snapshot, last, built = self.snapshot(as_of), self.handling.last(), self._worklist
        if built is None or (built[0], built[1].snapshot.id) != (last, snapshot.id):
            built = self._worklist = (last, worklist(snapshot, self.handling))
        return built[1]

    def older_snapshots(self) -> list[Snapshot]:
        """Snapshots kept from earlier refreshes, the newest first."""
        return [Snapshot.open(self.settings, name) for name in reversed(snapshot_ids(self.settings))]


def services(request: Request) -> Services:
    """What `api.app.create_app` opened for this server."""
    found: Services = request.app.state.services
    return found


Serve = Annotated[Services, Depends(services)]

_bearer = HTTPBearer(auto_error=False, description="a token made by `creditnet token create`")


def grant(serve: Serve, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> TokenInfo:
    """Return what the caller's token grants; every route but health depends on it."""
    if given is None:
        raise AccessDenied("no token given; send the header Authorization: Bearer <token>")
    return serve.tokens.verify(given.credentials)


Granted = Annotated[TokenInfo, Depends(grant)]


def officer(granted: Granted) -> TokenInfo:
    """Return the token of somebody who works on leads: the roles that read names."""
    if granted.role not in NAMED_ROLES:
        raise NotAllowed(f"the role {granted.role} may read leads but not handle them; analyst and supervisor may")
    return granted


Officer = Annotated[TokenInfo, Depends(officer)]


DayQuery = Query(description="as of this day (YYYY-MM-DD); by default now")
KnownQuery = Query(description="with as_of: by what had been received by this later day; by default by the same day")


def as_of_days(
    as_of: Annotated[date | None, DayQuery] = None, known_on: Annotated[date | None, KnownQuery] = None
) -> AsOf | None:
    """The day that a request asks for; None = now."""
    if as_of is None:
        if known_on is not None:
            raise InputError("known_on needs as_of: say as of which day, too")
        return None
    return AsOf.on(as_of, known_on)


Day = Annotated[AsOf | None, Depends(as_of_days)]


def valid_day(day: AsOf | None) -> date | None:
    """The day for what Neo4j answers: it knows what held when, by all that was received since."""
    return None if day is None else day.valid


class Answer:
    """Mask a result for the caller's role and turn it into JSON."""

    def __init__(self, request: Request, serve: Serve, granted: Granted, day: Day) -> None:
        self._request = request
        self._store = serve.store
        self._role = granted.role
        self._day = str(day or today())

    def __call__(
        self,
        value: object,
        *,
        versioned: bool = False,
        headers: Mapping[str, str] | None = None,
        naming: Iterable[str] = (),
    ) -> Response:
        """Answer with one result; a `versioned` one (from the snapshot) carries an ETag and honours If-None-Match.

        `naming`: ids of parties whose names may stand in its texts without being in the answer, as in a lead.
        Never stored by caches shared between users: what a role may not see must not reach it through one.
        """
        body = orjson.dumps(self._masked(value, naming), option=orjson.OPT_SERIALIZE_NUMPY)
        sent = {"Cache-Control": "private, no-cache" if versioned else "no-store", "As-Of": self._day}
        sent |= headers or {}
        if not versioned:
            return Response(body, headers=sent, media_type="application/json")
        etag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
        sent |= {"ETag": etag, "Vary": "Authorization"}
        if etag in self._request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=sent)
        return Response(body, headers=sent, media_type="application/json")

    def _masked(self, value: object, naming: Iterable[str]) -> object:
        # Names are looked up only for roles that may not read them.
        known = parties(self._store, naming) if self._role not in NAMED_ROLES else ()
        return mask(value, self._role, known=known)

    def page(self, rows: Sequence[object], paging: Paging, *, naming: Iterable[str] = ()) -> Response:
        """Answer with one page of a list; `Link: <…>; rel="next"` (RFC 8288) leads to the following one."""
        url = self._request.url.include_query_params(offset=paging.offset + paging.limit, limit=paging.limit)
        following = {"Link": f'<{url.path}?{url.query}>; rel="next"'} if len(rows) > paging.limit else {}
        return self(rows[: paging.limit], versioned=True, headers=following, naming=naming)


Answering = Annotated[Answer, Depends()]


class Paging:
    """Which part of a list is wanted."""

    def __init__(
        self,
        offset: Annotated[int, Query(ge=0, le=1_000_000, description="rows to pass over")] = 0,
        limit: Annotated[int, Query(ge=1, le=500, description="most rows to return")] = 50,
    ) -> None:
        self.offset = offset
        self.limit = limit

    @property
    def wanted(self) -> dict[str, Any]:
        """Arguments for the snapshot: one row more than asked, which tells whether a next page exists."""
        return {"offset": self.offset, "limit": self.limit + 1}


Pages = Annotated[Paging, Depends()]

ID_LENGTH = 160
"""Ids are credit codes (18) or a prefix and a hash (26); shop numbers come from platforms and may be longer."""
Id = Annotated[str, Path(min_length=1, max_length=ID_LENGTH, description="id of creditnet, as search returns it")]
QueryId = Annotated[str, Query(min_length=1, max_length=ID_LENGTH, description="id of creditnet")]
