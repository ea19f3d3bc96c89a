"""Genuine incidents: bursts of complaints that no suspected group made, as findings of their own."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from graph.analytics.groups import GroupResult
from graph.analytics.incidents import genuine_incidents
from graph.projection import NO_DAY, days
from queries.refresh.facts import Facts, Ints, day_of
from queries.results import Evidence
from queries.texts import evidence


@dataclass(frozen=True)
class Incident:
    """A burst of independent complainants at one merchant: possibly a real problem with goods or service."""

    merchant: str
    name: str
    evidence: Evidence
    people: int
    log_p: float


def find_incidents(facts: Facts, groups: GroupResult) -> tuple[Incident, ...]:
    """The most surprising burst of each merchant, of complaints and reports: people may be harmed now."""
    complaints = facts.complaints
    rows = np.flatnonzero(complaints.day != NO_DAY)
    events = genuine_incidents(
        complaints.complainant[rows],
        complaints.merchant[rows],
        complaints.day[rows],
        groups.flagged,
        opened=_opened(facts),
    )
    found = []
    for e in range(len(events)):
        merchant, name = (str(facts.merchants[column][int(events.value[e])]) for column in ("id", "name"))
        item = evidence(
            "incident_burst",
            seen=float(events.size[e]),
            expected=float(events.expected[e]),
            p=math.exp(max(float(events.log_p[e]), -700.0)),
            first=day_of(int(events.first[e])),
            last=day_of(int(events.last[e])),
            parties=(merchant,),
            days=int(events.last[e] - events.first[e] + 1),
            merchant=name,
        )
        found.append(Incident(merchant, name, item, int(events.size[e]), float(events.log_p[e])))
    return tuple(found)


def _opened(facts: Facts) -> Ints:
    """First day of each merchant, as a day number; a day long ago where it is not known."""
    codes, shops = facts.complaints.merchants.codes, facts.shops
    at = np.concatenate([codes(shops["id"]), codes(facts.companies.ids)])
    day = np.concatenate([days(pc.coalesce(shops["opened"], shops["valid_from"])), days(facts.company["established"])])
    found = np.full(len(facts.complaints.merchants), NO_DAY)
    found[at[at >= 0]] = day[at >= 0]
    return found
