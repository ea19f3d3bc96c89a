"""Ranges of a file, read one by one, are the file: every record once, with its number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.encoding import find_encoding
from loaders.formats import open_bytes
from loaders.ranges import cut, read_range
from loaders.read import read_any

PIECES = ["甲", "x", ",", ",", '"', '""', '"a\nb"', "\n", "\n", "\r\n", "\r", " ", "乕|"]
texts = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


def text_of(path):
    return find_encoding(path, lambda: open_bytes(path, "text"))


def in_ranges(path, parts):
    text = text_of(path)
    return [raw for part in cut(path, text, parts) for raw in read_range(path, text, part, 1 << 20)]


def content(raws):
    return (
        [row for raw in raws for row in raw.table.to_pylist()],
        [line for raw in raws for line in raw.lines.to_pylist()],
        [row for raw in raws for row in raw.rejected.to_pylist()],
    )


@given(
    body=texts,
    header=st.sampled_from(["a,b\n", '\n"甲\n乙",b\r\n', "甲|b\r", "a\tb\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
    parts=st.integers(1, 9),
    block=st.integers(1, 30),
)
def test_ranges_are_the_whole(body, header, encoding, parts, block, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "ranges.csv"
    path.write_bytes((header + body).encode(encoding))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("loaders.ranges._BLOCK", block)
        try:
            whole = read_any(path)
        except Exception as error:  # a quote that is never closed, say
            with pytest.raises(type(error)):
                in_ranges(path, parts)
            return
        assert content(in_ranges(path, parts)) == content([whole])
