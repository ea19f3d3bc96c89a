"""Enterprises the register describes without a credit code, against those that have one: the full comparison.

Only pairs that share the name, or the day of registration and the representative or the address, are worth it: less
can never carry a merge (`Evidence.eligible`). What decides is `match_tables`, as for two lists.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

import pyarrow as pa

from loaders.matching.decisions import Decision
from loaders.matching.match import match_tables
from loaders.scratch import answer

BACKGROUND = 2_000
"""Enterprises beside the candidates that show what chance gives; fewer, and the weights say less."""
FIELDS = ("code", "name", "rep", "established", "capital", "address", "scope", "aliases")

Parts = Mapping[str, pa.Table]
"""Rows of clean tables by name: companies, legal_reps, persons, registered_at, addresses, aliases."""


def candidates(parts: Parts, unnumbered: pa.Table) -> pa.Table:
    """Ids of pairs worth comparing: left, one of the `unnumbered` (id), and right."""
    return answer(_CANDIDATES, {**parts, "unnumbered": unnumbered})


def compare(parts: Parts, pairs: pa.Table, at: dt.datetime) -> list[Decision]:
    """Decide about pairs that `candidates` found; every left side gets its best partner, those possible, or none."""
    tables = {**parts, "pairs": pairs}
    left = answer(_DESCRIBED.format(wanted='SELECT DISTINCT "left" AS id FROM pairs'), tables)
    right = answer(_DESCRIBED.format(wanted=_RIGHT), tables)
    columns = {field: field for field in FIELDS}
    found = match_tables(left, right, left_columns=columns, right_columns=columns, at=at)
    decisions = (replace(d, left=_bare(d.left), right=_bare(d.right)) for d in found.decisions)
    worth = set(zip(pairs["left"].to_pylist(), pairs["right"].to_pylist(), strict=True))
    return [d for d in decisions if (d.left, d.right) in worth]


_CANDIDATES = """
WITH person AS (SELECT to_id, name FROM legal_reps JOIN persons ON from_id = persons.id),
one AS (SELECT companies.* FROM companies SEMI JOIN unnumbered USING (id)),
other AS (SELECT * FROM companies WHERE id NOT LIKE 'o@_%' ESCAPE '@'),
day AS (SELECT one.id AS "left", other.id AS "right" FROM one JOIN other USING (established)),
met AS (
    SELECT one.id AS "left", other.id AS "right" FROM one JOIN other USING (name)
    UNION SELECT one.id, entity_id FROM one JOIN aliases ON value = name AND scheme = 'old_name'
    UNION SELECT "left", "right" FROM day
      JOIN person AS a ON a.to_id = "left" JOIN person AS b ON b.to_id = "right" AND a.name = b.name
    UNION SELECT "left", "right" FROM day
      JOIN registered_at AS a ON a.from_id = "left" JOIN registered_at AS b ON b.from_id = "right"
       AND a.to_id = b.to_id)
SELECT DISTINCT "left", "right" FROM met WHERE "left" <> "right" ORDER BY ALL
"""
_RIGHT = f"""
SELECT "right" AS id FROM pairs
UNION SELECT id FROM (
    SELECT id FROM companies WHERE id NOT LIKE 'o@_%' ESCAPE '@' AND status IS NOT NULL ORDER BY hash(id), id
    LIMIT {BACKGROUND})
"""  # noqa: S608 - a number of ours
_DESCRIBED = """
WITH wanted AS ({wanted}),
rep AS (
    SELECT to_id AS id, max_by(name, coalesce(legal_reps.valid_from, DATE '0001-01-01')) AS rep
    FROM legal_reps JOIN wanted ON to_id = wanted.id JOIN persons ON from_id = persons.id
    WHERE legal_reps.valid_to IS NULL GROUP BY ALL),
housed AS (
    SELECT from_id AS id, min(name) AS address FROM registered_at JOIN wanted ON from_id = wanted.id
    JOIN addresses ON to_id = addresses.id WHERE registered_at.valid_to IS NULL GROUP BY ALL),
called AS (
    SELECT entity_id AS id, string_agg(DISTINCT value, ';' ORDER BY value) AS aliases
    FROM aliases JOIN wanted ON entity_id = wanted.id WHERE scheme = 'old_name' GROUP BY ALL)
SELECT id, any_value(uscc) AS code, any_value(name) AS name, any_value(rep) AS rep,
       CAST(any_value(established) AS VARCHAR) AS established,
       CAST(CAST(any_value(capital) AS DECIMAL(20, 2)) AS VARCHAR) || '元' AS capital,
       any_value(address) AS address, any_value(scope) AS scope, any_value(aliases) AS aliases
FROM companies SEMI JOIN wanted USING (id) LEFT JOIN rep USING (id) LEFT JOIN housed USING (id)
LEFT JOIN called USING (id)
GROUP BY id ORDER BY id
"""


def _bare(reference: str) -> str:
    return reference.partition(":")[2]
