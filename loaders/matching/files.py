"""The files of `creditnet match`: rows to write, and a person's verdicts to read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import pyarrow as pa

from graph.errors import InputError, MissingColumns
from graph.model.text import tidy
from loaders.mapping import heading_key
from loaders.matching.comparisons import COMPARISONS
from loaders.matching.decisions import Decision, Outcome, override, waterfall_json
from loaders.matching.match import Matches
from loaders.matching.records import Records

Row = tuple[str | float, ...]

MATCH_COLUMNS = ("left", "right", "probability", "reasons")
POSSIBLE_COLUMNS = (
    "left",
    "right",
    "verdict",
    "by",
    "left_name",
    "right_name",
    "probability",
    "score",
    "why",
    "reasons",
)
DECISION_COLUMNS = (
    "id", "left", "right", "decision", "kind", "score", "probability", "why", "waterfall", "decided_by", "decided_at",
)  # fmt: skip
WEIGHT_COLUMNS = ("compared", "outcome", "share_little_changed", "share_much_changed", "share_random")
_SAID = 4
"""Agreements named in `reasons`, the strongest first."""

_HEADINGS = {
    "left": ("left", "左"),
    "right": ("right", "右"),
    "verdict": ("verdict", "decision", "结论", "认定"),
    "by": ("by", "decided_by", "认定人"),
}
_VERDICTS: dict[str, Outcome] = {
    **dict.fromkeys(("match", "yes", "同一", "同一企业", "是"), "match"),
    **dict.fromkeys(("none", "no", "不同", "不同企业", "否"), "none"),
}


def match_rows(matches: Matches) -> Iterator[Row]:
    """The pairs that are merged."""
    for decision in matches.of("match"):
        yield _bare(decision.left), _bare(decision.right), decision.probability, reasons(decision)


def possible_rows(matches: Matches) -> Iterator[Row]:
    """The pairs a person should look at, with room for the verdict: the file can be given back with `--decisions`."""
    names = [dict(zip(side.ids.to_pylist(), _written(side), strict=True)) for side in (matches.left, matches.right)]
    for d in matches.of("possible"):
        left, right = _bare(d.left), _bare(d.right)
        named = names[0][left], names[1][right]
        yield left, right, "", "", *named, d.probability, d.score, d.reason, reasons(d)


def decision_rows(matches: Matches) -> Iterator[Row]:
    """Every decision with its waterfall."""
    for d in matches.decisions:
        ids = d.id, _bare(d.left), _bare(d.right)
        judged = d.outcome, d.kind, d.score, d.probability, d.reason, waterfall_json(d.waterfall)
        yield *ids, *judged, d.decided_by, d.decided_at.isoformat(timespec="seconds")


def weight_rows(matches: Matches) -> Iterator[Row]:
    """The fitted model: how often each outcome occurs among pairs of one enterprise and among random pairs."""
    weights = matches.weights
    for c, comparison in enumerate(COMPARISONS):
        for number, level in enumerate(comparison.levels):
            shares = (float(kind[c][number]) for kind in weights.m)
            yield comparison.name, level.says, *shares, float(weights.u[c][number])


def reasons(decision: Decision) -> str:
    """What speaks for the pair most, in words with bits; for a person's decision the reason given."""
    told = sorted((step for step in decision.waterfall[1:] if step.bits > 0), key=lambda step: -step.bits)
    return "；".join(f"{step.says} {step.bits:+.1f}" for step in told[:_SAID]) or decision.reason


def read_verdicts(
    table: pa.Table, where: str, *, at: dt.datetime, sources: tuple[str, str] | None = ("left", "right")
) -> list[Decision]:
    """Read a person's verdicts; rows without one are passed over. Without `sources` the ids are those of a home.

    Raises
    ------
    MissingColumns
        If left, right, verdict or by is absent.
    InputError
        If a verdict is no word we know or nobody signed it.
    """
    found = _verdict_columns(table.column_names, where)
    columns = [table[found[name]].to_pylist() for name in _HEADINGS]
    decisions = []
    for line, (left, right, verdict, by) in enumerate(zip(*columns, strict=True), start=1):
        word = tidy(verdict or "").lower()
        if not word or word == "possible":
            continue
        if word not in _VERDICTS:
            raise InputError(f"{where}, record {line}: the verdict {word!r} is neither match nor none (同一, 不同)")
        if not tidy(by or ""):
            raise InputError(f"{where}, record {line}: nobody signed the verdict; fill in the column by (认定人)")
        if sources is not None:
            left, right = f"{sources[0]}:{left}", f"{sources[1]}:{right}"
        decisions.append(override(left, right, _VERDICTS[word], by=tidy(by), at=at))
    return decisions


def _verdict_columns(columns: Sequence[str], where: str) -> dict[str, str]:
    keys = {heading_key(heading): heading for heading in reversed(columns)}
    found = {name: next((keys[h] for h in known if h in keys), "") for name, known in _HEADINGS.items()}
    missing = [name for name, heading in found.items() if not heading]
    if missing:
        raise MissingColumns(
            f"{where}: no column {', '.join(missing)}; a file of verdicts has left, right, verdict, by, "
            f"as possible.csv of an earlier run has"
        )
    return found


def _bare(reference: str) -> str:
    """The id as the file has it, without the source before it."""
    return reference.partition(":")[2]


def _written(side: Records) -> list[str]:
    return [name or "" for name in side.column("written").to_pylist()]
