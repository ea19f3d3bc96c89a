"""The credit file of one party: facts, records, relations with their counts, score, leads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from graph.model.asof import is_past, today
from graph.model.kinds import NODES, PROVENANCE
from queries.catalog import Reader, run
from queries.credit_file.records import RecordTables, records_of
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


def credit_file(
    store: Reader,
    party_id: str,
    snapshot: CreditFileSource | None = None,
    tables: RecordTables | None = None,
    *,
    as_of: date | None = None,
) -> CreditFile:
    """All that is recorded under one party on a day; give the snapshot of that day.

    Without a snapshot there is no score, and the leads are those of now in Neo4j, of a day that is over none.

    Without tables only the credit records that are in the graph are there.

    Raises
    ------
    NotFound
        If there is no such party.
    """
    centre = party(store, party_id, as_of)
    rings = neighbours(store, party_id, limit=NEIGHBOURS, as_of=as_of)
    around = parties(store, nearest(centre, rings, NEIGHBOURS), as_of)
    among = relations_among(store, [party_id, *(p.id for p in around)], as_of=as_of)
    relations = [r for r in among if _touches(r, party_id)]
    return CreditFile(
        party=centre,
        facts=facts(store, party_id, as_of),
        records=records_of(store, party_id, tables=tables, as_of=as_of),
        relations=tuple(relations),
        neighbours=around,
        counts=relation_counts(centre, rings, relations),
        score=snapshot.score(party_id) if snapshot else None,
        leads=snapshot.party_leads(party_id) if snapshot else _present_leads(store, party_id, as_of),
        data_date=snapshot.data_date if snapshot else None,
        as_of=as_of or today(),
    )


def _present_leads(store: Reader, party_id: str, as_of: date | None) -> tuple[str, ...]:
    return () if is_past(as_of) else tuple(lead.id for lead in leads_of(store, party_id))


def facts(store: Reader, party_id: str, as_of: date | None = None) -> dict[str, str | float | int | bool | None]:
    """Declared properties of a party in the model's order, with where they came from; days as ISO text.

    A status that began after the day is left out: what was before it is not recorded.
    """
    row = run(store, "credit_file/facts", party=party_id)[0]
    kind = next(kind for kind in NODES if kind.label == row["kind"])
    names = [p.name for p in (*kind.properties, *PROVENANCE) if not p.table_only and p.name not in _HIDDEN_FACTS]
    began = row["facts"].get("status_since")
    later = {"status", "status_since"} if as_of and began and began > as_of else set()
    return {name: None if name in later else _plain(row["facts"], name) for name in names}


def _plain(values: Mapping[str, Any], name: str) -> str | float | int | bool | None:
    value = values.get(name)
    return value.isoformat() if isinstance(value, date) else value


def _touches(relation: Relation, party_id: str) -> bool:
    return party_id in (relation.source, relation.target)
