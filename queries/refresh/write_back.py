"""Findings and scores → Neo4j, so that Cypher can show and question all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from graph.model.kinds import CONCERNS, CONTROLS, GROUP, HIDDEN_LINK, LEAD, MEMBER_OF, PROVENANCE, SCORE_PROPERTIES
from graph.scoring.score import Scores
from queries.refresh.complainants import GroupFindings
from queries.refresh.facts import Facts
from queries.results import Lead

if TYPE_CHECKING:
    from graph.store import Store


_DEGREES = """
SELECT id, sum(links) AS links FROM (
    SELECT from_id AS id, count(*) AS links FROM {edges} GROUP BY from_id
    UNION ALL SELECT to_id, count(*) FROM {edges} GROUP BY to_id)
GROUP BY id ORDER BY id"""
_EDGES = """(
    SELECT from_id, to_id FROM legal_reps UNION ALL SELECT from_id, to_id FROM officers
    UNION ALL SELECT from_id, to_id FROM shareholdings UNION ALL SELECT from_id, to_id FROM registered_at
    UNION ALL SELECT from_id, to_id FROM phone_of UNION ALL SELECT from_id, to_id FROM operates
    UNION ALL SELECT from_id, to_id FROM on_platform UNION ALL SELECT from_id, to_id FROM branches
    UNION ALL SELECT DISTINCT complainant_id, merchant_id FROM complaints WHERE merchant_id IS NOT NULL
    UNION ALL SELECT DISTINCT complainant_id, address_id FROM complaints WHERE address_id IS NOT NULL)"""


def write_back(
    store: Store,
    facts: Facts,
    groups: GroupFindings,
    leads: tuple[Lead, ...],
    scores: Scores,
    tables: dict[str, pa.Table],
) -> None:
    """Replace the findings of the last refresh by these. Facts are never touched."""
    store.clear_findings()
    store.upsert_nodes(GROUP, _groups(groups))
    store.upsert_nodes(LEAD, _leads(leads))
    store.upsert_relationships(MEMBER_OF, _members(groups))
    store.upsert_relationships(CONCERNS, _concerns(leads))
    store.upsert_relationships(CONTROLS, _controls(tables))
    store.upsert_relationships(HIDDEN_LINK, _stamped(tables["hidden_links"], facts))
    store.set_properties("Party", SCORE_PROPERTIES, _scores(facts, scores))


def _scores(facts: Facts, scores: Scores) -> pa.Table:
    """Degree of every party, and score and class of every company."""
    degrees = facts.reading.tables.sql(_DEGREES.format(edges=_EDGES))
    scored = pa.table({
        "id": facts.companies.ids,
        "score": scores.score,
        "risk_class": pa.array(scores.risk_class.astype(object), pa.string()),
    })  # fmt: skip
    joined = scored.join(degrees, "id", join_type="full outer")
    return joined.set_column(joined.column_names.index("links"), "links", joined["links"].cast(pa.int64())).sort_by(
        "id"
    )


def _groups(groups: GroupFindings) -> pa.Table:
    rows = groups.groups
    return pa.table({
        "id": pa.array([g.id for g in rows], pa.string()),
        "size": pa.array([g.size for g in rows], pa.int64()),
        "tier": pa.array([g.tier for g in rows], pa.string()),
        "score": pa.array([g.score for g in rows], pa.float64()),
        "probability": pa.array([g.probability for g in rows], pa.float64()),
        "merchants": pa.array([len(g.merchants) for g in rows], pa.int64()),
        "first": pa.array([g.first for g in rows], pa.date32()),
        "last": pa.array([g.last for g in rows], pa.date32()),
        "expires": pa.array([g.expires for g in rows], pa.date32()),
    })  # fmt: skip


def _members(groups: GroupFindings) -> pa.Table:
    rows = [(m.id, g.id, m.probability, m.events) for g in groups.groups for m in g.members]
    schema = {"from_id": pa.string(), "to_id": pa.string(), "probability": pa.float64(), "events": pa.int64()}
    return pa.table({n: pa.array([r[i] for r in rows], t) for i, (n, t) in enumerate(schema.items())})


def _leads(leads: tuple[Lead, ...]) -> pa.Table:
    return pa.table({
        "id": pa.array([x.id for x in leads], pa.string()),
        "kind": pa.array([x.kind for x in leads], pa.string()),
        "title": pa.array([x.title for x in leads], pa.string()),
        "rank": pa.array([x.rank for x in leads], pa.int64()),
        "state": pa.array([x.state for x in leads], pa.string()),
    })  # fmt: skip


def _concerns(leads: tuple[Lead, ...]) -> pa.Table:
    pairs = [(x.id, party) for x in leads for party in dict.fromkeys(x.parties)]
    return pa.table({
        "from_id": pa.array([a for a, _ in pairs], pa.string()),
        "to_id": pa.array([b for _, b in pairs], pa.string()),
    })  # fmt: skip


def _controls(tables: dict[str, pa.Table]) -> pa.Table:
    """Ultimate controllers with their votes and, beside them, their economic share."""
    control = (
        tables["control"].select(["controller", "company", "percent"]).rename_columns(["from_id", "to_id", "percent"])
    )
    share = tables["ownership"].rename_columns(["from_id", "to_id", "integrated"])
    return control.join(share, ["from_id", "to_id"], join_type="left outer").sort_by(
        [("from_id", "ascending"), ("to_id", "ascending")]
    )


def _stamped(links: pa.Table, facts: Facts) -> pa.Table:
    """Links with the day they were found: the provenance of an inferred relationship is the refresh."""
    day = pa.repeat(pa.scalar(facts.data_date, pa.date32()), links.num_rows)
    names = [p.name for p in PROVENANCE]
    return links.append_column(names[names.index("received")], day).append_column(
        names[names.index("source")], pa.repeat(pa.scalar("refresh"), links.num_rows)
    )
