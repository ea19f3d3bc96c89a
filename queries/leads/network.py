"""The picture of a lead: its subjects and the parties of its evidence, with everything between them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from graph.model.asof import today
from queries.catalog import Reader
from queries.layout import positions
from queries.linked_parties import ego
from queries.linked_parties.relations import relations_among
from queries.parties import parties
from queries.results import Lead, Network

FEW = 3
"""Fewer parties than this make no picture: the surroundings of the first subject are drawn instead."""


def lead_network(store: Reader, lead: Lead, *, limit: int = 60, as_of: date | None = None) -> Network:
    """Draw who a lead is about and against whom the evidence speaks, subjects first."""
    wanted = list(dict.fromkeys([*lead.parties, *(id_ for e in lead.evidence for id_ in e.parties)]))
    shown = parties(store, wanted[:limit], as_of)
    if len(shown) < FEW:
        return ego(store, lead.parties[0], limit=limit, as_of=as_of)
    kept = relations_among(store, [p.id for p in shown], as_of=as_of)
    drawn = Network(shown[0].id, shown, kept, positions={}, truncated=len(wanted) > limit, as_of=as_of or today())
    return replace(drawn, positions=positions(drawn))
