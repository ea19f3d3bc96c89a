"""Delimiter of a delimited text file and whether it uses quotes."""

from __future__ import annotations

import re

_DELIMITERS = ",\t;|"


def find_delimiter(sample: str) -> str:
    r"""The candidate that occurs most often in the header line; a comma if none does.

    >>> find_delimiter("name\tcode\tnote, in words\n")
    '\t'
    """
    header = re.split("[\r\n]", sample.lstrip("\r\n"), maxsplit=1)[0]
    best = max(_DELIMITERS, key=header.count)
    return best if best in header else ","


def is_quoted(sample: str, delimiter: str) -> bool:
    r"""Whether quotes around fields are quoting, not text.

    Comma files are; tab-separated exports of older systems often are not, although `"` occurs in their
    text. They count as quoted only if every field that starts with a quote is a well-formed quoted field.

    >>> is_quoted('a\tb\n"x y"\t2\n', "\t"), is_quoted('a\tb\n"x" y\t2\n', "\t")
    (True, False)
    """
    if delimiter != "\t":
        return True
    starts = len(re.findall(r'(?:^|\t)"', sample, re.MULTILINE))
    whole = len(re.findall(r'(?:^|\t)"(?:[^"\t\n]|"")*"(?=\t|\r?\n|\Z)', sample, re.MULTILINE))
    return starts > 0 and starts == whole
