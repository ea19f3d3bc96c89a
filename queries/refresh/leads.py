"""Findings → leads for a person to check, each with its evidence, ranked by how sure and how grave."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa

from graph.analytics.barred import ARTICLES
from graph.analytics.rebirth import WITHIN_DAYS
from queries.refresh.barred import POSTS, Barred, Rebirth
from queries.refresh.facts import Facts, day_of
from queries.refresh.incidents import Incident
from queries.refresh.merchants import MONTHS
from queries.refresh.ownership import Ownership
from queries.refresh.risk import Risk
from queries.refresh.shops import ShopFinding
from queries.results import Evidence, Group, Lead, Merchant
from queries.texts import LISTED, STATUSES, evidence
from queries.texts import POSTS as POST_NAMES

SHARED_NAMES = {"person": "人员", "address": "地址", "phone": "电话", "shop": "网店"}
TIER_NAMES = {"strong": "强", "moderate": "中"}
TIER_CONFIDENCE = {"strong": 0.9, "moderate": 0.7}
"""Stated confidence of a group lead; weak groups make no lead. To be calibrated from confirmations."""
ARTICLE_TEXT = {
    "revoked": "其任法定代表人的企业被吊销执照未逾三年",
    "false_registration": "其任法定代表人的企业因虚假登记被撤销未逾三年",
    "judgment_debtor": "其为失信被执行人",
    "severe_list": "其任法定代表人的企业在严重违法失信名单",
}
SHOP_TITLES = {"Shop": "网店主体异常", "Company": "一照多店", "Platform": "平台未报送网店"}
SHOP_RULES = {
    "shop_licence_ended": "经营者已吊销、撤销或注销",
    "shop_licence_listed": "经营者在名录中",
    "shop_licence_differs": "公示执照与登记不符",
    "shop_several_licences": "一店多照",
    "shop_operator_changed": "经营者频繁变更",
    "licence_many_shops": "一照多店",
    "platform_silent": "网店名单过期",
    "platform_unreported": "从未报送网店名单",
}
SHOP_CONFIDENCE = {"shop_licence_ended": 0.9, "shop_licence_listed": 0.7, "shop_licence_differs": 0.6}
"""Stated confidence of a lead by its surest rule: facts of the register, less where two files of different days are
compared. To be calibrated from confirmations."""
SHOP_OTHERWISE = 0.5
LINKED_LOW = 1.5
"""A controller's other companies must go wrong at least this often, in units of the average, with 95 % certainty."""


def lead_id(kind: str, subject: str) -> str:
    """Name a lead by what it is about, so that it keeps its name, and its handling, from refresh to refresh."""
    return "l_" + hashlib.blake2b(f"{kind}\n{subject}".encode(), digest_size=9).hexdigest()


def rank(leads: Iterable[Lead], snapshot: str) -> tuple[Lead, ...]:
    """Order leads by confidence, taking the kinds in turn so that one kind cannot bury the others."""
    kinds: dict[str, list[Lead]] = {}
    for lead in sorted(leads, key=lambda x: (-(x.confidence or 0.0), -len(x.evidence), x.id)):
        kinds.setdefault(lead.kind, []).append(lead)
    turns = [(place, order, lead) for order, group in enumerate(kinds.values()) for place, lead in enumerate(group)]
    ordered = [lead for _, _, lead in sorted(turns, key=lambda t: t[:2])]
    return tuple(
        Lead(
            x.id, x.kind, x.title, x.summary, i, x.state, x.confidence, x.parties, x.evidence, x.first, x.last, snapshot
        )
        for i, x in enumerate(ordered, 1)
    )


def group_leads(groups: Iterable[Group], facts: Facts) -> Iterator[Lead]:
    """Suspected groups of complainants, strong and moderate, whose tier has not expired."""
    for g in groups:
        if g.tier not in TIER_CONFIDENCE or (g.expires and g.expires <= facts.data_date):
            continue
        title = f"疑似职业索赔团伙：{g.members[0].name}等 {g.size} 人"
        complaints = sum(m.complaints for m in g.members)
        tier = f"等级{TIER_NAMES[g.tier]}，{g.expires} 前无新线索即失效"
        summary = f"{g.size} 人 · {complaints} 件投诉 · {len(g.merchants)} 个被投诉方 · {tier}"
        parties = tuple(m.id for m in g.members)
        yield _lead("complainant_group", g.id, title, summary, TIER_CONFIDENCE[g.tier], parties, g.evidence)


def merchant_leads(merchants: Iterable[Merchant]) -> Iterator[Lead]:
    """Merchants flagged as abnormal on complaints that are not suspected abuse."""
    for m in merchants:
        items = [
            evidence(
                "merchant_rate", seen=m.seen, expected=m.expected, p=m.p, parties=(m.id,),
                peer=m.peer_group, ratio=m.ratio, low=m.low, high=m.high,
            ),
            evidence(
                "merchant_counts", received=m.received, accepted=m.accepted, substantiated=m.substantiated,
                months=MONTHS,
            ),
            evidence("merchant_exposure", basis=m.exposure_basis),
        ]  # fmt: skip
        if m.reports:
            items.append(evidence("merchant_reports", reports=m.reports))
        if m.withheld_share > 0:
            items.append(evidence("merchant_all", seen=m.seen_all, percent=100 * m.withheld_share))
        summary = f"收到 {m.received} 件 · 为同类的 {m.ratio:.1f} 倍（{m.low:.1f}–{m.high:.1f}）"
        yield _lead("abnormal_merchant", m.id, f"异常商户：{m.name}", summary, _sure(m.p), (m.id,), tuple(items))


def incident_leads(incidents: Iterable[Incident]) -> Iterator[Lead]:
    """Bursts of independent complainants."""
    for i in incidents:
        title = f"群体性消费事件：{i.name}"
        summary = f"{i.people} 名互不相关的投诉人集中投诉"
        confidence = _sure(i.evidence.p or 0.0)
        yield _lead("genuine_incident", i.merchant, title, summary, confidence, (i.merchant,), (i.evidence,))


def barred_leads(barred: Barred, facts: Facts) -> Iterator[Lead]:
    """Persons in a post the law bars them from: one lead per person, one piece of evidence per post."""
    by_person: dict[str, list[Evidence]] = {}
    for item in _barred_items(barred, facts):
        by_person.setdefault(item.parties[0], []).append(item)
    for person, items in by_person.items():
        companies = tuple(dict.fromkeys(p for item in items for p in item.parties if p != person))
        title = f"受限人员任职：{items[0].params['person']}"
        summary = f"{len({item.parties[1] for item in items})} 家企业 · {items[0].params['reason']}"
        yield _lead("barred_person", person, title, summary, 0.95, (person, *companies), tuple(items))


def rebirth_leads(rebirth: Rebirth, facts: Facts) -> Iterator[Lead]:
    """New companies that look like the continuation of an ended one; the closest match of each new company."""
    found, seen, status = rebirth.found, set(), facts.company["status"]
    for row in range(len(found.new)):
        new_number, old_number = facts.company_party[[found.new[row], found.ended[row]]].tolist()
        if new_number in seen:
            continue
        seen.add(new_number)
        new, old = facts.parties.take(np.array([new_number, old_number])).to_pylist()
        kinds = found.kinds(row, rebirth.traits)
        item = evidence(
            "rebirth", parties=(new, old), company=facts.name(new_number), old=facts.name(old_number),
            ended=STATUSES.get(status[int(found.ended[row])].as_py(), LISTED), when=distance(int(found.gap[row])),
            shared="、".join(SHARED_NAMES[k] for k in kinds),
        )  # fmt: skip
        confidence = 0.5 + 0.15 * (len(kinds) - 1) - 0.1 * abs(int(found.gap[row])) / WITHIN_DAYS
        title = f"疑似换壳再生：{facts.name(new_number)}"
        yield _lead(
            "rebirth",
            new,
            title,
            f"与 {facts.name(old_number)} 相同：{item.params['shared']}",
            confidence,
            (new, old),
            (item,),
        )


def distance(days: int) -> str:
    """So many days after, or before.

    >>> distance(30), distance(-2)
    ('后 30 天', '前 2 天')
    """
    return f"{'前' if days < 0 else '后'} {abs(days)} 天"


def shop_leads(findings: Iterable[ShopFinding], facts: Facts) -> Iterator[Lead]:
    """Licences behind online shops, and platforms that do not report: one lead per shop, licence or platform."""
    shops = dict(zip(facts.shops["id"].to_pylist(), facts.shops["name"].to_pylist(), strict=True))
    names = {**shops, **dict(zip(facts.platform["id"].to_pylist(), facts.platform["name"].to_pylist(), strict=True))}
    for found in findings:
        rules = [item.rule for item in found.items]
        company = found.items[0].params.get("company")
        name = names.get(found.subject) or (str(company) if found.kind == "Company" else found.subject)
        parties = tuple(dict.fromkeys([found.subject, *(p for item in found.items for p in item.parties)]))
        title = f"{SHOP_TITLES[found.kind]}：{name}"
        summary = "；".join(SHOP_RULES[rule] for rule in dict.fromkeys(rules))
        confidence = max(SHOP_CONFIDENCE.get(rule, SHOP_OTHERWISE) for rule in rules)
        yield _lead("shop_licence", found.subject, title, summary, confidence, parties, found.items)


def linked_leads(risk: Risk, ownership: Ownership, facts: Facts) -> Iterator[Lead]:
    """Controllers whose companies go wrong clearly more often than average, with companies still active."""
    record = risk.controller
    active = facts.category("status", ("ACTIVE",)) == 0
    high = np.flatnonzero((record.low >= LINKED_LOW) & active)
    for unit in np.unique(record.unit[high]):
        mine = np.flatnonzero(record.unit == unit)
        bad = mine[risk.bad[mine] > 0]
        controller = facts.parties.ids[int(unit)].as_py()
        best = int(high[record.unit[high] == unit][0])
        ids = facts.companies.take(mine).to_pylist()
        items = [
            evidence(
                "track_record", seen=float(record.observed[best]), expected=float(record.expected[best]),
                unit="实际控制人", parties=(controller,), ratio=float(record.ratio[best]),
                low=float(record.low[best]), high=float(record.high[best]),
            ),
            *(
                evidence(
                    "linked_bad", parties=(facts.parties.ids[c].as_py(),), company=facts.name(c),
                    count=int(n),
                )
                for c, n in zip(facts.company_party[bad].tolist(), risk.bad[bad], strict=True)
            ),
        ]  # fmt: skip
        title = f"关联方共担风险：{facts.name(unit)}"
        summary = f"同一实际控制人 · {len(ids)} 家企业 · {len(bad)} 家有不良记录"
        yield _lead(
            "linked_parties",
            controller,
            title,
            summary,
            _ratio_sure(float(record.low[best])),
            (controller, *ids),
            tuple(items),
        )


def _barred_items(barred: Barred, facts: Facts) -> Iterator[Evidence]:
    """One piece of evidence per post and bar. A cause is missing where the debt is personal."""
    because = pa.array(barred.because, mask=barred.because < 0)
    involved = zip(
        *(facts.parties.ids.take(rows).to_pylist() for rows in (barred.person, barred.company, because)), strict=True
    )
    names = (facts.party_names.take(rows).to_pylist() for rows in (barred.person, barred.company))
    numbers = (rows.tolist() for rows in (barred.article, barred.post, barred.post_from))
    for parties, record, person, company, number, post, first in zip(
        involved, barred.record, *names, *numbers, strict=True
    ):
        article = ARTICLES[number]
        yield evidence(
            "barred", first=day_of(first) if first > -(10**6) else None, parties=tuple(p for p in parties if p),
            records=(record,) if record else (), legal_basis=f"{article.law} {article.article}",
            person=person, company=company,
            post=POST_NAMES[POSTS[post]], reason=ARTICLE_TEXT[article.key],
        )  # fmt: skip


def _lead(
    kind: str,
    subject: str,
    title: str,
    summary: str,
    confidence: float,
    parties: tuple[str, ...],
    items: tuple[Evidence, ...],
) -> Lead:
    days = [d for item in items for d in (item.first, item.last) if d]
    first, last = (min(days), max(days)) if days else (None, None)
    return Lead(
        lead_id(kind, subject), kind, title, summary, 0, "new", round(confidence, 4), parties, items, first, last
    )


def _sure(p: float) -> float:
    """Confidence of a statistical lead from its tail: .5 at p = .01, towards .95 for very small p."""
    strength = -np.log10(max(p, 1e-30))
    return float(min(0.95, 0.5 + 0.45 * (strength - 2) / 10)) if strength > 2 else 0.5


def _ratio_sure(low: float) -> float:
    """Confidence of a track record from the lower end of its interval: a modest signal stays modest."""
    return float(min(0.8, 0.4 + 0.1 * low))
