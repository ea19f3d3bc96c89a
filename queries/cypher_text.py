"""What the header check needs to know of a Cypher statement's text: names, columns, order. No parser.

Strings and comments are blanked first, so a `$name` inside them does not count. Only the last top-level
RETURN is looked at: one inside `CALL () { … }` or `COUNT { … }` belongs to a sub-query.
"""

from __future__ import annotations

import re

_OPAQUE = re.compile(
    r"""//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:``|[^`])*`""",
    re.DOTALL,
)
_WRITES = re.compile(r"\b(CREATE|MERGE|DELETE|SET|REMOVE|FOREACH|DROP|LOAD\s+CSV)\b", re.IGNORECASE)
_RETURN_END = re.compile(r"\b(ORDER\s+BY|SKIP|LIMIT)\b|\Z", re.IGNORECASE)
_ORDER = re.compile(r"ORDER\s+BY\b(.*?)(?=\bSKIP\b|\bLIMIT\b|\Z)", re.IGNORECASE | re.DOTALL)


def blanked(text: str) -> str:
    """Replace strings, quoted names and comments by blanks, keeping the length.

    >>> blanked("RETURN '$a' AS x // $b")
    'RETURN      AS x      '
    """
    return _OPAQUE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def parameters(text: str) -> set[str]:
    """Names of the parameters a statement uses.

    >>> sorted(parameters("MATCH (p {id: $party}) RETURN p.id AS id LIMIT $limit // $old"))
    ['limit', 'party']
    """
    return set(re.findall(r"\$(\w+)", blanked(text)))


def relationships(text: str) -> list[tuple[str, list[str]]]:
    """Each relationship pattern of a statement: its variable, empty if it has none, and the types it allows.

    >>> relationships("MATCH (a)-[r:HOLDS|LEADS]->(b)<-[:HOLDS]-(c)--(d), (d)-[s]-(e)")
    [('r', ['HOLDS', 'LEADS']), ('', ['HOLDS']), ('', []), ('s', [])]
    """
    found = re.findall(r"-\[\s*(\w*)\s*(?::\s*([\w|\s]+?))?\s*\]-|\)\s*<?(--)>?\s*\(", blanked(text))
    return [(name, re.split(r"\s*\|\s*", types) if types else []) for name, types, _ in found]


def writes(text: str) -> str | None:
    """First clause of the statement that would change the database, or None.

    >>> writes("MATCH (p) SET p.name = 'x'")
    'SET'
    """
    found = _WRITES.search(blanked(text))
    return found[0].upper() if found else None


def final_return(text: str) -> tuple[str, str]:
    """Items of the last top-level RETURN and the clauses after it, strings blanked; empty if there is none."""
    body = blanked(text)
    starts = [m.end() for m in re.finditer(r"\bRETURN\b", body, re.IGNORECASE) if _depth(body[: m.start()]) == 0]
    clause = body[starts[-1] :] if starts else ""
    end = next(m.start() for m in _RETURN_END.finditer(clause) if _depth(clause[: m.start()]) == 0)
    return clause[:end], clause[end:]


def columns(text: str) -> list[str | None]:
    """Names of the returned columns in order; None for one that is not `… AS name`.

    >>> columns("MATCH (p) RETURN p.id AS id, count { (p)--(q) WHERE q.a = 1, q.b } AS n, p.x ORDER BY id")
    ['id', 'n', None]
    """
    items, _ = final_return(text)
    names = (re.search(r"\bAS\s+(\w+)\s*$", item, re.IGNORECASE) for item in _split(items))
    return [name[1] if name else None for name in names]


def order_keys(text: str) -> list[str]:
    """Sort keys of the last top-level RETURN, directions removed.

    >>> order_keys("MATCH (p) RETURN p.id AS id, p.n AS n ORDER BY n DESC, id LIMIT $limit")
    ['n', 'id']
    """
    found = _ORDER.match(final_return(text)[1])
    items = _split(found[1]) if found else []
    return [re.sub(r"\s+(ASC|DESC)(ENDING)?\s*$", "", item, flags=re.IGNORECASE).strip() for item in items]


def _depth(text: str) -> int:
    return sum(text.count(c) for c in "([{") - sum(text.count(c) for c in ")]}")


def _split(text: str) -> list[str]:
    """Split at the commas outside all brackets."""
    items, depth, item = [], 0, ""
    for char in text:
        depth += (char in "([{") - (char in ")]}")
        if char == "," and depth == 0:
            items.append(item)
            item = ""
        else:
            item += char
    return [*items, item]
