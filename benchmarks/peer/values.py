"""Checks of single values, one Python function each, to be mapped over a column whose texts `tidy` has seen."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import re
import unicodedata

from pypinyin import Style, lazy_pinyin

from graph.model.capital import CURRENCIES
from graph.model.names import READINGS
from graph.model.text import MISSING
from peer.config import WORDS

INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff〇々"

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
VALUE = {c: i for i, c in enumerate(ALPHABET)}
OUTER = [pow(3, i, 31) for i in range(17)]
INNER = [3, 7, 9, 10, 5, 8, 4, 2]
TODAY = dt.datetime.now(dt.UTC).date()
RESIDENT = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]


def tidy(text: str) -> str | None:
    """NFKC, no invisible characters, stripped; None for every way of writing "no value"."""
    text = INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).strip()
    return None if text.upper() in MISSING else text


def name(text: str) -> str:
    """One spelling of a name: no blanks beside Chinese characters, single ones elsewhere."""
    return re.sub(r"\s+", " ", re.sub(rf"\s+(?=[{HAN}()])|(?<=[{HAN}()])\s+", "", text))


def initials(text: str) -> str | None:
    """Pinyin initials, lower case; letters and digits stay."""
    return "".join(map(initial, text)) or None


@functools.cache
def initial(character: str) -> str:
    """Initial of one character; kept, since pypinyin takes 10 µs for each."""
    if character.isascii():
        return character.lower() if character.isalnum() else ""
    pinyin = "".join(lazy_pinyin(character, style=Style.FIRST_LETTER, errors="ignore"))
    return READINGS.get(character) or pinyin[:1]


ORGANISATION = re.compile(f"({'|'.join(WORDS['organisations']['endings'])})$")
PERSON = re.compile(rf"^([{HAN}]{{2,4}}|[{HAN}]{{1,8}}·[{HAN}·]{{1,12}})$|^NP-")
FUND = re.compile("|".join(WORDS["funds"]["words"]))
STATE = re.compile("|".join(WORDS["state_investors"]["words"] + WORDS["custodians"]["words"]))
_ORDINAL = "(?:[A-Z0-9一二三四五六七八九十甲乙丙丁戊]{1,3})"
_PARTY = "(?:供应商|供货商|客户|单位|公司|企业|个人|自然人|股东|投资者|经销商|厂商|商家|其他)"
NOBODY = re.compile(
    rf"^(?:第?{_ORDINAL}(?:名|大{_PARTY})?|第?{_ORDINAL}{_PARTY}|{_PARTY}第?{_ORDINAL}?(?:名|号)?|某{_PARTY}?"
    rf"|合计|总计|小计)$|^({'|'.join(WORDS['placeholders']['patterns'])})$"
)


def sort(text: str) -> str:
    """What a name is the name of: person, organisation, fund, nobody (placeholder), unknown (hashed)."""
    person = PERSON.search(text) and not ORGANISATION.search(text)
    if NOBODY.search(text.upper()) and not (person and re.fullmatch(rf"丁[{HAN}]{{1,2}}", text)):
        return "placeholder"
    if re.fullmatch("X-[0-9a-f]+", text):
        return "unknown"
    if FUND.search(text) and not PERSON.search(text):
        return "fund"
    return "person" if person else "organisation"


def is_state(text: str) -> bool:
    """A state platform or a custodian."""
    return STATE.search(text) is not None


def number(text: str) -> str:
    """A code or ID: upper case, no blanks."""
    return re.sub(r"\s+", "", text).upper()


def uscc_status(code: str) -> str:
    """Both checks of GB 32100-2015; older numbers by their own."""
    if len(code) == 15:
        if code.isdigit():
            return "legacy15" if reg15(code) else "bad_check"
        return "legacy15" if re.fullmatch("[0-9]{6}[0-9A-Z]{9}", code) else "bad_format"
    if re.fullmatch("[0-9A-Z]{8}-?[0-9X]", code):
        body = code.replace("-", "")
        right = "0123456789X"[-sum(int(c, 36) * w for c, w in zip(body, INNER, strict=False)) % 11]
        return "org9" if body[8] == right else "bad_check"
    if len(code) != 18 or any(c not in VALUE for c in code):
        return "bad_format"
    outer = (31 - sum(VALUE[c] * w for c, w in zip(code, OUTER, strict=False)) % 31) % 31
    if ALPHABET[outer] != code[17]:
        return "bad_check"
    inner = 11 - sum(int(c, 36) * w for c, w in zip(code[8:16], INNER, strict=True)) % 11
    return "valid" if code[16] == {10: "X", 11: "0"}.get(inner, str(inner)) else "valid_outer_only"


def reg15(code: str) -> bool:
    """ISO 7064 MOD 11,10."""
    product = 10
    for c in code[:14]:
        product = ((product + int(c)) % 10 or 10) * 2 % 11
    return (product + int(code[14])) % 10 == 1


def scheme(code: str) -> str:
    """Which older number it is."""
    if re.fullmatch("[0-9]{15}", code):
        return "reg15"
    if re.fullmatch("[0-9]{6}[0-9A-Z]{9}", code):
        return "reg15_alnum"
    if re.fullmatch("[0-9]{13}", code):
        return "reg13"
    if re.fullmatch("[0-9A-Z]{8}-?[0-9X]", code):
        return "org9"
    return "document" if re.fullmatch(r".*[字第][^字第]*\d+号?|.*第\d+号?", code) else "other"


def resident_id(code: str) -> str | None:
    """A resident ID that can be used: 18 characters with a real birth date (a wrong check is kept), or the old 15."""
    if re.fullmatch(r"\d{17}[\dX]", code):
        digits = code[6:14]
    elif re.fullmatch(r"\d{15}", code):
        digits = "19" + code[6:12]
    else:
        return None
    try:
        born = dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return code if dt.date(1880, 1, 1) <= born <= TODAY else None


def resident_status(code: str) -> str:
    """Whether the check character is right."""
    if resident_id(code) is None:
        return "bad_format"
    if len(code) == 15:
        return "old15"
    right = "10X98765432"[sum(int(c) * w for c, w in zip(code, RESIDENT, strict=False)) % 11]
    return "valid" if right == code[17] else "bad_check"


def masked_id(text: str) -> str:
    """First three and last four."""
    return f"{text[:3]}{'*' * (len(text) - 7)}{text[-4:]}" if len(text) >= 11 else "*" * len(text)


def masked_phone(text: str) -> str:
    """First three and last four; short ones the last two."""
    return f"{text[:3]}****{text[-4:]}" if len(text) >= 10 else f"****{text[-2:]}"


def date(text: str) -> dt.date | None:
    """A date in any spelling that departments use; None if there is none."""
    found = re.match(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*(?:日|号)?(?!\d)", text) or re.match(
        r"(\d{4})(\d{2})(\d{2})(?:\d{6})?(?!\d)", text
    )
    if found:
        year, month, day = map(int, found.groups())
        try:
            return dt.date(year, month, day) if 1800 <= year < 2999 else None
        except ValueError:
            return None
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text):
        return dt.date(1899, 12, 30) + dt.timedelta(days=int(float(text)))
    return None


UNITS = {"亿": 1e8, "千万": 1e7, "百万": 1e6, "万": 1e4, "千": 1e3}


def capital(text: str) -> tuple[float | None, str | None]:
    """Amount and currency of 1,125(万元人民币), 50万美元 …"""
    bare = re.sub(r"^(?:注册资[本金]|认缴|实缴|[:\s]|人民币|RMB|[¥￥])+", "", text, flags=re.IGNORECASE)
    found = re.match(r"(-?\d[\d,]*(?:\.\d+)?|\.\d+)\s*(.*)", bare, re.DOTALL)
    if not found:
        return None, None
    factor = next((f for word, f in UNITS.items() if word in found[2]), 1.0)
    named = next((code for word, code in CURRENCIES.items() if word in text.upper()), None)
    plain = re.fullmatch(r"[()元圆整\s亿千百万]*", found[2])
    return round(float(found[1].replace(",", "")) * factor, 2), named or ("CNY" if plain else None)


def phone(text: str) -> str | None:
    """Digits of the first number of a field, with area code."""
    first = re.split(r"[/、,,;;]| 或", text)[0]
    written = re.sub(r"[\s()\-—.]+", "", re.sub(r"(?:转|ext\.?|x|#|\*).*$", "", first, flags=re.IGNORECASE))
    bare = re.sub(r"^(?:\+|00)?86(?=1[3-9]\d{9}$|\d{10,12}$)", "", written)
    if re.fullmatch(r"01[3-9]\d{9}", bare):
        bare = bare[1:]
    if re.fullmatch(r"[2-9]\d{7}", bare):
        bare = "0769" + bare
    elif bare != written and not re.fullmatch(r"0.*|1[3-9]\d{9}", bare):
        bare = "0" + bare
    return bare if re.fullmatch(r"1[3-9]\d{9}|0\d{9,11}|[48]00\d{7}|1\d{4}", bare) else None


def classify(patterns: list[list[str]], text: str) -> str | None:
    """First class whose pattern is found."""
    return next((kind for pattern, kind in patterns if re.search(pattern, text)), None)


def hashed(text: str, prefix: str, key: bytes = b"") -> str:
    """Keyed hash with the prefix of its kind: people's numbers never reach a table."""
    return prefix + hashlib.blake2b(text.encode(), digest_size=12, key=key, person=prefix.encode()).hexdigest()
