"""Evidence in words: one template per rule and language, filled from the figures and names that the evidence holds."""

from __future__ import annotations

from datetime import date

from queries.results import Evidence
from queries.texts import en, zh

POSTS = zh.POSTS
THINGS = zh.THINGS
STATUSES = zh.STATUSES
LISTS = zh.LISTS
LISTED = zh.LISTED
NOT_REGISTERED = zh.NOT_REGISTERED
TEXTS = zh.TEXTS
FOR_THE_SUBJECT = frozenset({"merchant_all"})
"""Rules that speak for whom the lead is about, like all whose name begins with `counter_`."""


def evidence(
    rule: str,
    *,
    seen: float | None = None,
    expected: float | None = None,
    p: float | None = None,
    first: date | None = None,
    last: date | None = None,
    parties: tuple[str, ...] = (),
    records: tuple[str, ...] = (),
    legal_basis: str | None = None,
    **params: str | float | int | None,
) -> Evidence:
    """Build one piece of evidence, with its text and with what would lower it, in Chinese and English."""
    values = {"seen": seen, "expected": expected, "p": p, "first": first or zh.UNKNOWN_DAY, "last": last, **params}
    words = {name: en.word(value) if isinstance(value, str) else value for name, value in values.items()}
    return Evidence(
        rule, zh.TEXTS[rule].format(**values), seen, expected, p, first, last, parties, records, legal_basis,
        zh.LOWERS.get(rule), params, en.TEXTS[rule].format(**words), en.LOWERS.get(rule),
    )  # fmt: skip


def is_counter(rule: str) -> bool:
    """Whether evidence of this rule speaks for whom the lead is about: it never brings a dismissed lead back."""
    return rule in FOR_THE_SUBJECT or rule.startswith("counter_")


def hubs_cut(hubs: dict[str, tuple[int, int]]) -> list[str]:
    """Say, by rule, how many shared things linked nobody because too many share them, and how many the largest has."""
    return [
        f"规则“{title}”：{count} 个共用对象因涉及企业过多（最多 {most} 家）未作关联，见 cut_hubs"
        for title, (count, most) in hubs.items()
    ]


def coupling_fitted(coupling: float, auc: float, events: int) -> str:
    """Say by which coupling risk was carried, and how well it would have foretold the last year."""
    if auc != auc:
        return f"关联传导系数取默认值 {coupling:g}：近一年可供校准的企业仅 {events} 家"
    return f"关联传导系数 {coupling:g}，按近一年新增不良的 {events} 家企业校准（AUC {auc:.2f}，0.5 为无信息）"


def pairing_limit(window: int, people: int) -> str:
    """Say that bursts with more people than that were left out when complainants were compared with each other."""
    span = f"{window} 天内" if window else "整个时期内"
    return f"{span}投诉人超过 {people} 名的商户人数过多，未对其投诉人作两两比对"
