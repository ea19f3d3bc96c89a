"""The report of `creditnet match`: counts, pairs for a person with their evidence, the weights."""

from __future__ import annotations

from collections.abc import Iterator

from loaders.matching.comparisons import COMPARISONS
from loaders.matching.decisions import Decision
from loaders.matching.files import possible_rows, reasons, weight_rows
from loaders.matching.match import Matches
from queries.screen.report import page, paragraph, section, table

SHOWN = 200
"""Pairs of each kind in the report; the CSV files hold all."""


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
    blocks = [(rule, n, found.pairs.skipped.get(rule, 0)) for rule, n in found.pairs.found_by.items()]
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
    rows = [row for decision in merged[:20] for row in _bars(decision)]
    return section("依据最少的合并", table(("左", "右", "比较", "结果", "比特"), rows))


def _bars(decision: Decision) -> Iterator[tuple[str, str, str, str, float]]:
    left, right = (text.partition(":")[2] for text in (decision.left, decision.right))
    for step in decision.waterfall:
        yield left, right, step.compared, step.says, step.bits
    yield left, right, "合计", reasons(decision), decision.score


def _weights(found: Matches) -> str:
    rows = list(weight_rows(found))
    headings = ("比较", "结果", "占比：变化不大的同一企业", "占比：更名或改组的同一企业", "占比：随机两家")
    text = f"共比较 {len(COMPARISONS)} 项。权重由两份文件自身估计，不需要标注；值越少见，相同时权重越大。"
    return section("权重", paragraph(text), table(headings, rows))
