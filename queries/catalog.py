"""The catalogue of questions put to Neo4j: finds, parses and checks the `.cypher` files, and runs them.

A file holds one statement under a header that is its contract::

    // Companies that share a legal representative with one company.
    // param   company  STRING   unified social credit code
    // return  other    STRING   code of the linked company
    // count   linked_parties/shared_representatives_count
    // accept  01N52    why this notification of the planner is intended
    // history what had ended by the day asked for is shown too, and why
    // timeless what is asked of all times, and why
    MATCH …

Facts hold for a while. A question that reads relationships with an interval takes the day it is asked as of,
`$as_of` (today, unless the call says otherwise), and for each such relationship says::

    coalesce(r.valid_from <= $as_of, true) AND coalesce(r.valid_to > $as_of, true)

With a `history` line the second half may be left out; one without a name needs a `timeless` line. Where r may also
be one that counts complaints, the first half is ``coalesce(r.valid_from <= $as_of, r.first <= $as_of, true)``.

A `?` after a type means that null is allowed. Header against body is checked when the catalogue loads;
values given to a call are checked against the header, not left to the engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from graph.errors import QueryError
from graph.model.asof import today
from graph.model.kinds import TABLED
from queries import cypher_text

ROOT = Path(__file__).parent

TYPES: Mapping[str, Callable[[object], bool]] = {
    "STRING": lambda v: isinstance(v, str),
    "INTEGER": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "FLOAT": lambda v: isinstance(v, int | float) and not isinstance(v, bool),
    "BOOLEAN": lambda v: isinstance(v, bool),
    "DATE": lambda v: isinstance(v, date),
    "MAP": lambda v: isinstance(v, dict),
    "LIST<STRING>": lambda v: isinstance(v, list | tuple) and all(isinstance(x, str) for x in v),
}
"""Types a header may name, with the test a value must pass."""

INTERVALS = frozenset(kind.type for kind in TABLED)
"""Relationship types that have an interval; the others are derived from what has a day of its own."""

_LINE = re.compile(r"// (param|return|count|accept|history|timeless)\s+(\S+)(?:\s+(\S.*))?$")


class Reader(Protocol):
    """What a question needs of the store: one read transaction."""

    def read(
        self,
        text: str,
        params: Mapping[str, object] | None = None,
        *,
        name: str = "",
        timeout: float | None = None,
        limit: int = 10_000,
    ) -> list[dict[str, Any]]:
        """Run one statement and return its rows."""


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter or a returned column as the header declares it."""

    name: str
    type: str
    describe: str

    def accepts(self, value: object) -> bool:
        """Whether a value has the declared type."""
        if value is None:
            return self.type.endswith("?")
        return TYPES[self.type.removesuffix("?")](value)


@dataclass(frozen=True, slots=True)
class Query:
    """One `.cypher` file. `name` is its path without the ending; `accepted` maps notification codes to reasons."""

    name: str
    purpose: str
    params: tuple[Field, ...]
    returns: tuple[Field, ...]
    text: str
    count: str | None = None
    accepted: tuple[tuple[str, str], ...] = ()
    history: str = ""
    """Why it shows what had ended, too."""
    timeless: str = ""
    """Why some of it is asked of all times."""


def parse(name: str, source: str) -> Query:
    """Read one file's text and check its header against its body.

    Raises
    ------
    QueryError
        If header and body disagree; the message says which line to write.
    """
    lines = source.strip().splitlines()
    head = next((i for i, line in enumerate(lines) if not line.startswith("//")), len(lines))
    first = next((i for i, line in enumerate(lines[:head]) if _LINE.match(line)), head)
    found = [_header_line(name, line) for line in lines[first:head]]
    query = Query(
        name=name,
        purpose=" ".join(line.removeprefix("//").strip() for line in lines[:first]),
        params=tuple(_field(name, word, rest) for kind, word, rest in found if kind == "param"),
        returns=tuple(_field(name, word, rest) for kind, word, rest in found if kind == "return"),
        text="\n".join(lines[head:]),
        count=next((word for kind, word, _ in found if kind == "count"), None),
        accepted=tuple((word, rest) for kind, word, rest in found if kind == "accept"),
        history=" ".join(f"{word} {rest}" for kind, word, rest in found if kind == "history"),
        timeless=" ".join(f"{word} {rest}" for kind, word, rest in found if kind == "timeless"),
    )
    _check(query)
    return query


@cache
def load(root: Path = ROOT) -> Mapping[str, Query]:
    """All questions below a folder by name, checked one by one and against each other.

    Raises
    ------
    QueryError
        If a file breaks its header, or names a count query that is not one.
    """
    files = sorted(root.rglob("*.cypher"))
    queries = {
        (name := f.relative_to(root).with_suffix("").as_posix()): parse(name, f.read_text("utf-8")) for f in files
    }
    for query in queries.values():
        _check_count(query, queries)
    return queries


def run(store: Reader, name: str, **params: object) -> list[dict[str, Any]]:
    """Put one question of the catalogue and return its rows; without a day it is asked as of today.

    Raises
    ------
    QueryError
        If there is no such question, or the parameters are not those of its header.
    """
    query = load().get(name)
    if query is None:
        raise QueryError(f"there is no query {name!r}; the catalogue holds {', '.join(load())}")
    params = _with_day(query, params)
    _check_call(query, params)
    return store.read(query.text, params, name=name)


def count(store: Reader, name: str, **params: object) -> int:
    """How many rows a question has in all: runs the count query beside it, with that one's parameters."""
    beside = load()[name].count
    if beside is None:
        raise QueryError(f"{name}: has no count query; add '// count {name}_count' and that file")
    total = run(store, beside, **params)[0]["total"]
    return int(total)


def _with_day(query: Query, params: Mapping[str, object]) -> dict[str, object]:
    dated = any(field.name == "as_of" for field in query.params)
    return {**params, "as_of": params.get("as_of") or today()} if dated else dict(params)


def _header_line(name: str, line: str) -> tuple[str, str, str]:
    match = _LINE.match(line)
    if match is None:
        raise QueryError(
            f"{name}: header line {line!r} is none of '// param|return|count|accept|history|timeless NAME …'"
        )
    return match[1], match[2], match[3] or ""


def _field(name: str, word: str, rest: str) -> Field:
    kind, _, describe = rest.partition(" ")
    if kind.removesuffix("?") not in TYPES:
        raise QueryError(
            f"{name}: {word} has type {kind!r}; write one of {', '.join(TYPES)}, with ? if null is allowed"
        )
    if not describe.strip():
        raise QueryError(f"{name}: {word} has no description; write it after the type")
    return Field(word, kind, describe.strip())


def _check(query: Query) -> None:
    if problems := _problems(query):
        raise QueryError(f"{query.name}: " + "; ".join(problems))


def _problems(query: Query) -> list[str]:
    """All ways in which a file breaks its contract, each with its cure."""
    found: list[str] = []
    declared, used = {p.name for p in query.params}, cypher_text.parameters(query.text)
    columns = cypher_text.columns(query.text)
    order = cypher_text.order_keys(query.text)
    if not query.purpose:
        found.append("the first line must say what the query answers, as a comment")
    if ";" in cypher_text.blanked(query.text):
        found.append("holds more than one statement; one a file, without ';'")
    if clause := cypher_text.writes(query.text):
        found.append(f"writes ({clause}); queries only read, writing belongs to graph/store")
    found += [f"uses ${x} without '// param {x} TYPE …'" for x in sorted(used - declared)]
    found += [f"declares param {x} but does not use ${x}; remove the line" for x in sorted(declared - used)]
    if None in columns or not columns:
        found.append("every column of the last RETURN must be '… AS name'")
    elif columns != [r.name for r in query.returns]:
        found.append(f"returns {columns}; write the '// return' lines with these names in this order")
    if not order:
        found.append("has no ORDER BY after the last RETURN; add one whose keys identify a row")
    if unknown := [key for key in order if key not in columns]:
        found.append(f"orders by {unknown}, which are not returned columns; order by column names")
    found += _undated(query)
    found += [f"accepts {code} without a reason; write it after the code" for code, why in query.accepted if not why]
    return found


def _undated(query: Query) -> list[str]:
    """Relationships with an interval that are read without saying as of which day."""
    found = []
    for name, types in cypher_text.relationships(query.text):
        if types and INTERVALS.isdisjoint(types):
            continue
        begun = rf"coalesce\(\s*{name}\.valid_from <= \$as_of,( {name}\.first <= \$as_of,)? true\)"
        held = rf"coalesce\({name}\.valid_to > \$as_of, true\)"
        if not name:
            if not query.timeless:
                found.append(
                    f"reads {'|'.join(types) or '--'} without a name; name it and say as of which day it counts"
                )
        elif not re.search(begun, query.text):
            found.append(f"does not say that {name} had begun: coalesce({name}.valid_from <= $as_of, true)")
        elif not query.history and not re.search(held, query.text):
            found.append(f"does not say that {name} had not ended: coalesce({name}.valid_to > $as_of, true)")
    return found


def _check_count(query: Query, queries: Mapping[str, Query]) -> None:
    if query.count is None:
        if "skip" in {p.name for p in query.params}:
            raise QueryError(f"{query.name}: is paged but has no '// count {query.name}_count'")
        return
    beside = queries.get(query.count)
    if beside is None:
        raise QueryError(f"{query.name}: its count query {query.count}.cypher does not exist")
    if [(r.name, r.type) for r in beside.returns] != [("total", "INTEGER")]:
        raise QueryError(f"{beside.name}: a count query returns exactly 'total INTEGER'")
    if extra := {p.name for p in beside.params} - {p.name for p in query.params}:
        raise QueryError(f"{beside.name}: takes {sorted(extra)}, which {query.name} does not")


def _check_call(query: Query, params: Mapping[str, object]) -> None:
    declared = {p.name: p for p in query.params}
    if missing := sorted(declared.keys() - params.keys()):
        raise QueryError(f"{query.name}: parameter {', '.join(missing)} missing in the call")
    if unknown := sorted(params.keys() - declared.keys()):
        raise QueryError(
            f"{query.name}: has no parameter {', '.join(unknown)}; it takes {', '.join(declared) or 'none'}"
        )
    for field in query.params:
        if not field.accepts(params[field.name]):
            kind = type(params[field.name]).__name__
            raise QueryError(f"{query.name}: parameter {field.name} must be {field.type}, got {kind}")
