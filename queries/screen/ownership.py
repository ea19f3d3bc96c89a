"""`creditnet screen ownership`: from one spreadsheet of holdings to controllers, shares, owners, rings and a report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph.analytics.beneficial import BASES, STANDINGS
from queries.screen.holdings_file import read_holdings
from queries.screen.ownership_findings import OwnershipFindings, find_ownership
from queries.screen.ownership_report import ownership_report
from queries.screen.report import write_csv, write_text

CONTROL_COLUMNS = ("company", "controller", "via", "percent")
OWNERSHIP_COLUMNS = ("owner", "company", "direct", "integrated")
BENEFICIAL_COLUMNS = ("company", "owner", "percent", "basis", "explained", "unknown", "remark")
CYCLE_COLUMNS = ("cycle", "owner", "company", "percent", "members", "closed")


@dataclass(frozen=True, slots=True)
class OwnershipScreen:
    """What `screen_ownership` wrote and found, for the command line to print."""

    holdings: int
    companies: int
    owners: int
    controlled: int
    beneficial: int
    cycles: int
    notes: tuple[str, ...]
    files: tuple[Path, ...]


def screen_ownership(holdings: pa.Table, out: Path) -> OwnershipScreen:
    """Analyse a table of holdings and write four CSV files and a report into a folder.

    Parameters
    ----------
    holdings : pa.Table
        Text columns owner, company, percent and, if there, owner_kind; Chinese headings too (`ALIASES`).
    out : Path
        Folder to write to; created if need be. Files in it are replaced one by one, each complete or not at all.

    Raises
    ------
    MissingColumns, InputError
        See `read_holdings`. Nothing is written then.
    """
    findings = find_ownership(read_holdings(holdings))
    out.mkdir(parents=True, exist_ok=True)
    tables = (
        ("control.csv", CONTROL_COLUMNS, control_rows(findings)),
        ("ownership.csv", OWNERSHIP_COLUMNS, ownership_rows(findings)),
        ("beneficial_owners.csv", BENEFICIAL_COLUMNS, beneficial_rows(findings)),
        ("cycles.csv", CYCLE_COLUMNS, cycle_rows(findings)),
    )
    for name, columns, rows in tables:
        write_csv(out / name, columns, rows)
    write_text(out / "report.html", ownership_report(findings))
    return OwnershipScreen(
        holdings=len(findings.file.owner),
        companies=int(findings.file.is_company.sum()),
        owners=len(np.unique(findings.file.owner)),
        controlled=int((findings.top.controller >= 0).sum()),
        beneficial=len(np.unique(findings.owners.company)),
        cycles=len(findings.rings),
        notes=findings.file.notes,
        files=tuple(out / name for name in (*(t[0] for t in tables), "report.html")),
    )


def control_rows(found: OwnershipFindings) -> Iterator[tuple[str, str, str, float]]:
    """Every controller of every company; the ultimate one first, then nearer ones."""
    names, pairs = found.file.names, found.pairs
    nearer = found.top.controller[pairs.company] != pairs.controller
    for i in np.lexsort((pairs.controller, nearer, pairs.company)):
        via = names[pairs.via[i]] if pairs.via[i] >= 0 else ""
        yield names[pairs.company[i]], names[pairs.controller[i]], via, float(pairs.percent[i])


def ownership_rows(found: OwnershipFindings) -> Iterator[tuple[str, str, float, float]]:
    """Every owner of every company with its recorded direct and its integrated share; empty = not stated."""
    file, shares, n = found.file, found.shares, found.file.n
    keys, row = np.unique(file.company * n + file.owner, return_inverse=True)
    stated = np.bincount(row, weights=np.nan_to_num(file.percent))
    direct = np.where(np.bincount(row, weights=~np.isnan(file.percent)) > 0, stated, np.nan)
    everyone = np.union1d(keys, shares.company * n + shares.owner)
    integrated = _look_up(everyone, shares.company * n + shares.owner, shares.percent, 0.0)
    recorded = _look_up(everyone, keys, direct, 0.0)
    integrated[np.isnan(recorded) & (integrated == 0)] = np.nan
    itself = everyone // n == everyone % n
    integrated[itself] = shares.self_share[everyone[itself] // n]
    for key, part, whole in zip(everyone.tolist(), recorded.tolist(), integrated.tolist(), strict=True):
        yield file.names[key % n], file.names[key // n], part, whole


def beneficial_rows(found: OwnershipFindings) -> Iterator[tuple[str, str, float, str, float, float, str]]:
    """Beneficial owners of every company; one row without owner where none was found, saying why."""
    file, owners, parts = found.file, found.owners, found.parts
    start = np.searchsorted(owners.company, np.arange(file.n + 1))
    remark = remarks(found)
    for c in np.flatnonzero(file.is_company):
        explained, unknown = float(parts.explained[c]), float(parts.unknown[c])
        for i in range(start[c], start[c + 1]):
            basis, who = BASES[owners.basis[i]], file.names[owners.person[i]]
            yield file.names[c], who, float(owners.percent[i]), basis, explained, unknown, remark.get(int(c), "")
        if start[c] == start[c + 1]:
            yield (
                file.names[c],
                "",
                float("nan"),
                STANDINGS[owners.standing[c]],
                explained,
                unknown,
                remark.get(int(c), ""),
            )


def remarks(found: OwnershipFindings) -> dict[int, str]:
    """Say what is odd about the records of a company, for those where something is."""
    held, file, said = found.shares.holdings, found.file, defaultdict[int, list[str]](list)
    for row in np.flatnonzero(file.unknown[file.owner]):
        said[int(file.company[row])].append(f"申明未知的股东：{file.names[file.owner[row]]}")
    for c in np.flatnonzero(held.over):
        said[int(c)].append(f"记载的持股比例合计 {held.stated[c]:.2f}%，超过 100%，已按比例折算")
    for c in np.flatnonzero(held.unstated):
        said[int(c)].append("有股东未记载持股比例")
    for c in np.flatnonzero(found.parts.circular > 0):
        said[int(c)].append(f"{found.parts.circular[c]:.2f}% 归于封闭的循环持股")
    return {company: "；".join(texts) for company, texts in said.items()}


def cycle_rows(found: OwnershipFindings) -> Iterator[tuple[int, str, str, float, int, str]]:
    """One shortest round of every ring, step by step."""
    for number, ring in enumerate(found.rings, start=1):
        for i, owner in enumerate(ring.round):
            company = ring.round[(i + 1) % len(ring.round)]
            names = found.file.names[owner], found.file.names[company]
            yield number, *names, float(ring.percent[i]), len(ring.members), "yes" if ring.closed else "no"


def _look_up(
    wanted: npt.NDArray[np.int64], keys: npt.NDArray[np.int64], values: npt.NDArray[np.float64], absent: float
) -> npt.NDArray[np.float64]:
    """Values of sorted `keys` at `wanted`."""
    at = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
    if not len(keys):
        return np.full(len(wanted), absent)
    return np.where(keys[at] == wanted, values[at], absent)
