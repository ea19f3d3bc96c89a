"""Who controls, who owns in the end, who is the beneficial owner: analytics section 3a on the facts of one refresh."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph.analytics.beneficial import BASES, BeneficialOwners, Completeness, beneficial_owners, completeness
from graph.analytics.control import Control, control
from graph.analytics.cycles import Ring, ownership_cycles
from graph.analytics.integrated import IntegratedOwnership, integrated_ownership
from graph.projection import IdMap, numbers
from queries.refresh.facts import Facts, Ints


@dataclass(frozen=True)
class Ownership:
    """Everything about holdings, over party numbers."""

    owner: Ints
    company: Ints
    percent: npt.NDArray[np.float64]
    person: npt.NDArray[np.bool_]
    state_investor: npt.NDArray[np.bool_]
    representative: Ints
    """Present legal representative of each party, -1 = none."""
    controlled: Control
    integrated: IntegratedOwnership
    beneficial: BeneficialOwners
    explained: Completeness
    rings: tuple[Ring, ...]

    def tables(self, parties: IdMap) -> dict[str, pa.Table]:
        """The findings as tables of ids, for the snapshot."""
        ids, held = parties.take, np.flatnonzero(self.controlled.controller >= 0)
        ring = [parties.take(r.members).to_pylist() for r in self.rings]
        return {
            "control": pa.table({
                "company": ids(held),
                "controller": ids(self.controlled.controller[held]),
                "via": _optional(parties, self.controlled.via[held]),
                "percent": self.controlled.percent[held],
            }),
            "ownership": pa.table({
                "owner": ids(self.integrated.owner),
                "company": ids(self.integrated.company),
                "percent": self.integrated.percent,
            }),
            "beneficial_owners": pa.table({
                "company": ids(self.beneficial.company),
                "person": ids(self.beneficial.person),
                "percent": self.beneficial.percent,
                "basis": pa.array(BASES).take(pa.array(self.beneficial.basis)),
            }),
            "cycles": pa.table({
                "company": pa.array([c for members in ring for c in members], pa.string()),
                "ring": pa.array([i for i, members in enumerate(ring) for _ in members], pa.int64()),
                "closed": pa.array([r.closed for r in self.rings for _ in r.members], pa.bool_()),
            }),
        }  # fmt: skip


def find_ownership(facts: Facts) -> Ownership:
    """Compute control, integrated ownership and beneficial owners from the holdings in force."""
    held = facts.links("shareholdings")
    edges = held.source, held.target, numbers(held.table["percent"])
    n = len(facts.parties)
    representative = _representatives(facts)
    controlled, integrated = control(*edges, n), integrated_ownership(*edges, n)
    state = np.zeros(n, np.bool_)
    state[facts.company_party] = numbers(facts.company["state_investor"], 0.0) > 0
    listed = np.zeros(n, np.bool_)
    listed[facts.company_party] = numbers(facts.company["listed"], 0.0) > 0
    return Ownership(
        *edges,
        person=facts.is_person,
        state_investor=state,
        representative=representative,
        controlled=controlled,
        integrated=integrated,
        beneficial=beneficial_owners(integrated, controlled, facts.is_person, manager=representative),
        explained=completeness(integrated, facts.is_person | state | listed),
        rings=ownership_cycles(*edges, n),
    )


def _representatives(facts: Facts) -> Ints:
    """Present legal representative of each party; of several the first by id."""
    posts = facts.links("legal_reps")
    found = np.full(len(facts.parties), -1, np.int64)
    found[posts.target[::-1]] = posts.source[::-1]
    return found


def _optional(parties: IdMap, codes: Ints) -> pa.Array:
    return parties.ids.take(pa.array(codes, pa.int64(), mask=codes < 0))
