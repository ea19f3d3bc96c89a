"""One score put together from the snapshot's columns: parts, explanations, records, paths, versions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from queries.results import Contribution, Score
from queries.snapshot.files import Feature, Meta, Table


def assemble(party: str, meta: Meta, open_table: Callable[[str], Table]) -> Score | None:
    """The score of a party, or None if it is not scored."""
    scores = open_table("scores")
    row = scores.row(party)
    if row is None:
        return None
    found = scores.get(row)
    parts = open_table("contributions").data.slice(found["first"], found["items"]).to_pylist()
    records, paths = open_table("records"), open_table("paths")
    own = sorted(records.of(party), key=_newest_first) if parts else []
    chains = {p["feature"]: tuple(p["texts"]) for p in paths.of(party)}
    return Score(
        party=party,
        score=found["score"],
        risk_class=found["risk_class"],
        base=meta.base,
        contributions=tuple(_contribution(meta.features[p["feature"]], p, own, chains) for p in parts),
        direct_rule=found["direct_rule"],
        class_limits=meta.class_limits,
        peer_group=found["peer_group"],
        peers=found["peers"],
        peer_percentile=found["peer_percentile"],
        peer_histogram=tuple(found["peer_histogram"] or ()),
        scorecard_version=meta.scorecard_version,
        rule_pack=meta.rule_pack,
        data_date=meta.data_date,
        known=meta.known,
        objected=meta.objected,
        snapshot=meta.id,
    )


def _newest_first(record: dict[str, Any]) -> tuple[str, int, str]:
    """By kind, then by day, the unknown ones last."""
    return record["kind"], -record["decided"].toordinal() if record["decided"] else 0, record["id"]


def _contribution(
    feature: Feature, part: dict[str, Any], own: list[dict[str, Any]], chains: dict[str, tuple[str, ...]]
) -> Contribution:
    behind = [r for r in own if r["kind"] in feature.record_kinds]
    value = part["value"]
    known = value == value
    return Contribution(
        feature=feature.name,
        dimension=feature.dimension,
        title=feature.title,
        points=part["tenths"] / 10,
        value=value if known else None,
        explanation=feature.explanation.format(value=value) if known else f"{feature.title}：未记载，按缺失规则计分",
        source=feature.source,
        legal_basis=feature.legal_basis,
        last_date=max((r["decided"] for r in behind if r["decided"]), default=None),
        records=tuple(str(r["id"]) for r in behind),
        path=chains.get(feature.name, ()),
    )
