"""What a column holds, told by its values alone: the share that passes the check of each kind of content.

This proposes; nothing is loaded by it. Only shares and shapes leave this module, never a value.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from graph.model.identifiers import check_resident_id, check_uscc, normalise_phone, parse_capital, parse_dates
from graph.model.text import known_texts
from loaders.checks import CHECKS
from loaders.mapping import Column
from loaders.rules import any_of, matches, rules

Judge: TypeAlias = Callable[[pa.Array], pa.Array]
"""From texts, none null, to whether each looks like it."""


@dataclass(frozen=True, slots=True)
class Content:
    """One kind of content."""

    words: str
    """What it is, for people."""
    judge: Judge
    telling: float = 1.0
    """How much it says that values pass: a day says much, a number from 0 to 100 little."""


def like(pattern: str) -> Judge:
    """Texts in which the pattern is found."""
    return lambda texts: matches(texts, pattern)


def _code(texts: pa.Array) -> pa.Array:
    return pc.is_in(check_uscc(texts).status, pa.array(["valid", "valid_outer_only", "legacy15"]))


def _person_id(texts: pa.Array) -> pa.Array:
    return pc.equal(check_resident_id(texts).status, "valid")


def _party_id(texts: pa.Array) -> pa.Array:
    return pc.or_(_code(texts), _person_id(texts))


def _date(texts: pa.Array) -> pa.Array:
    days = pc.is_in(parse_dates(texts).status, pa.array(["valid", "open"]))
    written = matches(texts, r"^\d{4}[-/.年 ]?\d{1,2}[-/.月 ]?\d{1,2}([^\dA-Z].*)?$|^\p{Han}{2,6}$")
    return pc.and_(days, written)  # so not the day numbers of Excel, which any number of five digits could be


def _phone(texts: pa.Array) -> pa.Array:
    digits = pc.is_valid(normalise_phone(texts).digits)
    return pc.and_not(pc.and_not(digits, _date(texts)), _party_id(texts))


def _capital(texts: pa.Array) -> pa.Array:
    amount = pc.and_(pc.is_valid(parse_capital(texts).amount), matches(texts, r"^[\d.,\s]+\D{0,12}$"))
    return pc.and_not(amount, pc.or_(_date(texts), _party_id(texts)))


def _percent(texts: pa.Array) -> pa.Array:
    return pc.and_not(pc.is_valid(CHECKS["percent"](texts)[""]), matches(texts, r"^\d{3,}$"))


def _company(texts: pa.Array) -> pa.Array:
    return pc.and_not(matches(texts, f".{{2}}({_COMPANY})(\\(.{{1,9}}\\))?$"), _type(texts))


def _person(texts: pa.Array) -> pa.Array:
    surnames = rules("words")["surnames"]["characters"]
    named = pc.or_(matches(texts, f"^[{surnames}]\\p{{Han}}{{1,2}}$"), matches(texts, r"^\p{Han}{1,8}·\p{Han}+$|^NP-"))
    return pc.and_not(named, pc.or_(_status(texts), _post(texts)))


def _address(texts: pa.Array) -> pa.Array:
    return matches(texts, r"\p{Han}{2,}(省|市|区|县|镇|乡|街道|村|路|街|巷|大道).*(路|街|巷|村|号|栋|楼|室|园|大道)")


def _status(texts: pa.Array) -> pa.Array:
    return pc.and_(pc.is_valid(CHECKS["status"](texts)[""]), matches(texts, r"^[^,;。]{2,16}$"))


_COMPANY = (
    "公司|厂|店|[营市务分]部|[商银支车]行|[作旅销]社|馆|站|[医学究]院|中心|合伙企业|工作室|集团|[大小]学|幼儿园|协会|场"
)
_type = like(
    r"^(有限责任公司|股份有限公司|一人有限|个体|个人独资|(普通|有限|特殊的?普通)?合伙企业|农民专业合作社|.*分公司$|.*分支机构|"
    r"外商投资|外国|港|台|内资|全民所有制|集体所有制|国有|.*代表机构$)"
)
_post = like(r"^(.{0,4}(董事|监事|经理|总裁|总监|联络员|秘书|财务负责人|负责人|法定代表人).{0,6})$")

KINDS: Mapping[str, Content] = {
    "code": Content("unified social credit codes or registration numbers", _code),
    "person_id": Content("resident ID numbers", _person_id),
    "party_id": Content("credit codes or resident ID numbers", _party_id, 0.9),
    "date": Content("days", _date),
    "phone": Content("telephone numbers", _phone),
    "capital": Content("sums of money", _capital, 0.5),
    "percent": Content("percentages", _percent, 0.5),
    "integer": Content("whole numbers", like(r"^\d{1,9}$"), 0.4),
    "company": Content("names of companies", _company),
    "person": Content("names of persons", _person),
    "holder": Content("names of persons or companies", lambda texts: pc.or_(_company(texts), _person(texts)), 0.9),
    "shop": Content("names of shops", like(r"(旗舰店|专营店|专卖店|官方店|小店|店铺|店|铺|商城)$"), 0.9),
    "address": Content("addresses", _address),
    "status": Content("registration statuses", _status),
    "entity_type": Content("types of enterprise", _type),
    "post": Content("posts", _post),
    "province": Content("provinces", lambda texts: matches(texts, f"^({_provinces()}).{{0,7}}$")),
    "industry": Content("industry codes", like(r"^[A-T]\d{2,4}$|^\d{4}$"), 0.5),
    "region": Content("region codes", like(r"^\d{6}$"), 0.5),
    "year": Content("years", like(r"^(19|20)\d\d(年度?)?$"), 0.6),
    "month": Content("months", like(r"^(19|20)\d\d[-/.年]?(0?[1-9]|1[0-2])月?$"), 0.6),
    "url": Content("web addresses", like(r"(?i)^(https?://|www\.)|^[\w.-]+\.(com|cn|net|shop|example)(/|$)")),
    "document": Content("document numbers", like(r"\d.*号$")),
    "authority": Content("authorities", like(r"(局|委|委员会|厅|院|政府|分局|所|大队|支队)$")),
    "court": Content("courts", like(r"法院$")),
    "law": Content("articles of law", like(r"(法|条例|规定|办法|细则).*第.+条")),
    "sanction": Content("kinds of penalty", like(r"罚款|警告|没收|吊销|责令|通报批评|拘留|暂扣")),
    "scope": Content("business scopes", like(r"(销售|经营|生产|服务|零售|批发|加工|制造|咨询|开发).*[;,、]|〓$")),
    "yes_no": Content("yes or no", like(r"(?i)^(是|否|有|无|y|n|yes|no|true|false|0|1)$"), 0.4),
}
"""Kinds of content by name; the names of checks are among them."""


def kind_of(column: Column) -> str:
    """Kind of content of a field: as its mapping says, else by its check; `text` and `codes` have no form of theirs."""
    return column.content or {"name": "company"}.get(column.check, column.check)


def shares(values: pa.ChunkedArray) -> dict[str, float]:
    """Share of the filled-in values that looks like each kind; nothing where all are empty."""
    texts = known_texts(pc.unique(values))
    counts = {row["values"]: row["counts"] for row in pc.value_counts(known_texts(values.combine_chunks())).to_pylist()}
    total = sum(count for text, count in counts.items() if text is not None)
    if not total:
        return {}
    distinct = pc.unique(texts.drop_null())
    weight = pa.array([counts[text] for text in distinct.to_pylist()], pa.int64())
    return {
        name: (pc.sum(weight.filter(pc.fill_null(kind.judge(distinct), False))).as_py() or 0) / total
        for name, kind in KINDS.items()
    }


def filled(values: pa.ChunkedArray) -> float:
    """Share of the values that say something.

    >>> filled(pa.chunked_array([["a", "", "N/A", "b"]]))
    0.5
    """
    return 1 - known_texts(values.combine_chunks()).null_count / len(values) if len(values) else 0.0


def share_in(values: pa.ChunkedArray, codes: Mapping[str, str]) -> float:
    """Share of the filled-in values that a closed list knows."""
    texts = known_texts(values.combine_chunks()).drop_null()
    return float(pc.mean(pc.is_in(texts, pa.array(list(codes))).cast(pa.float64())).as_py() or 0) if len(texts) else 0.0


def shape(values: pa.ChunkedArray) -> str:
    """Form of most values: 9 for a digit, A for a letter, 汉 for a Chinese character; never a value.

    >>> shape(pa.chunked_array([["2024-05-06", "2023-01-02", "不详"]])), shape(pa.chunked_array([["李试一"]]))
    ('9999-99-99', '汉汉汉')
    """
    texts = known_texts(values.combine_chunks()).drop_null().slice(0, 1_000)
    forms = Counter(map(_form, texts.to_pylist()))
    return forms.most_common(1)[0][0] if forms else ""


def _form(text: str) -> str:
    marks = (
        "9" if c.isdigit() else "A" if c.isascii() and c.isalpha() else "汉" if c.isalnum() else c for c in text[:60]
    )
    return re.sub(r"(.)\1{4,}", lambda run: f"{run[1]}×{len(run[0])}", "".join(marks))


def _provinces() -> str:
    return any_of(rules("words")["provinces"]["names"])
