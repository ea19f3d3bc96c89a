"""Hidden links: companies that share a phone, an address, a building, a person, or have neighbouring numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from graph.analytics.hidden_links import RULES
from peer.tables import Tables


@dataclass
class Links:
    """Pairs by rule and shared thing, one folded strength per pair, and what was cut as a hub."""

    table: pd.DataFrame
    folded: pd.DataFrame
    cuts: pd.DataFrame


def find_links(tables: Tables, day: pd.Timestamp) -> Links:
    """Every rule for which the tables hold data."""
    companies = set(tables["companies"]["id"])
    phones = tables["phone_of"]
    phones = phones[phones["valid_to"].isna() & phones["to_id"].isin(companies)]
    phone = phones.rename(columns={"to_id": "company", "from_id": "value"})[["company", "value"]]
    same_phone, cut_phone = shared_value(phone, "same_phone")
    near, cut_near = _adjacent(phone.merge(tables["phones"][["id", "digits"]], left_on="value", right_on="id"))
    at = tables["registered_at"]
    at = at[at["valid_to"].isna()].merge(
        tables["addresses"][["id", "building", "cluster"]], left_on="to_id", right_on="id"
    )
    cluster = at["cluster"].astype(bool)
    at = at.rename(columns={"from_id": "company", "to_id": "address"})
    same_address, cut_address = shared_value(
        at[["company"]].assign(value=at["address"]), "same_address", set(at.loc[cluster, "address"])
    )
    same_building, cut_building = shared_value(
        at[["company"]].assign(value=at["building"]).dropna(),
        "same_building",
        set(at.loc[cluster, "building"].dropna()),
    )
    persons, cut_persons = _persons(tables, day, companies)
    parts = [same_phone, without(near, same_phone), same_address, without(same_building, same_address), *persons]
    table = pd.concat(parts, ignore_index=True)
    doubt = np.log1p(-table["strength"].clip(upper=1.0 - 1e-9))
    folded = (-np.expm1(doubt.groupby([table["a"], table["b"]]).sum())).rename("strength").reset_index()
    return Links(table, folded, pd.concat([cut_phone, cut_near, cut_address, cut_building, *cut_persons]))


def shared_value(
    rows: pd.DataFrame, rule: str, exempt: frozenset[str] | set[str] = frozenset()
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Pairs of companies with one value, but not through hubs; and the hubs."""
    rows = rows.drop_duplicates(ignore_index=True)
    size = rows.groupby("value")["company"].transform("size")
    rows = rows.assign(size=size, exempt=rows["value"].isin(exempt), rule=rule)
    hub = (size > 1) & ((size > RULES[rule].hub_limit) | rows["exempt"])
    cut = rows[hub].drop(columns="company").drop_duplicates("value")
    kept = rows[(size > 1) & ~hub].assign(strength=lambda r: RULES[rule].strength * 2.0 / r["size"])
    pairs = kept.merge(kept[["company", "value"]], on="value", suffixes=("_a", "_b"))
    pairs = pairs[pairs["company_a"] < pairs["company_b"]]
    pairs = pairs.rename(columns={"company_a": "a", "company_b": "b"})
    return pairs[["a", "b", "rule", "strength", "value"]], cut


def without(links: pd.DataFrame, stronger: pd.DataFrame) -> pd.DataFrame:
    """Leave out pairs that a stronger rule links anyway."""
    merged = links.merge(stronger[["a", "b"]].drop_duplicates(), on=["a", "b"], how="left", indicator=True)
    return merged[merged["_merge"] == "left_only"].drop(columns="_merge")


def _adjacent(phones: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Land-line numbers that follow each other form a run, which behaves like one shared value."""
    phones = phones[phones["digits"].notna()].assign(number=phones["digits"].dropna().astype("int64"))
    phones = phones.sort_values("number")
    run = (phones["number"].diff() > 1).cumsum()
    first = phones.groupby(run)["value"].transform("first")
    return shared_value(phones[["company"]].assign(value=first), "adjacent_landline")


def _persons(tables: Tables, day: pd.Timestamp, companies: set[str]) -> tuple[list[pd.DataFrame], list[pd.DataFrame]]:
    ends = {"from_id": "value", "to_id": "company"}
    now = tables.in_force("legal_reps", day).rename(columns=ends)
    posts = tables.in_force("officers", day).rename(columns=ends)
    office = posts[posts["post_kind"].isin(["director", "supervisor", "officer"])]
    contact = posts[posts["post_kind"] == "contact"]
    ever = tables["legal_reps"].rename(columns=ends)
    found, cuts = [], []
    for rule, parts in (
        ("same_person", [now, office]), ("former_person", [ever, now, office]), ("same_contact", [contact])
    ):  # fmt: skip
        rows = pd.concat([p[["company", "value"]] for p in parts]).dropna()
        links, cut = shared_value(rows[rows["company"].isin(companies)], rule)
        found.append(links)
        cuts.append(cut)
    found[1] = without(found[1], found[0])
    return found, cuts
