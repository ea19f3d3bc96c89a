"""Inline SVG of a group: when its members complained, and who met whom where. No script, no network."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from graph.analytics.groups import FoundGroup
from queries.screen.complaint_words import iso_day

if TYPE_CHECKING:
    from queries.screen.complaints import Screening

PARTIES = 60
"""Most parties of a picture (analytics.md)."""
ROWS = 25
"""Most merchants of a timeline."""
_MEMBER, _SHOP, _LINE = "#b5500b", "#0f7f78", "#c3ccd6"


def timeline(screening: Screening, group: FoundGroup) -> str:
    """One row per merchant, one dot per complaint of a member, from first to last day."""
    data = screening.data
    if group.first_day is None:
        return ""
    merchants = _busiest(screening, group)[:ROWS]
    rows = np.flatnonzero(np.isin(data.who, group.members) & np.isin(data.whom, merchants) & data.dated)
    if not len(rows):
        return ""
    low, high = int(data.day[rows].min()), int(data.day[rows].max())
    place = {int(m): i for i, m in enumerate(merchants)}
    dots = [
        f'<circle cx="{170 + 700 * (int(data.day[r]) - low) / max(high - low, 1):.1f}" '
        f'cy="{20 + 16 * place[int(data.whom[r])]}" r="4" fill="{_MEMBER}" fill-opacity=".55"/>'
        for r in rows
    ]
    names = [
        f'<text x="160" y="{24 + 16 * i}" text-anchor="end">{escape(data.merchants[m][:12])}</text>'
        f'<line x1="170" x2="870" y1="{20 + 16 * i}" y2="{20 + 16 * i}" stroke="{_LINE}"/>'
        for m, i in place.items()
    ]
    bottom = 20 + 16 * len(place)
    ends = "".join(
        f'<text x="{x}" y="{bottom + 12}" text-anchor="{anchor}">{iso_day(day)}</text>'
        for x, anchor, day in ((170, "start", low), (870, "end", high))
    )
    return _svg(890, bottom + 20, "时间轴：每行一家商家，每点一次成员投诉", [*names, *dots, ends])


def picture(screening: Screening, group: FoundGroup) -> str:
    """Members on the left, merchants on the right, a line where a member complained about the merchant."""
    data = screening.data
    merchants = _busiest(screening, group)[: PARTIES // 3]
    best = np.lexsort((group.members, -group.member_events))
    members = group.members[best][: PARTIES - len(merchants)]
    height = 16 * max(len(members), len(merchants)) + 24
    left = {int(p): height * (i + 0.5) / len(members) for i, p in enumerate(members)}
    right = {int(m): height * (i + 0.5) / max(len(merchants), 1) for i, m in enumerate(merchants)}
    rows = np.flatnonzero(np.isin(data.who, members) & np.isin(data.whom, merchants))
    pairs = sorted({(int(data.who[r]), int(data.whom[r])) for r in rows})
    lines = [
        f'<line x1="220" y1="{left[p]:.1f}" x2="640" y2="{right[m]:.1f}" stroke="{_LINE}" stroke-opacity=".8"/>'
        for p, m in pairs
    ]
    people = [
        f'<path d="M220 {y - 5:.1f}l5 5l-5 5l-5 -5z" fill="{_MEMBER}"/>'
        f'<text x="208" y="{y + 4:.1f}" text-anchor="end">{escape(data.people[p][:18])}</text>'
        for p, y in left.items()
    ]
    shops = [
        f'<rect x="635" y="{y - 5:.1f}" width="10" height="10" fill="{_SHOP}"/>'
        f'<text x="652" y="{y + 4:.1f}">{escape(data.merchants[m][:18])}</text>'
        for m, y in right.items()
    ]
    left_out = len(group.members) - len(members) + len(group.merchants) - len(merchants)
    title = "关系图：◆ 疑似成员，■ 商家" + (f"（另有 {left_out} 个未画出）" if left_out else "")
    return _svg(890, height, title, [*lines, *people, *shops])


def interval_bar(low: float, ratio: float, high: float) -> str:
    """The ratio with its interval on a logarithmic scale from a tenth to a hundred; the line marks 1."""
    at = [40 + 40 * float(np.clip(np.log10(max(v, 1e-9)), -1, 2)) for v in (low, ratio, high)]
    return (
        f'<svg width="122" height="12" role="img" aria-label="{ratio:.1f}">'
        '<line x1="40" x2="40" y1="0" y2="12" stroke="#56616e"/>'
        f'<line x1="{at[0]:.1f}" x2="{at[2]:.1f}" y1="6" y2="6" stroke="#1f4e79" stroke-width="2"/>'
        f'<circle cx="{at[1]:.1f}" cy="6" r="3.5" fill="#1f4e79"/></svg>'
    )


def _busiest(screening: Screening, group: FoundGroup) -> np.ndarray:
    """Merchants of the group, most member complaints first."""
    data = screening.data
    inside = np.isin(data.who, group.members)
    count = np.bincount(data.whom[inside], minlength=len(data.merchants))[group.merchants]
    return group.merchants[np.lexsort((group.merchants, -count))]


def _svg(width: int, height: float, title: str, parts: list[str]) -> str:
    style = 'font-family="Noto Sans CJK SC,Microsoft YaHei,sans-serif" font-size="11" fill="#1b2430"'
    return (
        f'<p class="small">{title}</p><svg viewBox="0 0 {width} {height:.0f}" width="{width}" role="img" '
        f'aria-label="{title}" {style}>{"".join(parts)}</svg>'
    )
