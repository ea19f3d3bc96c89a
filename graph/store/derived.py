"""Rows of the relationships that are derived from columns of the tables of complaints and credit records."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from graph.model.kinds import AGAINST, COMPLAINED, DELIVERED_TO, FILED, HAS_RECORD
from graph.model.properties import RelationshipKind

PROVENANCE = ("source", "received")


def complaint_relationships(complaints: pa.Table) -> Mapping[RelationshipKind, pa.Table]:
    """FILED, AGAINST, COMPLAINED and DELIVERED_TO of these complaints.

    COMPLAINED counts the complaints given: to keep its counts right, give all complaints of each pair of
    complainant and merchant, not only the new ones. `merchant_id` may name a shop or a company.
    """
    return {
        FILED: _ends(complaints, "complainant_id", "id"),
        AGAINST: _ends(complaints, "id", "merchant_id"),
        COMPLAINED: _complained(complaints),
        DELIVERED_TO: _delivered_to(complaints),
    }


def record_relationships(credit_records: pa.Table) -> Mapping[RelationshipKind, pa.Table]:
    """HAS_RECORD of these credit records."""
    return {HAS_RECORD: _ends(credit_records, "company_id", "id")}


def _ends(rows: pa.Table, source: str, target: str) -> pa.Table:
    rows = rows.filter(pc.and_(rows[source].is_valid(), rows[target].is_valid()))
    provenance = {name: rows[name] for name in PROVENANCE if name in rows.column_names}
    return pa.table({"from_id": rows[source], "to_id": rows[target], **provenance})


def _complained(complaints: pa.Table) -> pa.Table:
    ends = _ends(complaints, "complainant_id", "merchant_id")
    valid = pc.and_(complaints["complainant_id"].is_valid(), complaints["merchant_id"].is_valid())
    rows = ends.append_column("day", complaints.filter(valid)["filed_on"])
    return _grouped(rows, {"count": ("day", "count", "all"), "first": ("day", "min"), "last": ("day", "max")})


def _delivered_to(complaints: pa.Table) -> pa.Table:
    return _grouped(_ends(complaints, "complainant_id", "address_id"), {})


def _grouped(rows: pa.Table, measures: Mapping[str, tuple[str, ...]]) -> pa.Table:
    """One row per pair, with measures; provenance is the first source by name and the last day received."""
    provenance = {"source": ("source", "min"), "received": ("received", "max")}
    wanted = {**measures, **{name: how for name, how in provenance.items() if name in rows.column_names}}
    aggregates = [(how[0], how[1], pc.CountOptions("all") if how[-1] == "all" else None) for how in wanted.values()]
    grouped = rows.group_by(["from_id", "to_id"]).aggregate(aggregates)
    names = {f"{how[0]}_{how[1]}": name for name, how in wanted.items()}
    return grouped.rename_columns([names.get(name, name) for name in grouped.column_names])
