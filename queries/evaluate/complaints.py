"""Complainant groups, incidents, heavy consumers, targeted and abnormal merchants against the truth."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from queries.evaluate.measures import average_precision, precision, recall, share
from queries.evaluate.scores import TruthScore
from queries.evaluate.truth import Plant, Truth
from queries.results import Merchant
from queries.snapshot import Snapshot

TARGETED_FROM, TARGETED_SHARE = 5, 0.25
"""Attacks, and share of all complaints, from which a merchant counts as targeted: fewer do not move its rate."""
EVERYTHING = 10**9
"""Limit of a page that holds all."""


def score_complaints(snapshot: Snapshot, truth: Truth) -> Iterator[TruthScore]:
    """Yield the figures of the complaint analyses."""
    table = snapshot.table("complainants")
    people = _People(
        table.column(0).to_pylist(),
        table["score"].to_numpy().astype(np.float64),
        table["flagged"].to_numpy(zero_copy_only=False).astype(np.bool_),
    )
    yield from _groups(people, truth)
    yield _whole_groups(snapshot, truth)
    yield from _innocent(people, truth)
    merchants = snapshot.merchants(limit=EVERYTHING)
    yield _incidents(snapshot, truth)
    yield _targeted(merchants, truth)
    yield from _abnormal(merchants, truth)


class _People:
    """Scores and flags of all complainants."""

    def __init__(self, ids: list[str], score: npt.NDArray[np.float64], flagged: npt.NDArray[np.bool_]) -> None:
        self.ids, self.score = ids, score
        self.flagged = {i for i, f in zip(ids, flagged, strict=True) if f}

    def average_precision(self, true: set[str], ignored: set[str]) -> float | None:
        """Average precision of the scores; members of other groups count neither way."""
        rows = np.array([i in true or i not in ignored for i in self.ids], dtype=np.bool_)
        is_true = np.array([i in true for i in self.ids], dtype=np.bool_)
        return average_precision(self.score[rows], is_true[rows])


def _groups(people: _People, truth: Truth) -> Iterator[TruthScore]:
    planted, lucky = truth.of_kind("group"), truth.all_members(("not_detectable",), "member")
    everybody = truth.all_members(("group",), "member")
    for name, belongs in _slices().items():
        mine = set().union(*(truth.members(p, "member") for p in planted if belongs(p)))
        if mine:
            yield TruthScore(
                "group members", name, len(mine), len(mine & people.flagged),
                recall=recall(people.flagged, mine),
                precision=precision(people.flagged - lucky, everybody) if name == "all" else None,
                average_precision=people.average_precision(mine, (everybody | lucky) - mine),
                note="complainants flagged",
            )  # fmt: skip


def _slices() -> dict[str, Callable[[Plant], bool]]:
    """Cuts through the planted groups: by days per merchant, by density, by what they share."""

    def days(low: int, high: int) -> Callable[[Plant], bool]:
        return lambda p: low <= p.facts["window_days"] <= high

    return {
        "all": lambda _: True,
        "within 7 days": days(1, 7),
        "within 8–60 days": days(8, 60),
        "within 61–180 days": days(61, 180),
        "density up to .2": lambda p: p.facts["density"] <= 0.2,
        "density above .2": lambda p: p.facts["density"] > 0.2,
        "up to 12 members": lambda p: p.facts["size"] <= 12,
        "nothing shared": lambda p: not p.facts["shares"],
        "template, phone or address shared": lambda p: bool(p.facts["shares"]),
    }


def _whole_groups(snapshot: Snapshot, truth: Truth) -> TruthScore:
    """A group counts as found if one found group holds half of it and is half of it."""
    found = [{m.id for m in group.members} for group in snapshot.groups(limit=EVERYTHING)]
    planted = [truth.members(p, "member") for p in truth.of_kind("group")]
    anybody = set().union(*planted, truth.all_members(("not_detectable",), "member"))
    hit = sum(any(2 * len(m & f) >= max(len(m), len(f)) for f in found) for m in planted)
    right = sum(2 * len(f & anybody) >= len(f) for f in found)
    return TruthScore(
        "groups", "all", len(planted), hit, share(hit, len(planted)), share(right, len(found)),
        note=f"{len(found)} groups found; one counts if it overlaps by half both ways",
    )  # fmt: skip


def _innocent(people: _People, truth: Truth) -> Iterator[TruthScore]:
    """People who must not be flagged, and groups nobody can see."""
    for kind, name, note in (
        ("incident", "people of genuine incidents", "flagged though honest; at most 5 % allowed"),
        ("heavy_consumer", "heavy genuine consumers", "flagged though honest"),
        ("not_detectable", "members of undetectable groups", "flagged: no synchrony and nothing shared"),
    ):
        members = truth.all_members((kind,), "member")
        wrong = members & people.flagged
        yield TruthScore(name, "all", len(members), len(wrong), wrong_share=share(len(wrong), len(members)), note=note)


def _incidents(snapshot: Snapshot, truth: Truth) -> TruthScore:
    merchants = truth.all_members(("incident",), "merchant")
    leads = snapshot.leads(kind="genuine_incident", limit=EVERYTHING)
    found = {party for lead in leads for party in lead.parties}
    genuine = merchants | truth.all_members(("abnormal_merchant",), "merchant")
    return TruthScore(
        "genuine incidents", "all", len(merchants), len(merchants & found), recall(found, merchants),
        precision({p for p in found if p in truth.merchants}, genuine),
        note="merchants with an incident lead; abnormal merchants count as right too",
    )  # fmt: skip


def _targeted(merchants: tuple[Merchant, ...], truth: Truth) -> TruthScore:
    planted = {
        i
        for i, rate in truth.merchants.items()
        if rate.attacks >= max(TARGETED_FROM, TARGETED_SHARE * (rate.attacks + rate.honest))
    }
    attacked = {i for i, rate in truth.merchants.items() if rate.attacks}
    marked = {m.id for m in merchants if m.targeted}
    name = f"{TARGETED_FROM} attacks and {TARGETED_SHARE:.0%} of all"
    return TruthScore(
        "targeted merchants", name, len(planted), len(planted & marked),
        recall(marked, planted), precision(marked, attacked), note="merchants marked as targeted",
    )  # fmt: skip


def _abnormal(merchants: tuple[Merchant, ...], truth: Truth) -> Iterator[TruthScore]:
    """The ranking as shown; then one plain measure on weighted and on all counts: what the weights are worth."""
    planted = truth.all_members(("abnormal_merchant",), "merchant")
    incidents = truth.all_members(("incident",), "merchant")
    ranked = [m for m in merchants if m.id not in incidents]  # a failing merchant: neither right nor wrong here
    true = np.array([m.id in planted for m in ranked], dtype=np.bool_)
    weighted, alike = ({m.id for m in ranked if m.flagged}, {m.id for m in ranked if m.flagged_all})
    for name, score, flagged in (
        ("as ranked", [m.score for m in ranked], weighted),
        ("excess of weighted complaints", [_excess(m.seen, m) for m in ranked], weighted),
        ("excess of all complaints alike", [_excess(m.seen_all, m) for m in ranked], alike),
    ):
        yield TruthScore(
            "abnormal merchants", name, len(planted), len(planted & flagged), recall(flagged, planted),
            precision(flagged, planted), average_precision(np.array(score, dtype=np.float64), true),
            wrong_share=share(len(flagged - planted), len(flagged)), note="merchants flagged",
        )  # fmt: skip


def _excess(seen: float, merchant: Merchant) -> float:
    """Complaints above the expected, in standard deviations of a Poisson count."""
    return (seen - merchant.expected) / math.sqrt(max(merchant.expected, 0.5))
