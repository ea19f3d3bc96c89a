"""The scorecard applied to every company: features, points, class, peers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from graph.scoring.classes import LIMITS
from graph.scoring.scorecard import SCORECARD
from peer.barred import ENDED
from peer.links import Links
from peer.merchants import Merchants
from peer.ownership import Ownership
from peer.risk import Risk
from peer.tables import Tables

GOOD = ["未发现问题", "合格", "通过", "未发现开展本次抽查涉及的经营活动"]
OWING = ["ACTIVE", "SUSPENDED", "LIQUIDATING", "SEPARATE_BOOK", "SPECIAL_MARK"]
IRREGULAR = ["SEPARATE_BOOK", "SPECIAL_MARK", "FORCED_DEREG", "MOVED_OUT"]


@dataclass
class Scores:
    """By company: score, class, rule, peers; and the points and value of each feature."""

    table: pd.DataFrame
    tenths: pd.DataFrame
    values: pd.DataFrame
    records: pd.DataFrame


def usable(records: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    """The record may feed a score on the day."""
    began = records["use_from"].fillna(records["valid_from"]).fillna(records["decided"])
    runs = records["use_to"].isna() | (records["use_to"] > day)
    return (began <= day) & runs & ~records["status"].isin(["withdrawn", "repaired"])


def score(
    tables: Tables, complaints: pd.DataFrame, ownership: Ownership, links: Links, risk: Risk, barred: pd.DataFrame,
    rebirths: pd.DataFrame, merchants: Merchants, day: pd.Timestamp,
) -> Scores:  # fmt: skip
    """Score all companies."""
    companies = tables["companies"].set_index("id").sort_index()
    records = tables["credit_records"]
    used = records[usable(records, day) & records["company_id"].notna()]
    values = pd.concat([
        _basic(companies, day),
        _dynamics(tables, companies, day),
        _supervision(records, used, companies.index, day),
    ], axis=1)  # fmt: skip
    listed = (values["severe_list"] > 0) | (values["abnormal_list"] > 0)
    values = pd.concat([
        values, _associations(companies.index, ownership, links, risk, barred, rebirths, listed),
        _social(tables, complaints, merchants, companies.index, day),
    ], axis=1)  # fmt: skip
    tenths = _points(values)
    table = _classes(values, tenths)
    _peers(table, companies)
    return Scores(table, tenths, values, used.sort_values(["company_id", "kind", "decided", "id"]))


def _basic(companies: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    age = (day - companies["established"]).dt.days / 30.4375
    signs = (
        (age.between(0, 24, inclusive="left")).astype(int)
        + (companies["capital"] < 1_000_000)
        + (companies["staff"].astype(float) < 5)
        + (companies["scope"].str.len() < 10).fillna(False)
    )
    status = companies["status"]
    return pd.DataFrame({
        "revoked": status.isin(ENDED).astype(float).where(status.notna()),
        "irregular_status": status.isin(IRREGULAR).astype(float).where(status.notna()),
        "code_defect": (~companies["code_status"].isin(["valid", "legacy15"])).astype(float),
        "shell_portrait": (signs - 1).clip(lower=0).where(companies["entity_type"] == "company", 0).astype(float),
        "first_year": (1.0 - age / 12.0).clip(0.0, 1.0),
        "established_years": np.floor(age.clip(lower=0.0) / 12.0),
        "staff": np.log10(companies["staff"].astype(float).clip(lower=1.0)),
    })  # fmt: skip


def _dynamics(tables: Tables, companies: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    found = {}
    for name, table, free in (("representative_changes", "legal_reps", 1), ("shareholder_changes", "shareholdings", 2)):
        rows = tables[table]
        began = rows["to_id"].map(companies["established"]) + pd.DateOffset(months=1)
        late = (rows["valid_from"] > day - pd.DateOffset(months=12)) & (rows["valid_from"] > began)
        changes = rows[late]["to_id"].value_counts().reindex(companies.index).fillna(0.0)
        found[name] = (changes - free).clip(lower=0.0)
    at = tables["registered_at"].drop_duplicates(["from_id", "valid_from"])
    began = at["from_id"].map(companies["established"]) + pd.DateOffset(months=1)
    moved = at[(at["valid_from"] > day - pd.DateOffset(months=12)) & (at["valid_from"] > began)]
    moves = moved["from_id"].value_counts().reindex(companies.index).fillna(0.0)
    found["address_changes"] = (moves - 1).clip(lower=0.0)
    found["reports_missed"] = _reports_missed(tables["credit_records"], companies, day)
    return pd.DataFrame(found)


def _reports_missed(records: pd.DataFrame, companies: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    """Years of the last three that were due and not reported, where most of those who owe a report have filed one."""
    reports = records[records["kind"] == "annual_report"]
    year = pd.to_numeric(reports["title"].str[:4], errors="coerce")
    last = day.year - (1 if (day.month, day.day) > (6, 30) else 2)
    owing = companies["status"].isin(OWING) & (companies["entity_type"] != "household")
    missed = pd.Series(0.0, companies.index)
    for of in range(last - 2, last + 1):
        due = owing & (companies["established"] <= pd.Timestamp(of, 12, 31))
        filed = companies.index.isin(reports[year == of]["company_id"])
        if due.any() and filed[due].mean() >= 0.5:
            missed += due & ~filed
    return missed


def _supervision(records: pd.DataFrame, used: pd.DataFrame, companies: pd.Index, day: pd.Timestamp) -> pd.DataFrame:
    def count(rows: pd.DataFrame) -> pd.Series:
        return rows["company_id"].value_counts().reindex(companies).fillna(0.0)

    def before(months: int) -> pd.Timestamp:
        return day - pd.DateOffset(months=months)

    of = dict(list(used.groupby("kind")))
    none = used.iloc[:0]
    penalties, inspections = of.get("penalty", none), of.get("inspection", none)
    inspections = inspections[(inspections["decided"] > before(24)) & inspections["result"].notna()]
    good = inspections["result"].isin(GOOD)
    ended = records[records["valid_to"] <= day]
    expired = _not_renewed(records, day, before(12))
    past = ended[(ended["kind"] == "abnormal_list") & (ended["valid_to"] > before(36))]
    fines = penalties.groupby("company_id")["amount"].sum().reindex(companies).fillna(0.0)
    latest = (day - penalties.groupby("company_id")["decided"].max()).dt.days.reindex(companies)
    return pd.DataFrame({
        **{kind: (count(of.get(kind, none)) > 0).astype(float)
           for kind in ("severe_list", "judgment_debtor", "abnormal_list")},
        "penalties": count(penalties),
        "penalty_amount": np.log10(fines.clip(lower=1000.0) / 1000.0),
        "penalty_recent": (0.5 ** (latest / 365.0)).fillna(0.0),
        "inspections_failed": count(inspections[~good]),
        "licences_expired": count(expired),
        "abnormal_past": count(past[~past["status"].isin(["withdrawn", "repaired"])]),
        "objected": count(used[used["status"].isin(["objected", "under_review"])]),
        "inspections_passed": count(inspections[good]),
    })  # fmt: skip


def _not_renewed(records: pd.DataFrame, day: pd.Timestamp, since: pd.Timestamp) -> pd.DataFrame:
    """Licences that ran out, and no later one for the same matter holds."""
    licences = records[(records["kind"] == "licence") & ~records["status"].isin(["withdrawn", "repaired"])]
    licences = licences.assign(
        began=licences["valid_from"].fillna(licences["decided"]), title=licences["title"].fillna("")
    )
    over = licences["valid_to"] <= day
    holding = licences[~over & (licences["began"] <= day)].groupby(["company_id", "title"])["began"].max()
    expired = licences[over & (licences["valid_to"] > since)]
    newest = expired[["company_id", "title"]].merge(
        holding.rename("newest").reset_index(), how="left", on=["company_id", "title"]
    )
    return expired[~(newest["newest"].to_numpy() > expired["began"].to_numpy())]


def _associations(
    companies: pd.Index, ownership: Ownership, links: Links, risk: Risk, barred: pd.DataFrame,
    rebirths: pd.DataFrame, listed: pd.Series,
) -> pd.DataFrame:  # fmt: skip
    folded = links.folded
    both = pd.concat([folded, folded.rename(columns={"a": "b", "b": "a"})])
    hidden = (both["strength"] * both["b"].map(listed).astype(float)).groupby(both["a"]).sum()
    in_post = barred.drop_duplicates(["company", "person"])["company"].value_counts()
    return pd.DataFrame({
        "barred_in_post": in_post.reindex(companies).fillna(0.0),
        "rebirth": pd.Series(companies.isin(rebirths["new"]).astype(float), companies),
        "controller_record": np.log2(risk.controller["low"].clip(lower=1.0)),
        "representative_record": np.log2(risk.representative["low"].clip(lower=1.0)),
        "address_record": np.log2(risk.address["low"].clip(lower=1.0)),
        "hidden_bad": hidden.reindex(companies).fillna(0.0),
        "propagated": risk.carried.clip(0.0, 1.0),
        "unexplained_ownership": pd.Series(ownership.missing, dtype=float).reindex(companies) / 100.0,
    })  # fmt: skip


def _social(
    tables: Tables, complaints: pd.DataFrame, merchants: Merchants, companies: pd.Index, day: pd.Timestamp
) -> pd.DataFrame:
    """A company's complaints are those against it and against the shops it operates now."""
    operates = tables["operates"]
    own = pd.DataFrame({"company": companies, "merchant": companies})
    run = operates[operates["valid_to"].isna()].rename(columns={"from_id": "company", "to_id": "merchant"})
    run = pd.concat([run[["company", "merchant"]], own]).drop_duplicates()
    recent = complaints["outcome"].isin(["settled", "substantiated"]) & (
        complaints["filed_on"] > day - pd.Timedelta(days=365)
    )
    proven = complaints[recent]["merchant_id"].value_counts()
    judged = merchants.table.assign(proven=merchants.table["id"].map(proven).fillna(0.0))
    both = run.merge(judged[["id", "low", "flagged", "targeted", "proven"]], left_on="merchant", right_on="id")
    by = both.groupby("company")
    low = both[~both["targeted"]].groupby("company")["low"].max().reindex(companies)
    flagged = by["flagged"].any().reindex(companies).fillna(False).astype(bool)
    targeted = by["targeted"].any().reindex(companies).fillna(False).astype(bool) & ~flagged
    return pd.DataFrame({
        "substantiated_complaints": by["proven"].sum().reindex(companies).fillna(0.0),
        "complaint_excess": np.log2(low.clip(lower=1.0)).mask(targeted, 0.0),
        "complaint_flag": flagged.astype(float),
    })  # fmt: skip


def _points(values: pd.DataFrame) -> pd.DataFrame:
    """Tenths of a point; what does not fit under a dimension's cap is not counted, gravest rows first."""
    left = {name: pd.Series(round(cap * 10), index=values.index) for name, cap in SCORECARD.caps.items()}
    tenths = {}
    for row in SCORECARD.rows:
        if row.feature not in values:  # annual reports, changes of domicile, address records: no file brings them
            continue
        value = values[row.feature]
        points = (row.weight * value.fillna(0.0)).clip(0.0, row.cap).where(value.notna(), row.missing)
        points = np.rint(points * 10.0).astype("int64")
        if row.direction > 0:
            points = np.minimum(points, left[row.dimension])
            left[row.dimension] = left[row.dimension] - points
        tenths[row.feature] = row.direction * points
    return pd.DataFrame(tenths)


def _classes(values: pd.DataFrame, tenths: pd.DataFrame) -> pd.DataFrame:
    total = (round(SCORECARD.base * 10) + tenths.sum(axis=1)) / 10.0
    limits = LIMITS[-1]
    level = pd.cut(total, [-1, limits.b, limits.c, limits.d, 1001], right=False, labels=False).astype(int)
    table = pd.DataFrame({"score": total, "direct_rule": pd.Series(pd.NA, index=total.index, dtype="str")})
    for rule, least in (("severe_list", 3), ("revoked", 3), ("barred_in_post", 2)):
        raised = (values[rule] > 0) & (level < least)
        level = level.mask(raised, least)
        table.loc[raised, "direct_rule"] = rule
    return table.assign(risk_class=level.map(dict(enumerate("ABCD"))))


def _peers(table: pd.DataFrame, companies: pd.DataFrame) -> None:
    """Percentile and histogram within the finest group of at least 30."""
    industry = companies["industry"].fillna("")
    division, section = industry.str[:3], industry.str[:1]
    staff = companies["staff"].astype(float).fillna(0.0)
    band = pd.Series(np.digitize(staff, (1, 10, 50, 200)), companies.index).astype(str)
    levels = ["行业 " + division + " · 规模 " + band, "门类 " + section + " · 规模 " + band, "门类 " + section]
    group = pd.Series("全市企业", index=companies.index)
    for name in reversed(levels):
        enough = (name.groupby(name).transform("size") >= 30) & (industry != "")
        group = group.mask(enough, name)
    by = table["score"].groupby(group)
    table["peer_group"], table["peers"] = group, by.transform("size")
    table["peer_percentile"] = 100.0 * (by.rank() - 0.5) / table["peers"]
    counts = by.apply(lambda s: np.histogram(s, bins=10, range=(0, 1000))[0].tolist())
    table["peer_histogram"] = group.map(counts)
