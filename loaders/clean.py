"""Clean the columns of one file: check the different values of each field, whatever the number of records.

Nothing here looks from one row to another, so a file may be cleaned in pieces, wherever the pieces lie.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from loaders.checks import CHECKS, Check, code_list
from loaders.columns import Column
from loaders.distinct import Distinct
from loaders.frame import Rows
from loaders.mapping import Column as Field
from loaders.mapping import SourceMapping


def clean(rows: Rows, mapping: SourceMapping, seen: Mapping[str, Distinct]) -> Rows:
    """Give rows of `line` and every field of the source with its suffixed columns; absent fields are null.

    The rows come with the headings of the file as names; `seen` has, by heading, what their columns were encoded with.
    """
    located = mapping.locate([name for name in rows.columns if name != LINE])
    columns = {"line": rows[LINE]}
    for field in mapping.columns:
        check = _check_of(field)
        if field.name in located:
            heading = located[field.name]
            columns |= _checked(field.name, rows[heading], check, seen[heading])
        else:
            columns |= _absent(field.name, check)
    return Rows(columns, len(rows))


LINE = ""
"""Name of the column of record numbers beside the headings of a file, none of which is empty."""


def _check_of(field: Field) -> Check:
    return code_list(field.codes) if field.check == "codes" else CHECKS[field.check]


def _checked(name: str, column: Column, check: Check, seen: Distinct) -> dict[str, Column]:
    return {_named(name, suffix): found for suffix, found in seen.checked(name, column, check).items()}


def _absent(name: str, check: Check) -> dict[str, Column]:
    """Nulls of the types that the check would give."""
    outcome = check(pa.array([], pa.string()))
    return {_named(name, suffix): Column(pa.scalar(None, found.type)) for suffix, found in outcome.items()}


def _named(name: str, suffix: str) -> str:
    return f"{name}_{suffix}" if suffix else name
