"""Texts of findings: names of parties, evidence in words, groups and merchants as they are shown."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd

from peer.groups import Group, Groups
from peer.merchants import Merchants
from peer.tables import Tables
from queries.texts import TEXTS, THINGS
from queries.texts.zh import UNKNOWN_DAY

PARTIES = {
    "companies": ("Company", "uscc"), "persons": ("Person", "id_masked"), "complainants": ("Complainant", "id_masked"),
    "shops": ("Shop", None), "platforms": ("Platform", None), "addresses": ("Address", None), "phones": ("Phone", None),
}  # fmt: skip
THING = {"template_hash": "text", "phone_id": "phone", "address_id": "address"}


class Names:
    """Name and short facts of everything with an id."""

    def __init__(self, tables: Tables) -> None:
        self._parties: dict[str, dict[str, Any]] = {}
        for table, (kind, code) in PARTIES.items():
            rows = tables[table]
            columns = {"id": "id", "name": "name", "code": code, "town": "town", "status": "status"}
            found = pd.DataFrame({c: rows.get(x) for c, x in columns.items()})
            found = found.astype(object).where(found.notna(), None).assign(kind=kind)
            self._parties.update(zip(found["id"], found.to_dict("records"), strict=True))

    def party(self, party: str) -> dict[str, Any]:
        """What is shown of a party."""
        found = self._parties.get(party, {"id": party, "kind": "Company"})
        return {**found, "name": found.get("name") or party}

    def name(self, party: str) -> str:
        """Its name, else its id."""
        return self._parties.get(party, {}).get("name") or party


def evidence(
    rule: str, *, parties: tuple[str, ...] = (), records: tuple[str, ...] = (), legal_basis: str | None = None,
    **values: Any,
) -> dict[str, Any]:  # fmt: skip
    """One piece of evidence with its text."""
    known = {"seen": None, "expected": None, "p": None, "first": None, "last": None, **values}
    text = TEXTS[rule].format(**{**known, "first": known["first"] or UNKNOWN_DAY})
    return {
        "rule": rule, "text": text, "parties": parties, "records": records,
        "legal_basis": legal_basis, **known,
    }  # fmt: skip


def day(value: Any) -> Any:
    """Timestamp or day number → date."""
    if value is None or pd.isna(value):
        return None
    return (value if isinstance(value, pd.Timestamp) else pd.Timestamp(int(value), unit="D")).date()


def group_bodies(groups: Groups, complaints: pd.DataFrame, names: Names) -> list[dict[str, Any]]:
    """Groups with members, merchants and evidence, most suspicious first."""
    by_merchant = complaints.groupby("merchant_id").indices
    mine = complaints[complaints["complainant_id"].isin({m for g in groups.found for m in g.members})]
    filed = mine["complainant_id"].value_counts()
    merchants = mine.groupby("complainant_id")["merchant_id"].nunique()
    return [_group_body(g, complaints, by_merchant, filed, merchants, names) for g in groups.found]


def _group_body(
    group: Group, complaints: pd.DataFrame, by_merchant: dict, filed: pd.Series, merchants: pd.Series, names: Names
) -> dict[str, Any]:
    members = [
        {"id": m, "name": names.name(m), "probability": round(p, 4), "events": group.meetings[m],
         "complaints": int(filed[m]), "merchants": int(merchants[m])}
        for m, p in group.members.items()
    ]  # fmt: skip
    timed = group.events[group.events["window"] > 0]
    items = [
        evidence("group_together", seen=float(len(members)), p=math.exp(max(group.log_p, -700.0)),
                 merchants=len(group.merchants), exponent=group.log_p / math.log(10)),
        *_burst_items(group, complaints, by_merchant, names),
        *(evidence("group_shared", seen=float(n), thing=THINGS[THING[kind]])
          for kind, n in group.shared if kind != "template_hash"),
    ]  # fmt: skip
    if group.templated > 0:
        items.append(evidence("group_template", percent=100 * group.templated))
    if not math.isnan(group.refused):
        items.append(evidence("group_refused", percent=100 * group.refused))
    items += [evidence(f"counter_{name}") for name in group.lowered]
    return {
        "id": group.id, "size": len(members), "tier": group.tier, "score": group.score,
        "probability": float(np.mean(list(group.members.values()))),
        "first": day(timed["first"].min()) if len(timed) else None,
        "last": day(timed["last"].max()) if len(timed) else None,
        "members": sorted(members, key=lambda m: (-m["probability"], -m["events"], m["id"])),
        "merchants": [names.party(m) for m in group.merchants],
        "evidence": items,
    }  # fmt: skip


def _burst_items(group: Group, complaints: pd.DataFrame, by_merchant: dict, names: Names) -> list[dict[str, Any]]:
    items = []
    for event in group.events.head(12).itertuples():
        rows = complaints.iloc[by_merchant[event.merchant]]
        rows = rows[rows["complainant_id"].isin(group.members)]
        timed = event.window > 0
        if timed:
            rows = rows[
                rows["filed_on"].between(pd.Timestamp(event.first, unit="D"), pd.Timestamp(event.last, unit="D"))
            ]
        items.append(evidence(
            "group_burst" if timed else "group_history", seen=float(event.seen if timed else event.together),
            expected=float(event.expected) if timed else None,
            p=math.exp(max(event.log_p, -700.0)) if timed else None, members=int(event.together),
            first=day(event.first) if timed else None,
            last=day(event.last) if timed else None, parties=(event.merchant,), records=tuple(rows["id"]),
            merchant=names.name(event.merchant), days=event.last - event.first + 1 if timed else None,
        ))  # fmt: skip
    return items


def merchant_bodies(merchants: Merchants, groups: Groups) -> list[dict[str, Any]]:
    """Shops and every company complained about, most abnormal first, with the groups that hit each."""
    hit: dict[str, list[str]] = defaultdict(list)
    for group in groups.found:
        if group.tier != "weak":
            for merchant in group.merchants:
                hit[merchant].append(group.id)
    table = merchants.table
    shown = table[(table["received"] + table["reports"] > 0) | (table["kind"] == "Shop")].copy()
    shown["p"], shown["score"] = np.exp(shown["log_p"]), -shown["log_p"] / np.log(10)
    shown["peer_group"] = shown["peer_group"] + "（" + shown["peers"].astype(str) + " 家）"
    shown["name"] = shown["name"].fillna(shown["id"])
    columns = [
        "id", "name", "kind", "peer_group", "exposure", "basis", "received", "accepted", "substantiated", "seen",
        "expected", "ratio", "low", "high", "p", "score", "flagged", "flagged_all", "withheld_share", "targeted",
        "reports",
    ]  # fmt: skip
    bodies = shown[columns].to_dict("records")
    for body in bodies:
        body["groups"] = hit.get(body["id"], [])
    return bodies


def incident_items(merchants: Merchants, names: Names) -> dict[str, dict[str, Any]]:
    """Evidence of each incident, by merchant."""
    return {
        row.value: evidence(
            "incident_burst", seen=float(row.size), expected=row.expected, p=math.exp(max(row.log_p, -700.0)),
            first=day(row.first), last=day(row.last), parties=(row.value,), days=row.last - row.first + 1,
            merchant=names.name(row.value),
        )
        for row in merchants.incidents.itertuples()
    }  # fmt: skip
