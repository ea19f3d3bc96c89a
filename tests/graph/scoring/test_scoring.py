"""The scorecard: parts add up exactly, every promise of the table is kept, rules and limits decide classes."""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import ConfigError, InputError
from graph.model.kinds import RECORD_KINDS, RECORD_STATUSES, STATUSES
from graph.scoring.card import DIMENSIONS, Row, Scorecard
from graph.scoring.classes import CLASSES, DIRECT_RULES, ClassLimits, limits_for, proposed_limits
from graph.scoring.features import FEATURES, feature
from graph.scoring.inputs import NO_END, ScoreInputs, usable_records
from graph.scoring.peers import peer_groups, peer_histograms, peer_percentile
from graph.scoring.score import score_companies
from graph.scoring.scorecard import SCORECARD

COLUMN = {row.feature: i for i, row in enumerate(SCORECARD.rows)}
MARKS = [f.name for f in fields(ScoreInputs) if f.type == "BoolArray"]
NUMBERS = [f.name for f in fields(ScoreInputs) if f.type == "FloatArray"]
ASSOCIATIONS = ("controller_ratio", "representative_ratio", "address_ratio", "propagated", "hidden_bad", "unexplained")


def only(**known: float | bool) -> ScoreInputs:
    return ScoreInputs.empty(1, **{name: np.array([value]) for name, value in known.items()})


def points(name: str, **known: float | bool) -> float:
    return score_companies(only(**known)).points[0, COLUMN[name]].item()


@st.composite
def inputs(draw, n: int = 5):
    number = st.sampled_from([0.0, 1.0, 2.0, 3.7, 50.0, 1e6, float("nan")])
    known = {name: np.array(draw(st.lists(number, min_size=n, max_size=n))) for name in NUMBERS}
    known |= {name: np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n))) for name in MARKS}
    known["status"] = np.array(draw(st.lists(st.integers(-1, len(STATUSES) - 1), min_size=n, max_size=n)))
    known["shell_portrait"] = np.array(draw(st.lists(st.integers(0, 5), min_size=n, max_size=n)))
    return ScoreInputs(**known)


# ---------------------------------------------------------------- exactness


@settings(max_examples=80, deadline=None)
@given(inputs())
def test_points_and_base_sum_exactly_to_the_score_within_range(given_inputs):
    scores = score_companies(given_inputs)
    for i, score in enumerate(scores.score.tolist()):
        parts = sum((Decimal(str(p)) for p in scores.points[i].tolist()), Decimal(str(scores.base)))
        assert parts == Decimal(str(score))
        assert 0 <= score <= 1000


@settings(max_examples=80, deadline=None)
@given(inputs())
def test_rows_and_dimensions_keep_their_caps(given_inputs):
    scores = score_companies(given_inputs)
    for name in DIMENSIONS:
        raising = [i for i, r in enumerate(SCORECARD.rows) if r.dimension == name and r.direction > 0]
        assert (scores.points[:, raising].sum(axis=1) <= SCORECARD.caps[name] + 1e-9).all()
    for i, row in enumerate(SCORECARD.rows):
        assert (np.abs(scores.points[:, i]) <= row.cap).all()
        assert (scores.points[:, i] * row.direction >= 0).all()


def test_same_inputs_give_the_same_bytes():
    rng = np.random.default_rng(3)
    known = {name: rng.random(1000) * 10 for name in NUMBERS}
    first, second = (score_companies(ScoreInputs.empty(1000, **{k: v.copy() for k, v in known.items()})) for _ in "ab")
    assert first.tenths.tobytes() == second.tenths.tobytes()
    assert first.score.tobytes() == second.score.tobytes()
    assert first.level.tobytes() == second.level.tobytes()


@pytest.mark.parametrize("row", SCORECARD.rows, ids=lambda row: row.feature)
def test_score_is_monotone_in_every_feature(row, monkeypatch):
    value = np.array([0.0, 0.1, 0.5, 1.0, 2.0, 5.0, 1e9])
    monkeypatch.setitem(FEATURES, row.feature, lambda _: value)
    score = score_companies(ScoreInputs.empty(len(value), penalties=np.full(len(value), 2.0))).score
    assert (np.diff(score) * row.direction >= 0).all()
    assert row.cap == 0 or score[-1] != score[0]


# ---------------------------------------------------------------- the table


def test_every_feature_has_a_row_and_every_row_says_what_it_rests_on():
    assert set(FEATURES) == set(COLUMN)
    names = {f.name for f in fields(ScoreInputs)}
    for row in SCORECARD.rows:
        assert row.title
        assert row.source
        assert row.window
        assert row.legal_basis
        assert set(row.fields) <= names
        assert row.fields
        assert set(row.record_kinds) <= set(RECORD_KINDS)
        assert row.explain(1.0)
        assert "未记载" in row.explain(float("nan"))
        assert FEATURES[row.feature].__doc__


def test_feature_without_docstring_is_refused():
    def silent(inputs: ScoreInputs):
        return inputs.staff

    with pytest.raises(ConfigError, match="docstring"):
        feature(silent)
    assert "silent" not in FEATURES


def test_feature_name_can_be_taken_only_once():
    def penalties(inputs: ScoreInputs):
        """Another one."""
        return inputs.penalties

    with pytest.raises(ConfigError, match="exists"):
        feature(penalties)


ROW = Row("penalties", "supervision", "t", 1, 10, 1, "w", "s", "l", "{value}")


@pytest.mark.parametrize(
    ("base", "caps", "rows", "message"),
    [
        (100, {"supervision": 10}, (replace(ROW, feature="nonsense"),), "no feature"),
        (100, {"supervision": 10}, (ROW, ROW), "two rows"),
        (100, {"supervision": 901}, (ROW,), "0 … 1000"),
        (5, {"supervision": 10}, (replace(ROW, direction=-1),), "0 … 1000"),
    ],
)
def test_scorecard_that_breaks_its_promises_cannot_exist(base, caps, rows, message):
    with pytest.raises(ConfigError, match=message):
        Scorecard("test", base, caps, rows)


# ---------------------------------------------------------------- missing, expired, repaired, objected


def test_unknown_facts_give_the_points_of_the_missing_rule():
    scores = score_companies(ScoreInputs.empty(1))
    assert scores.score.tolist() == [100.0]
    assert np.isnan(scores.values[0, COLUMN["staff"]])
    card = Scorecard("test", 100, {"basic": 100.0, "associations": 0.0}, (
        Row("established_years", "basic", "t", 1, 10, 1, "w", "s", "l", "{value}", missing=7.5),))  # fmt: skip
    assert score_companies(ScoreInputs.empty(1), card=card).score.tolist() == [107.5]
    assert "7.5" in card.rows[0].explain(float("nan"))


def test_which_records_may_count():
    def usable(status: str, start: int, end: int) -> bool:
        return usable_records(np.array([RECORD_STATUSES.index(status)]), np.array([start]), np.array([end]), 100)[
            0
        ].item()

    assert usable("in_force", 0, NO_END)
    assert usable("objected", 0, NO_END)
    assert usable("under_review", 100, 101)
    assert not usable("in_force", 0, 100)  # expired today
    assert not usable("in_force", 101, NO_END)  # not yet
    assert not usable("withdrawn", 0, NO_END)
    assert not usable("repaired", 0, NO_END)


def test_objected_records_are_shown_without_points():
    scores = score_companies(only(objected=2.0))
    assert scores.values[0, COLUMN["objected"]] == 2
    assert scores.score.tolist() == [100.0]
    assert "异议" in SCORECARD.rows[COLUMN["objected"]].explain(2.0)


def test_items_of_one_company_are_what_its_score_consists_of():
    scores = score_companies(only(penalties=2.0, objected=1.0, age_months=60.0))
    items = {row.feature: (points, text) for row, points, _, text in scores.items(0)}
    assert set(items) == {"established_years", "penalties", "objected"}
    assert scores.base + sum(points for points, _ in items.values()) == scores.score[0]
    assert "2 件" in items["penalties"][1]


# ---------------------------------------------------------------- single features


def test_single_features():
    assert points("first_year", age_months=6.0) == 10
    assert points("established_years", age_months=60.0) == -10
    assert points("staff", staff=100.0) == -20
    assert points("representative_changes", representative_changes=1.0) == 0
    assert points("representative_changes", representative_changes=3.0) == 60
    assert points("penalty_recent", penalty_days=365.0) == 15
    assert points("penalty_recent") == 0
    assert points("penalty_amount", penalty_amount=999.0) == 0
    assert points("controller_record", controller_ratio=4.0) == 40
    assert points("controller_record", controller_ratio=0.5) == 0
    assert points("shell_portrait", shell_portrait=1) == 0
    assert points("shell_portrait", shell_portrait=3) == 30


def test_targeted_merchant_is_not_punished_for_unproven_complaints():
    burst = {"complaint_ratio": 8.0, "complaint_flagged": True}
    assert score_companies(only(**burst)).score[0] > 100
    assert score_companies(only(**burst, targeted=True)).score[0] == 100
    assert points("substantiated_complaints", substantiated=2.0, targeted=True) == 16


# ---------------------------------------------------------------- classes


def test_severe_list_is_d_apart_from_the_weights():
    card = replace(SCORECARD, rows=tuple(replace(r, weight=0.0) for r in SCORECARD.rows))
    scores = score_companies(only(severe_in_force=True), card=card)
    assert scores.score.tolist() == [100.0]
    assert scores.risk_class.tolist() == ["D"]
    assert DIRECT_RULES[scores.direct_rule[0]].key == "severe_list"


@pytest.mark.parametrize("status", ["REVOKED", "REVOKED_DEREG", "CANCELLED"])
def test_revoked_is_d(status):
    assert score_companies(only(status=STATUSES.index(status))).risk_class.tolist() == ["D"]


def test_barred_person_is_at_least_c_with_its_article():
    scores = score_companies(only(barred_in_post=1.0))
    assert scores.risk_class.tolist() == ["C"]
    assert "178" in DIRECT_RULES[scores.direct_rule[0]].legal_basis


@given(
    st.lists(st.floats(0, 1e9), min_size=len(ASSOCIATIONS), max_size=len(ASSOCIATIONS)),
    st.booleans(),
    st.integers(0, 9),
)
def test_associations_alone_never_make_a_d(values, rebirth, barred):
    known = dict(zip(ASSOCIATIONS, values, strict=True))
    scores = score_companies(only(**known, rebirth=rebirth, barred_in_post=float(barred)))
    assert scores.risk_class[0] != "D"
    if not barred:
        assert scores.risk_class[0] in "AB"


def test_limits_that_relatives_alone_would_reach_are_refused():
    with pytest.raises(ConfigError, match="relatives"):
        score_companies(ScoreInputs.empty(1), limits=ClassLimits("2026-01", 100, 200, 250))


def test_own_points_can_reach_every_class():
    known = {
        "penalties": np.array([0.0, 2, 4, 4]),
        "penalty_amount": np.array([0.0, 0, 1e7, 1e7]),
        "judgment_debtor": np.array([0, 0, 0, 1], bool),
        "abnormal_in_force": np.array([0, 0, 0, 1], bool),
    }
    assert score_companies(ScoreInputs.empty(4, **known)).risk_class.tolist() == list(CLASSES)


def test_limits_are_frozen_by_month():
    table = (ClassLimits("2026-01", 100, 200, 300), ClassLimits("2026-03", 110, 210, 310))
    assert [limits_for(m, table).b for m in ("2026-01", "2026-02", "2026-03", "2027-01")] == [100, 100, 110, 110]
    with pytest.raises(ConfigError, match="2025-12"):
        limits_for("2025-12", table)
    with pytest.raises(ConfigError, match="rise"):
        ClassLimits("2026-01", 300, 200, 400)


def test_proposed_limits_rise_even_when_all_scores_are_equal():
    assert proposed_limits("2026-02", np.zeros(10)).values == (1.0, 2.0, 3.0)


# ---------------------------------------------------------------- peers, bad input


def test_inputs_of_different_length_are_refused():
    with pytest.raises(InputError, match="length"):
        ScoreInputs.empty(2, penalties=np.zeros(3))


def test_no_companies():
    assert len(score_companies(ScoreInputs.empty(0)).score) == 0
    assert len(peer_percentile(np.empty(0), np.empty(0, int), np.empty(0, int))[0]) == 0


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([0.0, 10.0, 500.0, 1000.0])), min_size=1, max_size=40))
def test_percentiles_and_histogram_equal_counting(rows):
    group, score = (np.array(x) for x in zip(*rows, strict=True))
    level = np.zeros(len(rows), int)
    percentile, size = peer_percentile(score, group, level)
    histograms = peer_histograms(score, group)
    for i, (g, s) in enumerate(rows):
        peers = [t for h, t in rows if h == g]
        assert size[i] == len(peers)
        assert percentile[i] == pytest.approx(100 * (sum(t < s for t in peers) + peers.count(s) / 2) / len(peers))
        bands = [sum(min(int(t // 100), 9) == band for t in peers) for band in range(10)]
        assert histograms[i].tolist() == bands


def test_small_groups_are_merged_upwards():
    fine = np.array([0] * 30 + [1] * 5 + [-1] * 5)
    coarse = np.array([0] * 35 + [1] * 5)
    group, level = peer_groups((fine, coarse))
    assert level.tolist() == [0] * 30 + [1] * 5 + [2] * 5
    assert group[30] == 0
