"""Two lists of enterprises → which records are one enterprise, which may be, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph.errors import InputError
from loaders.matching.blocking import Pairs, candidates
from loaders.matching.comparators import FloatArray, IntArray
from loaders.matching.comparisons import COMPARISONS, Sides
from loaders.matching.decisions import Decision, Outcome, Step, standing
from loaders.matching.records import Records, read_pair
from loaders.matching.weights import KINDS, Evidence, Weights, fit, gather, probabilities

THRESHOLD = 0.8
"""Probability from which a pair is merged. Chosen on one half of a real pair of lists, see docs/matching.md."""
POSSIBLE = 0.05
"""Probability, competitors aside, from which a pair that is not merged is put before a person."""
BY = "creditnet match"
_SHOWN = 5
"""Candidates of one record put before a person."""


@dataclass(frozen=True, slots=True)
class Matches:
    """What `match_tables` found: one row per left record and candidate worth naming.

    Each left record has either one `match`, or one or more `possible`, or one `none` without right record; a
    person's decisions are rows of their own.
    """

    left: Records
    right: Records
    pairs: Pairs
    weights: Weights
    decisions: tuple[Decision, ...]

    def of(self, outcome: Outcome) -> list[Decision]:
        """The decisions of one outcome."""
        return [decision for decision in self.decisions if decision.outcome == outcome]


def match_tables(
    left: pa.Table,
    right: pa.Table,
    *,
    left_columns: Mapping[str, str] | None = None,
    right_columns: Mapping[str, str] | None = None,
    sources: tuple[str, str] = ("left", "right"),
    threshold: float = THRESHOLD,
    manual: Iterable[Decision] = (),
    at: dt.datetime | None = None,
) -> Matches:
    """Decide which records of two lists are one enterprise, at most one partner each.

    Parameters
    ----------
    left, right : pa.Table
        Text columns; the first is the id. Headings are recognised as those of a registration file are.
    left_columns, right_columns : mapping, optional
        Field (`records.FIELDS`) → heading, where a heading is not recognised.
    sources : pair of str
        What record ids are prefixed with in decisions, so that equal ids of two lists stay apart.
    threshold : float
        Probability from which a pair is merged.
    manual : iterable of Decision
        Decisions of persons, oldest first: those that stand win over the program's.
    at : datetime, optional
        Time to write on the decisions; now if not given.

    Raises
    ------
    MissingColumns, InputError
        If a column needed is absent, an id is missing or double, or two decisions of persons contradict each other.
    """
    first, second = read_pair(left, right, left_columns, right_columns)
    ruled = _Ruled.of(first, second, standing(manual), sources)
    pairs = candidates(first, second)
    sides = Sides.of(first, second)
    evidence = gather(sides, *ruled.applied(pairs.left, pairs.right))
    weights = fit(sides, evidence)
    judged = _Judged.of(evidence, weights, threshold)
    decide = _Decide(first, second, sources, judged, at or dt.datetime.now(dt.UTC))
    return Matches(first, second, pairs, weights, tuple(decide.all(ruled)))


@dataclass(frozen=True, slots=True)
class _Ruled:
    """What persons have decided about the records at hand: row pairs that are one enterprise, and that are not."""

    one: dict[tuple[int, int], Decision]
    two: dict[tuple[int, int], Decision]

    @classmethod
    def of(cls, left: Records, right: Records, decisions: Sequence[Decision], sources: tuple[str, str]) -> _Ruled:
        rows = [
            {f"{source}:{id_}": row for row, id_ in enumerate(side.ids.to_pylist())} if decisions else {}
            for side, source in zip((left, right), sources, strict=True)
        ]
        here = [d for d in decisions if d.kind == "manual" and d.left in rows[0] and d.right in rows[1]]
        by_outcome: tuple[dict[tuple[int, int], Decision], ...] = ({}, {})
        for d in here:
            by_outcome[d.outcome != "match"][rows[0][d.left], rows[1][d.right]] = d
        _at_most_one_each(by_outcome[0].values())
        return cls(*by_outcome)

    def applied(self, left: IntArray, right: IntArray) -> tuple[IntArray, IntArray]:
        """Candidate pairs without those about which nothing is left to decide."""
        taken = [np.array([pair[side] for pair in self.one], np.int64) for side in (0, 1)]
        known = np.array([pair in self.two for pair in zip(left.tolist(), right.tolist(), strict=True)], bool)
        free = ~(known | np.isin(left, taken[0]) | np.isin(right, taken[1]))
        return left[free], right[free]


def _at_most_one_each(decisions: Iterable[Decision]) -> None:
    seen: dict[str, Decision] = {}
    for decision in decisions:
        for record in (decision.left, decision.right):
            other = seen.setdefault(record, decision)
            if other is not decision:
                raise InputError(
                    f"two decisions give {record} two partners ({other.left} = {other.right} by {other.decided_by}, "
                    f"{decision.left} = {decision.right} by {decision.decided_by}); take one of them back"
                )


@dataclass(frozen=True, slots=True)
class _Judged:
    """Pairs with their bits under the likelier kind, score, probability and outcome (2 match, 1 possible, 0 none)."""

    evidence: Evidence
    kind: IntArray
    prior: FloatArray
    bits: FloatArray
    score: FloatArray
    probability: FloatArray
    outcome: npt.NDArray[np.int8]

    @classmethod
    def of(cls, evidence: Evidence, weights: Weights, threshold: float) -> _Judged:
        scores = weights.scores(evidence)
        kind, score = scores.argmax(1), scores.max(1)
        bits = np.stack([weights.bits(evidence, k) for k in range(scores.shape[1])])[kind, np.arange(len(kind))]
        probability = probabilities(evidence, score)
        alone = 1.0 / (1.0 + np.exp2(-np.clip(score, -500.0, 500.0)))
        merged = _mutual(evidence, probability >= threshold, probability)
        # Without the day of registration nobody can tell an enterprise from its affiliates: a person must look.
        asked = (alone >= POSSIBLE) & (evidence.own | evidence.says("established", -1))
        asked |= evidence.says("name", 0) | evidence.says("code", 0)
        outcome = np.where(merged, 2, np.where(asked, 1, 0)).astype(np.int8)
        shown = np.where(evidence.eligible, probability, alone)
        return cls(evidence, kind, np.log2(np.array(weights.prior))[kind], bits, score, shown, outcome)

    def steps(self, pair: int) -> tuple[Step, ...]:
        """The waterfall of a pair, the prior first; what says nothing is left out."""
        told = [(c, int(self.evidence.level[pair, c])) for c in range(len(COMPARISONS))]
        return (
            Step("prior", list(KINDS)[self.kind[pair]], float(self.prior[pair])),
            *(
                Step(COMPARISONS[c].name, COMPARISONS[c].levels[level].says, float(self.bits[pair, c]))
                for c, level in told
                if level >= 0
            ),
        )


def _mutual(evidence: Evidence, sure: npt.NDArray[np.bool_], probability: FloatArray) -> npt.NDArray[np.bool_]:
    """Of the pairs that are sure enough those that are the best of both their records.

    From a threshold of one half on no record can have two; a lower one is somebody's wish, and still gives one each.
    """
    merged = np.zeros(len(sure), bool)
    taken: tuple[set[int], set[int]] = (set(), set())
    for pair in sorted(np.flatnonzero(sure).tolist(), key=lambda p: -probability[p]):
        a, b = int(evidence.left[pair]), int(evidence.right[pair])
        if a not in taken[0] and b not in taken[1]:
            merged[pair] = True
            taken[0].add(a)
            taken[1].add(b)
    return merged


@dataclass(frozen=True, slots=True)
class _Decide:
    """Turns judged pairs into decisions."""

    left: Records
    right: Records
    sources: tuple[str, str]
    judged: _Judged
    at: dt.datetime

    def all(self, ruled: _Ruled) -> Iterator[Decision]:
        """Decisions of all left records in their order."""
        by_person: dict[int, list[Decision]] = {}
        for (row, _), decision in [*ruled.one.items(), *ruled.two.items()]:
            by_person.setdefault(row, []).append(decision)
        settled = {row for row, _ in ruled.one}
        groups = self._groups()
        for row in range(len(self.left)):
            yield from by_person.get(row, ())
            if row not in settled:
                yield from self._of_record(row, groups.get(row, []))

    def _groups(self) -> dict[int, list[int]]:
        """Pairs of each left record, the likeliest first; a record that is matched has that pair only."""
        judged = self.judged
        groups: dict[int, list[int]] = {}
        for pair in np.lexsort((judged.evidence.right, -judged.score, -judged.outcome)).tolist():
            groups.setdefault(int(judged.evidence.left[pair]), []).append(pair)
        return groups

    def _of_record(self, row: int, pairs: list[int]) -> Iterator[Decision]:
        named = [pair for pair in pairs[:_SHOWN] if self.judged.outcome[pair]]
        if not named:
            yield self._none(row, pairs)
        elif self.judged.outcome[named[0]] == 2:
            yield self._decision(named[0], "match", "证据足够，且没有可与之相比的其他候选")
        else:
            for pair in named:
                yield self._decision(pair, "possible", self._doubt(pair))

    def _doubt(self, pair: int) -> str:
        evidence = self.judged.evidence
        if not evidence.own[pair]:
            return "双方未同时给出成立日期，无法与关联企业区分"
        if not evidence.eligible[pair]:
            return "仅一项信息一致，不足以合并"
        rivals = (evidence.left == evidence.left[pair]) | (evidence.right == evidence.right[pair])
        if (rivals & (self.judged.score > self.judged.score[pair] - 10)).sum() > 1:
            return "有其他候选可与之相比"
        return "证据不足以合并"

    def _none(self, row: int, pairs: list[int]) -> Decision:
        return Decision(
            left=self._reference(0, row),
            right="",
            outcome="none",
            kind="auto",
            score=float(self.judged.score[pairs[0]]) if pairs else float("nan"),
            probability=0.0,
            waterfall=(),
            reason="没有足够相近的记录" if pairs else "没有任何可比较的记录",
            decided_at=self.at,
            decided_by=BY,
        )

    def _decision(self, pair: int, outcome: Outcome, reason: str) -> Decision:
        judged = self.judged
        return Decision(
            left=self._reference(0, int(judged.evidence.left[pair])),
            right=self._reference(1, int(judged.evidence.right[pair])),
            outcome=outcome,
            kind="auto",
            score=float(judged.score[pair]),
            probability=float(judged.probability[pair]),
            waterfall=judged.steps(pair),
            reason=reason,
            decided_at=self.at,
            decided_by=BY,
        )

    def _reference(self, side: int, row: int) -> str:
        return f"{self.sources[side]}:{(self.left, self.right)[side].ids[row].as_py()}"
