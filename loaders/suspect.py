"""Records that cannot be trusted as read, told from the raw text alone, whatever the source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.errors import UnreadableFile
from loaders.clean import LINE
from loaders.columns import Column, apply, cases, null
from loaders.frame import Rows
from loaders.mapping import SourceMapping
from loaders.raw import ORIGINAL_LIMIT, Raw

FIELD_LIMIT = 1_000_000
"""Bytes of one field above which a record is set aside: the longest real scope has 593 characters."""

_SWALLOWED_LIMIT = 1_000
"""Lines inside one field above which the file, not the record, is called damaged."""

_LINE_BREAK = ord("\n")
_LOOK = 1 << 20

_FORMULA = r"^\s*(=\s*[A-Za-z+\-(\"'@]|@[A-Za-z]+\(|[+\-]\s*[A-Za-z]+\s*[|(])"
"""What a spreadsheet would run: =CMD|…, =HYPERLINK(…), @SUM(…), +cmd|…; negative numbers are none."""


_ROUNDED = r"^\s*\d(\.\d+)?[eE]\+?\d{1,2}\s*$"
"""9.14419E+17: a code of many digits that a spreadsheet took for a number. The digits it left out are lost."""

_CODES = ("code", "person_id", "party_id")
"""Checks of fields that hold such codes."""


def set_aside(rows: Rows, raw: Raw, mapping: SourceMapping) -> tuple[Rows, pa.Table]:
    """Split the suspicious records off: the rest, and (line, reason) of those set aside.

    Raises
    ------
    UnreadableFile
        If a quote that is never closed has swallowed a large part of the file.
    """
    found = cases(*((mask, code) for code, mask in _suspicions(rows, raw, mapping)), else_=null("string"))
    kept = rows.filter(found.isnull())
    bad = rows.mutate(reason=found).filter(found.notnull())
    return kept, pa.table({"line": bad.spread(LINE), "reason": bad.spread("reason")})


def originals(raw: Raw, lines: pa.Array) -> list[str]:
    """Original text of the records with these ascending numbers, as CSV, to be mended and loaded again."""
    if not len(lines):
        return []
    wanted = np.zeros(len(raw.table), bool)
    wanted[np.searchsorted(raw.lines.to_numpy(), lines.to_numpy())] = True
    rows = raw.table.filter(pa.array(wanted))  # chunk by chunk; to take them Arrow copies the whole file first
    text = pc.binary_join_element_wise(*(_quoted(column) for column in rows.columns), ",")
    return [original[:ORIGINAL_LIMIT] for original in text.to_pylist()]


def _suspicions(rows: Rows, raw: Raw, mapping: SourceMapping) -> Iterable[tuple[str, Column]]:
    """Conditions by reason code, most telling first; those that hold for no record are left out."""
    columns = [rows[name] for name in raw.table.column_names]
    for code, texts in (("empty_record", [("",)] * len(columns)), ("repeated_header", _headings(raw))):
        same = _records_of(rows, raw.table.column_names, texts)
        if len(same):
            yield code, apply(partial(pc.is_in, value_set=same), rows[LINE])
    for column in columns:
        if _holds(column.values, 0):
            yield "nul_byte", apply(lambda texts: pc.match_substring(texts, "\0"), column)
        if (pc.max(pc.binary_length(column.values)).as_py() or 0) > FIELD_LIMIT:
            yield "field_too_long", apply(lambda texts: pc.greater(pc.binary_length(texts), FIELD_LIMIT), column)
    used = mapping.locate(raw.table.column_names)
    if raw.format == "csv" and len(used) > 1:
        for column in columns:
            if _holds(column.values, _LINE_BREAK):
                yield "swallowed_lines", apply(lambda texts: _swallowed(texts, raw), column)
    coded = {c.name for c in mapping.columns if c.check in _CODES}
    for heading in (heading for field, heading in used.items() if field in coded):
        rounded = rows[heading].re_search(_ROUNDED)
        if pc.any(rounded.values).as_py():
            yield "rounded_code", rounded
    free_text = {c.name for c in mapping.columns if c.check == "text"}
    for field, heading in used.items():
        formula = rows[heading].re_search(_FORMULA) if field not in free_text else None
        if formula is not None and pc.any(formula.values).as_py():
            yield "formula_cell", formula


def _headings(raw: Raw) -> list[tuple[str, ...]]:
    """How each heading may be written where it is repeated among the records: brackets in either width."""
    return [(name, name.replace("(", "（").replace(")", "）")) for name in raw.table.column_names]


def _records_of(rows: Rows, names: Sequence[str], texts: Sequence[tuple[str, ...]]) -> pa.Array:
    """Numbers of the records each of whose fields holds one of the texts given for it."""
    for name, accepted in zip(names, texts, strict=True):
        if not len(rows):
            break
        rows = rows.filter(rows[name].isin(accepted))
    return rows.spread(LINE)


def _holds(texts: pa.Array, byte: int) -> bool:
    """Whether the byte occurs in the texts at all: a look at the whole is cheap, one at each text is not."""
    data = memoryview(texts.buffers()[2] or b"")
    return any(byte in bytes(data[start : start + _LOOK]) for start in range(0, len(data), _LOOK))


def _swallowed(texts: pa.Array, raw: Raw) -> pa.Array:
    """Fields that hold, after a line break, a line with as many delimiters as a whole record."""
    fields = len(raw.table.columns) - 1
    delimiter = "\\t" if raw.delimiter == "\t" else f"[{raw.delimiter}]"
    whole_line = f"\\n([^\\n]*{delimiter}){{{min(fields, 900)},}}"
    found = pc.and_(pc.match_substring(texts, "\n"), pc.match_substring_regex(texts, whole_line))
    longest = pc.max(pc.count_substring(texts.filter(found), "\n")).as_py() or 0
    if longest > _SWALLOWED_LIMIT:
        raise UnreadableFile(f"a quote never closed swallows {longest:,} lines; mend the file or ask for it again")
    return found


def _quoted(column: pa.ChunkedArray) -> pa.ChunkedArray:
    needs = pc.match_substring_regex(column, '[",\\r\\n]')
    wrapped = pc.binary_join_element_wise('"', pc.replace_substring(column, '"', '""'), '"', "")
    return pc.if_else(needs, wrapped, column)
