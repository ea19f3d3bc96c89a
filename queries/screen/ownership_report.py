"""The report of `creditnet screen ownership`: a self-contained page in Chinese with trees of the large controllers."""

from __future__ import annotations

from html import escape

import numpy as np

from graph.analytics.beneficial import STANDINGS
from queries.screen.ownership_findings import OwnershipFindings
from queries.screen.report import bullets, decimal, page, paragraph, section, table

TREES = 10
"""Controllers that get a picture: those with the most companies."""
TREE_NODES = 60
"""Companies in one picture; more cannot be read."""
TABLE_ROWS = 200
"""Rows of a table in the report; the CSV files hold all."""
STANDING_TEXTS = {
    "identified": "已识别",
    "manager_only": "仅能认定负责人",
    "declared_unknown": "申明无法识别",
    "not_found": "有股东记录，但无人达到标准",
    "no_record": "没有股东记录",
}
BASIS_TEXTS = {"ownership": "持股 25% 以上", "control": "实际控制", "manager": "负责人"}
_STEP, _INDENT, _WIDTH = 30, 30, 900


def ownership_report(found: OwnershipFindings) -> str:
    """Write the whole page."""
    return page(
        "股权穿透筛查报告",
        [_summary(found), _controllers(found), _owners(found), _rings(found), _oddities(found), _method()],
    )


def _summary(found: OwnershipFindings) -> str:
    file = found.file
    standing = np.bincount(found.owners.standing[file.is_company], minlength=len(STANDINGS))
    rows = [
        ("持股记录", len(file.owner)), ("企业", int(file.is_company.sum())), ("股东", len(np.unique(file.owner))),
        ("其中自然人", int(file.person.sum())), ("有最终控制人的企业", int((found.top.controller >= 0).sum())),
        ("循环持股", len(found.rings)),
        *((f"受益所有人：{STANDING_TEXTS[name]}", int(k)) for name, k in zip(STANDINGS, standing, strict=True) if k),
    ]  # fmt: skip
    notes = bullets(file.notes) if file.notes else ""
    return section("概要", table(("项目", "数量"), rows), notes)


def _controllers(found: OwnershipFindings) -> str:
    controller = found.top.controller
    size = np.bincount(controller[controller >= 0], minlength=found.file.n)
    largest = [int(x) for x in np.argsort(-size, kind="stable")[:TREES] if size[x]]
    if not largest:
        return section("控制关系", paragraph("没有发现任何一方单独或与其控制的企业合计持股超过 50%。"))
    trees = "".join(_tree(found, top, int(size[top])) for top in largest)
    text = (
        "单独或与其控制的企业合计持有一家企业超过 50% 股权的，视为控制该企业（公司法第 265 条）。"
        "按控制企业数列出最大的控制人。"
    )
    return section("控制关系", paragraph(text), trees)


def _tree(found: OwnershipFindings, top: int, size: int) -> str:
    """Draw who a controller controls, through whom, as an indented tree in SVG."""
    rows = _tree_rows(found, top)
    shown = rows[:TREE_NODES]
    height = (len(shown) + 1) * _STEP + 10
    line_of = {top: 0, **{company: i for i, (company, _, _) in enumerate(shown, start=1)}}
    parts = [_label(found.file.names[top], 0, 0, "", found.file.person[top])]
    for i, (company, parent, depth) in enumerate(shown, start=1):
        x = depth * _INDENT - _INDENT / 2
        y_from, y_to = line_of[parent] * _STEP + 26, i * _STEP + 15
        parts.append(f'<path d="M{x} {y_from}V{y_to}h12" fill="none" stroke="#9aa7b5"/>')
        parts.append(_label(found.file.names[company], depth, i, f"{decimal(found.top.percent[company])}%", False))
    more = f"，图中略去 {len(rows) - len(shown)} 家" if len(rows) > len(shown) else ""
    name = escape(found.file.names[top])
    return (
        f'<figure><svg viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" role="img" '
        f'aria-label="{name} 的控制关系" font-size="14">{"".join(parts)}</svg>'
        f"<figcaption>{name}：控制 {size} 家企业{more}。百分数为控制人及其控制的企业合计持股。</figcaption></figure>\n"
    )


def _tree_rows(found: OwnershipFindings, top: int) -> list[tuple[int, int, int]]:
    """(company, parent, depth) in the order drawn; the parent is the largest holder on the controller's side."""
    companies = np.flatnonzero(found.top.controller == top).tolist()
    children: dict[int, list[int]] = {}
    for company in companies:
        via = int(found.top.via[company])
        children.setdefault(via if via >= 0 else top, []).append(company)
    rows: list[tuple[int, int, int]] = []
    stack = [(company, top, 1) for company in reversed(children.get(top, []))]
    while stack:
        company, parent, depth = stack.pop()
        rows.append((company, parent, depth))
        stack += [(child, company, depth + 1) for child in reversed(children.get(company, []))]
    # Two companies that hold each other name each other as the way: hang what was not reached under the top.
    missed = set(companies) - {company for company, _, _ in rows}
    return rows + [(company, top, 1) for company in sorted(missed)]


def _label(name: str, depth: int, line: int, percent: str, person: bool) -> str:
    x, y = depth * _INDENT, line * _STEP + 4
    fill, stroke = ("#e6f0fa", "#2f6fad") if person else ("#f3f5f8", "#9aa7b5")
    short = name if len(name) <= 30 else f"{name[:29]}…"
    width = 20 + sum(14 if ord(c) > 0x2E7F else 8 for c in short)
    return (
        f'<g><title>{escape(name)}</title><rect x="{x}" y="{y}" width="{width}" height="22" rx="4" fill="{fill}" '
        f'stroke="{stroke}"/><text x="{x + 10}" y="{y + 16}">{escape(short)}</text>'
        f'<text x="{x + width + 8}" y="{y + 16}" fill="#56606c">{percent}</text></g>'
    )


def _owners(found: OwnershipFindings) -> str:
    owners, names = found.owners, found.file.names
    rows = [
        (names[c], names[p], float(share), list(BASIS_TEXTS.values())[basis], float(found.parts.explained[c]))
        for c, p, share, basis in zip(
            owners.company[:TABLE_ROWS], owners.person[:TABLE_ROWS], owners.percent[:TABLE_ROWS],
            owners.basis[:TABLE_ROWS], strict=True,
        )
    ]  # fmt: skip
    text = (
        "自然人经各条路径合计最终持有 25% 以上的，为受益所有人；没有的，为实际控制的自然人。"
        "完整度是能由记录说明到最终持有人的份额。"
    )
    more = _more(len(owners.company))
    return section(
        "受益所有人", paragraph(text), table(("企业", "受益所有人", "合计持股 %", "依据", "完整度 %"), rows), more
    )


def _rings(found: OwnershipFindings) -> str:
    if not found.rings:
        return section("循环持股", paragraph("没有发现循环持股。"))
    names = found.file.names
    rows = [
        (
            " → ".join(names[x] for x in (*ring.round, ring.round[0])),
            len(ring.members),
            ring.product,
            "是" if ring.closed else "否",
        )
        for ring in found.rings[:TABLE_ROWS]
    ]
    headings = ("一条最短的循环", "相互持股的企业数", "循环一周的份额 %", "封闭（外部无人持股）")
    return section("循环持股", table(headings, rows), _more(len(found.rings)))


def _oddities(found: OwnershipFindings) -> str:
    held, names = found.shares.holdings, found.file.names
    over = [(names[c], float(held.stated[c])) for c in np.flatnonzero(held.over)[:TABLE_ROWS]]
    low = np.flatnonzero(found.file.is_company & (found.parts.explained + found.parts.circular < 50.0))
    least = [(names[c], float(found.parts.explained[c]), float(found.parts.unknown[c])) for c in low[:TABLE_ROWS]]
    parts = [
        paragraph(f"{int(held.over.sum())} 家企业记载的持股比例合计超过 100%，已按比例折算。"),
        table(("企业", "记载合计 %"), over) if over else "",
        paragraph(f"{len(low)} 家企业的股权有一半以上无法由记录说明。"),
        table(("企业", "能说明 %", "申明未知 %"), least) if least else "",
    ]
    return section("数据问题", *parts)


def _method() -> str:
    return section(
        "方法",
        bullets((
            "控制：控制人与其控制的企业合计持股超过 50% 即控制，逐步扩展到不再增加为止。",
            "综合持股：各条持股路径乘积之和；循环持股按线性方程求解，封闭循环不归于任何外部股东，任何份额不超过 100%。",
            "名称相同的自然人在本筛查中视为同一人；需要区分时，请在股东列中填写证件号的编码。",
            "控制与持股份额是两种不同的结果，互不替代。",
        )),
    )  # fmt: skip


def _more(count: int) -> str:
    return paragraph(f"此处列出前 {TABLE_ROWS} 条，共 {count} 条，全部见 CSV 文件。") if count > TABLE_ROWS else ""
