"""Scores as the snapshot's columns: totals, parts, the records and link chains behind them, peers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.scoring.classes import CLASSES, DIRECT_RULES, LIMITS, limits_for
from graph.scoring.inputs import IntArray, ScoreInputs
from graph.scoring.peers import FEWEST, peer_groups, peer_histograms, peer_percentile, size_band
from graph.scoring.score import Scores, score_companies
from queries.refresh.facts import Facts
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
    marks = [i for i, row in enumerate(scores.card.rows) if row.weight == 0]  # e.g. objected: shown without points
    shown = scores.tenths != 0
    shown[:, marks] |= scores.values[:, marks] > 0
    row, feature = np.nonzero(shown)
    items = shown.sum(axis=1)
    group, percentile, size, histogram = _peers(scores, inputs, facts)
    few = size < FEWEST
    rules = pa.array([f"{rule.title}（{rule.legal_basis}）" for rule in DIRECT_RULES])
    return {
        "scores": pa.table({
            "party": facts.companies.ids,
            "score": scores.score,
            "risk_class": pa.array(CLASSES).take(pa.array(scores.level)),
            "direct_rule": rules.take(pa.array(scores.direct_rule, mask=scores.direct_rule < 0)),
            "peer_group": pc.if_else(few, None, group),
            "peers": pa.array(size, mask=few),
            "peer_percentile": pa.array(percentile, mask=few),
            "peer_histogram": _lists(histogram, few),
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
    records = facts.records
    by_id = pc.sort_indices(records.table["id"]).to_numpy()  # tables hand out their rows in any order
    rows = by_id[(records.usable(facts.today) & (records.company >= 0))[by_id]]
    rows = rows[np.argsort(records.company[rows], kind="stable")]
    found = records.table.select(["kind", "id", "decided"]).take(pa.array(rows))
    return found.add_column(0, "company", facts.parties.encoded(records.company[rows]))


def _peers(
    scores: Scores, inputs: ScoreInputs, facts: Facts
) -> tuple[pa.Array, np.ndarray, IntArray, npt.NDArray[np.int64]]:
    """Peer group in words, percentile in it, its size and its histogram, per company."""
    industry = pc.fill_null(facts.company["industry"], "").combine_chunks()
    division, section = (pc.utf8_slice_codeunits(industry, 0, stop) for stop in (3, 1))
    band = size_band(inputs.staff)
    levels = [_numbers(division, band), _numbers(section, band), _numbers(section, None)]
    group, level = peer_groups(levels)
    percentile, size = peer_percentile(scores.score, group, level)
    _, one, key = np.unique(level * (int(group.max(initial=0)) + 1) + group, return_index=True, return_inverse=True)
    words = [
        (
            f"行业 {division[i]} · 规模 {band[i]}",
            f"门类 {section[i]} · 规模 {band[i]}",
            f"门类 {section[i]}",
            "全市企业",
        )[level[i]]
        for i in one.tolist()
    ]
    return pa.array(words, pa.string()).take(pa.array(key)), percentile, size, peer_histograms(scores.score, key)


def _numbers(text: pa.Array, band: np.ndarray | None) -> IntArray:
    """Group numbers of a text, crossed with a band; -1 where the text is empty."""
    code = text.dictionary_encode().indices.to_numpy()
    crossed = code if band is None else code * (int(band.max(initial=0)) + 1) + band
    return np.where(pc.equal(text, "").to_numpy(zero_copy_only=False), -1, crossed).astype(np.int64)


def _lists(rows: npt.NDArray[np.int64], without: npt.NDArray[np.bool_]) -> pa.Array:
    """Rows of a table of numbers as lists, null where there is none."""
    ends = pa.array(np.arange(len(rows) + 1) * rows.shape[1], pa.int32())
    return pa.ListArray.from_arrays(ends, pa.array(rows.ravel(), pa.int32()), mask=pa.array(without))
