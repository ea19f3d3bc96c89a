"""The published edge cases of the Beneficial Ownership Data Standard 0.4 (package `bods-v04-fixtures`)."""

from __future__ import annotations

import numpy as np
import pytest

from graph.analytics.beneficial import BASES, STANDINGS, beneficial_owners, completeness
from graph.analytics.control import control
from graph.analytics.cycles import ownership_cycles
from graph.analytics.integrated import integrated_ownership

bods = pytest.importorskip("bods_fixtures", reason="skipped: bods-v04-fixtures not installed")


class Case:
    """One fixture as arrays: entities and persons by record id, an inline reason as an unknown party of its own."""

    def __init__(self, name: str) -> None:
        records = bods.load(name).statements
        parties = [r["recordId"] for r in records if r["recordType"] in ("entity", "person")]
        holdings = []
        for record in (r["recordDetails"] for r in records if r["recordType"] == "relationship"):
            party = record["interestedParty"]
            if isinstance(party, dict):
                parties.append(party["reason"])
                party = party["reason"]
            shares = [i["share"]["exact"] for i in record.get("interests", ()) if i["type"] == "shareholding"]
            holdings.append((parties.index(party), parties.index(record["subject"]), float((shares or [np.nan])[0])))
        self.parties, n = parties, len(parties)
        kinds = {r["recordId"]: r["recordType"] for r in records}
        person = np.array([kinds.get(p) == "person" for p in parties])
        self.unknown = np.array([p not in kinds for p in parties])
        edges = tuple(np.array(column) for column in zip(*holdings, strict=True))
        self.shares = integrated_ownership(*edges, n)
        self.control = control(*edges, n)
        self.rings = ownership_cycles(*edges, n)
        self.owners = beneficial_owners(self.shares, self.control, person, unknown=self.unknown)
        self.parts = completeness(self.shares, person, self.unknown)

    def standing(self, party: str) -> str:
        return STANDINGS[self.owners.standing[self.parties.index(party)]]


def test_direct_ownership_gives_jane_smith_75_percent():
    case = Case("core/01-direct-ownership")
    assert [case.parties[p] for p in case.owners.person] == ["rec-jane-smith-1975"]
    assert (case.owners.percent.tolist(), BASES[case.owners.basis[0]]) == ([75.0], "ownership")
    assert case.standing("rec-acme-holdings-ltd") == "identified"


def test_circular_ownership_ends_flagged_with_nobody_as_its_own_owner():
    case = Case("edge-cases/10-circular-ownership")
    assert len(case.owners.person) == 0
    assert case.control.controller.tolist() == [-1, -1]
    assert case.control.circular.all()
    (ring,) = case.rings
    assert ring.closed
    assert case.shares.percent.tolist() == [100.0, 100.0]  # each in the other, never 200
    assert case.parts.circular.tolist() == [100.0, 100.0]


def test_declared_unknown_owner_is_acknowledged_with_its_reason():
    case = Case("edge-cases/11-anonymous-person")
    assert case.standing("rec-opaque-holdings-sa") == "declared_unknown"
    assert len(case.owners.person) == 0
    assert [p for p, lost in zip(case.parties, case.unknown, strict=True) if lost] == [
        "subjectUnableToConfirmOrIdentifyBeneficialOwner"
    ]
