"""Chains of links in words behind the associations part of a score: who, by which link, to whom."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph.analytics.hidden_links import RULES
from graph.scoring.score import Scores
from queries.refresh.barred import POSTS, Barred, Rebirth
from queries.refresh.facts import Facts
from queries.refresh.links import HiddenLinks
from queries.refresh.names import Names
from queries.refresh.ownership import Ownership
from queries.texts import POSTS as POST_NAMES

CHAINS = 5
"""Chains listed per part of a score; the picture shows the rest."""
BAD = ("severe_list", "abnormal_list", "judgment_debtor", "revoked")
"""Features of a company's own that make its links worth telling."""


class Chains:
    """Collects texts per company and feature, at most `CHAINS` each."""

    def __init__(self, facts: Facts, names: Names) -> None:
        self._texts: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._companies, self._parties, self._names = facts.companies.ids, facts.parties.ids, names

    def name(self, party_id: str) -> str:
        """Name of whatever has this id."""
        return self._names.name(party_id)

    def company(self, number: int) -> str:
        """Name of a company."""
        return self._names.name(self._companies[number].as_py())

    def party(self, number: int) -> str:
        """Name of a party."""
        return self._names.name(self._parties[number].as_py())

    def wants(self, company: int, feature: str) -> bool:
        """Whether there is room for one more; asked before a text is made."""
        return len(self._texts[self._companies[company].as_py(), feature]) < CHAINS

    def add(self, company: int, feature: str, text: str) -> None:
        """Keep a text, if there is room."""
        if self.wants(company, feature):
            self._texts[self._companies[company].as_py(), feature].append(text)

    def table(self) -> pa.Table:
        """One row per company and feature."""
        keys = sorted(key for key, texts in self._texts.items() if texts)
        return pa.table({
            "company": pa.array([company for company, _ in keys], pa.string()),
            "feature": pa.array([feature for _, feature in keys], pa.string()),
            "texts": pa.array([self._texts[key] for key in keys], pa.list_(pa.string())),
        })  # fmt: skip


def path_table(
    scores: Scores,
    facts: Facts,
    names: Names,
    ownership: Ownership,
    links: HiddenLinks,
    barred: Barred,
    rebirth: Rebirth,
) -> pa.Table:
    """Tell the chains of every company whose associations gave it points."""
    chains = Chains(facts, names)
    _barred(chains, facts, barred)
    for new, old in zip(rebirth.found.new.tolist(), rebirth.found.ended.tolist(), strict=True):
        chains.add(new, "rebirth", f"{chains.company(new)} ⇢ 疑似延续 ⇢ {chains.company(old)}（待核实）")
    _hidden(chains, scores, links)
    _held(chains, scores, facts, ownership)
    return chains.table()


def _barred(chains: Chains, facts: Facts, barred: Barred) -> None:
    rows = zip(barred.person, barred.company, barred.post, barred.because, strict=True)
    for person, party, post, because in rows:
        company = int(facts.party_company[party])
        if company >= 0:
            cause = chains.party(int(because)) if because >= 0 else "失信被执行人名单"
            who, where = chains.party(int(person)), chains.company(company)
            text = f"{where} ← {POST_NAMES[POSTS[int(post)]]} ← {who} ← 因 {cause} 受限"
            chains.add(company, "barred_in_post", text)


def _hidden(chains: Chains, scores: Scores, links: HiddenLinks) -> None:
    wanted, bad = _has_points(scores, ("hidden_bad", "propagated")), _has_points(scores, BAD)
    for found, shared in links.found:
        for one, other in ((found.a, found.b), (found.b, found.a)):
            for row in np.flatnonzero(wanted[one] & bad[other]).tolist():
                company = int(one[row])
                if not chains.wants(company, "hidden_bad"):
                    continue
                through = chains.name(shared[int(found.value[row])].as_py())
                link = f"{RULES[found.rule].title}（{through}）"
                text = f"{chains.company(company)} ⇠ {link} ⇢ {chains.company(int(other[row]))}（待核实）"
                chains.add(company, "hidden_bad", text)
                chains.add(company, "propagated", text)


def _held(chains: Chains, scores: Scores, facts: Facts, ownership: Ownership) -> None:
    held = ownership.controlled
    for company in np.flatnonzero(_has_points(scores, ("controller_record",))).tolist():
        party = facts.company_party[company]
        votes = f"控制（表决权 {held.percent[party]:.1f}%）"
        text = f"{chains.party(int(held.controller[party]))} → {votes} → {chains.company(company)}"
        chains.add(company, "controller_record", text)
    for company in np.flatnonzero(_has_points(scores, ("representative_record",))).tolist():
        person = int(ownership.representative[facts.company_party[company]])
        text = f"{chains.party(person)} → 法定代表人 → {chains.company(company)}"
        chains.add(company, "representative_record", text)


def _has_points(scores: Scores, features: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    columns = [i for i, row in enumerate(scores.card.rows) if row.feature in features]
    return np.asarray((scores.tenths[:, columns] != 0).any(axis=1))
