"""The report of `creditnet match`: counts, pairs for a person with their evidence, the weights."""

from __future__ import annotations

from loaders.matching.comparisons import COMPARISONS
from loaders.matching.decisions import Decision
from loaders.matching.files import possible_rows, weight_rows
from loaders.matching.match import Matches
from queries.screen.report import page, paragraph, section, table

SHOWN = 200
"""Doubtful pairs in the report; possible.csv holds all."""
WEAKEST = 20
"""Merged pairs in the report, those with the least evidence."""
WORDS = {
    "prior": "起点", "code": "统一社会信用代码", "name": "名称", "established": "成立日期",
    "representative": "法定代表人", "address": "住所", "building": "楼宇或门牌", "capital": "注册资本",
    "phone": "电话", "scope": "经营范围", "place": "所在地", "called": "名称、字号、简称或曾用名",
    "established and city": "成立日期与城市", "capital and city": "注册资本与城市",
}  # fmt: skip
"""Comparisons and rules for candidates as the report calls them."""


def match_report(found: Matches) -> str:
    """Write the whole page."""
    return page("企业记录匹配报告", [_summary(found), _possible(found), _weakest(found), _weights(found)])


def _summary(found: Matches) -> str:
    rows = [
        ("左表记录", len(found.left)),
        ("右表记录", len(found.right)),
        ("逐项比较的记录对", len(found.pairs)),
        ("认定为同一企业", len(found.of("match"))),
        ("其中人工认定", sum(d.kind == "manual" for d in found.of("match"))),
        ("待人工核对的左表记录", len({d.left for d in found.of("possible")})),
        ("没有对应记录", sum(not d.right for d in found.of("none"))),
    ]
    blocks = [(WORDS[rule], n, found.pairs.skipped.get(rule, 0)) for rule, n in found.pairs.found_by.items()]
    text = "名称相同不足以合并：成立日期、法定代表人、住所等还须至少有一项一致。"
    return section("概要", table(("项目", "数量"), rows), paragraph(text)) + section(
        "候选来源", table(("相同之处", "记录对", "因过于常见而略去的值"), blocks)
    )


def _possible(found: Matches) -> str:
    rows = list(possible_rows(found))[:SHOWN]
    shown = [(left, right, a, b, p, score, why, said) for left, right, _, _, a, b, p, score, why, said in rows]
    headings = ("左", "右", "左名称", "右名称", "概率", "比特", "原因", "依据")
    text = "在 possible.csv 的 verdict 列填写“同一”或“不同”、在 by 列签名，再以 --decisions 交回。"
    return section("待人工核对", paragraph(text), table(headings, shown))


def _weakest(found: Matches) -> str:
    """The merged pairs with the least evidence: where a mistake is likeliest."""
    merged = sorted((d for d in found.of("match") if d.kind == "auto"), key=lambda d: d.score)
    return section("依据最少的合并", *(_waterfall(decision) for decision in merged[:WEAKEST]))


def _waterfall(decision: Decision) -> str:
    left, right = (text.partition(":")[2] for text in (decision.left, decision.right))
    rows = [(WORDS[step.compared], step.says, step.bits) for step in decision.waterfall]
    title = f"{left} 与 {right}：概率 {decision.probability:.3f}"
    return paragraph(title) + table(("比较", "结果", "比特"), [*rows, ("合计", "", decision.score)])


def _weights(found: Matches) -> str:
    rows = [(WORDS[str(compared)], *rest) for compared, *rest in weight_rows(found)]
    headings = ("比较", "结果", "占比：变化不大的同一企业", "占比：更名或改组的同一企业", "占比：随机两家")
    text = f"共比较 {len(COMPARISONS)} 项。权重由两份文件自身估计，不需要标注；值越少见，相同时权重越大。"
    return section("权重", paragraph(text), table(headings, rows))
