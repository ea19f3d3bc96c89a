"""The credit file of one party: facts, records, relations with their counts, score, leads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from graph.model.asof import today
from graph.model.kinds import NODES, PROVENANCE
from queries.catalog import Reader, run
from queries.credit_file.records import records_of
from queries.leads import leads_of
from queries.linked_parties.ego import nearest, neighbours, relation_counts
from queries.linked_parties.relations import relations_among
from queries.parties import parties, party
from queries.results import CreditFile, Relation, Score

NEIGHBOURS = 100
"""Linked parties listed in a file; the counts tell how many there are."""

_HIDDEN_FACTS = {"id", "name_initials"}


class CreditFileSource(Protocol):
    """What a credit file takes from a snapshot."""

    @property
    def data_date(self) -> date:
        """Day the data are as of."""

    def score(self, party: str, /) -> Score | None:
        """Score of a party, if it has one."""

    def party_leads(self, party: str, /) -> tuple[str, ...]:
        """Ids of the leads about a party."""


def credit_file(store: Reader, party_id: str, snapshot: CreditFileSource | None = None) -> CreditFile:
    """All that is recorded under one party. Without a snapshot there is no score, and leads come from Neo4j.

    Raises
    ------
    NotFound
        If there is no such party.
    """
    centre = party(store, party_id)
    rings = neighbours(store, party_id, limit=NEIGHBOURS)
    around = parties(store, nearest(centre, rings, NEIGHBOURS))
    relations = [r for r in relations_among(store, [party_id, *(p.id for p in around)]) if _touches(r, party_id)]
    return CreditFile(
        party=centre,
        facts=facts(store, party_id),
        records=records_of(store, party_id),
        relations=tuple(relations),
        neighbours=around,
        counts=relation_counts(centre, rings, relations),
        score=snapshot.score(party_id) if snapshot else None,
        leads=snapshot.party_leads(party_id) if snapshot else tuple(lead.id for lead in leads_of(store, party_id)),
        data_date=snapshot.data_date if snapshot else None,
        as_of=today(),
    )


def facts(store: Reader, party_id: str) -> dict[str, str | float | int | bool | None]:
    """Declared properties of a party in the model's order, with where they came from; days as ISO text."""
    row = run(store, "credit_file/facts", party=party_id)[0]
    kind = next(kind for kind in NODES if kind.label == row["kind"])
    names = [p.name for p in (*kind.properties, *PROVENANCE) if not p.table_only and p.name not in _HIDDEN_FACTS]
    return {name: _plain(row["facts"], name) for name in names}


def _plain(values: Mapping[str, Any], name: str) -> str | float | int | bool | None:
    value = values.get(name)
    return value.isoformat() if isinstance(value, date) else value


def _touches(relation: Relation, party_id: str) -> bool:
    return party_id in (relation.source, relation.target)
