"""Does a link carry risk? Track records of controllers and representatives, and belief propagation over all links."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import numpy as np
import pandas as pd
from scipy import optimize, special, stats

from graph.analytics.propagation import fit_coupling
from peer.barred import ENDED
from peer.links import Links
from peer.ownership import Ownership
from peer.tables import Tables

COUPLING, CONTROLLING = 0.3, 0.8


@dataclass
class Risk:
    """By company: bad events, the record of its controller and its representative, the risk that links carry."""

    bad: pd.Series
    controller: pd.DataFrame
    representative: pd.DataFrame
    address: pd.DataFrame
    carried: pd.Series


def find_risk(tables: Tables, ownership: Ownership, links: Links, today: pd.Timestamp) -> Risk:
    """Compare with the average what happened to other companies; carry risk along links."""
    companies = tables["companies"].set_index("id").sort_index()
    bad = _bad(tables, companies)
    expected = _expected(companies, bad, today)
    state = set(companies.index[companies["state_investor"].astype(bool)])
    control = ownership.control["controller"]
    top = companies.index.to_series().map(control[~control.isin(state)])
    by = companies.index.to_series().map(ownership.representative)
    at = _shared_address(tables).reindex(companies.index)
    records = [_record(unit, bad, expected) for unit in (top, by, at)]
    coupling = _fitted(tables, companies, links, control[~control.isin(state)], today)
    return Risk(bad, *records, _carried(links, control, state, bad, coupling))


def _shared_address(tables: Tables) -> pd.Series:
    """Address of each company, where few others have it and it is no office for many."""
    now = tables["registered_at"]
    now = now[now["valid_to"].isna()]
    offices = tables["addresses"].set_index("id")["cluster"]
    tenants = now.groupby("to_id")["from_id"].transform("size")
    links = (tenants <= 20) & ~now["to_id"].map(offices).fillna(False).astype(bool)
    return now[links].groupby("from_id")["to_id"].max()


def _bad(tables: Tables, companies: pd.DataFrame, before: pd.Timestamp | None = None) -> pd.Series:
    records = tables["credit_records"]
    listed = records["kind"].isin(["severe_list", "judgment_debtor", "abnormal_list"])
    listed &= records["status"] != "withdrawn"
    ended = companies["status"].isin(ENDED)
    if before is not None:
        listed &= pd.to_datetime(records["valid_from"].fillna(records["decided"])) <= before
        ended &= pd.to_datetime(companies["status_since"]) <= before
    events = records[listed]["company_id"].value_counts()
    ended = ended.astype(float)
    return ended.add(events.reindex(companies.index), fill_value=0.0)


def _expected(companies: pd.DataFrame, bad: pd.Series, today: pd.Timestamp) -> pd.Series:
    """Mean of companies of the same kind and age band; small cells lean on the whole."""
    age = ((today - companies["established"]).dt.days / 365.25).fillna(1e6)
    cell = companies["entity_type"].fillna("None") + " " + pd.Series(np.digitize(age, (1, 3, 8)), age.index).astype(str)
    overall = max(float(bad.mean()), 1e-3)
    by_cell = bad.groupby(cell)
    return (by_cell.transform("sum") + 20 * overall) / (by_cell.transform("size") + 20)


def _record(unit: pd.Series, bad: pd.Series, expected: pd.Series) -> pd.DataFrame:
    """The record of each unit's *other* companies, shrunk by a fitted gamma prior with mean 1."""
    rows = pd.DataFrame({"unit": unit, "bad": bad, "expected": expected}).dropna(subset=["unit"])
    by = rows.groupby("unit")
    prior = _prior(by["bad"].sum(), by["expected"].sum())
    rows["observed"] = by["bad"].transform("sum") - rows["bad"]
    rows["due"] = (by["expected"].transform("sum") - rows["expected"]).clip(lower=0.0)
    rows = rows[by["bad"].transform("size") > 1].copy()
    shape, rate = prior + rows["observed"], prior + rows["due"]
    rows["ratio"] = shape / rate
    rows["low"] = stats.gamma.ppf(0.05, shape) / rate
    rows["high"] = stats.gamma.ppf(0.95, shape) / rate
    return rows.reindex(unit.index).assign(unit=unit)


def _prior(observed: pd.Series, expected: pd.Series) -> float:
    """Shape by marginal likelihood."""
    k, mean = observed.to_numpy(), expected.to_numpy()

    def loss(log_shape: float) -> float:
        shape = np.exp(log_shape)
        gain = special.gammaln(shape + k) - special.gammaln(shape)
        return float(-(gain + shape * np.log(shape / (shape + mean)) + k * np.log(mean / (shape + mean))).sum())

    return float(np.exp(optimize.minimize_scalar(loss, bounds=np.log([0.01, 1000]), method="bounded").x))


def _fitted(
    tables: Tables, companies: pd.DataFrame, links: Links, control: pd.Series, today: pd.Timestamp
) -> float:  # fmt: skip
    """The coupling that would have ranked the last year best; a setting, so it is chosen by creditnet's function."""
    day = today - pd.DateOffset(months=12)
    before, now = _bad(tables, companies, day), _bad(tables, companies, today)
    edges = pd.concat([
        links.folded[["a", "b", "strength"]],
        pd.DataFrame({"a": control.to_numpy(), "b": control.index, "strength": CONTROLLING}),
    ])  # fmt: skip
    nodes = pd.Index(sorted({*edges["a"], *edges["b"], *companies.index}))
    linked = nodes.isin(edges["a"]) | nodes.isin(edges["b"])
    alive = (pd.to_datetime(companies["established"]) <= day) & (before == 0)
    judged = linked & alive.reindex(nodes, fill_value=False).to_numpy(bool)
    outcome = judged & (now > before).reindex(nodes, fill_value=False).to_numpy(bool)
    if outcome.sum() < 50:
        return COUPLING
    prior = before.clip(upper=3.0).reindex(nodes, fill_value=0.0).to_numpy(float)
    ends = [nodes.get_indexer(edges[end]) for end in ("a", "b")]
    return fit_coupling(len(nodes), *ends, edges["strength"].to_numpy(float), prior, outcome, judged)[0]


def _carried(links: Links, control: pd.Series, state: set[str], bad: pd.Series, coupling: float) -> pd.Series:
    """x = prior + coupling · S x by sweeps over the edges; S the degree-normalised strengths."""
    net = nx.Graph()
    net.add_weighted_edges_from(links.folded[["a", "b", "strength"]].itertuples(index=False))
    for company, controller in control.items():
        if controller not in state:
            before = net.get_edge_data(controller, company, {"weight": 0.0})["weight"]
            net.add_edge(controller, company, weight=before + CONTROLLING)
    degree = dict(net.degree(weight="weight"))
    share = [(a, b, w / np.sqrt(degree[a] * degree[b])) for a, b, w in net.edges(data="weight")]
    prior = {node: min(float(bad.get(node, 0.0)), 3.0) for node in net}
    belief = dict(prior)
    change = np.linalg.norm(list(prior.values()))
    while coupling * change / (1.0 - coupling) > 1e-6:
        new = dict(prior)
        for a, b, s in share:
            new[a] += coupling * s * belief[b]
            new[b] += coupling * s * belief[a]
        change = np.sqrt(sum((new[x] - belief[x]) ** 2 for x in new))
        belief = new
    carried = pd.Series({x: belief[x] - prior[x] for x in belief}, dtype=float)
    return carried.reindex(bad.index).fillna(0.0)
