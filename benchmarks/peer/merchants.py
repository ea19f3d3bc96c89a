"""Merchants whose complaints exceed peers, with all complaints and without suspected abuse; genuine incidents."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize, special, stats

from peer.bursts import bursts
from peer.groups import Groups
from peer.tables import Tables
from peer.tails import discoveries, gamma_poisson_tail, poisson_tail


@dataclass
class Merchants:
    """Judged merchants, most abnormal first, and incidents."""

    table: pd.DataFrame
    incidents: pd.DataFrame


def find_merchants(tables: Tables, complaints: pd.DataFrame, groups: Groups, today: pd.Timestamp) -> Merchants:
    """Judge every shop, and every company as a merchant of its own."""
    table = _universe(tables, complaints)
    recent = complaints[~(complaints["filed_on"] <= today - pd.DateOffset(months=36))]
    report = recent["kind"] == "report"
    counted, reports = recent[~report], recent[report]["merchant_id"]
    weight = counted["complainant_id"].map(groups.people["weight"])
    accepted = ~counted["outcome"].isin(["received", "refused"])
    proven = counted["outcome"].isin(["substantiated", "settled"])
    by = counted["merchant_id"]
    for name, count in (("received", by.value_counts()), ("accepted", by[accepted].value_counts()),
                        ("substantiated", by[proven].value_counts()), ("seen", weight.groupby(by).sum()),
                        ("reports", reports.value_counts())):  # fmt: skip
        table[name] = table["id"].map(count).fillna(0.0)
    _exposure(table, today)
    _peers(table)
    for suffix, seen in (("", table["seen"]), ("_all", table["received"])):
        _judge(table, seen, suffix)
    table["withheld"] = (table["received"] - table["seen"]).clip(lower=0.0)
    table["withheld_share"] = (table["withheld"] / table["received"]).fillna(0.0)
    every, weighed = recent["merchant_id"], recent["complainant_id"].map(groups.people["weight"])
    filed = table["id"].map(every.value_counts()).fillna(0.0)
    taken = (filed - table["id"].map(weighed.groupby(every).sum()).fillna(0.0)).clip(lower=0.0)
    table["targeted"] = ((taken / filed).fillna(0.0) >= 0.25) & (taken >= 3.0)
    incidents = _incidents(tables, complaints, groups)
    return Merchants(table.sort_values("log_p", kind="stable", ignore_index=True), incidents)


def _universe(tables: Tables, complaints: pd.DataFrame) -> pd.DataFrame:
    shops, companies = tables["shops"], tables["companies"]
    against = set(complaints["merchant_id"])
    shops = shops[shops["closed"].isna() | shops["id"].isin(against)]
    there = companies["status"].isna() | (companies["status"] == "ACTIVE") | companies["id"].isin(against)
    companies = companies[there]
    both = [
        pd.DataFrame({"id": shops["id"], "name": shops["name"], "kind": "Shop", "market": shops["platform"],
                      "trade": shops["category"], "size": shops["orders"], "opened": shops["opened"]}),
        pd.DataFrame({"id": companies["id"], "name": companies["name"], "kind": "Company", "market": "direct",
                      "trade": companies["industry"].str[:1], "size": companies["staff"],
                      "opened": companies["established"]}),
    ]  # fmt: skip
    found = pd.concat(both, ignore_index=True).sort_values("id", ignore_index=True)
    return found.assign(size=found["size"].astype(float), opened=found["opened"].fillna(pd.Timestamp(0)))


def _exposure(table: pd.DataFrame, today: pd.Timestamp) -> None:
    """Orders where known, else a proxy that is named."""
    age = ((today - table["opened"]).dt.days / 365.25).clip(1.0, 3.0)
    shop, known = table["kind"] == "Shop", table["size"] > 0
    typical = table.loc[shop, "size"].median()
    typical = 1.0 if np.isnan(typical) else typical
    per_year = table["size"].where(shop, np.sqrt(table["size"].clip(lower=1.0)))
    table["exposure"] = per_year.where(known, np.where(shop, typical, 1.0)) * age
    table["basis"] = np.where(
        shop,
        np.where(known, "近一年订单量×经营年限", "平台店铺订单量中位数×经营年限（本店未提供）"),
        np.where(known, "参保人数的平方根×经营年限", "经营年限（无参保人数）"),
    )


def _peers(table: pd.DataFrame) -> None:
    """The finest peer group of at least 30: market × trade × size, market × trade, market, all."""
    table["trade"] = table["trade"].fillna("?")
    table["band"] = np.floor(np.log(table["exposure"].clip(lower=1e-9)) / np.log(8.0)).astype(int)
    table["level"], table["peers"] = 0, 0
    table["peer_group"] = table["market"] + " · " + table["trade"] + " · 规模 " + table["band"].astype(str)
    levels = _levels(table)
    for level in reversed(range(len(levels))):
        size = levels[level].groupby(levels[level]).transform("size")
        enough = (size >= 30) | (level == len(levels) - 1)
        table.loc[enough, "level"], table.loc[enough, "peers"] = level, size[enough]


def _levels(table: pd.DataFrame) -> list[pd.Series]:
    """Names of the peer groups, finest first; the last holds everyone."""
    market_trade = table["market"] + " · " + table["trade"]
    return [table["peer_group"], market_trade, table["market"], pd.Series("", index=table.index)]


def _judge(table: pd.DataFrame, seen: pd.Series, suffix: str) -> None:
    """Gamma–Poisson against the peers' prior; ratio with its 90 % interval, tail, flag."""
    rate, shape = pd.Series(np.nan, index=table.index), pd.Series(np.nan, index=table.index)
    for level, name in enumerate(_levels(table)):
        for peers, rows in table[table["level"] == level].groupby(name).groups.items():
            pool = name == peers
            rate[rows], shape[rows] = _prior(seen[pool].to_numpy(), table.loc[pool, "exposure"].to_numpy())
    expected = table["exposure"] * rate
    loose = shape.clip(upper=2.0)
    table[f"expected{suffix}"] = expected
    table[f"ratio{suffix}"] = (loose + seen) / (loose + expected)
    table[f"low{suffix}"] = stats.gamma.ppf(0.05, loose + seen) / (loose + expected)
    table[f"high{suffix}"] = stats.gamma.ppf(0.95, loose + seen) / (loose + expected)
    log_p = gamma_poisson_tail(seen.to_numpy(), expected.to_numpy(), shape.to_numpy())
    table[f"log_p{suffix}"] = log_p
    table[f"flagged{suffix}"] = discoveries(log_p, 0.10) & (table[f"low{suffix}"] > 1.0)


def _prior(seen: np.ndarray, exposure: np.ndarray) -> tuple[float, float]:
    """Rate and shape by marginal likelihood, three times again without the extreme tail."""
    start = np.log([max(seen.sum(), 0.5) / exposure.sum(), 1.0])
    bounds = [(start[0] - 20, start[0] + 20), (np.log(1e-2), np.log(1e3))]
    use = np.ones(len(seen), bool)
    for _ in range(4):
        found = optimize.minimize(
            _loss, start, args=(seen[use], exposure[use]), method="L-BFGS-B", bounds=bounds,
            options={"ftol": 1e-12, "gtol": 1e-8},
        )  # fmt: skip
        start = found.x
        rate, shape = np.exp(found.x)
        use = gamma_poisson_tail(seen, exposure * rate, np.full(len(seen), shape)) > np.log(0.003)
    return float(rate), float(shape)


def _loss(x: np.ndarray, seen: np.ndarray, exposure: np.ndarray) -> float:
    """Negative log-likelihood up to a constant; most merchants have no complaint, so the dear part is of the others."""
    rate, shape = np.exp(x)
    mean = exposure * rate
    some = seen > 0
    k, m = seen[some], mean[some]
    gain = special.gammaln(k + shape) - special.gammaln(shape) + k * np.log(m / (shape + m))
    return -float(gain.sum() - (shape * np.log1p(mean / shape)).sum())


def _incidents(tables: Tables, complaints: pd.DataFrame, groups: Groups) -> pd.DataFrame:
    """The most surprising burst of each merchant that suspected people did not make."""
    dated = complaints[complaints["filed_on"].notna()]
    person, ids = pd.factorize(dated["complainant_id"], sort=True)
    day = (dated["filed_on"] - pd.Timestamp(0)).dt.days.to_numpy()
    filed = pd.DataFrame({"person": person, "merchant": dated["merchant_id"].to_numpy(), "day": day})
    found = bursts(filed, (1, 3, 7, 30))
    found = found[found["log_p"] <= np.log(0.05)].reset_index(drop=True)
    found = _since_opened(found, tables, np.sort(day))
    flagged = groups.people["flagged"].reindex(ids).to_numpy()
    found["size"] = found["members"].str.len()
    found["suspected"] = found["members"].map(lambda m: flagged[m].sum())
    genuine = found[(found["size"] >= 5) & (found["suspected"] <= 0.2 * found["size"])]
    best = genuine.sort_values("log_p", kind="stable").drop_duplicates("value")
    kept = discoveries(best["log_p"].to_numpy(), 0.001, complaints["merchant_id"].nunique() * 4)
    return best[kept]


def _since_opened(found: pd.DataFrame, tables: Tables, days: np.ndarray) -> pd.DataFrame:
    """Before a merchant opened nobody could complain: expect per day of its own life."""
    shops, companies = tables["shops"], tables["companies"]
    began = pd.concat([
        shops.set_index("id")["opened"].fillna(shops.set_index("id")["valid_from"]),
        companies.set_index("id")["established"],
    ])  # fmt: skip
    opened = (found["value"].map(began) - pd.Timestamp(0)).dt.days.fillna(-(10**6))
    opened = opened.clip(upper=days[-1])
    before = np.searchsorted(days, opened)
    expected = found["expected"] * len(days) / np.maximum(len(days) - before, 1)
    tests = found["log_p"] - poisson_tail(found["seen"].to_numpy(), found["expected"].to_numpy())
    log_p = poisson_tail(found["seen"].to_numpy(), expected.to_numpy()) + tests.clip(lower=0.0)
    return found.assign(expected=expected, log_p=log_p.clip(upper=0.0))
