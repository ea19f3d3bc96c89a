"""One file as columns of text: what every reader returns."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

REJECTED = pa.schema([("line", pa.int64()), ("reason", pa.string()), ("original", pa.string())])
"""Records set aside: record number, reason code, original text."""

ORIGINAL_LIMIT = 32_000
"""Characters of a rejected record kept: enough to mend any that fits into the cells of a spreadsheet (32,767), and no
10 MB texts in the tables."""


@dataclass(frozen=True, slots=True)
class Raw:
    """One file, or a piece of it, as text columns."""

    table: pa.Table
    """All columns string, never null; an absent value is the empty text."""
    lines: pa.Array
    """Record number of each row of `table`, int64."""
    rejected: pa.Table
    """Records that do not fit the header, schema `REJECTED`."""
    encoding: str
    delimiter: str
    format: str
    notes: tuple[str, ...] = ()
    expected: int = 0
    """About how many records the whole file has, 0 if that is not known."""
    last: bool = True
    """Whether no piece follows."""

    @property
    def records(self) -> int:
        """Number of records."""
        return len(self.table) + len(self.rejected)


def rejected_table(rows: Iterable[tuple[int, str, str]]) -> pa.Table:
    """Build a table of schema `REJECTED` from (line, reason, original); long originals are shortened."""
    lines, reasons, originals = [], [], []
    for line, reason, original in rows:
        lines.append(line)
        reasons.append(reason)
        originals.append(original[:ORIGINAL_LIMIT])
    return pa.table([lines, reasons, originals], schema=REJECTED)


def gathered(batches: Iterable[pa.RecordBatch], size: int | None) -> Iterator[tuple[pa.Table, bool]]:
    """Batches put together to tables of at least so many bytes, without a size to one; and whether it is the last."""
    waiting: list[pa.RecordBatch] = []
    weight = 0
    for batch in batches:
        if size and weight >= size:
            yield pa.Table.from_batches(waiting), False
            waiting, weight = [], 0
        waiting.append(batch)
        weight += batch.nbytes
    yield pa.Table.from_batches(waiting), True


def record_numbers(rows: int, missing: pa.ChunkedArray) -> pa.Array:
    """Numbers 1, 2, … of `rows` records, leaving out the numbers in `missing`."""
    numbers = pa.array(np.arange(1, rows + len(missing) + 1, dtype=np.int64))
    if not len(missing):
        return numbers
    return numbers.filter(pc.invert(pc.is_in(numbers, value_set=missing.combine_chunks())))


def text_columns(table: pa.Table) -> pa.Table:
    """Cast every column to text, null to the empty text."""
    columns = [pc.fill_null(_text(column), "") for column in table.columns]
    return pa.table(dict(zip(unique_names(table.column_names), columns, strict=True)))


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Values as text. Whole numbers are written plainly: where one is missing, many a tool makes them floats."""
    if not pa.types.is_floating(column.type):
        return column.cast(pa.string())
    number = column.cast(pa.float64())
    whole = pc.and_(pc.equal(pc.floor(number), number), pc.less(pc.abs(number), 1e15))
    plain = pc.if_else(whole, number, None).cast(pa.int64()).cast(pa.string())
    return pc.if_else(pc.is_nan(number), None, pc.coalesce(plain, number.cast(pa.string())))


def unique_names(names: Sequence[str]) -> list[str]:
    """Headings trimmed and NFKC; a repeated or empty one gets its position, so that no column is lost."""
    seen: set[str] = set()
    result = []
    for position, raw in enumerate(names, 1):
        name = unicodedata.normalize("NFKC", raw).strip().lstrip("\ufeff")
        unique = name if name and name not in seen else f"{name or 'column'}#{position}"
        seen.add(unique)
        result.append(unique)
    return result
