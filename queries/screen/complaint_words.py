"""What the findings on complainants are called in Chinese, and ids of groups: shared by files and report."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from graph.analytics.credibility import Reason
from graph.analytics.evidence import TIER_MONTHS
from graph.analytics.groups import TIERS, FoundGroup
from graph.projection import months_later

if TYPE_CHECKING:
    from queries.screen.complaints import Screening

TIER_NAMES = {"strong": "强", "moderate": "中", "weak": "弱"}
THING_NAMES = {
    "phone": "电话", "address": "地址", "account": "账号", "device": "设备", "agent": "代理人", "image": "图片",
    "text": "文本模板",
}  # fmt: skip


def group_id(index: int) -> str:
    """Name of a group within one screening; `G1` has the clearest evidence."""
    return f"G{index + 1}"


def iso_day(day: int | None) -> str:
    """A day as YYYY-MM-DD; empty if there is none."""
    return "" if day is None else (date(1970, 1, 1) + timedelta(days=day)).isoformat()


def expiry(last: int | None) -> int | None:
    """The day after which a tier no longer holds unless there are new signals.

    >>> iso_day(expiry(0))
    '1971-01-01'
    """
    return None if last is None else int(months_later(np.array([last]), TIER_MONTHS)[0])


def reason_text(reason: Reason) -> str:
    """One reason in words.

    >>> reason_text(Reason("substantiated_share", 0.8, float("nan")))
    '有利：已办结投诉中 80% 属实，可疑程度下调'
    """
    if reason.rule == "group_overlap":
        return f"与同组成员在 {reason.seen:.0f} 次集中投诉或共用信息中同时出现，随机预期 {reason.expected:.2g} 次"
    if reason.rule == "substantiated_share":
        return f"有利：已办结投诉中 {reason.seen:.0%} 属实，可疑程度下调"
    return f"有利：投诉中 {reason.seen:.0%} 涉及人身或安全问题，可疑程度下调"


def complainant_reasons(screening: Screening, person: int) -> str:
    """All reasons behind one complainant's score; empty if the score is 0."""
    texts = [reason_text(r) for r in screening.found.reasons.get(person, ())]
    if not texts and screening.found.score[person] > 0:
        texts = [f"与某疑似团伙有接触，属于该团伙的概率估计 {screening.found.score[person]:.1%}，未达列入标准"]
    return "；".join(texts)


def tier_name(tier: int) -> str:
    """Tier of a complainant as written in files: strong, moderate, weak, or empty."""
    return TIERS[tier] if tier >= 0 else ""


def power_of_ten(log_p: float) -> str:
    """A probability from its natural logarithm, readable however small.

    >>> power_of_ten(-1036.0), power_of_ten(-2.0)
    ('10^-449', '0.14')
    """
    return f"{math.exp(log_p):.2g}" if log_p > -9 else f"10^{math.ceil(log_p / math.log(10)):d}"


def group_sentence(screening: Screening, group: FoundGroup) -> str:
    """One group in one sentence."""
    when = f"{iso_day(group.first_day)} 至 {iso_day(group.last_day)}，" if group.first_day is not None else ""
    meetings = int(group.event_members.sum())
    return (
        f"{len(group.members)} 名投诉人，{when}在 {len(group.events)} 个集中事件中 {meetings} 次同时出现，"
        f"涉及 {len(group.merchants)} 家商家；偶然出现的概率上界 {power_of_ten(group.log_p)}。"
    )
