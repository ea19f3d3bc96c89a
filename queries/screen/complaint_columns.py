"""Which column of a stranger's complaint file is which, and what its cells mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.errors import MissingColumns

IntArray = npt.NDArray[np.int64]

ALIASES: Mapping[str, tuple[str, ...]] = {
    "complainant": (
        "complainant", "complainant_id", "投诉人证件号码", "投诉人账号", "投诉人", "投诉人姓名", "举报人",
        "消费者", "user",
    ),
    "merchant": (
        "merchant", "merchant_id", "店铺编号", "被投诉方统一社会信用代码", "被投诉方", "被投诉人",
        "被投诉单位", "被投诉商户", "被投诉店铺", "被投诉企业", "商户名称", "店铺名称",
        "商家", "商户", "店铺", "shop", "item",
    ),
    "date": ("date", "登记日期", "投诉日期", "投诉时间", "受理日期", "日期", "时间", "day", "filed_on", "timestamp"),
    "rating": ("rating", "评分", "评级"),
    "outcome": ("outcome", "处理结果", "办理结果", "结果"),
    "amount": ("amount", "索赔金额", "金额"),
    "phone": ("phone", "联系电话", "电话", "手机", "手机号"),
    "address": ("address", "联系地址", "收货地址", "地址"),
    "account": ("account", "支付账号", "收款账号", "付款账号", "银行卡号"),
    "device": ("device", "设备", "设备编号", "设备号"),
    "agent": ("agent", "代理人", "委托代理人"),
    "image": ("image", "图片", "证据图片", "图片哈希"),
    "text": ("text", "投诉内容", "内容", "诉求"),
    "platform": ("platform", "平台代码", "平台名称", "平台"),
}  # fmt: skip
"""Columns of the complaints file; of several aliases present the first one listed is taken."""
MERCHANT_ALIASES: Mapping[str, tuple[str, ...]] = {
    "merchant": ALIASES["merchant"],
    "orders": ("orders", "近一年订单量", "订单量", "订单数"),
    "industry": ("industry", "行业代码", "行业", "经营类目", "类目", "category"),
    "size": ("size", "规模", "size_band"),
    "platform": ALIASES["platform"],
}
"""Columns of the merchants file."""
UPHELD = (
    "调解成功",
    "达成调解",
    "立案",
    "属实",
    "成立",
    "支持",
    "处罚",
    "substantiated",
    "settled",
    "upheld",
    "accepted",
    "true",
    "yes",
    "1",
)
DISMISSED = (
    "不予受理", "不予立案", "终止", "撤诉", "撤回", "不属实", "不成立", "不支持", "驳回",
    "refused", "rejected", "dismissed", "terminated", "withdrawn", "false", "no", "0", "-1",
)  # fmt: skip
"""Words in an outcome that say the complaint came to nothing; looked for before `UPHELD` (不属实 contains 属实)."""
HARM = "受伤|烫伤|住院|中毒|过敏|呕吐|爆炸|起火|漏电|触电|窒息|injur|hospital|poison"
_EPOCH = re.compile(r"^\d{9,10}(\.\d+)?$")
_DATE = re.compile(r"^\s*(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*[-/.月]?\s*(\d{1,2})")


def recognise_columns(table: pa.Table, aliases: Mapping[str, tuple[str, ...]], required: tuple[str, ...]) -> pa.Table:
    """Rename the columns that have a meaning, as text; leave the others out.

    Raises
    ------
    MissingColumns
        If a required column is absent.
    """
    present = {unicodedata.normalize("NFKC", name).strip().lower(): name for name in reversed(table.column_names)}
    found = {
        meaning: present[alias]
        for meaning, names in aliases.items()
        if (alias := next((a for a in names if a in present), None)) is not None
    }
    for name in required:
        if name not in found:
            wanted = ", ".join(aliases[name])
            raise MissingColumns(
                f"no column for {name}: the file has {', '.join(table.column_names)}; name one of them {wanted}"
            )
    return pa.table({meaning: _text(table[name]) for meaning, name in found.items()})


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Trimmed text; empty cells become null."""
    trimmed = pc.utf8_trim_whitespace(column.cast(pa.string()))
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def by_distinct(column: pa.ChunkedArray, meaning: Callable[[str], int], missing: int) -> IntArray:
    """Work out each distinct value once; null cells are `missing`."""
    coded = (
        column.combine_chunks().dictionary_encode()
        if column.num_chunks
        else pa.array([], pa.string()).dictionary_encode()
    )
    values: IntArray = np.array([meaning(v) for v in coded.dictionary.to_pylist()] + [missing], np.int64)
    codes: IntArray = coded.indices.fill_null(len(values) - 1).to_numpy(zero_copy_only=False)
    return values[codes]


NO_DAY = np.iinfo(np.int64).min
"""Stands for a missing or unreadable date."""


def day_of(text: str) -> int:
    """Days since 1970-01-01 of a date in any usual Chinese or ISO form, or of seconds; `NO_DAY` if it is none.

    >>> day_of("2026-04-15") == day_of("2026年4月15日") == day_of("20260415") == day_of("2026/4/15 08:30")
    True
    >>> day_of("去年") == day_of("2026-02-30") == NO_DAY
    True
    """
    if _EPOCH.match(text):
        return int(float(text)) // 86_400
    parts = _DATE.match(unicodedata.normalize("NFKC", text))
    if not parts:
        return NO_DAY
    try:
        return int(np.datetime64(f"{parts[1]}-{int(parts[2]):02}-{int(parts[3]):02}", "D").astype(np.int64))
    except ValueError:
        return NO_DAY


def outcome_of(text: str) -> int:
    """1 upheld, -1 came to nothing, 0 not known.

    >>> outcome_of("调解成功"), outcome_of("经查不属实"), outcome_of("已受理"), outcome_of("refused")
    (1, -1, 0, -1)
    """
    word = text.lower()
    if any(w in word if len(w) > 2 or not w.isascii() else w == word for w in DISMISSED):
        return -1
    return int(any(w in word if len(w) > 3 or not w.isascii() else w == word for w in UPHELD))


def digits_of(text: str) -> str:
    """A phone number's digits, without the country code; "" for what is no number.

    >>> digits_of("+86 138-0000-0000"), digits_of("无")
    ('13800000000', '')
    """
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", text))
    digits = digits.removeprefix("86") if len(digits) == 13 else digits
    return digits if len(digits) >= 7 else ""


def plain_value(text: str) -> str:
    """An account, device, agent or image as written, without spaces and case; "" for what says there is none.

    >>> plain_value(" 6222 0000 X "), plain_value("无")
    ('62220000x', '')
    """
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).lower()
    return "" if plain in ("无", "-", "/", "none", "null", "n/a", "0") else plain


def plain_address(text: str) -> str:
    """An address without spaces and punctuation; "" if it is too short to mean one place.

    >>> plain_address("东莞市 虚构路1号，2栋")
    '东莞市虚构路1号2栋'
    """
    plain = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text))
    return plain if len(plain) >= 6 else ""
