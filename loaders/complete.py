"""Whole lists: a file that names all there is ends what it no longer names, within what it covers and never beyond.

It covers facts that files of its own source brought, of the departments (regions, platforms, companies) it names
itself, begun by its day. A file that is no whole list ends nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date

import pyarrow as pa

from graph.errors import InputError
from graph.model.kinds import CREDIT_RECORD
from graph.tables import Tables
from graph.tables.keys import key_of, quoted
from loaders.clocks import CLOCKS
from loaders.scratch import answer

SCOPES = {
    "credit_records": "department",
    "companies": "region",
    "shops": "platform",
    "legal_reps": "to_id",
    "officers": "to_id",
    "shareholdings": "to_id",
    "operates": "from_id",
}
"""Table of a list, and the column whose values say what a list covers; other tables hold what has no end."""

_OURS = "SELECT DISTINCT {key} FROM {table}_all WHERE source = '{source}'"
_ENDED = """
SELECT known.* REPLACE ({ends}) FROM known SEMI JOIN ours ON {ours} ANTI JOIN said ON {said}
WHERE known."{scope}" IN (SELECT "{scope}" FROM said)
AND (known.valid_to IS NULL OR known.valid_to > DATE '{day}')
AND (known.valid_from IS NULL OR known.valid_from <= DATE '{day}')
"""


def scope_of(table: str) -> str:
    """The column that says what a list covers.

    Raises
    ------
    InputError
        If the table holds events, of which no file is the whole list.
    """
    if table not in SCOPES:
        raise InputError(f"no file is the whole list of {table}: load it without --complete")
    return SCOPES[table]


def refuse_pieces(sources: Iterable[str]) -> None:
    """Refuse two lists of one source in one load: each would end what the other says.

    Raises
    ------
    InputError
        Naming the source.
    """
    twice = [source for source, count in Counter(sources).items() if count > 1]
    if twice:
        raise InputError(
            f"several files of {twice[0]}, each the whole list? Each would end what the others say: load one"
        )


def no_longer_said(tables: Tables, table: str, said: pa.Table, source: str, day: date) -> pa.Table:
    """Facts that hold, that files of this source brought, and that its whole list of a day no longer has, now ended.

    `said` are the facts of the list. The rows have its columns but for their origin. Clocks of records stop with
    them: what was lifted is not shown or used from that day on.
    """
    scope, key = scope_of(table), key_of(table)
    if scope not in said.column_names:
        return said.schema.empty_table().drop_columns(["source", "received", "line"])
    name = source.replace("'", "''")
    sides = {
        "known": tables.arrow(table),
        "ours": tables.sql(_OURS.format(key=quoted(*key), table=table, source=name)),
        "said": said.select(list(dict.fromkeys([*key, scope]))),
    }
    query = _ENDED.format(
        ends=_ends(table, day), ours=_same(key, "ours"), said=_same(key, "said"), scope=scope, day=day
    )
    kept = [column for column in said.column_names if column not in ("source", "received", "line")]
    return answer(query, sides).select(kept)


def _ends(table: str, day: date) -> str:
    """The columns that end on a day, or where they began if that is later."""
    ends = {"valid_to": "valid_from"}
    if table == CREDIT_RECORD.table:
        ends |= {name: name.replace("_to", "_from") for name in CLOCKS if name.endswith("_to")}
    return ", ".join(f"least({end}, greatest(DATE '{day}', {start})) AS {end}" for end, start in ends.items())


def _same(key: Collection[str], side: str) -> str:
    return " AND ".join(f'known."{name}" IS NOT DISTINCT FROM {side}."{name}"' for name in key)
