"""Findings → leads for a person to check, and the chains of links behind a score, in words."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from graph.analytics.barred import ARTICLES
from graph.analytics.hidden_links import RULES
from peer.barred import LONG_AGO
from peer.evidence import Names, day, evidence
from peer.links import Links
from peer.ownership import Ownership
from peer.risk import Risk
from peer.score import Scores
from queries.refresh.leads import ARTICLE_TEXT, SHARED_NAMES, distance
from queries.texts import LISTED, POSTS, STATUSES

Lead = dict[str, Any]
BY_KEY = {article.key: article for article in ARTICLES}


def lead(kind: str, subject: str, title: str, summary: str, confidence: float, parties: Any, items: list) -> Lead:
    """One lead, named by what it is about."""
    days = [d for item in items for d in (item["first"], item["last"]) if d]
    name = "l_" + hashlib.blake2b(f"{kind}\n{subject}".encode(), digest_size=9).hexdigest()
    return {
        "id": name, "kind": kind, "title": title, "summary": summary, "state": "new",
        "confidence": round(float(confidence), 4), "parties": list(parties), "evidence": items,
        "first": min(days, default=None), "last": max(days, default=None),
    }  # fmt: skip


def ranked(leads: list[Lead]) -> list[Lead]:
    """By confidence, the kinds in turn."""
    kinds: dict[str, list[Lead]] = defaultdict(list)
    for found in sorted(leads, key=lambda x: (-x["confidence"], -len(x["evidence"]), x["id"])):
        kinds[found["kind"]].append(found)
    turns = [(place, order, x) for order, group in enumerate(kinds.values()) for place, x in enumerate(group)]
    ordered = [x for _, _, x in sorted(turns, key=lambda t: t[:2])]
    return [{**x, "rank": rank} for rank, x in enumerate(ordered, 1)]


def sure(p: float) -> float:
    """Confidence of a statistical lead from its tail."""
    strength = -np.log10(max(p, 1e-30))
    return min(0.95, 0.5 + 0.45 * (strength - 2) / 10) if strength > 2 else 0.5


def group_leads(groups: list[dict[str, Any]], day: pd.Timestamp) -> Iterator[Lead]:
    """Suspected groups, strong and moderate, active within twelve months."""
    for g in groups:
        recent = g["last"] is None or pd.Timestamp(g["last"]) + pd.DateOffset(months=12) > day
        if g["tier"] != "weak" and recent:
            complaints = sum(m["complaints"] for m in g["members"])
            yield lead(
                "complainant_group", g["id"], f"疑似职业索赔团伙：{g['members'][0]['name']}等 {g['size']} 人",
                f"{g['size']} 人 · {complaints} 件投诉 · {len(g['merchants'])} 个被投诉方",
                {"strong": 0.9, "moderate": 0.7}[g["tier"]], [m["id"] for m in g["members"]], g["evidence"],
            )  # fmt: skip


def merchant_leads(merchants: list[dict[str, Any]]) -> Iterator[Lead]:
    """Merchants abnormal on complaints that are not suspected abuse."""
    for m in merchants:
        if not m["flagged"]:
            continue
        items = [
            evidence("merchant_rate", seen=m["seen"], expected=m["expected"], p=m["p"], parties=(m["id"],),
                     peer=m["peer_group"], ratio=m["ratio"], low=m["low"], high=m["high"]),
            evidence("merchant_counts", received=int(m["received"]), accepted=int(m["accepted"]),
                     substantiated=int(m["substantiated"]), months=36),
            evidence("merchant_exposure", basis=m["basis"]),
        ]  # fmt: skip
        if m["reports"]:
            items.append(evidence("merchant_reports", reports=int(m["reports"])))
        if m["withheld_share"] > 0:
            items.append(evidence("merchant_all", seen=m["received"], percent=100 * m["withheld_share"]))
        summary = f"收到 {m['received']:.0f} 件 · 为同类的 {m['ratio']:.1f} 倍（{m['low']:.1f}–{m['high']:.1f}）"
        yield lead("abnormal_merchant", m["id"], f"异常商户：{m['name']}", summary, sure(m["p"]), [m["id"]], items)


def incident_leads(items: dict[str, dict[str, Any]], names: Names) -> Iterator[Lead]:
    """Bursts of independent complainants."""
    for merchant, item in items.items():
        summary = f"{item['seen']:.0f} 名互不相关的投诉人集中投诉"
        title = f"群体性消费事件：{names.name(merchant)}"
        yield lead("genuine_incident", merchant, title, summary, sure(item["p"]), [merchant], [item])


def barred_leads(barred: pd.DataFrame, names: Names) -> Iterator[Lead]:
    """Persons in a post that the law bars them from: one lead per person, one piece of evidence per post."""
    for person, rows in barred.groupby("person", sort=False):
        items = [_barred_item(row, names) for row in rows.itertuples()]
        companies = [p for p in dict.fromkeys(p for item in items for p in item["parties"]) if p != person]
        summary = f"{rows['company'].nunique()} 家企业 · {items[0]['reason']}"
        title = f"受限人员任职：{names.name(person)}"
        yield lead("barred_person", person, title, summary, 0.95, [person, *companies], items)


def _barred_item(row: Any, names: Names) -> dict[str, Any]:
    article = BY_KEY[row.article]
    cause = () if pd.isna(row.company_bar) else (row.company_bar,)
    return evidence(
        "barred", first=day(row.first) if row.first > LONG_AGO else None, parties=(row.person, row.company, *cause),
        records=() if pd.isna(row.record) else (row.record,), legal_basis=f"{article.law} {article.article}",
        person=names.name(row.person), company=names.name(row.company),
        post=POSTS[row.post], reason=ARTICLE_TEXT[row.article],
    )  # fmt: skip


def rebirth_leads(rebirths: pd.DataFrame, names: Names) -> Iterator[Lead]:
    """The closest match of each new company."""
    for row in rebirths.drop_duplicates("new").itertuples():
        shared = "、".join(SHARED_NAMES[k] for k in row.kind)
        item = evidence(
            "rebirth", parties=(row.new, row.old), company=names.name(row.new), old=names.name(row.old),
            ended=STATUSES.get(names.party(row.old).get("status"), LISTED), when=distance(int(row.gap)), shared=shared,
        )  # fmt: skip
        confidence = 0.5 + 0.15 * (len(row.kind) - 1) - 0.1 * abs(row.gap) / 366
        summary = f"与 {names.name(row.old)} 相同：{shared}"
        yield lead(
            "rebirth", row.new, f"疑似换壳再生：{names.name(row.new)}", summary, confidence, [row.new, row.old], [item]
        )


def linked_leads(risk: Risk, companies: pd.DataFrame, names: Names) -> Iterator[Lead]:
    """Controllers whose companies go wrong clearly more often than average, with companies still active."""
    record = risk.controller
    active = companies.set_index("id")["status"].reindex(record.index) == "ACTIVE"
    high = record[(record["low"] >= 1.5) & active]
    by_unit = risk.controller.groupby("unit")
    for controller, rows in high.groupby("unit"):
        best, mine = rows.iloc[0], by_unit.get_group(controller).index
        bad = risk.bad[mine]
        bad = bad[bad > 0]
        items = [
            evidence("track_record", seen=best["observed"], expected=best["due"], unit="实际控制人",
                     parties=(controller,), ratio=best["ratio"], low=best["low"], high=best["high"]),
            *(evidence("linked_bad", parties=(c,), company=names.name(c), count=int(n))
              for c, n in bad.items()),
        ]  # fmt: skip
        summary = f"同一实际控制人 · {len(mine)} 家企业 · {len(bad)} 家有不良记录"
        title = f"关联方共担风险：{names.name(controller)}"
        confidence = min(0.8, 0.4 + 0.1 * best["low"])
        yield lead("linked_parties", controller, title, summary, confidence, [controller, *mine], items)


def chains(
    scores: Scores, links: Links, ownership: Ownership, risk: Risk, barred: pd.DataFrame, rebirths: pd.DataFrame,
    names: Names,
) -> dict[tuple[str, str], list[str]]:  # fmt: skip
    """Up to five texts per company and feature: who, by which link, to whom."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)

    def add(company: str, feature: str, text: str) -> None:
        if len(found[company, feature]) < 5:
            found[company, feature].append(text)

    for row in barred.itertuples():
        cause = "失信被执行人名单" if pd.isna(row.company_bar) else names.name(row.company_bar)
        who = f"{names.name(row.company)} ← {POSTS[row.post]} ← {names.name(row.person)}"
        add(row.company, "barred_in_post", f"{who} ← 因 {cause} 受限")
    for row in rebirths.itertuples():
        add(row.new, "rebirth", f"{names.name(row.new)} ⇢ 疑似延续 ⇢ {names.name(row.old)}（待核实）")
    points = scores.tenths != 0
    wanted = points.index[points[["hidden_bad", "propagated"]].any(axis=1)]
    bad = points.index[points[["severe_list", "abnormal_list", "judgment_debtor", "revoked"]].any(axis=1)]
    for one, other in (("a", "b"), ("b", "a")):
        told = links.table[links.table[one].isin(wanted) & links.table[other].isin(bad)]
        for row in told.itertuples():
            company = getattr(row, one)
            link = f"{RULES[row.rule].title}（{names.name(row.value)}）"
            text = f"{names.name(company)} ⇠ {link} ⇢ {names.name(getattr(row, other))}（待核实）"
            add(company, "hidden_bad", text)
            add(company, "propagated", text)
    for company in points.index[points["controller_record"]]:
        top = ownership.control.loc[company]
        text = f"{names.name(top['controller'])} → 控制（表决权 {top['percent']:.1f}%） → {names.name(company)}"
        add(company, "controller_record", text)
    for company in points.index[points["representative_record"]]:
        who = names.name(risk.representative.at[company, "unit"])
        add(company, "representative_record", f"{who} → 法定代表人 → {names.name(company)}")
    for company in points.index[points["address_record"]]:
        place = names.name(risk.address.at[company, "unit"])
        add(company, "address_record", f"{names.name(company)} → 登记于 → {place}")
    return found
