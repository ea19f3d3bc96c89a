"""Masks for personal data: what a reader without permission sees. Which role sees what is decided in `queries`."""

from __future__ import annotations

import re

import pyarrow as pa

from graph.model.text import map_distinct

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
    return map_distinct(values, _mask_phone)


def _mask_phone(text: str) -> str:
    return f"{text[:3]}****{text[-4:]}" if len(text) >= 10 else f"****{text[-2:]}"


def mask_id(values: pa.Array | pa.ChunkedArray) -> pa.StringArray:
    """First three and last four of a resident ID or account, stars between; short ones show only stars.

    >>> mask_id(pa.array(["11010519491231002X", "abc"])).to_pylist()
    ['110***********002X', '***']
    """
    return map_distinct(values, _mask_id)


def _mask_id(text: str) -> str:
    return f"{text[:3]}{'*' * (len(text) - 7)}{text[-4:]}" if len(text) >= 11 else "*" * len(text)


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
