"""Chains of links in words behind the associations part of a score: who, by which link, to whom."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.analytics.hidden_links import RULES
from graph.scoring.score import Scores
from queries.refresh.barred import POSTS, Barred, Rebirth
from queries.refresh.facts import Facts, Ints
from queries.refresh.links import HiddenLinks
from queries.refresh.ownership import Ownership
from queries.refresh.risk import Risk
from queries.texts import POSTS as POST_NAMES

CHAINS = 5
"""Chains listed per part of a score; the picture shows the rest."""
BAD = ("severe_list", "abnormal_list", "judgment_debtor", "revoked")
"""Features of a company's own that make its links worth telling."""

Told = tuple[Ints, pa.Array]
"""Company numbers, at most `CHAINS` rows of each, and what is told of them."""


def path_table(
    scores: Scores,
    facts: Facts,
    ownership: Ownership,
    links: HiddenLinks,
    barred: Barred,
    rebirth: Rebirth,
    risk: Risk,
) -> pa.Table:
    """Tell the chains of every company whose associations gave it points."""
    told = {
        "address_record": _housed(scores, facts, risk),
        "barred_in_post": _barred(facts, barred),
        "controller_record": _controlled(scores, facts, ownership),
        "hidden_bad": _hidden(scores, facts, links),
        "rebirth": _reborn(facts, rebirth),
        "representative_record": _represented(scores, facts, ownership),
    }
    return _table(facts, {**told, "propagated": told["hidden_bad"]})


def _table(facts: Facts, told: Mapping[str, Told]) -> pa.Table:
    """One row per company and feature, sorted by both; a text that is told of two features is kept once."""
    names = sorted(told)
    company = np.concatenate([told[name][0] for name in names])
    feature = np.repeat(np.arange(len(names)), [len(told[name][0]) for name in names])
    order = np.lexsort((feature, company))
    key = (company * len(names) + feature)[order]
    keys, first = np.unique(key, return_index=True)
    texts = pa.concat_arrays([told[name][1] for name in names]).dictionary_encode().take(pa.array(order))
    return pa.table({
        "company": facts.companies.take(keys // len(names)),
        "feature": pa.array(names).take(pa.array(keys % len(names))),
        "texts": pa.ListArray.from_arrays(pa.array(np.append(first, len(key)), pa.int32()), texts),
    })  # fmt: skip


def _first(company: Ints) -> Ints:
    """Rows of the first `CHAINS` of every company; what is no company is left out."""
    order = np.argsort(company, kind="stable")
    ordered = company[order]
    place = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    return order[(place < CHAINS) & (ordered >= 0)]


def _barred(facts: Facts, barred: Barred) -> Told:
    company = facts.party_company[barred.company]
    rows = _first(company)
    post = pa.array([POST_NAMES[post] for post in POSTS]).take(pa.array(barred.post[rows]))
    because = barred.because[rows]
    cause = pc.fill_null(facts.party_names.take(pa.array(because, mask=because < 0)), "失信被执行人名单")
    who = _parties(facts, barred.person[rows])
    text = _say(_companies(facts, company[rows]), " ← ", post, " ← ", who, " ← 因 ", cause, " 受限")
    return company[rows], text


def _reborn(facts: Facts, rebirth: Rebirth) -> Told:
    rows = _first(rebirth.found.new)
    new, old = rebirth.found.new[rows], rebirth.found.ended[rows]
    return new, _say(_companies(facts, new), " ⇢ 疑似延续 ⇢ ", _companies(facts, old), "（待核实）")


def _hidden(scores: Scores, facts: Facts, hidden: HiddenLinks) -> Told:
    wanted, bad = _has_points(scores, ("hidden_bad", "propagated")), _has_points(scores, BAD)
    parts = [
        (one[rows], two[rows], links.value[rows], np.full(len(rows), number))
        for number, (links, _, _) in enumerate(hidden.found)
        for one, two in ((links.a, links.b), (links.b, links.a))
        for rows in [np.flatnonzero(wanted[one] & bad[two])]
    ]
    company, other, value, rule = (np.concatenate(column) for column in zip(*parts, strict=True))
    rows = _first(company)
    company, other, value, rule = company[rows], other[rows], value[rows], rule[rows]
    title = pa.array([RULES[found.links.rule].title for found in hidden.found]).take(pa.array(rule))
    # What is shared is numbered per rule: one rule's behind the other's, each has one number.
    start = np.cumsum([0, *(len(found.names) for found in hidden.found)])
    through = pa.concat_arrays([found.names for found in hidden.found]).take(pa.array(start[rule] + value))
    link = _say(" ⇠ ", title, "（", through, "） ⇢ ")
    return company, _say(_companies(facts, company), link, _companies(facts, other), "（待核实）")


def _controlled(scores: Scores, facts: Facts, ownership: Ownership) -> Told:
    company = np.flatnonzero(_has_points(scores, ("controller_record",)))
    party, held = facts.company_party[company], ownership.controlled
    votes = pa.array([f" → 控制（表决权 {percent:.1f}%） → " for percent in held.percent[party].tolist()], pa.string())
    return company, _say(_parties(facts, held.controller[party]), votes, _parties(facts, party))


def _represented(scores: Scores, facts: Facts, ownership: Ownership) -> Told:
    company = np.flatnonzero(_has_points(scores, ("representative_record",)))
    party = facts.company_party[company]
    who = _parties(facts, ownership.representative[party])
    return company, _say(who, " → 法定代表人 → ", _parties(facts, party))


def _housed(scores: Scores, facts: Facts, risk: Risk) -> Told:
    company = np.flatnonzero(_has_points(scores, ("address_record",)))
    address = facts.address["name"].combine_chunks().take(pa.array(risk.address.unit[company]))
    return company, _say(_companies(facts, company), " → 登记于 → ", pc.fill_null(address, "同一地址"))


def _say(*parts: pa.Array | str) -> pa.Array:
    return pc.binary_join_element_wise(*parts, "")


def _parties(facts: Facts, numbers: Ints) -> pa.Array:
    return facts.party_names.take(pa.array(numbers))


def _companies(facts: Facts, numbers: Ints) -> pa.Array:
    return _parties(facts, facts.company_party[numbers])


def _has_points(scores: Scores, features: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    columns = [i for i, row in enumerate(scores.card.rows) if row.feature in features]
    return np.asarray((scores.tenths[:, columns] != 0).any(axis=1))
