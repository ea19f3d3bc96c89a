"""Records that cannot be trusted as read, told from the raw text alone, whatever the source."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.errors import UnreadableFile
from loaders.mapping import SourceMapping
from loaders.raw import Raw, rejected_table

FIELD_LIMIT = 1_000_000
"""Bytes of one field above which a record is set aside: the longest real scope has 593 characters."""

_SWALLOWED_LIMIT = 1_000
"""Lines inside one field above which the file, not the record, is called damaged."""

_LINE_BREAK = ord("\n")

_FORMULA = r"^\s*(=\s*[A-Za-z+\-(\"'@]|@[A-Za-z]+\(|[+\-]\s*[A-Za-z]+\s*[|(])"
"""What a spreadsheet would run: =CMD|…, =HYPERLINK(…), @SUM(…), +cmd|…; negative numbers are none."""


def set_aside(raw: Raw, mapping: SourceMapping) -> tuple[Raw, pa.Table]:
    """Split the suspicious records off: the rest, and (line, reason) of those set aside.

    Raises
    ------
    UnreadableFile
        If a quote that is never closed has swallowed a large part of the file.
    """
    reason = pa.nulls(len(raw.table), pa.string())
    for code, mask in _suspicions(raw, mapping):
        if pc.any(mask).as_py():
            reason = pc.if_else(pc.and_(mask, pc.is_null(reason)), code, reason)
    bad = pc.is_valid(reason)
    found = pa.table({"line": raw.lines.filter(bad), "reason": reason.filter(bad)})
    good = pc.invert(bad)
    kept = Raw(
        raw.table.filter(good), raw.lines.filter(good), raw.rejected, raw.encoding, raw.delimiter, raw.format, raw.notes
    )
    return kept, found


def originals(raw: Raw, lines: pa.Array) -> pa.Table:
    """Original text of the records with these numbers, as CSV, so that they can be mended and loaded again."""
    rows = raw.table.filter(pc.is_in(raw.lines, value_set=lines))
    numbers = raw.lines.filter(pc.is_in(raw.lines, value_set=lines))
    if not len(rows):
        return rejected_table(())
    text = pc.binary_join_element_wise(*(_quoted(column) for column in rows.columns), ",")
    return rejected_table(zip(numbers.to_pylist(), [""] * len(rows), text.to_pylist(), strict=True))


def _suspicions(raw: Raw, mapping: SourceMapping) -> Iterable[tuple[str, pa.Array]]:
    used = mapping.locate(raw.table.column_names)
    free_text = {c.name for c in mapping.columns if c.check == "text"}
    for column in raw.table.columns:
        if _holds(column, 0):
            yield "nul_byte", pc.match_substring(column, "\0")
        lengths = pc.binary_length(column)
        if (pc.max(lengths).as_py() or 0) > FIELD_LIMIT:
            yield "field_too_long", pc.greater(lengths, FIELD_LIMIT)
    if raw.format == "csv" and len(used) > 1:
        for column in raw.table.columns:
            if _holds(column, _LINE_BREAK):
                yield "swallowed_lines", _swallowed(column, raw)
    for field, heading in used.items():
        if field not in free_text:
            yield "formula_cell", pc.match_substring_regex(raw.table[heading], _FORMULA)


def _holds(column: pa.ChunkedArray, byte: int) -> bool:
    """Whether the byte occurs in the column at all: a look at the whole is cheap, one at each text is not."""
    data = (chunk.buffers()[2] for chunk in column.chunks)
    return any((np.frombuffer(buffer, np.uint8) == byte).any() for buffer in data if buffer)


def _swallowed(column: pa.ChunkedArray, raw: Raw) -> pa.Array:
    """Fields that hold, after a line break, a line with as many delimiters as a whole record."""
    fields = len(raw.table.columns) - 1
    inner = pc.match_substring(column, "\n")
    delimiter = "\\t" if raw.delimiter == "\t" else f"[{raw.delimiter}]"
    whole_line = f"\\n([^\\n]*{delimiter}){{{min(fields, 900)},}}"
    found = pc.and_(inner, pc.match_substring_regex(column, whole_line))
    longest = pc.max(pc.count_substring(column.filter(found), "\n")).as_py() or 0
    if longest > _SWALLOWED_LIMIT:
        raise UnreadableFile(f"a quote never closed swallows {longest:,} lines; mend the file or ask for it again")
    return found


def _quoted(column: pa.ChunkedArray) -> pa.ChunkedArray:
    needs = pc.match_substring_regex(column, '[",\\r\\n]')
    wrapped = pc.binary_join_element_wise('"', pc.replace_substring(column, '"', '""'), '"', "")
    return pc.if_else(needs, wrapped, column)
