"""Masks for personal data: what a reader without permission sees. Which role sees what is decided in `queries`."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from graph.model.text import map_distinct, string_array

# A mobile number stands alone: longer digit runs are permits and plots. Chinese characters may touch it.
_MOBILE_IN_TEXT = re.compile(r"(?<![0-9A-Za-z.\-])(1[3-9]\d)\d{4}(\d{4})(?![0-9A-Za-z\-])")
_ID_IN_TEXT = re.compile(r"(?<![0-9A-Za-z])(\d{3})\d{3}(?:18|19|20)\d{2}[01]\d[0-3]\d(\d{3}[0-9Xx])(?![0-9A-Za-z])")
# What stands right before a number that is no telephone: a permit, a plot, a document.
_NUMBERED_THING = re.compile(r"(?:证书?|许可|批准|备案|注册|批文|文|字|宗?地块?|图|编)号?[：:\s(（第]*$|第$")


def mask_phone(values: pa.Array | pa.ChunkedArray) -> pa.StringArray:
    """First three and last four of a number; short ones keep the last two.

    >>> mask_phone(pa.array(["13800001234", "076988881234", "12315", None])).to_pylist()
    ['138****1234', '076****1234', '****15', None]
    """
    texts = string_array(values)
    short = pc.binary_join_element_wise("****", pc.utf8_slice_codeunits(texts, -2), "")
    long = pc.binary_join_element_wise(_head(texts), "****", _tail(texts), "")
    return pc.if_else(pc.greater_equal(pc.utf8_length(texts), 10), long, short)


def mask_id(values: pa.Array | pa.ChunkedArray) -> pa.StringArray:
    """First three and last four of a resident ID or account, stars between; short ones show only stars.

    >>> mask_id(pa.array(["11010519491231002X", "abc"])).to_pylist()
    ['110***********002X', '***']
    """
    texts = string_array(values)
    length = pc.utf8_length(texts)
    long = pc.greater_equal(length, 11)
    stars = pc.binary_repeat("*", pc.if_else(long, pc.subtract(length, 7), length))
    return pc.if_else(long, pc.binary_join_element_wise(_head(texts), stars, _tail(texts), ""), stars)


def _head(texts: pa.StringArray) -> pa.StringArray:
    return pc.utf8_slice_codeunits(texts, 0, 3)


def _tail(texts: pa.StringArray) -> pa.StringArray:
    return pc.utf8_slice_codeunits(texts, -4)


def mask_name(values: pa.Array | pa.ChunkedArray) -> pa.StringArray:
    """The first character and a star: 张*.

    >>> mask_name(pa.array(["张小明", None])).to_pylist()
    ['张*', None]
    """
    return map_distinct(values, lambda text: f"{text[:1]}*")


def mask_text(values: pa.Array | pa.ChunkedArray) -> pa.StringArray:
    """Mask mobile numbers and resident IDs inside free text; permit and plot numbers are left alone.

    >>> mask_text(pa.array(["请致电13800001234", "许可证编号13800001234"])).to_pylist()
    ['请致电138****1234', '许可证编号13800001234']
    """
    return map_distinct(values, _mask_text)


def _mask_text(text: str) -> str:
    text = _ID_IN_TEXT.sub(r"\1***********\2", text)
    return _MOBILE_IN_TEXT.sub(
        lambda found: found.group() if _NUMBERED_THING.search(text[: found.start()]) else f"{found[1]}****{found[2]}",
        text,
    )
