"""Addresses: one spelling per place, the building, the town."""

from __future__ import annotations

import re

from graph.model.regions import STREETS, TOWN_OF_WORD, TOWN_WORDS

NOTE = re.compile(r"\([^()]*(?:集群|托管|仅限|一址多照|一照多址|住所申报|经营场所|办公)[^()]*\)")
DROPPED = re.compile(r"\s+|[()\[\]{}<>《》「」【】〔〕\"'“”‘’,。;:!?]")
HOME = re.compile(r"^(?:中国)?(?:广东省?(?=东莞|.{2,4}市))?(?:东莞市|东莞(?!大道|路|港|生态园))?")
PROVINCE = re.compile(r"^(?:[\u4e00-\u9fff]{2,3}省|[\u4e00-\u9fff]{2,7}自治区)(?=[\u4e00-\u9fff]{2,})")
STREET = re.compile(
    rf"^({'|'.join(s.removesuffix('街道') for s in STREETS)})"
    r"(?:街道办事处|街道办|办事处|街道|区|街(?!\d|[\u4e00-\u9fff]*号))"
)
LAKE = re.compile(r"^松山湖(?:高新技术产业开发区|科技产业园区|高新区|园区|管委会)")
NUMERAL = re.compile(
    "(?:(?<=[第之])[〇零一二三四五六七八九十百两]+"
    "|[〇零一二三四五六七八九十百两]+(?=[号栋幢座楼层室房梯门卡档铺排队组区期村街巷横路坊环单]))"
)
DIGITS = dict(zip("〇零一二三四五六七八九两", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 2), strict=True))
ONE_WORD = {"号楼": "栋", "幢": "栋", "座": "栋", "层": "楼", "房间": "室", "房": "室", "#": "号"}
SYNONYM = re.compile(rf"(?<=[\dA-Z])(?:{'|'.join(ONE_WORD)})")
FLOOR = re.compile(r"[A-Z]?\d+楼.*$")
OTHER_CITY = re.compile(r"^(?:中国)?(?:[\u4e00-\u9fff]{2,3}省)?(?:[\u4e00-\u9fff]{2,4}市)(?:[^场民政]|$)")
AT_HOME = re.compile(f"^(?:中国)?(?:广东省?)?(?:东莞|{TOWN_WORDS})")
TOWN = re.compile(TOWN_WORDS)


def normalised(text: str) -> str | None:
    """The key of an address."""
    found = DROPPED.sub("", NOTE.sub("", text.upper()))
    found = PROVINCE.sub("", HOME.sub("", found))
    found = LAKE.sub("松山湖", STREET.sub(r"\1街道", found))
    found = NUMERAL.sub(lambda m: arabic(m.group()), found)
    found = re.sub(r"第(?=\d)", "", re.sub("[‐-―−~～]", "-", found))
    return SYNONYM.sub(lambda m: ONE_WORD[m.group()], found) or None


def arabic(numeral: str) -> str:
    """二十三 → 23, 二〇三 → 203."""
    if not set(numeral) & {"十", "百"}:
        return "".join(str(DIGITS[c]) for c in numeral)
    total, digit = 0, None
    for c in numeral:
        if c in "十百":
            total += (1 if digit is None else digit) * (10 if c == "十" else 100)
            digit = None
        else:
            digit = DIGITS[c] or digit
    return str(total + (digit or 0))


def building(text: str) -> str | None:
    """The part up to the last block, else the first house number, else whatever stands before a floor."""
    cut = FLOOR.sub("\x01", text)
    found = re.match("(.*(?:栋|大厦))", cut) or re.match(r"(.*?[\dA-Z]号)", cut) or re.match("(.+)\x01", cut)
    return found[1] if found else None


def is_cluster(text: str) -> bool:
    """A cluster-registration office, or cut: never links firms."""
    return "集群" in text or re.search("[*＊]{2,}", text) is not None


def town(text: str) -> str | None:
    """Town or street of the home city."""
    if OTHER_CITY.search(text) and not AT_HOME.search(text):
        return None
    found = TOWN.search(text)
    return TOWN_OF_WORD[found.group()] if found else None
