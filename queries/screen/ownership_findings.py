"""Everything the kernels say about one file of holdings, kept together for the tables and the report."""

from __future__ import annotations

from dataclasses import dataclass

from graph.analytics.beneficial import BeneficialOwners, Completeness, beneficial_owners, completeness
from graph.analytics.control import Control, ControlPairs, control, control_pairs
from graph.analytics.cycles import Ring, ownership_cycles
from graph.analytics.integrated import IntegratedOwnership, integrated_ownership
from queries.screen.holdings_file import HoldingsFile


@dataclass(frozen=True, slots=True)
class OwnershipFindings:
    """Everything the kernels found for one file."""

    file: HoldingsFile
    top: Control
    pairs: ControlPairs
    shares: IntegratedOwnership
    owners: BeneficialOwners
    parts: Completeness
    rings: tuple[Ring, ...]


def find_ownership(file: HoldingsFile) -> OwnershipFindings:
    """Run the kernels on a file of holdings."""
    edges = file.owner, file.company, file.percent, file.n
    shares, top = integrated_ownership(*edges), control(*edges)
    owners = beneficial_owners(shares, top, file.person, unknown=file.unknown)
    parts = completeness(shares, file.person | file.state, file.unknown)
    return OwnershipFindings(file, top, control_pairs(*edges), shares, owners, parts, ownership_cycles(*edges))
