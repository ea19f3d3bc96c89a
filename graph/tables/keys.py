"""What identifies a fact in each table, and how a new part's keys meet those already there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from graph.model.kinds import TABLES
from graph.model.properties import NodeKind
from graph.tables.duck import connect

# `key` is made of the model's column names. The join builds its table on the new keys, so a small batch stays cheap.
_NEW_KEYS = "CREATE OR REPLACE TEMP TABLE new_keys AS SELECT DISTINCT {key} AS h FROM read_parquet(?)"
_KNOWN_KEYS = "SELECT count(DISTINCT h) FROM new_keys JOIN (SELECT {key} AS h FROM read_parquet(?)) USING (h)"


def quoted(*names: str) -> str:
    """Column names of the model as SQL takes them, whatever words they are: ``"left", "right"``."""
    return ", ".join(f'"{name}"' for name in names)


def key_of(table: str) -> tuple[str, ...]:
    """The columns that identify a fact: a node's id; a relationship's ends, first day and, for officers, post."""
    kind = TABLES[table]
    if isinstance(kind, NodeKind):
        return ("id",)
    post = ("post",) if any(column.name == "post" for column in kind.properties) else ()
    return ("from_id", "to_id", "valid_from", *post)


@dataclass(frozen=True, slots=True)
class Overlap:
    """`distinct` keys of a new part, and how many of them were `known` before."""

    distinct: int
    known: int


class KeyComparison:
    """Compares the keys of new parts with those of old ones, in a DuckDB opened at the first question.

    They are compared by 64-bit hash: exact but for a chance of about 1e-5 at 18 million keys. A collision can
    only make `known` one too high or `distinct` one too low, which costs a look for duplicates when reading
    and never changes what is read.
    """

    def __init__(self, memory_limit: str, spill: Path) -> None:
        self._memory_limit = memory_limit
        self._spill = spill
        self._connection: duckdb.DuckDBPyConnection | None = None

    def overlap(self, table: str, new: Sequence[Path], old: Sequence[Path]) -> Overlap:
        """Compare the keys of a table's new files with those of its old parts."""
        if self._connection is None:
            self._connection = connect(self._memory_limit, self._spill)
        key = f"hash({quoted(*key_of(table))})"
        self._connection.execute(_NEW_KEYS.format(key=key), [[str(path) for path in new]])
        distinct = _number(self._connection, "SELECT count(*) FROM new_keys")
        known = _number(self._connection, _KNOWN_KEYS.format(key=key), [[str(path) for path in old]]) if old else 0
        self._connection.execute("DROP TABLE new_keys")
        return Overlap(distinct, known)

    def close(self) -> None:
        """Let go of DuckDB."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _number(connection: duckdb.DuckDBPyConnection, query: str, parameters: Sequence[object] = ()) -> int:
    row = connection.execute(query, list(parameters)).fetchone()
    return int(row[0]) if row else 0
