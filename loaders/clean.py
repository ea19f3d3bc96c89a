"""Clean the columns of one file: check the distinct values of each field and spread the outcomes over the rows.

Nothing here looks from one row to another, so a file may be cleaned in pieces, wherever the pieces lie.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import pyarrow as pa

from loaders.checks import CHECKS, Check, code_list
from loaders.distinct import by_distinct
from loaders.mapping import Column, SourceMapping
from loaders.raw import Raw

T = TypeVar("T")


def clean(raw: Raw, mapping: SourceMapping) -> pa.Table:
    """Give a table of `line`, every field of the source with its suffixed columns; absent fields are null."""
    located = mapping.locate(raw.table.column_names)
    columns: dict[str, pa.ChunkedArray | pa.Array] = {"line": raw.lines}
    for column in mapping.columns:
        check = _check_of(column)
        if column.name in located:
            columns |= _named(column.name, by_distinct(raw.table[located[column.name]], check))
        else:
            columns |= _absent(column.name, check, len(raw.table))
    return pa.table(columns)


def _check_of(column: Column) -> Check:
    return code_list(column.codes) if column.check == "codes" else CHECKS[column.check]


def _absent(name: str, check: Check, rows: int) -> dict[str, pa.Array]:
    """Null columns of the types the check would give."""
    outcome = _named(name, check(pa.array([], pa.string())))
    return {column: pa.nulls(rows, array.type) for column, array in outcome.items()}


def _named(name: str, outcome: Mapping[str, T]) -> dict[str, T]:
    return {f"{name}_{suffix}" if suffix else name: array for suffix, array in outcome.items()}
