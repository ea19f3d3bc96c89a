"""A file of holdings as somebody has it: headings in two languages, percents in several spellings, gaps."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph.errors import InputError, MissingColumns

ALIASES: dict[str, tuple[str, ...]] = {
    "owner": (
        "owner", "holder", "shareholder", "holder_name", "股东", "股东名称", "股东姓名", "投资人", "出资人", "持有人",
        "holder_id",
    ),
    "company": (
        "company", "被投资企业", "被投资企业名称", "企业名称", "公司名称", "公司", "企业", "company_name",
        "统一社会信用代码", "company_id",
    ),
    "percent": (
        "percent", "percentage", "share", "pct", "持股比例", "出资比例", "比例", "投资比例", "股权比例", "占比",
    ),
    "owner_kind": ("owner_kind", "holder_kind", "kind", "股东类型", "投资人类型", "出资人类型", "类型"),
}  # fmt: skip
"""Headings understood for each column, preferred ones first; compared without case, blanks, brackets and units."""


def _words(*texts: str) -> frozenset[str]:
    return frozenset(word for text in texts for word in text.split())


PERSON_WORDS = _words(
    "person individual natural naturalperson",
    "自然人 个人 自然人股东 境内自然人 境外自然人 外籍自然人",
)
UNKNOWN_WORDS = _words(
    "unknown undisclosed unspecified anonymous n/a na ? unknownperson",
    "未知 不详 无法确认 无法识别 未披露 匿名 待确认",
    # Reason codes of the Beneficial Ownership Data Standard 0.4, in lower case.
    "subjectunabletoconfirmoridentifybeneficialowner interestedpartyhasnotprovidedinformation",
    "subjectexemptfromdisclosure interestedpartyexemptfromdisclosure informationunknowntopublisher",
)
_UNKNOWN_START = re.compile(
    r"unknown|undisclosed|unspecified|anonymous|未知|不详|无法确认|无法识别|未披露|匿名", re.IGNORECASE
)
STATE_WORDS = _words("state government", "国有 国家 政府 国资 机关法人 国有股东 国家股 国有法人")
_ORGANISATION = re.compile(
    r"公司|集团|企业|合伙|中心|基金|银行|信托|证券|保险|合作社|厂|商行|委员会|政府|学会|协会|研究院|计划"
    r"|\b(ltd|limited|inc|llc|co|corp|company|plc|gmbh|ag|sa|bv|holdings?|partners|partnership|fund|trust|bank|group)\b",
    re.IGNORECASE,
)
HALF = 0.5
"""A company whose shares, all of them 1 or less, add up to at least this is read as fractions; beside percents: ask."""


@dataclass(frozen=True, slots=True)
class HoldingsFile:
    """The file as arrays. Parties are numbered in the order they appear; an unknown owner is a party of its own in
    every company, under the words of the file. `notes` say in Chinese what was assumed or left out.
    """

    names: tuple[str, ...]
    owner: npt.NDArray[np.int64]
    company: npt.NDArray[np.int64]
    percent: npt.NDArray[np.float64]
    is_company: npt.NDArray[np.bool_]
    person: npt.NDArray[np.bool_]
    unknown: npt.NDArray[np.bool_]
    state: npt.NDArray[np.bool_]
    notes: tuple[str, ...]

    @property
    def n(self) -> int:
        """Number of parties."""
        return len(self.names)


def read_holdings(raw: pa.Table) -> HoldingsFile:
    """Turn a table of text columns into holdings.

    Raises
    ------
    MissingColumns
        If there is no column for owner, company or percent.
    InputError
        If no row can be used, or fractions and percents are mixed so that nobody can tell them apart.
    """
    found = _columns(raw.column_names)
    spelling: dict[str, str] = {}
    text = {name: _texts(raw.column(at), spelling) for name, at in found.items()}
    kinds = text.get("owner_kind", [""] * raw.num_rows)
    notes: list[str] = []
    rows = list(zip(text["owner"], text["company"], text["percent"], kinds, strict=True))
    first = {row: i for i, row in reversed(list(enumerate(rows)))}
    named = [bool(row[0] and row[1]) for row in rows]
    used = [i for i, row in enumerate(rows) if named[i] and first[row] == i]
    _note(notes, [i for i in range(len(rows)) if not named[i]], "股东或企业名称为空，未使用")
    _note(notes, [i for i, row in enumerate(rows) if named[i] and first[row] != i], "与前面的记录完全相同，只计一次")
    if not used:
        raise InputError("the file has no usable row: every row lacks an owner or a company; 文件中没有可用的持股记录")
    percent = _percents([text["percent"][i] for i in used], [text["company"][i] for i in used], used, notes)
    file = _number(
        [text["owner"][i] for i in used], [text["company"][i] for i in used], [kinds[i] for i in used],
        percent, notes, has_kind="owner_kind" in found,
    )  # fmt: skip
    return replace(file, names=tuple(spelling[name] for name in file.names))


def _columns(headings: Sequence[str]) -> dict[str, int]:
    plain = [re.sub(r"[\s()（）%％_\-]|百分比", "", unicodedata.normalize("NFKC", str(h)).lower()) for h in headings]
    found: dict[str, int] = {}
    for name, aliases in ALIASES.items():
        for alias in aliases:
            key = alias.replace("_", "")
            if key in plain and plain.index(key) not in found.values():
                found[name] = plain.index(key)
                break
    missing = [name for name in ("owner", "company", "percent") if name not in found]
    if missing:
        wanted = "; ".join(f"{name} ({', '.join(ALIASES[name][:4])} …)" for name in missing)
        raise MissingColumns(f"no column for {wanted} among: {', '.join(map(str, headings)) or 'no headings at all'}")
    return found


def _texts(column: pa.ChunkedArray, spelling: dict[str, str]) -> list[str]:
    """Texts in one normal form, by which parties are told apart; `spelling` keeps each as it was first written."""
    texts = []
    for value in column.to_pylist():
        written = "" if value is None else str(value).strip()
        texts.append(unicodedata.normalize("NFKC", written).strip())
        spelling.setdefault(texts[-1], written)
    return texts


def _percents(texts: list[str], company: list[str], rows: list[int], notes: list[str]) -> npt.NDArray[np.float64]:
    signed = np.array([t.endswith("%") for t in texts])
    value = np.array([_number_in(t) for t in texts])
    negative = value < 0
    _note(notes, [rows[i] for i in np.flatnonzero(negative)], "持股比例为负数，按未记载处理")
    unread = np.isnan(value) & np.array([bool(t) and t.lower() not in _BLANK for t in texts])
    _note(notes, [rows[i] for i in np.flatnonzero(unread)], "持股比例无法识别，按未记载处理")
    value[negative] = np.nan
    blank = np.isnan(value).sum() - negative.sum() - unread.sum()
    if blank:
        notes.append(f"{blank} 条记录没有持股比例：保留股东，不计入份额，完整度相应降低。")
    plain = ~signed & (value > 0)
    if plain.any() and (value[plain] <= 1.0).all() and not (signed & (value > 0)).any():
        notes.append("所有持股比例都不大于 1，已按小数（1 = 100%）理解。")
        return value * 100.0
    small = _refuse_mixture(value, plain, company, rows)
    if small:
        notes.append(f"{small} 家企业的持股比例都不大于 1，与其他企业一样按百分数理解（0.3 = 0.3%）。")
    return value


_BLANK = frozenset({"nan", "-", "--", "null", "none", "n/a", "未披露", "不详", "未知", "无"})


def _number_in(text: str) -> float:
    try:
        # No share needs a thousands separator, so a comma is the decimal sign of whoever wrote it.
        value = float(text.removesuffix("%").replace(",", ".").strip())
    except ValueError:
        return float("nan")
    return value if np.isfinite(value) else float("nan")


def _refuse_mixture(
    value: npt.NDArray[np.float64], plain: npt.NDArray[np.bool_], company: list[str], rows: list[int]
) -> int:
    """Stop where one company's shares look like fractions and others' like percents: 0.6 may be 60 % or 0.6 %.

    Returns the number of companies whose shares are all small without looking like fractions.
    """
    shares: dict[str, list[tuple[float, int]]] = {}
    for i in np.flatnonzero(plain):
        shares.setdefault(company[i], []).append((float(value[i]), rows[i]))
    small = {name: entries for name, entries in shares.items() if max(v for v, _ in entries) <= 1.0}
    for name, entries in small.items():
        if sum(v for v, _ in entries) >= HALF:
            raise InputError(
                f"fractions and percents seem to be mixed: the shares of {name!r} (row {entries[0][1] + 2}) add up to "
                f"{sum(v for v, _ in entries):g}, other shares are larger than 1. Write all as percents, or put % "
                "behind those that are. 持股比例疑似小数与百分数混用，请统一为百分数或在百分数后加 %"
            )
    return len(small)


def _number(
    owner: list[str],
    company: list[str],
    kind: list[str],
    percent: npt.NDArray[np.float64],
    notes: list[str],
    *,
    has_kind: bool,
) -> HoldingsFile:
    numbers: dict[tuple[str, str], int] = {}
    unknown_row = [_is_unknown(o, k) for o, k in zip(owner, kind, strict=True)]
    keys = [(o, c if lost else "") for o, c, lost in zip(owner, company, unknown_row, strict=True)]
    by = np.array([numbers.setdefault(key, len(numbers)) for key in keys], np.int64)
    into = np.array([numbers.setdefault((c, ""), len(numbers)) for c in company], np.int64)
    n = len(numbers)
    is_company, person, unknown, state = (np.zeros(n, np.bool_) for _ in range(4))
    is_company[into] = True
    unknown[by] = unknown_row
    for i, (o, k) in enumerate(zip(owner, kind, strict=True)):
        person[by[i]] |= _word(k) in PERSON_WORDS or (not k and not _ORGANISATION.search(o))
        state[by[i]] |= _word(k) in STATE_WORDS
    if (person & is_company).any():
        notes.append(f"{(person & is_company).sum()} 个名称既是自然人股东又是企业，按企业处理。" if has_kind else "")
    if not has_kind:
        notes.append("没有股东类型列：未作为企业出现且名称不含机构用语的股东视为自然人。")
    if unknown.any():
        notes.append(f"{unknown.sum()} 个股东申明未知：原样保留，不视为任何人，也不在企业之间合并。")
    names = tuple(name for name, _ in numbers)
    person &= ~is_company & ~unknown
    return HoldingsFile(names, by, into, percent, is_company, person, unknown, state, tuple(filter(None, notes)))


def _is_unknown(owner: str, kind: str) -> bool:
    if _word(owner) in UNKNOWN_WORDS or _word(kind) in UNKNOWN_WORDS:
        return True
    return bool(_UNKNOWN_START.match(owner)) and not _ORGANISATION.search(owner)


def _word(text: str) -> str:
    return text.lower().replace(" ", "").replace("_", "")


def _note(notes: list[str], rows: list[int], what: str) -> None:
    """Add a note with the first lines concerned; the heading is line 1."""
    if rows:
        first = "、".join(str(row + 2) for row in rows[:5])
        notes.append(f"{len(rows)} 条记录{what}（第 {first} 行{' 等' if len(rows) > 5 else ''}）。")
