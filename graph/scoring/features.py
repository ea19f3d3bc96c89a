"""The features of the scorecard: one function each, whose docstring is what the API serves as its explanation.

A feature turns the inputs into one value per company, in the unit that its row of the scorecard weighs; NaN where it
is unknown. It knows nothing of weights and caps.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from graph.errors import ConfigError
from graph.model.kinds import STATUSES
from graph.scoring.inputs import FloatArray, ScoreInputs

Feature = Callable[[ScoreInputs], FloatArray]
FEATURES: dict[str, Feature] = {}
"""All features by name."""


def feature(function: Feature) -> Feature:
    """Register a feature under its function's name.

    Raises
    ------
    ConfigError
        If it has no docstring (it could not be explained to the company it scores) or its name is taken.
    """
    name = function.__name__
    if not (function.__doc__ or "").strip():
        raise ConfigError(f"feature {name} has no docstring; it is served with the score, write one")
    if name in FEATURES:
        raise ConfigError(f"feature {name} exists already; give one of the two another name")
    FEATURES[name] = function
    return function


def _is_status(inputs: ScoreInputs, *names: str) -> FloatArray:
    found = np.isin(inputs.status, [STATUSES.index(name) for name in names]).astype(np.float64)
    return np.where(inputs.status < 0, np.nan, found)


def _excess(ratio: FloatArray) -> FloatArray:
    """Doublings above what was expected: 0 up to ratio 1, 1 at 2, 2 at 4; NaN stays."""
    return np.log2(np.maximum(ratio, 1.0))


# ---------------------------------------------------------------- basic attributes


@feature
def revoked(inputs: ScoreInputs) -> FloatArray:
    """1 if the licence is revoked or the registration cancelled as false."""
    return _is_status(inputs, "REVOKED", "REVOKED_DEREG", "CANCELLED")


@feature
def irregular_status(inputs: ScoreInputs) -> FloatArray:
    """1 if the company is kept in a separate book, specially marked, forcibly deregistered or moved out."""
    return _is_status(inputs, "SEPARATE_BOOK", "SPECIAL_MARK", "FORCED_DEREG", "MOVED_OUT")


@feature
def code_defect(inputs: ScoreInputs) -> FloatArray:
    """1 if the unified social credit code is missing or fails one of its two checks."""
    return inputs.code_defect.astype(np.float64)


@feature
def shell_portrait(inputs: ScoreInputs) -> FloatArray:
    """Signs of a shell beyond the first: one sign alone is every honest beginner's."""
    return np.maximum(inputs.shell_portrait - 1, 0).astype(np.float64)


@feature
def first_year(inputs: ScoreInputs) -> FloatArray:
    """Share of the first year still ahead: 1 on the day of registration, 0 after twelve months."""
    return np.clip(1.0 - inputs.age_months / 12.0, 0.0, 1.0)


@feature
def established_years(inputs: ScoreInputs) -> FloatArray:
    """Full years since registration. Lowers the score."""
    return np.floor(np.maximum(inputs.age_months, 0.0) / 12.0)


@feature
def staff(inputs: ScoreInputs) -> FloatArray:
    """Insured staff on a logarithmic scale: 10 people 1, 100 people 2. Lowers the score."""
    return np.log10(np.maximum(inputs.staff, 1.0))


# ---------------------------------------------------------------- dynamics


@feature
def representative_changes(inputs: ScoreInputs) -> FloatArray:
    """Changes of legal representative in 12 months beyond the first."""
    return np.maximum(inputs.representative_changes - 1.0, 0.0)


@feature
def address_changes(inputs: ScoreInputs) -> FloatArray:
    """Changes of domicile in 12 months beyond the first."""
    return np.maximum(inputs.address_changes - 1.0, 0.0)


@feature
def shareholder_changes(inputs: ScoreInputs) -> FloatArray:
    """Changes of shareholders in 12 months beyond the second."""
    return np.maximum(inputs.shareholder_changes - 2.0, 0.0)


@feature
def reports_missed(inputs: ScoreInputs) -> FloatArray:
    """Annual reports of the last three years that were due and not filed."""
    return inputs.reports_missed


# ---------------------------------------------------------------- supervision


@feature
def severe_list(inputs: ScoreInputs) -> FloatArray:
    """1 if on the list of serious violations today. Decides class D apart from its points."""
    return inputs.severe_in_force.astype(np.float64)


@feature
def judgment_debtor(inputs: ScoreInputs) -> FloatArray:
    """1 if listed as a dishonest judgment debtor today."""
    return inputs.judgment_debtor.astype(np.float64)


@feature
def abnormal_list(inputs: ScoreInputs) -> FloatArray:
    """1 if on the list of abnormal operations today."""
    return inputs.abnormal_in_force.astype(np.float64)


@feature
def penalties(inputs: ScoreInputs) -> FloatArray:
    """Penalties still in use: not withdrawn, not repaired, use clock running."""
    return inputs.penalties


@feature
def penalty_amount(inputs: ScoreInputs) -> FloatArray:
    """Sum of the penalties in use on a logarithmic scale: 10,000 yuan 1, 100,000 yuan 2; below 1,000 yuan 0."""
    return np.log10(np.maximum(inputs.penalty_amount, 1000.0) / 1000.0)


@feature
def penalty_recent(inputs: ScoreInputs) -> FloatArray:
    """How fresh the latest penalty in use is: 1 today, halving every year; 0 without one."""
    return np.where(np.isnan(inputs.penalty_days), 0.0, 0.5 ** (np.nan_to_num(inputs.penalty_days) / 365.0))


@feature
def inspections_failed(inputs: ScoreInputs) -> FloatArray:
    """Inspections of the last two years that found a problem."""
    return inputs.inspections_failed


@feature
def licences_expired(inputs: ScoreInputs) -> FloatArray:
    """Licences that expired and were not renewed."""
    return inputs.licences_expired


@feature
def abnormal_past(inputs: ScoreInputs) -> FloatArray:
    """Times on the list of abnormal operations before, within three years."""
    return inputs.abnormal_past


@feature
def objected(inputs: ScoreInputs) -> FloatArray:
    """Records that are objected or under review, counted above or held: no points, shown so that the mark is seen."""
    return inputs.objected


@feature
def inspections_passed(inputs: ScoreInputs) -> FloatArray:
    """Inspections of the last two years without a problem. Lowers the score."""
    return inputs.inspections_passed


# ---------------------------------------------------------------- associations


@feature
def barred_in_post(inputs: ScoreInputs) -> FloatArray:
    """Persons in the company's posts whom a law bars from them."""
    return inputs.barred_in_post


@feature
def rebirth(inputs: ScoreInputs) -> FloatArray:
    """1 if it looks like the continuation of a revoked or penalised company (two or more things shared)."""
    return inputs.rebirth.astype(np.float64)


@feature
def controller_record(inputs: ScoreInputs) -> FloatArray:
    """Doublings by which bad events of the controller's other companies surely exceed what is expected."""
    return _excess(inputs.controller_ratio)


@feature
def representative_record(inputs: ScoreInputs) -> FloatArray:
    """Doublings by which bad events of the representative's other companies surely exceed what is expected."""
    return _excess(inputs.representative_ratio)


@feature
def address_record(inputs: ScoreInputs) -> FloatArray:
    """Doublings by which bad events of the address's other companies surely exceed what is expected."""
    return _excess(inputs.address_ratio)


@feature
def hidden_bad(inputs: ScoreInputs) -> FloatArray:
    """Listed companies it is linked to by phone, address or person, each counted by the strength of the link."""
    return inputs.hidden_bad


@feature
def propagated(inputs: ScoreInputs) -> FloatArray:
    """Risk that reaches the company along all its links, its own records left out, 0–1."""
    return np.clip(inputs.propagated, 0.0, 1.0)


@feature
def unexplained_ownership(inputs: ScoreInputs) -> FloatArray:
    """Share of the ownership that the records do not explain, 0–1."""
    return inputs.unexplained / 100.0


# ---------------------------------------------------------------- social evaluation


@feature
def substantiated_complaints(inputs: ScoreInputs) -> FloatArray:
    """Complaints of the last year that were substantiated: settled with compensation, case filed or penalty."""
    return inputs.substantiated


@feature
def complaint_excess(inputs: ScoreInputs) -> FloatArray:
    """Doublings by which weighted complaints surely exceed peers; 0 for the target of a suspected group."""
    return np.where(inputs.targeted, 0.0, _excess(inputs.complaint_ratio))


@feature
def complaint_flag(inputs: ScoreInputs) -> FloatArray:
    """1 if flagged as abnormal merchant; 0 for the target of a suspected group."""
    return (inputs.complaint_flagged & ~inputs.targeted).astype(np.float64)
