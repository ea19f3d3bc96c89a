"""Scores as the snapshot's columns: totals, parts, the records and link chains behind them, peers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph.scoring.classes import DIRECT_RULES, LIMITS, limits_for
from graph.scoring.inputs import IntArray, ScoreInputs
from graph.scoring.peers import BANDS, FEWEST, peer_groups, peer_percentile, size_band
from graph.scoring.score import Scores, score_companies
from queries.refresh.facts import Facts, usable
from queries.snapshot.files import Feature


def make_scores(inputs: ScoreInputs, facts: Facts) -> Scores:
    """Score all companies by the scorecard and the class limits of the data date's month.

    Data older than the first frozen limits are judged by those: there were none before them.
    """
    month = max(f"{facts.data_date:%Y-%m}", LIMITS[0].month)
    return score_companies(inputs, limits=limits_for(month))


def features(scores: Scores) -> tuple[Feature, ...]:
    """The scorecard's rows, kept in the snapshot so that a past score explains itself by its own card."""
    return tuple(
        Feature(r.feature, r.dimension, r.title, r.explanation, r.source, r.legal_basis, r.record_kinds)
        for r in scores.card.rows
    )


def score_tables(scores: Scores, inputs: ScoreInputs, facts: Facts) -> dict[str, pa.Table]:
    """`scores` and `contributions`: parts that are zero are left out, unless their value is what must be shown."""
    marks = [row.weight == 0 for row in scores.card.rows]  # e.g. objected records: shown, without points
    shown = (scores.tenths != 0) | (np.array(marks) & (np.nan_to_num(scores.values) > 0))
    row, feature = np.nonzero(shown)
    items = shown.sum(axis=1)
    group, percentile, size, histogram = _peers(scores, inputs, facts)
    enough = size >= FEWEST
    rules = np.array([*(f"{rule.title}（{rule.legal_basis}）" for rule in DIRECT_RULES), ""], dtype=object)[
        scores.direct_rule
    ]
    return {
        "scores": pa.table({
            "party": facts.companies.ids,
            "score": scores.score,
            "risk_class": pa.array(scores.risk_class.astype(object), pa.string()),
            "direct_rule": pa.array([r or None for r in rules], pa.string()),
            "peer_group": pa.array(group, pa.string(), mask=~enough),
            "peers": pa.array(size, mask=~enough),
            "peer_percentile": pa.array(percentile, mask=~enough),
            "peer_histogram": _lists(histogram, enough),
            "first": np.cumsum(items) - items,
            "items": items,
        }),
        "contributions": pa.table({
            "row": np.arange(len(row)),
            "feature": feature.astype(np.int16),
            "tenths": scores.tenths[shown],
            "value": scores.values[shown],
        }),
    }  # fmt: skip


def record_table(facts: Facts) -> pa.Table:
    """Usable credit records by company: what the supervision parts of a score rest on."""
    return facts.tables.sql(
        f"""SELECT company_id AS company, kind, id, decided FROM credit_records
            WHERE company_id IS NOT NULL AND {usable(facts.data_date)} ORDER BY company, kind, decided DESC, id"""  # noqa: S608 - a date of ours
    )


def _peers(
    scores: Scores, inputs: ScoreInputs, facts: Facts
) -> tuple[list[str], np.ndarray, IntArray, list[list[int]]]:
    industry = facts.company["industry"].to_numpy(zero_copy_only=False)
    division = np.array([str(x)[:3] if x else "" for x in industry])
    section = np.array([str(x)[:1] if x else "" for x in industry])
    band = size_band(inputs.staff)
    levels = [_numbers(division, band), _numbers(section, band), _numbers(section, None)]
    group, level = peer_groups(levels)
    percentile, size = peer_percentile(scores.score, group, level)
    words = [
        (f"行业 {d} · 规模 {b}", f"门类 {s} · 规模 {b}", f"门类 {s}", "全市企业")[at]
        for d, s, b, at in zip(division, section, band, level, strict=True)
    ]
    return words, percentile, size, _histograms(scores, group, level)


def _numbers(text: np.ndarray, band: np.ndarray | None) -> IntArray:
    """Group numbers of a text, crossed with a band; -1 where the text is empty."""
    _, code = np.unique(text, return_inverse=True)
    crossed = code if band is None else code * (int(band.max(initial=0)) + 1) + band
    return np.where(text == "", -1, crossed).astype(np.int64)


def _lists(rows: list[list[int]], kept: npt.NDArray[np.bool_]) -> pa.Array:
    return pa.array([row if k else None for row, k in zip(rows, kept, strict=True)], pa.list_(pa.int32()))


def _histograms(scores: Scores, group: IntArray, level: IntArray) -> list[list[int]]:
    """Histogram of each company's peer group, counted once per group."""
    _, key = np.unique(level * (int(group.max(initial=0)) + 1) + group, return_inverse=True)
    band = np.minimum((scores.score * BANDS / 1000.0).astype(np.int64), BANDS - 1)
    counts = np.bincount(key * BANDS + band, minlength=(int(key.max(initial=-1)) + 1) * BANDS).reshape(-1, BANDS)
    rows = counts.tolist()
    return [rows[k] for k in key]
