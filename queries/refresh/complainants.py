"""Complainant groups with their evidence: analytics section 1 on the facts of one refresh."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from graph.analytics.arrays import among
from graph.analytics.evidence import TIER_MONTHS
from graph.analytics.groups import TIERS, FoundGroup, GroupResult, complainant_groups
from graph.analytics.shared import SharedThings
from graph.model.kinds import SUBSTANTIATED
from graph.projection import NO_DAY, months_later
from queries.refresh.complaints import Complaints
from queries.refresh.facts import Facts, Ints, day_of
from queries.results import Evidence, Group, GroupMember, Party
from queries.texts import THINGS, evidence

REJECTED = ("refused", "terminated", "withdrawn")
"""Outcomes that speak against a complaint."""
SHOWN_EVENTS = 12
"""Bursts listed per group; the count of all is in the group's evidence."""


@dataclass(frozen=True)
class GroupFindings:
    """The kernel's result beside the groups as they are shown."""

    result: GroupResult
    ids: tuple[str, ...]
    """Ids of the kernel's groups, in the kernel's order."""
    groups: tuple[Group, ...]
    """The same groups, most suspicious first."""

    def table(self, facts: Facts) -> pa.Table:
        """One row per complainant: score, tier, group, credibility."""
        found, tiers = self.result, pa.array(TIERS)
        none = found.group < 0
        return pa.table({
            "id": facts.complaints.complainants.ids,
            "score": found.score,
            "tier": tiers.take(pa.array(found.tier, mask=found.tier < 0)),
            "group": pa.array(self.ids, pa.string()).take(pa.array(found.group, mask=none)),
            "flagged": found.flagged,
            "credibility": found.weight,
        })  # fmt: skip


def find_groups(facts: Facts) -> GroupFindings:
    """Run the group analysis on all complaints and describe what it found."""
    complaints = facts.complaints
    shared = tuple(_shared(complaints))
    rows = np.flatnonzero(complaints.day != NO_DAY)
    if not len(rows):  # no dates at all: whole histories are compared instead, which is weaker
        rows = np.arange(len(complaints.day))
    result = complainant_groups(
        complaints.complainant[rows],
        complaints.merchant[rows],
        complaints.day[rows] if (complaints.day[rows] != NO_DAY).all() else None,
        shared=shared,
        outcome=_outcome(complaints)[rows],
        harm=complaints.harm[rows],
        n_complainants=len(complaints.complainants),
    )
    described = [_describe(found, result, facts) for found in result.groups]
    return GroupFindings(
        result, tuple(g.id for g in described), tuple(sorted(described, key=lambda g: (-g.score, -g.size, g.id)))
    )


def group_id(members: list[str]) -> str:
    """Name a group by its members, so that the same group keeps its name from refresh to refresh."""
    return "g_" + hashlib.blake2b("\n".join(sorted(members)).encode(), digest_size=9).hexdigest()


def _shared(complaints: Complaints) -> list[SharedThings]:
    found = []
    for kind, column in (("text", "template_hash"), ("phone", "phone_id"), ("address", "address_id")):
        value = complaints.shared(column)
        known = value >= 0
        found.append(SharedThings(kind, complaints.complainant[known], value[known]))
    return found


def _outcome(complaints: Complaints) -> Ints:
    good, bad = complaints.outcome(*SUBSTANTIATED), complaints.outcome(*REJECTED)
    return good.astype(np.int64) - bad.astype(np.int64)


def _describe(found: FoundGroup, result: GroupResult, facts: Facts) -> Group:
    complaints = facts.complaints
    ids = complaints.complainants.take(found.members).to_pylist()
    mine = complaints.by_complainant.rows_of(found.members)
    names = facts.complainant_names.take(pa.array(found.members)).to_pylist()
    hit = facts.merchants.take(pa.array(found.merchants)).to_pylist()
    last = found.last_day if found.last_day is not None else int(complaints.came[mine].max())
    return Group(
        id=group_id(ids),
        size=len(ids),
        tier=found.tier,
        score=float(result.score[found.members].max()),
        probability=float(found.member_probability.mean()),
        first=day_of(found.first_day),
        last=day_of(found.last_day),
        members=_members(found, ids, names, complaints, mine),
        merchants=tuple(Party(**row) for row in hit),
        evidence=tuple(_evidence(found, result, facts)),
        expires=day_of(int(months_later(np.array([last]), TIER_MONTHS)[0])),
    )


def _members(
    found: FoundGroup, ids: list[str], names: list[str], complaints: Complaints, mine: Ints
) -> tuple[GroupMember, ...]:
    who, merchant = complaints.complainant[mine], complaints.merchant[mine]
    at = np.searchsorted(found.members, who)
    filed = np.bincount(at, minlength=len(ids))
    distinct = np.unique(at * (len(complaints.merchants) + 1) + merchant) // (len(complaints.merchants) + 1)
    merchants = np.bincount(distinct, minlength=len(ids))
    rows = [
        GroupMember(i, name, round(float(p), 4), int(e), int(c), int(m))
        for i, name, p, e, c, m in zip(
            ids, names, found.member_probability, found.member_events, filed, merchants, strict=True
        )
    ]
    return tuple(sorted(rows, key=lambda m: (-m.probability, -m.events, m.id)))


def _evidence(found: FoundGroup, result: GroupResult, facts: Facts) -> list[Evidence]:
    items = [
        evidence(
            "group_together",
            seen=float(len(found.members)),
            p=math.exp(max(found.log_p, -700.0)),
            merchants=len(found.merchants),
            exponent=found.log_p / math.log(10),
        )
    ]
    items += _bursts(found, result, facts)
    items += [
        evidence("group_shared", seen=float(s.people), thing=THINGS.get(s.name, s.name))
        for s in found.shared
        if s.name != "text"
    ]
    if found.template_share > 0:
        items.append(evidence("group_template", percent=100 * found.template_share))
    if found.refused == found.refused:  # NaN: nothing decided yet
        items.append(evidence("group_refused", percent=100 * found.refused))
    return items + [evidence(f"counter_{name}") for name in found.lowered]


def _bursts(found: FoundGroup, result: GroupResult, facts: Facts) -> list[Evidence]:
    events = result.events
    bought = [(e, n) for e, n in zip(found.events, found.event_members, strict=True) if events.channel[e] == 0]
    bought.sort(key=lambda item: (float(events.log_p[item[0]]), int(item[0])))
    items = []
    for event, members in bought[:SHOWN_EVENTS]:
        number = int(events.value[event])
        timed = int(events.window[event]) > 0
        days = (int(events.first[event]), int(events.last[event])) if timed else None
        items.append(
            evidence(
                "group_burst" if timed else "group_history",
                seen=float(events.seen[event] if timed else members),
                expected=float(events.expected[event]) if timed else None,
                p=math.exp(max(float(events.log_p[event]), -700.0)) if timed else None,
                first=day_of(days[0]) if days else None,
                last=day_of(days[1]) if days else None,
                parties=(str(facts.merchants["id"][number]),),
                records=_records(facts.complaints, found.members, number, days),
                merchant=str(facts.merchants["name"][number]),
                days=days[1] - days[0] + 1 if days else None,
                members=int(members),
            )
        )
    return items


def _records(complaints: Complaints, members: Ints, merchant: int, days: tuple[int, int] | None) -> tuple[str, ...]:
    """Ids of the complaints behind one burst."""
    rows = complaints.by_merchant.rows(merchant)
    rows = rows[among(complaints.complainant[rows], members)]
    if days:
        rows = rows[(complaints.day[rows] >= days[0]) & (complaints.day[rows] <= days[1])]
    return tuple(complaints.ids(rows))
