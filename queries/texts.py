"""What each rule says, in the officer's language: one template per rule, filled from the evidence's `params`.

The page renders other languages from the same rule names and parameters; the texts here are what snapshots,
reports and exports carry.
"""

from __future__ import annotations

from datetime import date

from queries.results import Evidence

TEXTS: dict[str, str] = {
    "group_burst": "{days} 天内，{merchant} 收到该团伙 {seen:.0f} 人的投诉，"
    "按平时水平应约 {expected:.2f} 人（p={p:.1g}）",
    "group_history": "该团伙 {seen:.0f} 人都投诉过 {merchant}（无日期可比，按总量比较，p={p:.1g}）",
    "group_together": "{seen:.0f} 名成员在 {merchants} 个被投诉方上同时出现，"
    "偶然形成这样一组的概率约为 10 的 {exponent:.0f} 次方",
    "group_shared": "{seen:.0f} 名成员共用同一{thing}（单独不能认定为同一人）",
    "group_template": "{percent:.0f}% 的成员使用近似相同的投诉文本",
    "group_refused": "成员已办结的投诉中 {percent:.0f}% 未获受理、终止调解或撤回",
    "counter_substantiated_share": "成员的投诉多数查证属实，已据此降低等级",
    "counter_no_synchrony": "成员只是投诉过同样的商家，时间上没有同步，已据此降低等级",
    "counter_no_dates": "投诉没有日期，无法检验时间上的同步，已据此降低等级",
    "counter_harm_share": "成员的投诉多数涉及人身安全，已据此降低等级",
    "merchant_rate": "收到投诉 {seen:.1f} 件（按投诉人可信度加权），同类（{peer}）同等规模应约 {expected:.1f} 件，"
    "为其 {ratio:.1f} 倍（90% 区间 {low:.1f}–{high:.1f}）",
    "merchant_all": "不剔除疑似滥用投诉时为 {seen:.0f} 件；其中 {percent:.0f}% 因疑似团伙投诉而未计入",
    "merchant_counts": "近 {months} 个月收到投诉 {received} 件，受理 {accepted} 件，查证属实 {substantiated} 件",
    "merchant_reports": "另有举报 {reports} 件：举报与投诉分别办理，不因举报人身份打折，线索均须核查",
    "merchant_exposure": "规模依据：{basis}",
    "incident_burst": "{days} 天内 {seen:.0f} 名互不相关的投诉人投诉，按平时水平应约 {expected:.2f} 人（p={p:.1g}）",
    "targeted": "{percent:.0f}% 的投诉来自疑似团伙，属于被针对的商户，不因此提高其风险分",
    "barred": "{person}于 {first} 起在 {company} 任{post}；{reason}",
    "rebirth": "{old} {ended} 后 {gap:.0f} 天登记，与其有相同的{shared}",
    "linked_bad": "{company}：{what}",
    "same_controller": "同一实际控制人：{controller}（合计表决权 {percent:.1f}%）",
    "hidden_link": "{rule}：{shared}（共 {count:.0f} 家，待核实）",
    "cycle": "循环持股：{chain}",
    "track_record": "同一{unit}的其他企业发生不良事件 {seen:.0f} 次，按平均应 {expected:.1f} 次，"
    "为其 {ratio:.1f} 倍（90% 区间 {low:.1f}–{high:.1f}）",
}
"""Templates by rule. A parameter that is a number keeps its unit in the text."""

THINGS = {"phone": "联系电话", "address": "地址", "text": "投诉文本", "account": "账号"}
POSTS = {
    "legal_rep": "法定代表人", "director": "董事", "supervisor": "监事", "officer": "高级管理人员",
    "independent_director": "独立董事", "secretary": "董事会秘书", "contact": "登记联络员",
}  # fmt: skip


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
    lowers: str | None = None,
    **params: str | float | int | None,
) -> Evidence:
    """Build one piece of evidence with its Chinese text."""
    values = {"seen": seen, "expected": expected, "p": p, "first": first, "last": last, **params}
    text = TEXTS[rule].format(**values)
    return Evidence(rule, text, seen, expected, p, first, last, parties, records, legal_basis, lowers, params)


def pairing_limit(window: int, people: int) -> str:
    """Say that bursts with more people than that were left out when complainants were compared with each other."""
    span = f"{window} 天内" if window else "整个时期内"
    return f"{span}投诉人超过 {people} 名的商户人数过多，未对其投诉人作两两比对"
