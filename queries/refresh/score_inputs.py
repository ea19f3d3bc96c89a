"""Fill the scorecard's inputs from the facts and findings of one refresh: one array per input, over companies."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.kinds import STATUSES
from graph.projection import NO_DAY, days
from graph.scoring.inputs import ScoreInputs
from queries.refresh.barred import Barred, Rebirth
from queries.refresh.facts import Facts, usable
from queries.refresh.links import HiddenLinks
from queries.refresh.merchants import MerchantFindings
from queries.refresh.ownership import Ownership
from queries.refresh.risk import Risk

Reals = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
YOUNG_MONTHS, SMALL_CAPITAL, FEW_STAFF, SHORT_SCOPE = 24.0, 1_000_000.0, 5.0, 10
"""Signs of a shell, at least two of them count: age, capital in yuan, insured staff, characters of the scope."""
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
    n = len(facts.companies)
    severe, abnormal = (
        _per_company(facts, _usable(f"kind = '{k}'", facts.data_date)) for k in ("severe_list", "abnormal_list")
    )
    listed = (severe > 0) | (abnormal > 0)
    age = (facts.today - days(facts.company["established"])) / 30.4375
    return ScoreInputs.empty(
        n,
        age_months=np.where(days(facts.company["established"]) == NO_DAY, np.nan, age),
        status=facts.category("status", STATUSES),
        code_defect=~np.asarray(pc.is_in(facts.company["code_status"], value_set=pa.array(["valid", "legacy15"]))),
        capital=facts.column("capital"),
        staff=facts.column("staff"),
        shell_portrait=_shell(facts, age),
        representative_changes=_per_company(facts, _changes("legal_reps", facts.data_date)),
        shareholder_changes=_per_company(facts, _changes("shareholdings", facts.data_date)),
        severe_in_force=severe > 0,
        abnormal_in_force=abnormal > 0,
        judgment_debtor=_per_company(facts, _usable("kind = 'judgment_debtor'", facts.data_date)) > 0,
        **_supervision(facts),
        controller_ratio=risk.controller.low,
        representative_ratio=risk.representative.low,
        propagated=np.clip(risk.beliefs.carried[facts.company_party], 0.0, 1.0),
        hidden_bad=_hidden_bad(links, listed, n),
        barred_in_post=_barred(facts, barred),
        rebirth=np.isin(np.arange(n), rebirth.found.new),
        unexplained=np.where(ownership.integrated.holdings.recorded, ownership.explained.missing, np.nan)[
            facts.company_party
        ],
        **_complaints(facts, merchants),
    )


def _usable(where: str, day: date, value: str = "count(*)") -> str:
    """Per company, over the records that may feed a score on the day."""
    return (
        f"SELECT company_id AS id, {value} AS value FROM credit_records "  # noqa: S608 - our own constants
        f"WHERE {where} AND {usable(day)} GROUP BY company_id"
    )


def _changes(table: str, day: date) -> str:
    """Per company, terms that began within twelve months, the registration itself not counted."""
    return (
        f"SELECT r.to_id AS id, count(*) AS value FROM {table} r JOIN companies c ON c.id = r.to_id "  # noqa: S608
        f"WHERE r.valid_from > DATE '{day}' - INTERVAL 12 MONTH "
        "AND r.valid_from > c.established + INTERVAL 1 MONTH GROUP BY r.to_id"
    )


def _per_company(facts: Facts, query: str, unknown: float = 0.0) -> Reals:
    table = facts.tables.sql(f"SELECT * FROM ({query}) ORDER BY id")  # noqa: S608 - built above
    values, at = np.full(len(facts.companies), unknown), facts.companies.codes(table["id"])
    values[at[at >= 0]] = table["value"].cast(pa.float64()).to_numpy()[at >= 0]
    return values


def _supervision(facts: Facts) -> dict[str, Reals]:
    day = facts.data_date
    good = ", ".join(f"'{g}'" for g in GOOD_RESULTS)
    recent = f"kind = 'inspection' AND decided > DATE '{day}' - INTERVAL 24 MONTH"
    queries = {
        "penalties": _usable("kind = 'penalty'", day),
        "penalty_amount": _usable("kind = 'penalty'", day, "coalesce(sum(amount), 0)"),
        "inspections_failed": _usable(f"{recent} AND result NOT IN ({good})", day),
        "inspections_passed": _usable(f"{recent} AND result IN ({good})", day),
        "objected": _usable("status IN ('objected', 'under_review')", day),
        "licences_expired": f"SELECT company_id AS id, count(*) AS value FROM credit_records WHERE kind = 'licence' "  # noqa: S608
        f"AND valid_to <= DATE '{day}' AND valid_to > DATE '{day}' - INTERVAL 12 MONTH GROUP BY company_id",
        "abnormal_past": f"SELECT company_id AS id, count(*) AS value FROM credit_records WHERE kind = 'abnormal_list' "  # noqa: S608
        f"AND valid_to <= DATE '{day}' AND valid_to > DATE '{day}' - INTERVAL 36 MONTH "
        "AND coalesce(status, 'in_force') NOT IN ('withdrawn', 'repaired') GROUP BY company_id",
    }
    found = {name: _per_company(facts, query) for name, query in queries.items()}
    latest = _usable("kind = 'penalty'", day, f"min(date_diff('day', decided, DATE '{day}'))")
    return {**found, "penalty_days": _per_company(facts, latest, np.nan)}


def _shell(facts: Facts, age_months: Reals) -> npt.NDArray[np.int64]:
    scope = pc.utf8_length(facts.company["scope"]).to_numpy(zero_copy_only=False).astype(np.float64)
    signs: list[Flags] = [
        (age_months < YOUNG_MONTHS) & (age_months >= 0),
        facts.column("capital") < SMALL_CAPITAL,
        facts.column("staff") < FEW_STAFF,
        scope < SHORT_SCOPE,
    ]
    # A one-person household shows two of the signs by nature: the portrait is of companies.
    company = np.asarray(pc.fill_null(pc.equal(facts.company["entity_type"], "company"), False))
    return np.where(company, np.sum(signs, axis=0), 0).astype(np.int64)


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
    operated = facts.tables.sql(
        """SELECT from_id AS company, to_id AS merchant FROM operates WHERE valid_to IS NULL
           UNION SELECT id, id FROM companies ORDER BY company, merchant"""
    )
    company, at = facts.companies.codes(operated["company"]), merchants.ids.codes(operated["merchant"])
    known = (company >= 0) & (at >= 0)
    company, at = company[known], at[known]
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
    """Substantiated complaints of the last twelve months per merchant."""
    complaints = facts.complaints
    at = merchants.ids.codes(complaints.merchants.ids)[complaints.merchant]
    recent = complaints.outcome("substantiated") & (complaints.day > facts.today - 365) & (at >= 0)
    return np.bincount(at[recent], minlength=len(merchants.ids)).astype(np.float64)
