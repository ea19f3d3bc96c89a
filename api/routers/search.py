"""Find parties by what people type."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.deps import Answering, Day, Granted, Serve, valid_day
from queries.masking import searchable
from queries.results import Party, PartyKind
from queries.search import search

router = APIRouter(tags=["search"])


@router.get("/search", response_model=tuple[Party, ...])
def find(
    serve: Serve,
    answer: Answering,
    granted: Granted,
    day: Day,
    q: Annotated[str, Query(min_length=1, max_length=100, description="name, pinyin initials, code or its beginning")],
    kind: Annotated[list[PartyKind] | None, Query(description="only these kinds; may be repeated")] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 8,
) -> Response:
    """Find parties by name, pinyin initials, credit code or shop name; one character is enough.

    Complainants are found only by roles that read names: a hit alone would tell that somebody complained.
    Order: exact or beginning with the text, then risk class, then number of links.

    Example: `GET /v1/search?q=家具&kind=Company&limit=8`
    """
    allowed = [each for each in searchable(granted.role) if kind is None or each in kind]
    found = search(serve.store, q, kinds=allowed, limit=limit, as_of=valid_day(day)) if allowed else ()
    return answer(found)
