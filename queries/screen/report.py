"""The frame of the reports that `creditnet screen` writes: one file, nothing loaded from elsewhere, no scripts."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

NOTICE = "本报告列出的是供人工核查的线索，不是处罚依据，也不是对任何企业或个人的认定。"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_STYLE = """
body{font:15px/1.6 "Noto Sans CJK SC","Microsoft YaHei","PingFang SC",sans-serif;color:#1d2733;max-width:1080px;
margin:2em auto;padding:0 1.2em}h1{font-size:1.6em}h2{font-size:1.2em;margin-top:2em;border-bottom:1px solid #d5dbe3}
.notice{background:#fff6df;border-left:4px solid #c98a00;padding:.6em 1em}
table{border-collapse:collapse;min-width:24em;font-size:.93em}th,td{text-align:left;padding:.3em .7em;
border-bottom:1px solid #e3e7ec;vertical-align:top}th{background:#f3f5f8}td.number,th.number{text-align:right;
font-variant-numeric:tabular-nums}figure{margin:1em 0}figcaption{color:#56606c}svg{max-width:100%;height:auto}
@media print{body{margin:0}h2{break-after:avoid}figure{break-inside:avoid}}
"""


def page(title: str, body: Iterable[str]) -> str:
    """Put sections into a complete page in Chinese."""
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body>\n<h1>{escape(title)}</h1>\n"
        f'<p class="notice">{escape(NOTICE)}</p>\n{"".join(body)}</body></html>\n'
    )


def section(title: str, *parts: str) -> str:
    """Return a section; `parts` are HTML already."""
    return f"<section><h2>{escape(title)}</h2>\n{''.join(parts)}</section>\n"


def paragraph(text: str) -> str:
    """Return a paragraph of plain text."""
    return f"<p>{escape(text)}</p>\n"


def bullets(texts: Iterable[str]) -> str:
    """Return a list of plain texts."""
    return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</ul>\n"


def table(headings: Sequence[str], rows: Sequence[Sequence[str | int | float]]) -> str:
    """Return a table; numbers are set to the right, and so are the headings above them."""
    first = rows[0] if rows else headings
    kinds = ("" if isinstance(value, str) else ' class="number"' for value in first)
    head = "".join(f"<th{kind}>{escape(text)}</th>" for text, kind in zip(headings, kinds, strict=True))
    body = "".join(f"<tr>{''.join(_cell(value) for value in row)}</tr>\n" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table>\n"


def _cell(value: str | int | float) -> str:
    if isinstance(value, str):
        return f"<td>{escape(value)}</td>"
    return f'<td class="number">{decimal(value)}</td>'


def decimal(value: float, digits: int = 2) -> str:
    """Write a number without trailing zeros; an unknown one is empty.

    Examples
    --------
    >>> decimal(36.0), decimal(33.333), decimal(float("nan"))
    ('36', '33.33', '')
    """
    if value != value:
        return ""
    text = f"{value + 0.0:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str | float | int]]) -> None:
    """Write a CSV that appears complete or not at all; text that a spreadsheet would run as a formula gets a quote."""
    temporary = path.with_name(f".{path.name}.partial")
    with temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([_safe(value) for value in row] for row in rows)
    temporary.replace(path)


def write_text(path: Path, text: str) -> None:
    """Write a text file that appears complete or not at all."""
    temporary = path.with_name(f".{path.name}.partial")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


def _safe(value: str | float | int) -> str:
    if not isinstance(value, str):
        return decimal(value, 6)
    return f"'{value}" if value.startswith(_FORMULA) else value
