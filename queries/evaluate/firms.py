"""Control, owners, cycles, bars, re-births, hidden links, hubs and contagion against the truth."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from queries.evaluate.measures import area_under_curve, precision, recall, share
from queries.evaluate.scores import TruthScore
from queries.evaluate.truth import Pair, Truth
from queries.snapshot import Snapshot

CONTROL_KINDS = ("control_chain", "joint_control")
GROUNDS = {
    "revoked": ("revoked",),
    "cancelled": ("false_registration",),
    "debtor": ("judgment_debtor",),
    "severe": ("severe_list",),
}
"""Ground of a planted bar → article of the finding."""
RULES = {"same_phone": "same_phone", "adjacent_landline": "adjacent_landline", "same_address": "same_address"}


def score_firms(snapshot: Snapshot, truth: Truth) -> Iterator[TruthScore]:
    """Yield the figures of the linked-party analyses."""
    yield _control(snapshot, truth)
    yield _beneficial(snapshot, truth)
    yield _cycles(snapshot, truth)
    yield from _barred(snapshot, truth)
    yield _rebirths(snapshot, truth)
    yield from _hidden(snapshot, truth)
    yield _hubs(snapshot, truth)
    yield _contagion(snapshot, truth)


def _rows(snapshot: Snapshot, table: str, *columns: str) -> list[tuple[str, ...]]:
    found = snapshot.table(table)
    return list(zip(*(found[c].to_pylist() for c in columns), strict=True))


def _between(pairs: list[Pair]) -> set[tuple[str, str]]:
    return {(p.a, p.b) for p in pairs}


def _control(snapshot: Snapshot, truth: Truth) -> TruthScore:
    """The head of each chain is the controller of every company on it, whatever its share comes to."""
    heads = truth.all_members(CONTROL_KINDS, "head")
    planted = {pair for pair in _between(truth.pairs_of("controls", *CONTROL_KINDS)) if pair[0] in heads}
    companies = {company for _, company in planted}
    found = {(c, f) for c, f in _rows(snapshot, "control", "controller", "company") if f in companies}
    return TruthScore(
        "control", "chains and joint control", len(planted), len(planted & found), recall(found, planted),
        precision(found, planted), note="ultimate controller of each planted company",
    )  # fmt: skip


def _beneficial(snapshot: Snapshot, truth: Truth) -> TruthScore:
    """Persons who reach 25 %, with the share they reach."""
    pairs = truth.pairs_of("beneficial_owner")
    percents = {(p.a, p.b): p.percent for p in pairs}
    rows = _rows(snapshot, "beneficial_owners", "person", "company", "percent")
    found = {(person, company): float(percent) for person, company, percent in rows}
    hit = percents.keys() & found.keys()
    error = max((abs((percents[pair] or 0.0) - found[pair]) for pair in hit), default=0.0)
    return TruthScore(
        "beneficial owners", "25 % by sum over paths", len(percents), len(hit), recall(found, percents),
        note=f"largest error of the share {error:.2f} percentage points",
    )  # fmt: skip


def _cycles(snapshot: Snapshot, truth: Truth) -> TruthScore:
    planted = {p.a for p in truth.pairs_of("cycle")}
    circular = planted | truth.all_members(("self_holding",), "company")
    found = {company for (company,) in _rows(snapshot, "cycles", "company")}
    return TruthScore(
        "ownership cycles", "two, three, closed", len(planted), len(planted & found), recall(found, planted),
        precision(found, circular), note="companies on a cycle; self-holdings count as right",
    )  # fmt: skip


def _barred(snapshot: Snapshot, truth: Truth) -> Iterator[TruthScore]:
    """Planted bars and all bars the files contain, by ground; and persons who only look barred."""
    rows = _rows(snapshot, "barred", "person", "company", "article")
    for ground, articles in GROUNDS.items():
        everything = _between(truth.pairs_of("barred_all", f"all_bars_{ground}"))
        found = {(person, company) for person, company, article in rows if article in articles}
        if everything or found:
            yield TruthScore(
                "barred persons", ground, len(everything), len(everything & found), recall(found, everything),
                precision(found, everything), note="posts in live companies, every bar in the files",
            )  # fmt: skip
    planted, free = _between(truth.pairs_of("barred")), _between(truth.pairs_of("not_barred"))
    found = {(person, company) for person, company, _ in rows}
    yield TruthScore(
        "barred persons", "planted", len(planted), len(planted & found), recall(found, planted),
        wrong_share=share(len(free & found), len(free)), note="wrong: persons whose bar or post had ended",
    )  # fmt: skip


def _rebirths(snapshot: Snapshot, truth: Truth) -> TruthScore:
    planted = _between(truth.pairs_of("rebirth"))
    found = set(_rows(snapshot, "rebirths", "ended", "company"))
    return TruthScore(
        "re-births", "2 or 3 things shared", len(planted), len(planted & found), recall(found, planted),
        precision(found, planted), note="firms of one owner with one phone share two things by chance as well",
    )  # fmt: skip


def _hidden(snapshot: Snapshot, truth: Truth) -> Iterator[TruthScore]:
    """Pairs tied by one thing must be linked by that rule."""
    rows = _rows(snapshot, "hidden_links", "rule", "from_id", "to_id")
    for kind, rule in RULES.items():
        planted = {frozenset(pair) for pair in _between(truth.pairs_of("hidden_link", kind))}
        found = {frozenset((a, b)) for fired, a, b in rows if fired == rule}
        yield TruthScore(
            "hidden links", kind.replace("_", " "), len(planted), len(planted & found), recall(found, planted)
        )


def _hubs(snapshot: Snapshot, truth: Truth) -> TruthScore:
    """Cluster addresses, agents' phones and the state investor must not link anybody."""
    hubs = truth.all_members(("hub_address", "hub_phone", "hub_state"), "hub")
    linking = {shared for (shared,) in _rows(snapshot, "hidden_links", "shared")} & hubs
    return TruthScore(
        "hubs", "addresses, phones, state investor", len(hubs), len(linking),
        wrong_share=share(len(linking), len(hubs)), note="hubs by which firms were linked",
    )  # fmt: skip


def _contagion(snapshot: Snapshot, truth: Truth) -> TruthScore:
    """Do firms of a bad controller score higher? A modest signal is expected, not a separation."""
    firms = truth.all_members(("contagion",), "company")
    table = snapshot.table("scores")
    scored = table.column(0).to_pylist()
    score = table["score"].to_numpy().astype(np.float64)
    true = np.array([party in firms for party in scored], dtype=np.bool_)
    return TruthScore(
        "contagion", "firms of bad controllers", len(firms), int(true.sum()), auc=area_under_curve(score, true)
    )
