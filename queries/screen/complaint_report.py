"""The screening report for an officer: one self-contained page, in Chinese, printable, no network."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from graph.analytics.groups import FoundGroup
from queries.screen.complaint_drawings import interval_bar, picture, timeline
from queries.screen.complaint_files import event_rows
from queries.screen.complaint_words import THING_NAMES, TIER_NAMES, group_id, group_sentence, power_of_ten

if TYPE_CHECKING:
    from queries.screen.complaints import Screening

Row = dict[str, object]
NOTICE = "线索，不是处罚依据"
LOWERED = {
    "substantiated_share": "成员的投诉多数属实，等级已下调。",
    "harm_share": "成员的投诉多数涉及人身安全，等级已下调。",
    "no_synchrony": "成员只是投诉过同样的商家，时间上没有同步，等级定为弱。",
    "no_dates": "没有日期，无法检验时间上的同步，等级已下调。",
}
GROUPS_SHOWN = 20
EVENTS_SHOWN = 30
MERCHANTS_SHOWN = 30
"""Rows of the report; the CSV files beside it hold everything."""

_STYLE = """
body { font: 15px/1.7 "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif; color: #1b2430;
  background: #fff; max-width: 1080px; margin: 0 auto; padding: 24px }
h1 { font-size: 24px; margin: 0 }
h2 { font-size: 19px; margin: 36px 0 8px; border-bottom: 2px solid #1f4e79 }
h3 { font-size: 16px; margin: 24px 0 4px }
table { border-collapse: collapse; width: 100%; font-size: 13px; margin: 8px 0 }
th, td { border-bottom: 1px solid #dde3ea; padding: 4px 8px; text-align: left }
th { background: #f2f5f8 }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums }
svg { max-width: 100%; height: auto }
.notice { background: #fff4d6; border-left: 4px solid #b7791f; padding: 8px 12px; margin: 12px 0 }
.numbers { display: flex; gap: 12px; flex-wrap: wrap; margin: 12px 0 }
.numbers div { background: #f2f5f8; padding: 8px 16px; border-radius: 4px }
.numbers b { display: block; font-size: 22px }
.tier { border: 1px solid #1f4e79; border-radius: 3px; padding: 0 6px; font-size: 13px }
.small { color: #56616e; font-size: 13px }
@media print { section { break-inside: avoid } }
"""


def report_page(screening: Screening) -> str:
    """The whole page."""
    events: dict[str, list[Row]] = {}
    for row in event_rows(screening).to_pylist():
        events.setdefault(row["group"], []).append(row)
    body = "".join(
        [
            f'<h1>投诉筛查报告</h1><p class="notice"><b>{NOTICE}。</b>以下均为统计发现的疑似情况，'
            "须由人员核查证据后判断；不得据此拒绝受理投诉，举报线索一律照常核查。</p>",
            _numbers(screening),
            "".join(f'<p class="small">{escape(note)}</p>' for note in screening.notes),
            _groups(screening, events),
            _merchants(screening),
            _incidents(events.get("", [])),
            _method(),
        ]
    )
    head = f'<meta charset="utf-8"><title>投诉筛查报告：{NOTICE}</title><style>{_STYLE}</style>'
    return f'<!doctype html><html lang="zh-CN"><head>{head}</head><body>{body}</body></html>\n'


def _numbers(screening: Screening) -> str:
    found, judged = screening.found, screening.judged
    items = {
        "投诉": len(screening.data.who),
        "投诉人": len(screening.data.people),
        "商家": len(screening.trade.names),
        "疑似团伙（强、中）": sum(g.tier != "weak" for g in found.groups),
        "疑似团伙成员": int(found.flagged.sum()),
        "异常商家": int(judged.flagged.sum()),
        "疑似被恶意投诉的商家": int(judged.targeted.sum()),
        "群体性真实事件": len(screening.incidents),
    }
    return '<div class="numbers">' + "".join(f"<div><b>{n}</b>{name}</div>" for name, n in items.items()) + "</div>"


def _table(headings: dict[str, bool], rows: list[list[str]]) -> str:
    """A table; headings map to whether the column is numeric. Cells are escaped already."""
    kinds = [' class="n"' if numeric else "" for numeric in headings.values()]
    head = "".join(f"<th{k}>{h}</th>" for k, h in zip(kinds, headings, strict=True))
    lines = ("".join(f"<td{k}>{c}</td>" for k, c in zip(kinds, row, strict=True)) for row in rows)
    return (
        f"<table><thead><tr>{head}</tr></thead><tbody>" + "".join(f"<tr>{x}</tr>" for x in lines) + "</tbody></table>"
    )


def _groups(screening: Screening, events: dict[str, list[Row]]) -> str:
    groups = screening.found.groups
    if not groups:
        return "<h2>一、疑似团伙</h2><p>未发现。</p>"
    shown = [_group(screening, i, g, events[group_id(i)]) for i, g in enumerate(groups[:GROUPS_SHOWN])]
    more = f"<p>另有 {len(groups) - GROUPS_SHOWN} 个，见 groups.csv。</p>" if len(groups) > GROUPS_SHOWN else ""
    return "<h2>一、疑似团伙</h2>" + "".join(shown) + more


def _group(screening: Screening, index: int, group: FoundGroup, rows: list[Row]) -> str:
    table = _table(
        {
            "类别": False,
            "商家或共用信息": False,
            "日期": False,
            "人数": True,
            "其中成员": True,
            "预期": True,
            "概率": True,
        },
        [_event_cells(r) for r in rows[:EVENTS_SHOWN]],
    )
    more = f'<p class="small">共 {len(rows)} 个事件，余见 events.csv。</p>' if len(rows) > EVENTS_SHOWN else ""
    facts = [group_sentence(screening, group)]
    if group.template_share:
        facts.append(f"{group.template_share:.0%} 的成员使用同组共用的文本模板。")
    if not np.isnan(group.substantiated):
        facts.append(f"成员已办结的投诉中 {group.substantiated:.0%} 属实，{group.refused:.0%} 未成立。")
    facts += [LOWERED[name] for name in group.lowered]
    if group.tier == "weak":
        facts.append("证据弱（例如同一街区的常客），未标记任何人。")
    return (
        f'<section><h3>{group_id(index)} <span class="tier">疑似，证据{TIER_NAMES[group.tier]}</span></h3>'
        f"<p>{''.join(facts)}</p>"
        f"{timeline(screening, group)}{picture(screening, group)}{table}{more}</section>"
    )


def _event_cells(row: Row) -> list[str]:
    kind = {"burst": "集中投诉", "incident": "群体性事件", "history": "投诉过同一商家", **THING_NAMES}[str(row["kind"])]
    dates = f"{row['first']} – {row['last']}" if row["first"] else ""
    expected, p = row["expected"], row["p"]
    return [
        kind,
        escape(str(row["value"])[:60]),
        dates,
        str(row["seen"]),
        str(row["members"]),
        f"{expected:.2f}" if isinstance(expected, float) else "",
        f"{p:.1e}" if isinstance(p, float) else "",
    ]


def _merchants(screening: Screening) -> str:
    judged, names = screening.judged, screening.trade.names
    worth = np.flatnonzero(judged.flagged | judged.targeted)
    order = worth[np.lexsort((worth, -judged.score[worth]))][:MERCHANTS_SHOWN]
    if not len(order):
        return "<h2>二、异常商家</h2><p>扣除疑似恶意投诉后，没有商家显著高于同类。</p>"
    rows = [
        [
            escape(names[i]),
            f"{screening.seen_all[i]:.0f}",
            f"{screening.seen[i]:.1f}",
            f"{judged.expected[i]:.2f}",
            f"{judged.ratio[i]:.1f}（{judged.low[i]:.1f}–{judged.high[i]:.1f}）",
            interval_bar(float(judged.low[i]), float(judged.ratio[i]), float(judged.high[i])),
            power_of_ten(float(judged.log_p[i])),
            f"{judged.withheld_share[i]:.0%}",
            "、".join(
                word
                for word, yes in (
                    ("异常", judged.flagged[i]),
                    ("仅计全部投诉时异常", judged.flagged_all[i] and not judged.flagged[i]),
                    ("疑似被恶意投诉", judged.targeted[i]),
                )
                if yes
            ),
        ]
        for i in order
    ]
    headings = {
        "商家": False, "全部投诉": True, "扣除疑似恶意后": True, "同类预期": True, "倍数（5%–95%）": True, "": False,
        "概率": True, "扣除比例": True, "结论": False,
    }  # fmt: skip
    return "<h2>二、异常商家与被恶意投诉的商家</h2>" + _table(headings, rows)


def _incidents(events: list[Row]) -> str:
    rows = [_event_cells(r) for r in events[:EVENTS_SHOWN]]
    if not rows:
        return "<h2>三、群体性真实事件</h2><p>未发现。</p>"
    headings = {"类别": False, "商家": False, "日期": False, "人数": True, "其中成员": True, "预期": True, "概率": True}
    intro = "<p>短期内大量互不相关的消费者投诉同一商家，多为真实问题，建议优先处置。</p>"
    return "<h2>三、群体性真实事件</h2>" + intro + _table(headings, rows)


def _method() -> str:
    return (
        '<h2>方法</h2><p class="small">对每个商家扫描 1 至 180 天的时间窗，以该商家自身水平和全平台同期投诉量为基准，'
        "找出集中投诉；两人至少两次在集中投诉或共用信息中同时出现，且偶然概率足够小，才作为线索对；由此扩展成组，"
        "并按 Benjamini–Hochberg 方法控制错误发现率 5%。单独共用电话或地址不构成关联。商家以扣除疑似恶意投诉后的数量，"
        "与同类商家（至少 30 家）按 Gamma–Poisson 模型比较，错误发现率 10%。同样输入得到同样结果。</p>"
    )
