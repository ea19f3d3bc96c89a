"""Fill the scorecard's inputs from the facts and findings of one refresh: one array per input, over companies."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.kinds import STATUSES, SUBSTANTIATED
from graph.projection import NO_DAY, days, months_later
from graph.scoring.inputs import STOPPED, ScoreInputs, shell_signs
from queries.refresh.barred import Barred, Rebirth
from queries.refresh.duties import licences_expired, reports_missed
from queries.refresh.facts import Facts
from queries.refresh.links import HiddenLinks
from queries.refresh.merchants import MerchantFindings
from queries.refresh.ownership import Ownership
from queries.refresh.risk import Risk

Reals = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

GOOD_RESULTS = ("未发现问题", "合格", "通过", "未发现开展本次抽查涉及的经营活动")
"""Inspection results without a fault; anything else counts as a problem found."""


def score_inputs(
    facts: Facts,
    ownership: Ownership,
    links: HiddenLinks,
    risk: Risk,
    barred: Barred,
    rebirth: Rebirth,
    merchants: MerchantFindings,
) -> ScoreInputs:
    """Collect everything the scorecard looks at."""
    n, usable = len(facts.companies), facts.records.usable(facts.today)
    severe, abnormal, debtor = (
        facts.per_company(usable & facts.records.is_kind(kind)) > 0
        for kind in ("severe_list", "abnormal_list", "judgment_debtor")
    )
    age = (facts.today - days(facts.company["established"])) / 30.4375
    return ScoreInputs.empty(
        n,
        age_months=np.where(days(facts.company["established"]) == NO_DAY, np.nan, age),
        status=facts.category("status", STATUSES),
        code_defect=~np.asarray(pc.is_in(facts.company["code_status"], value_set=pa.array(["valid", "legacy15"]))),
        capital=facts.column("capital"),
        staff=facts.column("staff"),
        shell_portrait=_shell(facts, age),
        representative_changes=_changes(facts, "legal_reps"),
        shareholder_changes=_changes(facts, "shareholdings"),
        address_changes=_moves(facts),
        reports_missed=reports_missed(facts),
        severe_in_force=severe,
        abnormal_in_force=abnormal,
        judgment_debtor=debtor,
        **_supervision(facts, usable),
        controller_ratio=risk.controller.low,
        representative_ratio=risk.representative.low,
        address_ratio=risk.address.low,
        propagated=np.clip(risk.beliefs.carried[facts.company_party], 0.0, 1.0),
        hidden_bad=_hidden_bad(links, severe | abnormal, n),
        barred_in_post=_barred(facts, barred),
        rebirth=np.isin(np.arange(n), rebirth.found.new),
        unexplained=np.where(ownership.integrated.holdings.recorded, ownership.explained.missing, np.nan)[
            facts.company_party
        ],
        **_complaints(facts, merchants),
    )


def _changes(facts: Facts, relationship: str) -> Reals:
    """Per company, terms that began within twelve months, the registration itself not counted."""
    terms = facts.links(relationship, history=True)
    registered = months_later(days(facts.company["established"]), 1)
    company = facts.party_company[terms.target]
    kept = (company >= 0) & (terms.first > facts.months_ago(12))
    kept &= (registered[company] != NO_DAY) & (terms.first > registered[company])
    return np.bincount(company[kept], minlength=len(facts.companies)).astype(np.float64)


def _moves(facts: Facts) -> Reals:
    """Per company, days within twelve months on which another domicile began, the registration itself not counted."""
    rows = facts.reading.arrow("registered_at", ["from_id", "valid_from"])
    company, first = facts.companies.codes(rows["from_id"]), days(rows["valid_from"])
    registered = months_later(days(facts.company["established"]), 1)
    kept = (company >= 0) & (first > facts.months_ago(12))
    kept &= (registered[company] != NO_DAY) & (first > registered[company])
    once = np.unique(np.stack([company[kept], first[kept]]), axis=1)[0]
    return np.bincount(once, minlength=len(facts.companies)).astype(np.float64)


def _supervision(facts: Facts, usable: Flags) -> dict[str, Reals]:
    """Penalties, inspections, licences and listings, of the records `usable` today or in the window of their row."""
    records, count = facts.records, facts.per_company
    penalty = usable & records.is_kind("penalty")
    inspected = usable & records.is_kind("inspection") & (records.decided > facts.months_ago(24))
    good, stated = records.has_result(*GOOD_RESULTS), records.has_result()
    ended = records.ended <= facts.today
    listed = ended & (records.ended > facts.months_ago(36)) & records.is_kind("abnormal_list")
    return {
        "penalties": count(penalty),
        "penalty_amount": count(penalty, records.amount),
        "penalty_days": _days_since(facts, penalty),
        "inspections_failed": count(inspected & stated & ~good),
        "inspections_passed": count(inspected & good),
        "objected": count(records.disputed(facts.today)),
        "licences_expired": licences_expired(facts),
        "abnormal_past": count(listed & ~records.has_status(*STOPPED)),
    }


def _days_since(facts: Facts, rows: Flags) -> Reals:
    """Days since the latest of the records at `rows` of each company, NaN without one."""
    latest = np.full(len(facts.companies), NO_DAY)
    at = np.flatnonzero(rows & (facts.record_company >= 0))
    np.maximum.at(latest, facts.record_company[at], facts.records.decided[at])
    return np.where(latest == NO_DAY, np.nan, facts.today - latest)


def _shell(facts: Facts, age_months: Reals) -> npt.NDArray[np.int64]:
    scope = pc.utf8_length(facts.company["scope"]).to_numpy(zero_copy_only=False).astype(np.float64)
    signs = shell_signs(age_months, facts.column("capital"), facts.column("staff"), scope)
    # A one-person household shows two of the signs by nature: the portrait is of companies.
    company = np.asarray(pc.fill_null(pc.equal(facts.company["entity_type"], "company"), False))
    return np.where(company, signs, 0).astype(np.int64)


def _hidden_bad(links: HiddenLinks, bad: Flags, n: int) -> Reals:
    ends = np.concatenate([links.a, links.b])
    others = np.concatenate([links.b, links.a])
    strength = np.concatenate([links.strength, links.strength])
    return np.bincount(ends, weights=strength * bad[others], minlength=n).astype(np.float64)


def _barred(facts: Facts, barred: Barred) -> Reals:
    company = facts.party_company[barred.company]
    pairs = np.unique(np.stack([company, barred.person]), axis=1)[0] if len(company) else company
    return np.bincount(pairs[pairs >= 0], minlength=len(facts.companies)).astype(np.float64)


def _complaints(facts: Facts, merchants: MerchantFindings) -> dict[str, np.ndarray]:
    """A company's complaints are those against it and against the shops it operates now."""
    shops = facts.operated
    company = np.concatenate([shops.company[shops.current], np.arange(len(facts.companies))])
    at = np.concatenate([merchants.ids.codes(shops.ids.ids)[shops.value[shops.current]],
                         merchants.ids.codes(facts.companies.ids)])  # fmt: skip
    known = (company >= 0) & (at >= 0)
    company, at = np.divmod(np.unique(company[known] * len(merchants.ids) + at[known]), max(len(merchants.ids), 1))
    n, result = len(facts.companies), merchants.result
    substantiated = _per_merchant(facts, merchants)
    low, seen = np.full(n, np.nan), result.expected_all[at] > 0
    fair = seen & ~result.targeted[at]
    np.fmax.at(low, company[fair], result.low[at[fair]])
    flagged, targeted = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    np.logical_or.at(flagged, company, result.flagged[at])
    np.logical_or.at(targeted, company, result.targeted[at])
    return {
        "complaint_ratio": low,
        "complaint_flagged": flagged,
        "targeted": targeted & ~flagged,
        "substantiated": np.bincount(company, weights=substantiated[at], minlength=n).astype(np.float64),
    }


def _per_merchant(facts: Facts, merchants: MerchantFindings) -> Reals:
    """Substantiated complaints and reports of the last twelve months per merchant."""
    complaints = facts.complaints
    at = merchants.ids.codes(complaints.merchants.ids)[complaints.merchant]
    recent = complaints.outcome(*SUBSTANTIATED) & (complaints.day > facts.today - 365) & (at >= 0)
    return np.bincount(at[recent], minlength=len(merchants.ids)).astype(np.float64)
