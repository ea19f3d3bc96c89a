"""What the tables say now, or said on a day, in DuckDB's SQL: of all rows with one key, what the last batches say.

A batch speaks of the columns that its part of a table has; what it is silent about stays as it was. In tables of
entities an empty field says nothing either, since one source knows what another does not: each column has the
newest value that any batch gave. Only the columns of `ENDS` can become empty again. In the other tables, of
records and relationships, a row is one statement: its empty fields count.
"""

# ruff: noqa: S608 - names of the model, paths and days of our own

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from graph.model.kinds import TABLES, table_schema
from graph.model.properties import NodeKind
from graph.tables.keys import key_of, quoted

ENDS = frozenset({"valid_to", "status_since", "closed"})
"""Columns of entities in which nothing is something: it holds still, is open still."""

_ORIGIN = frozenset({"source", "received", "line"})
"""Where the last row came from, whatever it says."""

_TYPES = {
    pa.string(): "VARCHAR", pa.date32(): "DATE", pa.float64(): "DOUBLE", pa.int64(): "BIGINT", pa.bool_(): "BOOLEAN",
    pa.timestamp("us", tz="UTC"): "TIMESTAMPTZ",
}  # fmt: skip
_NEWEST = "batch::HUGEINT * 1208925819614629174706176 + coalesce(line + 1, 0)::HUGEINT * 1099511627776 + place"
"""One number that grows with the batch, in it with the line, then with the place: 2^80 and 2^40 are out of reach."""

_APART = 1 << 28
"""More rows than one of several files of a batch has; of 4,096 such files the places stay below 2^40."""


def rows_of(table: str, paths: Sequence[Path]) -> str:
    """Every row of the given Parquet files, with `batch`, `place` in it, and what the batch is `silent` about."""
    schema = table_schema(TABLES[table])
    absent = {path: set(schema.names) - set(pq.read_schema(path).names) for path in paths}
    nowhere = set(schema.names).intersection(*absent.values())
    columns = ", ".join(_column(field, given=field.name not in nowhere) for field in schema)
    if not paths:
        return f"SELECT {columns}, 0 AS batch, 0 AS place, '' AS silent WHERE false"
    files = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    # Batch folders are named by their number, so the folder is the batch. Where a batch has several files of a table,
    # these have numbers too, which keep places in different files apart.
    return rf"""
        SELECT {columns}, batch, place, {_silent(absent)} AS silent FROM (
            SELECT *, CAST(regexp_extract(filename, '(\d+)[/\\][^/\\]+$', 1) AS BIGINT) AS batch,
                   coalesce(TRY_CAST(regexp_extract(filename, '\.(\d+)\.parquet$', 1) AS BIGINT), 0) * {_APART}
                       + file_row_number AS place
            FROM read_parquet([{files}], filename = true, file_row_number = true, union_by_name = true))"""


def latest(rows: str, table: str, *, fresh: bool = False, late: str | None = None, origin: bool = False) -> str:
    """One row per key: of each column what holds, and where the last row came from. `fresh`: no key occurs twice.

    `late` names a view of the parts that are not fresh, if some others are: a key that occurs twice occurs there, so
    nothing but its rows needs to be looked at. With one repair of records among 18 million that takes half the time.
    With `origin` each row says the `batch` and `place` of its last row, too.
    """
    names = table_schema(TABLES[table]).names
    columns = quoted(*names, *(("batch", "place") if origin else ()))
    if fresh:
        return f"SELECT {columns} FROM {rows}"
    if late is None:
        return _one_each(rows, table, origin=origin)
    key = key_of(table)
    keys = f"(SELECT DISTINCT {quoted(*key)} FROM {late}) AS late"
    same = " AND ".join(f'late."{name}" IS NOT DISTINCT FROM every."{name}"' for name in key)
    several = f"(SELECT * FROM {rows} AS every SEMI JOIN {keys} ON {same})"
    return f"""
        SELECT {columns} FROM {rows} AS every ANTI JOIN {keys} ON {same}
        UNION ALL (SELECT {columns} FROM ({_one_each(several, table, origin=origin)}))"""


def having(rows: str, table: str, columns: Sequence[str], by: str, count: int) -> str:
    """Nodes as they are now whose column `by` has one of `count` values, which the query takes twice.

    The rows are sought, then all rows of their keys, of which together one row is made, if it still has such a value.
    """
    values = f"({', '.join('?' * count)})"
    sought = f'(SELECT * FROM {rows} WHERE id IN (SELECT id FROM {rows} WHERE "{by}" IN {values}))'
    one = _one_each("sought", table)
    return f"""
        WITH sought AS MATERIALIZED {sought}
        SELECT {quoted(*columns)} FROM ({one}) WHERE "{by}" IN {values}"""


def _one_each(rows: str, table: str, *, origin: bool = False) -> str:
    """One row per key, where keys may occur several times."""
    names = table_schema(TABLES[table]).names
    columns = quoted(*names, *(("batch", "place") if origin else ()))
    by = quoted(*key_of(table))
    merged = ", ".join(
        f'"{name}"' if name in key_of(table) else f'{_merged(table, name)} AS "{name}"' for name in names
    )
    merged += ", arg_max(batch, nth) AS batch, arg_max(place, nth) AS place" if origin else ""
    # Rows are counted by the narrow columns only; the whole ones of keys that come once are not carried through it.
    return f"""
        WITH counted AS MATERIALIZED (SELECT batch, place, count(*) OVER (PARTITION BY {by}) AS times FROM {rows})
        SELECT {columns} FROM {rows} SEMI JOIN (FROM counted WHERE times = 1) USING (batch, place)
        UNION ALL
        SELECT {merged} FROM (
            SELECT *, {_NEWEST} AS nth FROM {rows} SEMI JOIN (FROM counted WHERE times > 1) USING (batch, place))
        GROUP BY {by}"""


def _column(field: pa.Field, *, given: bool) -> str:
    return f'"{field.name}"' if given else f'CAST(NULL AS {_TYPES[field.type]}) AS "{field.name}"'


def _silent(absent: Mapping[Path, Collection[str]]) -> str:
    """The columns that no file of a batch has, as a text."""
    silent: dict[int, set[str]] = {}
    for path, names in absent.items():
        batch = int(path.parent.name)
        silent[batch] = silent.get(batch, set(names)).intersection(names)
    cases = [f"WHEN {batch} THEN '{_listed(names)}'" for batch, names in silent.items() if names]
    return f"CASE batch {' '.join(cases)} ELSE '' END" if cases else "''"


def _merged(table: str, column: str) -> str:
    """The value that holds, of all rows of a key."""
    kind = TABLES[table]
    if isinstance(kind, NodeKind) and kind.party and column not in ENDS | _ORIGIN:
        return f'arg_max("{column}", nth)'  # of those that are not null
    spoken = "" if column in _ORIGIN else f" FILTER (WHERE NOT contains(silent, '{_listed([column])}'))"
    return f'arg_max_null("{column}", nth){spoken}'


def _listed(names: Collection[str]) -> str:
    return "".join(f",{name}," for name in sorted(names))


def known_on(rows: str, day: dt.date) -> str:
    """Rows that creditnet had received by a day; rows without a received date count as always known."""
    return f"SELECT * FROM {rows} WHERE received IS NULL OR received <= DATE '{day}'"


def held_on(rows: str, day: dt.date) -> str:
    """Facts that held on a day: begun by it or of unknown beginning, and not ended by it."""
    return f"""
        SELECT * FROM ({rows})
        WHERE (valid_from IS NULL OR valid_from <= DATE '{day}') AND (valid_to IS NULL OR valid_to > DATE '{day}')"""
