"""All stages in their order."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from peer import evidence, leads, snapshot
from peer.barred import find_barred, find_rebirths
from peer.clock import Clock
from peer.groups import Groups, find_groups
from peer.links import Links, find_links
from peer.load import load
from peer.merchants import Merchants, find_merchants
from peer.ownership import Ownership, find_ownership
from peer.risk import Risk, find_risk
from peer.score import Scores, score
from peer.tables import Tables


@dataclass
class Findings:
    """Everything the peer found."""

    tables: Tables
    day: pd.Timestamp
    complaints: pd.DataFrame
    groups: Groups
    merchants: Merchants
    ownership: Ownership
    links: Links
    barred: pd.DataFrame
    rebirths: pd.DataFrame
    risk: Risk
    scores: Scores
    leads: list[dict[str, Any]] = field(default_factory=list)


def run(folder: Path, out: Path, key: bytes, clock: Clock) -> Findings:
    """The whole job on one folder of files; results in `out`."""
    tables = load(folder, out, key, clock)
    with clock("facts"):
        day, complaints, names = data_date(tables), _complaints(tables), evidence.Names(tables)
    with clock("groups"):
        groups = find_groups(complaints)
        group_bodies = evidence.group_bodies(groups, complaints, names)
    with clock("merchants"):
        merchants = find_merchants(tables, complaints, groups, day)
        merchant_bodies = evidence.merchant_bodies(merchants, groups)
        incidents = evidence.incident_items(merchants, names)
    with clock("ownership"):
        ownership = find_ownership(tables, day)
    with clock("links"):
        links = find_links(tables, day)
        barred, rebirths = find_barred(tables, day), find_rebirths(tables)
        risk = find_risk(tables, ownership, links, day)
    with clock("scores"):
        scores = score(tables, complaints, ownership, links, risk, barred, rebirths, merchants, day)
        found = leads.ranked([
            *leads.group_leads(group_bodies, day), *leads.merchant_leads(merchant_bodies),
            *leads.incident_leads(incidents, names), *leads.barred_leads(barred, names),
            *leads.rebirth_leads(rebirths, names), *leads.linked_leads(risk, tables["companies"], names),
        ])  # fmt: skip
        chains = leads.chains(scores, links, ownership, risk, barred, rebirths, names)
    findings = Findings(
        tables, day, complaints, groups, merchants, ownership, links, barred, rebirths, risk, scores, found
    )
    with clock("snapshot"):
        _write(out / "snapshot", findings, chains, {"groups": group_bodies, "merchants": merchant_bodies})
    return findings


def data_date(tables: Tables) -> pd.Timestamp:
    """The last day that the data speak of, and not a day to come."""
    records, companies = tables["credit_records"], tables["companies"]
    return min(pd.Timestamp.now().normalize(), max(
        tables["complaints"]["filed_on"].max(),
        records.loc[records["decided"] <= records["received"], "decided"].max(),
        companies.loc[companies["established"] <= companies["received"], "established"].max(),
    ))  # fmt: skip


def _complaints(tables: Tables) -> pd.DataFrame:
    """Complaints that name a complainant and a merchant."""
    return tables["complaints"].dropna(subset=["complainant_id", "merchant_id"]).sort_values("id", ignore_index=True)


def _write(out: Path, found: Findings, chains: dict, bodies: dict[str, list]) -> None:
    ownership = found.ownership
    snapshot.write_tables(out, {
        "scores": found.scores.table,
        "contributions": snapshot.contributions(found.scores.tenths, found.scores.values),
        "records": found.scores.records[["company_id", "kind", "id", "decided"]],
        "paths": pd.DataFrame([(*k, texts) for k, texts in chains.items()], columns=["company", "feature", "texts"]),
        "control": ownership.control,
        "ownership": pd.DataFrame(
            [(o, c, p) for c, owners in ownership.integrated.items() for o, p in owners.items()],
            columns=["owner", "company", "percent"],
        ),
        "beneficial_owners": ownership.beneficial,
        "cycles": pd.DataFrame(ownership.rings, columns=["companies", "closed"]),
        "hidden_links": found.links.table,
        "cut_hubs": found.links.cuts,
        "barred": found.barred,
        "rebirths": found.rebirths,
        "complainants": found.groups.people,
        "party_leads": snapshot.party_leads(found.leads),
    })  # fmt: skip
    for name, rows in {**bodies, "leads": found.leads}.items():
        snapshot.write_bodies(out, name, rows)
    snapshot.write_bodies(out, "meta", [{"data_date": found.day, "counts": {n: len(b) for n, b in bodies.items()}}])
