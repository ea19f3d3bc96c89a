"""Addresses: one spelling per place, the building they lie in, and whether they can link firms at all."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from graph.model.regions import HOME_CITY, HOME_PROVINCE, STREETS, TOWNS
from graph.model.text import rewrite, string_array

_WORDS = "|".join(town.removesuffix("镇") for town in TOWNS)
_STREET_WORDS = "|".join(street.removesuffix("街道") for street in STREETS)
_DIGITS = dict(zip("〇零一二三四五六七八九两", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 2), strict=True))
_UNITS = {"十": 10, "百": 100}
_COUNTED = "号栋幢座楼层室房梯门卡档铺排队组区期村街巷横路坊环单"

_NOTE = re.compile(r"\([^()\n]*(?:集群|托管|仅限|一址多照|一照多址|住所申报|经营场所|办公)[^()\n]*\)")
_DROPPED = re.compile("[ \t\x85\u1680()\\[\\]{}<>《》「」【】〔〕\"'“”‘’,。;:!?]+")
"""Punctuation, and every blank that NFKC leaves."""
# One expression for all that stands at the beginning: each part is optional, so none is ever tried a second time.
_HEAD = re.compile(
    rf"^(?:中国)?(?:{HOME_PROVINCE}省?(?={HOME_CITY}|.{{2,4}}市))?(?:{HOME_CITY}市|{HOME_CITY}(?!大道|路|港|生态园))?"
    r"(?:(?:[\u4e00-\u9fff]{2,3}省|[\u4e00-\u9fff]{2,7}自治区)(?=[\u4e00-\u9fff]{2,}))?"
    rf"(?:({_STREET_WORDS})(?:街道办事处|街道办|办事处|街道|区|街(?!\d|[\u4e00-\u9fff]*号))"
    r"|(松山湖)(?:高新技术产业开发区|科技产业园区|高新区|园区|管委会))?",
    re.M,
)
_COUNT = "[〇零一二三四五六七八九十百两]+"
_ORDINAL_NUMERAL, _COUNTED_NUMERAL = re.compile(rf"[第之]{_COUNT}"), re.compile(rf"{_COUNT}(?=[{_COUNTED}])")
_DASH = re.compile(r"[‐-―−~～]")
_ORDINAL = re.compile(r"第(?=\d)")
_ONE_WORD = {"号楼": "栋", "幢": "栋", "座": "栋", "层": "楼", "房间": "室", "房": "室", "#": "号"}
# The word first, what must stand before it second: then the search goes from word to word.
_SYNONYMS = [(word, re.compile(rf"{word}(?<=[\dA-Z]{word})"), one) for word, one in _ONE_WORD.items()]
_FLOOR = re.compile(r"[A-Z\d]\d*(?<=\d)楼.*$", re.M)
_FLOOR_MARK = "\x01"
# The last block or tower, else the first house number, else whatever stands before a floor.
_HOUSE = re.compile(rf"^(?:(.*(?:栋|大厦))|(.*?[\dA-Z]号)|(.+){_FLOOR_MARK}).*$|^.*$", re.M)


@dataclass(frozen=True, slots=True)
class Addresses:
    """`text`: the normalised address; `building`: its part up to the building, without floor and room, null if it
    names none; `cluster`: it is a cluster-registration office (集群) or cut (``***``), so it never links firms.
    """

    text: pa.StringArray
    building: pa.StringArray
    cluster: pa.BooleanArray


def normalise_address(values: pa.Array | pa.ChunkedArray) -> Addresses:
    """Bring addresses to one spelling.

    NFKC and upper case; notes in brackets, brackets, blanks and punctuation go; the province goes, and so
    does the home city; 东城区 and 东城街道办事处 become 东城街道; Chinese numerals before a counted thing
    become digits; 幢, 座, 号楼 → 栋, 层 → 楼, 房 → 室. The result is a key, not a text to show.

    >>> found = normalise_address(pa.array(["广东省东莞市东城区测试路１２号A座二楼", "东城街道测试路12号A栋2层"]))
    >>> found.text.to_pylist()
    ['东城街道测试路12号A栋2楼', '东城街道测试路12号A栋2楼']
    >>> found.building.to_pylist()
    ['东城街道测试路12号A栋', '东城街道测试路12号A栋']
    """
    raw = string_array(values)
    text = rewrite(raw, *_STEPS)
    cluster = pc.or_(pc.match_substring(raw, "集群"), pc.match_substring_regex(raw, r"[*＊]{2,}"))
    return Addresses(text, rewrite(text, _building), cluster)


def _building(text: str) -> str:
    houses = _HOUSE.findall(_FLOOR.sub(_FLOOR_MARK, text))
    return "\n".join(last or first or above for last, first, above in houses)


def _without_notes(text: str) -> str:
    return _DROPPED.sub("", _NOTE.sub("", text))


def _without_head(text: str) -> str:
    return _HEAD.sub(lambda head: f"{head[1]}街道" if head[1] else head[2] or "", text)


def _with_digits(text: str) -> str:
    text = _ORDINAL_NUMERAL.sub(lambda found: found[0][0] + _arabic(found[0][1:]), text)
    return _COUNTED_NUMERAL.sub(lambda found: _arabic(found[0]), text)


def _with_one_spelling(text: str) -> str:
    text = _ORDINAL.sub("", _DASH.sub("-", text))
    for word, where, one in _SYNONYMS:
        if word in text:
            text = where.sub(one, text)
    return text


_STEPS = (str.upper, _without_notes, _without_head, _with_digits, _with_one_spelling)


@functools.cache
def _arabic(numeral: str) -> str:
    """二十三 → 23, 一百零五 → 105, 二〇三 → 203."""
    if not any(character in _UNITS for character in numeral):
        return "".join(str(_DIGITS[character]) for character in numeral)
    total, digit = 0, None
    for character in numeral:
        if character in _UNITS:
            total += (1 if digit is None else digit) * _UNITS[character]
            digit = None
        else:
            digit = _DIGITS[character] or digit
    return str(total + (digit or 0))
