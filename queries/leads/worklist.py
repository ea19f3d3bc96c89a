"""Leads as people work on them: what the last refresh found, with what was decided about each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyarrow as pa

from graph.errors import NotFound
from graph.model.kinds import LEAD
from queries.leads.handling import Handling, Standing, new_evidence
from queries.results import Lead
from queries.snapshot import Snapshot

if TYPE_CHECKING:
    from graph.store import Store

OPEN = ("new", "assigned", "confirmed")
"""States listed unless another is asked for: dismissed and expired leads are out of sight, never out of reach."""
SAME_GROUP = 0.5
"""Share of all members (Jaccard) that makes a group the same one although people joined or left."""
EVERYTHING = 10**9


@dataclass(frozen=True, slots=True)
class Worklist:
    """One snapshot's leads beside the ledger as it stands. Built anew when either changes; see `worklist`."""

    snapshot: Snapshot
    leads: dict[str, Lead]
    """Every lead of the snapshot by id, first to look at first, with its state, assignee and `returned`."""
    expired: dict[str, Lead]
    """Handled leads that the data no longer support. What was decided stays; the undecided are `expired`."""

    def page(
        self,
        *,
        kind: str | None = None,
        state: str | None = None,
        assignee: str | None = None,
        offset: int = 0,
        limit: int = 50,
    ) -> tuple[Lead, ...]:
        """Leads by rank; without a state those that are open."""
        states = OPEN if state is None else (state,)
        found = [
            lead
            for lead in (*self.leads.values(), *(self.expired.values() if state is not None else ()))
            if lead.state in states
            and (kind is None or lead.kind == kind)
            and (assignee is None or lead.assignee == assignee)
        ]
        return tuple(found[offset : offset + limit])

    def lead(self, lead_id: str, older: Callable[[], list[Snapshot]] = list) -> Lead:
        """One lead in its present state; one that is gone is looked for in `older` snapshots and shown as expired.

        Raises
        ------
        NotFound
            If no snapshot that is kept ever held it.
        """
        found = self.leads.get(lead_id) or self.expired.get(lead_id)
        if found is not None:
            return found
        for snapshot in older():
            try:
                return replace(snapshot.lead(lead_id), state="expired")
            except NotFound:
                continue
        raise NotFound(f"there is no lead {lead_id!r}, neither in snapshot {self.snapshot.id} nor in older ones kept")


def worklist(snapshot: Snapshot, handling: Handling) -> Worklist:
    """Lay the ledger over the leads of a snapshot."""
    found = snapshot.leads(limit=EVERYTHING)
    standings = handling.standings()
    by_lead = _standings_of(found, standings)
    leads = {lead.id: _with(lead, standings[by_lead[lead.id]]) if lead.id in by_lead else lead for lead in found}
    gone = {id_: _gone(s) for id_, s in standings.items() if id_ not in by_lead.values()}
    return Worklist(snapshot, leads, gone)


def mark(store: Store, leads: Iterable[Lead]) -> None:
    """Write the state of leads to their nodes, so that Cypher sees what the worklist shows."""
    rows = [(lead.id, lead.state) for lead in leads]
    state = tuple(p for p in LEAD.properties if p.name == "state")
    columns = {name: pa.array([row[i] for row in rows], pa.string()) for i, name in enumerate(("id", "state"))}
    store.set_properties(LEAD.label, state, pa.table(columns))


def _standings_of(leads: tuple[Lead, ...], standings: dict[str, Standing]) -> dict[str, str]:
    """Id of the handled lead that each lead continues: its own, or that of the same group under other members."""
    found = {lead.id: lead.id for lead in leads if lead.id in standings}
    groups = [s.decided for id_, s in standings.items() if s.decided.kind == "complainant_group" and id_ not in found]
    for lead in leads:
        if lead.kind == "complainant_group" and lead.id not in found:
            shares = [(_overlap(lead, other), other.id) for other in groups]
            share, id_ = max(shares, default=(0.0, ""))
            if share >= SAME_GROUP:
                found[lead.id] = id_
    return found


def _overlap(one: Lead, other: Lead) -> float:
    a, b = set(one.parties), set(other.parties)
    return len(a & b) / max(len(a | b), 1)


def _with(lead: Lead, standing: Standing) -> Lead:
    """A lead in the state people gave it; a dismissed one comes back only with evidence they had not seen."""
    fresh = new_evidence(lead, standing.decided) if standing.state == "dismissed" else ()
    if fresh:
        return replace(lead, state="new", returned=len(fresh))
    return replace(lead, state=standing.state, assignee=standing.assignee, reason=standing.reason)


def _gone(standing: Standing) -> Lead:
    decided = standing.state in ("confirmed", "dismissed")
    return replace(
        standing.decided,
        state=standing.state if decided else "expired",
        assignee=standing.assignee,
        reason=standing.reason,
    )
