"""`creditnet refresh`: every analysis on one consistent state of the tables, a snapshot, findings back in Neo4j.

Order (analytics section 0): groups → credibility weights → merchants → links that carry risk → scores → leads.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa

from graph.errors import SnapshotError
from graph.model.asof import AsOf, today
from graph.progress import Progress
from graph.scoring.score import Scores
from graph.settings import Settings
from graph.tables import Tables
from queries.leads.handling import Handling
from queries.leads.worklist import worklist
from queries.refresh import leads as make
from queries.refresh.barred import Barred, Rebirth, find_barred, find_rebirths
from queries.refresh.chains import path_table
from queries.refresh.complainants import GroupFindings, find_groups
from queries.refresh.facts import Facts
from queries.refresh.incidents import Incident, find_incidents
from queries.refresh.links import HiddenLinks, find_links
from queries.refresh.merchants import MerchantFindings, find_merchants
from queries.refresh.ownership import Ownership, find_ownership
from queries.refresh.risk import Risk, find_risk
from queries.refresh.score_inputs import score_inputs
from queries.refresh.scores import features, make_scores, record_table, score_tables
from queries.refresh.shops import find_shops
from queries.refresh.write_back import write_back
from queries.results import Lead
from queries.snapshot import Snapshot, publish
from queries.snapshot.files import ASKED, Meta, ranked, write_bodies, write_meta, write_table
from queries.texts import coupling_fitted, hubs_cut, pairing_limit

if TYPE_CHECKING:
    from graph.store import Store


RULE_PACK = "2026-04-15"
"""Rules in force on the data date: 令 121 号 for complaints received since 2026-04-15, 令 20 号 before."""


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """What a refresh found and how long each step took."""

    snapshot: str
    counts: dict[str, int]
    seconds: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    as_of: str = ""
    """The day it is as of, and by what was known."""

    def text(self) -> str:
        """The report in a few lines."""
        found = " · ".join(f"{name} {count:,}" for name, count in self.counts.items())
        times = " · ".join(f"{name} {seconds:.1f}" for name, seconds in self.seconds.items())
        return "\n".join(
            [
                f"  snapshot {self.snapshot} as of {self.as_of}: {found}",
                f"  seconds: {times}",
                *(f"  note: {n}" for n in self.notes),
            ]
        )


@dataclass(frozen=True)
class Findings:
    """Everything one refresh found."""

    facts: Facts
    groups: GroupFindings
    merchants: MerchantFindings
    incidents: tuple[Incident, ...]
    ownership: Ownership
    links: HiddenLinks
    barred: Barred
    rebirth: Rebirth
    risk: Risk
    scores: Scores
    leads: tuple[Lead, ...]


def refresh(
    tables: Tables,
    store: Store | None,
    settings: Settings,
    *,
    as_of: AsOf | None = None,
    progress: Progress | None = None,
) -> RefreshReport:
    """Run all analyses and publish the result; without a store only the snapshot is made.

    As of a day that is over, the snapshot stands beside the current one and Neo4j is left alone.

    Raises
    ------
    SnapshotError
        If the tables are empty, or were on that day.
    HomeBusy
        If a load or another refresh is under way.
    """
    seconds: dict[str, float] = {}
    step = _Step(progress, seconds)
    with tables.lock("refreshing"):
        state = tables.state()
        with step("facts"):
            facts = Facts.read(tables, as_of, held=settings.held_statuses)
        past = as_of if as_of is not None and as_of.is_past else None
        name = _name(facts, state, past)
        found, extra = _analyse(facts, name, step)
        with step("snapshot"):
            counts = _write(found, extra, settings, name, state, past)
        if store is not None and past is None:
            with step("Neo4j"):
                leads = worklist(Snapshot.open(settings, name), Handling(settings.home_path)).leads
                write_back(store, facts, found.groups, tuple(leads.values()), found.scores, extra)
    days = AsOf(facts.data_date, past.known if past else today())
    return RefreshReport(name, counts, seconds, _notes(found), str(days))


def _notes(found: Findings) -> tuple[str, ...]:
    """What a reader should know of how it was found: what was left out, cut and fitted."""
    fit = found.risk.fit
    return (
        *(pairing_limit(*limit) for limit in found.groups.result.limits),
        *hubs_cut(found.links.hubs()),
        coupling_fitted(fit.coupling, fit.auc, fit.events),
    )


def _name(facts: Facts, state: str, past: AsOf | None) -> str:
    content = f"{facts.data_date:%Y%m%d}-{hashlib.blake2b(state.encode(), digest_size=4).hexdigest()}"
    return content if past is None else f"{ASKED}{content}-known-{past.known:%Y%m%d}"


def is_current(tables: Tables, settings: Settings) -> bool:
    """Whether the current snapshot was made from the present state of the tables."""
    try:
        return Snapshot.open(settings).meta.state == tables.state()
    except SnapshotError:
        return False


def _analyse(facts: Facts, snapshot: str, step: _Step) -> tuple[Findings, dict[str, pa.Table]]:
    with step("groups"):
        groups = find_groups(facts)
    with step("merchants"):
        merchants = find_merchants(facts, groups.result, groups.ids)
        incidents = find_incidents(facts, groups.result)
    with step("ownership"):
        ownership = find_ownership(facts)
    with step("links"):
        links = find_links(facts)
        barred, rebirth = find_barred(facts), find_rebirths(facts)
        risk = find_risk(facts, ownership, links)
    with step("scores"):
        inputs = score_inputs(facts, ownership, links, risk, barred, rebirth, merchants)
        scores = make_scores(inputs, facts)
        leads = make.rank(
            [
                *make.group_leads(groups.groups, facts),
                *make.merchant_leads(merchants.flagged),
                *make.incident_leads(incidents),
                *make.barred_leads(barred, facts),
                *make.rebirth_leads(rebirth, facts),
                *make.linked_leads(risk, ownership, facts),
                *make.shop_leads(find_shops(facts), facts),
            ],
            snapshot,
        )
        tables = {
            **score_tables(scores, inputs, facts),
            "records": record_table(facts),
            "paths": path_table(scores, facts, ownership, links, barred, rebirth, risk),
            **ownership.tables(facts.parties),
            "hidden_links": links.table(facts.companies),
            "cut_hubs": links.cuts(),
            "barred": barred.table(facts.parties),
            "rebirths": rebirth.table(facts.companies),
            "complainants": groups.table(facts),
            "party_leads": _party_leads(leads),
            "merchants": ranked(merchants.table),
        }
    return Findings(facts, groups, merchants, incidents, ownership, links, barred, rebirth, risk, scores, leads), tables


def _write(
    found: Findings, extra: dict[str, pa.Table], settings: Settings, name: str, state: str, past: AsOf | None
) -> dict[str, int]:
    counts = {
        "companies": len(found.facts.companies),
        "groups": len(found.groups.groups),
        "merchants flagged": len(found.merchants.flagged),
        "incidents": len(found.incidents),
        "hidden links": len(found.links.a),
        "barred": len(found.barred.person),
        "leads": len(found.leads),
    }
    card = found.scores.card
    meta = Meta(
        id=name,
        data_date=found.facts.data_date,
        state=state,
        scorecard_version=card.version,
        rule_pack=RULE_PACK,
        class_limits=found.scores.limits.values,
        base=card.base,
        features=features(found.scores),
        counts=counts,
        notes=_notes(found),
        known=today() if past is None else past.known,
        asked=past is not None,
        objected=settings.objected,
    )
    with publish(settings, name, asked=meta.asked) as folder:
        for table, rows in extra.items():
            write_table(folder, table, rows)
        write_bodies(folder, "groups", found.groups.groups, {})
        leads = found.leads
        write_bodies(folder, "leads", leads, {"kind": [x.kind for x in leads]})
        write_meta(folder, meta)
    return counts


def _party_leads(leads: tuple[Lead, ...]) -> pa.Table:
    named: dict[str, list[str]] = {}
    for lead in leads:
        for party in dict.fromkeys(lead.parties):
            named.setdefault(party, []).append(lead.id)
    keys = sorted(named)
    return pa.table(
        {"party": pa.array(keys, pa.string()), "leads": pa.array([named[k] for k in keys], pa.list_(pa.string()))}
    )


class _Step:
    """Times one step after the other and moves the progress bar."""

    def __init__(self, progress: Progress | None, seconds: dict[str, float]) -> None:
        self._progress, self._seconds = progress, seconds

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        if self._progress:
            self._progress(f"analyses: {name}", 0, 1)
        yield
        self._seconds[name] = round(time.perf_counter() - started, 2)
        if self._progress:
            self._progress(f"analyses: {name}", 1, 1)
