"""What the scorecard looks at: one value per company and fact, as arrays, and which records may count at all."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from graph.errors import InputError
from graph.model.kinds import RECORD_STATUSES

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

NO_END = np.iinfo(np.int64).max
"""Day number of a use clock without an end."""
STOPPED = ("withdrawn", "repaired")
"""Statuses of records that count for nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreInputs:
    """Facts of n companies. Floats with NaN where a fact is unknown; counts are counts of *usable* records.

    Usable means: inside the use clock, not withdrawn, not repaired, see `usable_records`.

    Attributes
    ----------
    age_months : (n,) float
        Months since registration.
    status : (n,) int
        Position in `graph.model.kinds.STATUSES`; −1 = unknown.
    code_defect : (n,) bool
        The credit code is missing or fails a check.
    capital : (n,) float
        Registered capital in yuan.
    staff : (n,) float
        Insured staff of the last annual report.
    shell_portrait : (n,) int
        How many of the four signs of a shell it shows (young, small capital, few staff, scope of a few words).
    representative_changes, address_changes, shareholder_changes : (n,) float
        Changes within the last 12 months.
    reports_missed : (n,) float
        Annual reports due in the last three years and not filed.
    severe_in_force, abnormal_in_force : (n,) bool
        On the severe-violation list, on the abnormal-operation list today.
    abnormal_past : (n,) float
        Times on the abnormal-operation list before, within three years.
    judgment_debtor : (n,) bool
        Listed as dishonest judgment debtor today.
    penalties : (n,) float
        Penalties in use.
    penalty_amount : (n,) float
        Their sum in yuan.
    penalty_days : (n,) float
        Days since the latest of them; NaN = none.
    inspections_failed, inspections_passed : (n,) float
        Inspections with and without a problem found, within two years.
    licences_expired : (n,) float
        Licences expired and not renewed.
    objected : (n,) float
        Records within the use clock that are objected or under review: shown with a mark, also where held.
    controller_ratio, representative_ratio, address_ratio : (n,) float
        Lower end of the 5–95 % interval of the track record (1 = as expected) of the controller's, the
        representative's and the address's *other* companies; NaN = they have none.
    propagated : (n,) float
        Risk carried along links, 0–1, own evidence excluded.
    hidden_bad : (n,) float
        Companies on the severe or abnormal list that it is hidden-linked to, each weighted by the link's strength.
    barred_in_post : (n,) float
        Persons in its posts whom a law bars from them.
    rebirth : (n,) bool
        Looks like the continuation of a revoked or penalised company.
    unexplained : (n,) float
        Percent of its ownership that the records do not explain; NaN where owners need not be recorded.
    complaint_ratio : (n,) float
        Lower end of the interval of complaints over expected, weighted by the complainants' credibility; NaN = none.
    complaint_flagged : (n,) bool
        Flagged as abnormal merchant on the weighted complaints.
    substantiated : (n,) float
        Complaints substantiated within a year.
    targeted : (n,) bool
        Target of a suspected complainant group: unproven complaints do not raise its score.
    """

    age_months: FloatArray
    status: IntArray
    code_defect: BoolArray
    capital: FloatArray
    staff: FloatArray
    shell_portrait: IntArray
    representative_changes: FloatArray
    address_changes: FloatArray
    shareholder_changes: FloatArray
    reports_missed: FloatArray
    severe_in_force: BoolArray
    abnormal_in_force: BoolArray
    abnormal_past: FloatArray
    judgment_debtor: BoolArray
    penalties: FloatArray
    penalty_amount: FloatArray
    penalty_days: FloatArray
    inspections_failed: FloatArray
    inspections_passed: FloatArray
    licences_expired: FloatArray
    objected: FloatArray
    controller_ratio: FloatArray
    representative_ratio: FloatArray
    address_ratio: FloatArray
    propagated: FloatArray
    hidden_bad: FloatArray
    barred_in_post: FloatArray
    rebirth: BoolArray
    unexplained: FloatArray
    complaint_ratio: FloatArray
    complaint_flagged: BoolArray
    substantiated: FloatArray
    targeted: BoolArray

    def __post_init__(self) -> None:
        lengths = {f.name: len(getattr(self, f.name)) for f in fields(self)}
        if len(set(lengths.values())) > 1:
            raise InputError(f"the score inputs differ in length: {lengths}")

    def __len__(self) -> int:
        return len(self.status)

    @classmethod
    def empty(cls, n: int, **known: np.ndarray) -> ScoreInputs:
        """Build the inputs of n companies of which nothing is known but what is given.

        Unknown floats are NaN, counts of what is on record are 0, marks are off, the status is −1.

        Examples
        --------
        >>> inputs = ScoreInputs.empty(2, penalties=np.array([0.0, 3.0]))
        >>> len(inputs), inputs.age_months.tolist(), inputs.penalties.tolist()
        (2, [nan, nan], [0.0, 3.0])
        """
        values: dict[str, np.ndarray] = {}
        for f in fields(cls):
            if f.type == "BoolArray":
                values[f.name] = np.zeros(n, np.bool_)
            elif f.type == "IntArray":
                values[f.name] = np.full(n, -1 if f.name == "status" else 0)
            else:
                values[f.name] = np.full(n, np.nan if f.name in UNKNOWN_UNLESS_GIVEN else 0.0)
        return cls(**{**values, **known})


UNKNOWN_UNLESS_GIVEN = frozenset(
    {
        "age_months", "capital", "staff", "penalty_days", "controller_ratio", "representative_ratio", "address_ratio",
        "unexplained", "complaint_ratio",
    }
)  # fmt: skip
"""Facts whose absence means "not known"; of all other counts absence means that there is no such record."""


def shell_signs(age_months: FloatArray, capital: FloatArray, staff: FloatArray, scope_length: FloatArray) -> IntArray:
    """Count the signs of a shell: under 24 months, capital under 1 M yuan, under 5 insured staff, a scope of fewer
    than 10 characters.

    Parameters
    ----------
    age_months, capital, staff : (n,) float
        NaN = unknown, which is no sign; nor is a day of registration to come.
    scope_length : (n,) float
        Characters of the recorded business scope; NaN = not recorded.

    Examples
    --------
    >>> shell_signs(np.array([6.0]), np.array([np.nan]), np.array([0.0]), np.array([8.0])).tolist()
    [3]
    """
    signs = ((age_months >= 0) & (age_months < 24), capital < 1e6, staff < 5, scope_length < 10)
    return np.asarray(np.sum(signs, axis=0), np.int64)


def usable_records(
    status: IntArray, use_from: IntArray, use_to: IntArray, as_of: int, *, stopped: tuple[str, ...] = STOPPED
) -> BoolArray:
    """Say which credit records may feed a score on a day.

    Expired or withdrawn records count 0, repaired ones are excluded; objected and reviewed ones count and are
    marked, unless they are among the stopped.

    Parameters
    ----------
    status : (m,) int
        Position in `graph.model.kinds.RECORD_STATUSES`.
    use_from, use_to : (m,) int
        The use clock in days since 1970-01-01, the second exclusive, `NO_END` without an end.
    as_of : int
        The day.
    stopped : tuple of str
        Statuses of records that do not count.

    Examples
    --------
    >>> codes = np.array([RECORD_STATUSES.index(s) for s in ("in_force", "withdrawn", "repaired", "objected")])
    >>> usable_records(codes, np.zeros(4, int), np.full(4, NO_END), 10).tolist()
    [True, False, False, True]
    """
    barred = np.isin(status, [RECORD_STATUSES.index(s) for s in stopped])
    return (use_from <= as_of) & (as_of < use_to) & ~barred
