"""Who controls, who owns in the end through rings and over 100 %, who is the beneficial owner."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import networkx as nx
import numpy as np
import pandas as pd

from peer.tables import Tables

ALMOST = 1e-7
"""Percent that never decides."""


@dataclass
class Ownership:
    """The findings, by party id."""

    holdings: nx.DiGraph
    """Owner → company with `share`, a fraction; the shares of one company add up to at most 1."""
    pairs: set[tuple[str, str]]
    """Every controller with every company it controls."""
    control: pd.DataFrame
    """The one at the top of each company: controller, votes, and the company that holds most of them."""
    integrated: dict[str, dict[str, float]]
    """Company → owner → percent in the end."""
    beneficial: pd.DataFrame
    rings: list[tuple[list[str], bool]]
    missing: dict[str, float]
    """Percent of each company that the records do not explain."""
    representative: dict[str, str]


def find_ownership(tables: Tables, day: pd.Timestamp) -> Ownership:
    """From the holdings in force on a day."""
    held = tables.in_force("shareholdings", day)
    owned = _holdings(held)
    posts = tables.in_force("legal_reps", day).sort_values(["to_id", "from_id"])
    representative = dict(posts.drop_duplicates("to_id")[["to_id", "from_id"]].itertuples(index=False))
    votes = _control(owned)
    pairs = {(top, company) for top, found in votes.items() for company in found}
    rings = _rings(owned)
    control = _tops(owned, votes)
    integrated, self_share = _integrated(owned)
    recorded = set(held["to_id"])
    companies = tables["companies"].set_index("id")
    return Ownership(
        owned, pairs, control, integrated, _beneficial(integrated, control, representative), rings,
        _missing(owned, integrated, self_share, companies, recorded), representative,
    )  # fmt: skip


def _holdings(held: pd.DataFrame) -> nx.DiGraph:
    held = held[held["percent"] > 0].groupby(["from_id", "to_id"], as_index=False)["percent"].sum()
    total = held.groupby("to_id")["percent"].transform("sum")
    held["share"] = held["percent"] / total.clip(lower=100.0)
    return nx.from_pandas_edgelist(held, "from_id", "to_id", "share", create_using=nx.DiGraph)


def _control(owned: nx.DiGraph) -> dict[str, dict[str, float]]:
    """Holder → companies of which it holds, with those it controls, more than half → votes."""
    found = {}
    for top in owned:
        votes: dict[str, float] = defaultdict(float)
        controlled, queue = [], [top]
        while queue:
            holder = queue.pop()
            for _, company, share in owned.out_edges(holder, data="share"):
                if company in (holder, top):  # what a company holds of itself gives nobody votes
                    continue
                before = votes[company]
                votes[company] += share * 100.0
                if before <= 50.0 + ALMOST < votes[company]:
                    controlled.append(company)
                    queue.append(company)
        found[top] = {company: votes[company] for company in controlled}
    return {top: companies for top, companies in found.items() if companies}


def _tops(owned: nx.DiGraph, votes: dict[str, dict[str, float]]) -> pd.DataFrame:
    """The controller that nobody controls, or for a ring its first member."""
    below = {company for companies in votes.values() for company in companies}
    rows = []
    for top, companies in votes.items():
        if top in below and not _in_ring(top, votes):
            continue
        for company, percent in companies.items():
            if top in below and _in_ring(company, votes) and top in votes.get(company, {}):
                continue
            inside = [x for x in owned.predecessors(company) if x in companies and x != company]
            via = max(inside, key=lambda x: owned[x][company]["share"], default=None)
            rows.append((company, top, percent, via))
    table = pd.DataFrame(rows, columns=["company", "controller", "percent", "via"])
    return table.sort_values(["company", "controller"]).drop_duplicates("company").set_index("company")


def _in_ring(party: str, votes: dict[str, dict[str, float]]) -> bool:
    return any(party in votes.get(company, {}) for company in votes.get(party, {}))


def _integrated(owned: nx.DiGraph) -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    """Share of every owner in every company over all paths; rings solved exactly, v(A,C) / v(A,A).

    One inverse per connected set would be shorter, but the largest set has 55,000 parties: hence ring by ring in
    topological order.
    """
    reached: dict[str, dict[str, float]] = {}
    self_share: dict[str, float] = {}
    rings = nx.condensation(owned)
    for ring in nx.topological_sort(rings):
        members = sorted(rings.nodes[ring]["members"])
        place = {c: i for i, c in enumerate(members)}
        within = np.zeros((len(members), len(members)))
        outside: list[dict[str, float]] = [defaultdict(float) for _ in members]
        for i, company in enumerate(members):
            for owner, _, share in owned.in_edges(company, data="share"):
                if owner in place:
                    within[i, place[owner]] = share
                    continue
                outside[i][owner] += share
                for further, part in reached[owner].items():
                    if share * part >= 1e-6:
                        outside[i][further] += share * part
        if not within.any():
            reached[members[0]] = dict(outside[0])
            continue
        closed = (1.0 - within.sum(axis=1)).max() <= 1e-9
        inverse = np.linalg.inv(np.eye(len(members)) - within * (1 - 1e-12 * closed))
        self_share.update(zip(members, 100.0 * (1.0 - 1.0 / np.diag(inverse)), strict=True))
        for i, company in enumerate(members):
            total: dict[str, float] = defaultdict(float)
            for j in range(len(members)):
                for owner, part in outside[j].items():
                    total[owner] += inverse[i, j] * part
            total.update(
                {c: inverse[i, j] / inverse[j, j] for j, c in enumerate(members) if j != i and inverse[i, j] > 0}
            )
            reached[company] = dict(total)
    return {
        c: {o: min(s, 1.0) * 100.0 for o, s in owners.items() if o != c} for c, owners in reached.items() if owners
    }, self_share  # fmt: skip


def _beneficial(
    integrated: dict[str, dict[str, float]], control: pd.DataFrame, representative: dict[str, str]
) -> pd.DataFrame:
    """Persons with 25 % in the end; else the person in control; else the manager."""
    rows = [
        (company, owner, percent, "ownership")
        for company, owners in integrated.items()
        for owner, percent in owners.items()
        if owner.startswith("p_") and percent >= 25.0 - ALMOST
    ]
    found = {row[0] for row in rows}
    for basis, candidate in (("control", control["controller"].to_dict()), ("manager", representative)):
        more = [
            (company, person, integrated.get(company, {}).get(person, float("nan")), basis)
            for company, person in candidate.items()
            if company not in found and person.startswith("p_")
        ]
        rows += more
        found |= {row[0] for row in more}
    return pd.DataFrame(rows, columns=["company", "person", "percent", "basis"])


def _rings(owned: nx.DiGraph) -> list[tuple[list[str], bool]]:
    """Companies that hold each other, or themselves; and whether nobody outside owns anything."""
    found = []
    for members in nx.strongly_connected_components(owned):
        if len(members) > 1:
            inside = owned.subgraph(members)
            held = [sum(s for _, _, s in inside.in_edges(c, data="share")) for c in members]
            nx.find_cycle(inside)  # one round to show
            found.append((sorted(members), min(held) >= 1.0 - 1e-9))
    found += [([c], owned[c][c]["share"] >= 1.0 - 1e-9) for c in nx.nodes_with_selfloops(owned)]
    return sorted(found)


def _missing(
    owned: nx.DiGraph, integrated: dict[str, dict[str, float]], self_share: dict[str, float],
    companies: pd.DataFrame, recorded: set[str],
) -> dict[str, float]:  # fmt: skip
    """What ends neither with persons, the state or a listed company's public, nor in a closed ring."""
    state = set(companies.index[companies["state_investor"].astype(bool) | companies["listed"].astype(bool)])
    closed = {c for c, share in self_share.items() if share >= 100.0 - ALMOST}
    found = {}
    for company in recorded:
        explained, circular = 0.0, 100.0 if company in closed else 0.0
        rings_met = set()
        for owner, percent in integrated.get(company, {}).items():
            if (owner.startswith("p_") or owner in state) and owned.in_degree(owner) == 0:
                explained += percent
            elif owner in closed and company not in closed:
                ring = min({owner} | (set(integrated.get(owner, {})) & closed))
                if ring not in rings_met:
                    rings_met.add(ring)
                    circular += percent
        found[company] = max(100.0 - min(explained, 100.0) - min(circular, 100.0), 0.0)
    return found
