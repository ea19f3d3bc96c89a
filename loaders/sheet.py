"""Spreadsheets for people to mend rows in: every cell is text, so that no program turns a code into 9.14E+17."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from graph.errors import InputError
from loaders.read import read_any

_ROWS = 1_048_575
"""Rows that a sheet of a workbook holds under its headings."""

_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
"""What the format of workbooks (ECMA-376, ST_Xstring) writes as _xHHHH_, and what looks like that."""

_STARTS = ("=", "+", "-", "@", "\t", "\r", "'")
"""A cell of a CSV that begins so is a formula, or hidden, to spreadsheet programs: written behind an apostrophe."""


def write_sheet(path: Path, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write a workbook, or a CSV with byte-order mark, as the ending of the name says.

    Raises
    ------
    InputError
        If the name has another ending, the file is there already, or a sheet does not hold so many rows.
    """
    if path.exists():
        raise InputError(f"{path} is there already; name another file, or remove it")
    if path.suffix.lower() == ".csv":
        _write_csv(path, [headings, *([_safe(cell) for cell in row] for row in rows)])
    elif path.suffix.lower() != ".xlsx":
        raise InputError(f"{path}: name a file that ends in .xlsx or .csv")
    elif len(rows) > _ROWS:
        raise InputError(f"{len(rows):,} rows do not fit into a workbook ({_ROWS:,}); choose fewer, or write a .csv")
    else:
        _write_workbook(path, [headings, *rows])


def read_sheet(path: Path) -> tuple[list[str], list[list[str]]]:
    """Headings and rows of what `write_sheet` wrote and a person has edited.

    Raises
    ------
    InputError
        If the file cannot be read, or a row has more fields than there are headings.
    """
    raw = read_any(path)
    if len(raw.rejected):
        line = raw.rejected["line"][0].as_py()
        raise InputError(f"{path}: row {line} has not as many fields as there are headings; save the sheet again")
    rows = [list(row) for row in zip(*(column.to_pylist() for column in raw.table.columns), strict=True)]
    if raw.format == "csv":
        rows = [[_plain(cell) for cell in row] for row in rows]
    return raw.table.column_names, rows


def _write_workbook(path: Path, rows: Iterable[Sequence[str]]) -> None:
    from openpyxl import Workbook  # a fifth of a second: only for those who write one
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("quarantine")
    sheet.freeze_panes = "A2"
    for row in rows:
        cells = [WriteOnlyCell(sheet, _UNWRITABLE.sub(_escaped, cell)) for cell in row]
        for cell in cells:
            cell.data_type, cell.number_format = "s", "@"  # also what begins with =, and what is typed there later
        sheet.append(cells)
    book.save(path)


def _write_csv(path: Path, rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)


def _escaped(found: re.Match[str]) -> str:
    return f"_x{ord(found[0]):04X}_"


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_STARTS) else cell


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_STARTS) else cell
