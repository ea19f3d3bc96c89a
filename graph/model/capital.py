"""Registered capital as free text → amount and currency."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyarrow as pa

from graph.model.text import map_distinct, tidy

# The word as registers write it → ISO 4217; the first that occurs decides, so longer words come first.
CURRENCIES = {
    "人民币": "CNY", "RMB": "CNY", "CNY": "CNY", "港": "HKD", "HKD": "HKD", "香港": "HKD", "澳门": "MOP", "台": "TWD",
    "加拿大": "CAD", "新加坡": "SGD", "澳大利亚": "AUD", "新西兰": "NZD", "美": "USD", "USD": "USD", "日": "JPY",
    "欧": "EUR", "英": "GBP", "韩": "KRW", "瑞士": "CHF", "瑞典": "SEK", "丹麦": "DKK", "挪威": "NOK",
    "德国马克": "DEM", "法国法郎": "FRF", "马来西亚": "MYR", "泰": "THB", "卢布": "RUB", "意大利里拉": "ITL",
    "荷兰盾": "NLG", "比利时法郎": "BEF",
}  # fmt: skip

_AMOUNT = re.compile(r"(-?\d[\d,]*(?:\.\d+)?|\.\d+)\s*(.*)", re.DOTALL)
_LEAD = re.compile(r"^(?:注册资[本金]|认缴|实缴|[:\s]|人民币|RMB|[¥￥])+", re.IGNORECASE)
_UNITS = (("亿", 1e8), ("千万", 1e7), ("百万", 1e6), ("万", 1e4), ("千", 1e3))
_BARE = re.compile(r"[()元圆整\s亿千百万]*")


@dataclass(frozen=True, slots=True)
class Capital:
    """`amount`: in whole units of `currency`, null if none is written; `currency`: ISO 4217 code, CNY where none
    is written, null where there is no amount or the currency is not one we know.
    """

    amount: pa.DoubleArray
    currency: pa.StringArray


def parse_capital(values: pa.Array | pa.ChunkedArray) -> Capital:
    """Read amounts such as ``1,125(万元人民币)``, ``50万美元``, ``125.3000(万元(港币))``, ``（万元）`` or ``N/A``.

    A number without a unit is taken as whole units of its currency: that is what the word 元 alone means.

    >>> found = parse_capital(pa.array(["1,125(万元人民币)", "50.5万美元", "300000", "-", "N/A"]))
    >>> found.amount.to_pylist(), found.currency.to_pylist()
    ([11250000.0, 505000.0, 300000.0, None, None], ['CNY', 'USD', 'CNY', None, None])
    """
    parsed = map_distinct(values, _parse, pa.struct([("amount", pa.float64()), ("currency", pa.string())]))
    return Capital(*(_field(parsed, name) for name in ("amount", "currency")))


def _field(parsed: pa.StructArray, name: str) -> pa.Array:
    # flatten, unlike field, carries the nulls of the struct into its children
    return dict(zip(("amount", "currency"), parsed.flatten(), strict=True))[name]


def _parse(text: str) -> tuple[float, str | None] | None:
    text = tidy(text)
    found = _AMOUNT.match(_LEAD.sub("", text))
    if found is None:
        return None
    unit = found[2]
    factor = next((factor for word, factor in _UNITS if word in unit), 1.0)
    return round(float(found[1].replace(",", "")) * factor, 2), _currency(text, unit)


def _currency(text: str, unit: str) -> str | None:
    """CNY is assumed only where nothing but 元 and units is written; an unknown currency stays unknown."""
    named = next((code for word, code in CURRENCIES.items() if word in text.upper()), None)
    return named or ("CNY" if _BARE.fullmatch(unit) else None)
