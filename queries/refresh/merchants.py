"""Merchants: complaints weighted by credibility against exposure and peers. Reports of violations stand beside them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.analytics.groups import GroupResult
from graph.analytics.merchants import MerchantResult, abnormal_merchants, is_targeted
from graph.model.kinds import NOT_ACCEPTED, SUBSTANTIATED
from graph.projection import NO_DAY, IdMap
from queries.refresh.facts import Facts, Ints
from queries.refresh.names import shown
from queries.results import Merchant
from queries.snapshot.files import merchant_of

MONTHS = 36
"""Complaints of so many months count, and so much of a merchant's age: what is older says little of it today."""
BASES = (
    "近一年订单量×经营年限", "平台店铺订单量中位数×经营年限（本店未提供）",
    "参保人数的平方根×经营年限", "经营年限（无参保人数）",
)  # fmt: skip
"""What the exposure of a shop rests on, with and without orders, and that of a company, with and without staff."""
BAND = 8.0
"""Size bands of peers: powers of eight of the exposure, so that a band holds shops of comparable size."""


@dataclass(frozen=True)
class MerchantFindings:
    """Merchants most abnormal first, the flagged ones as results, and the kernel's arrays."""

    table: pa.Table
    flagged: tuple[Merchant, ...]
    ids: IdMap
    result: MerchantResult


def find_merchants(facts: Facts, groups: GroupResult, group_ids: tuple[str, ...]) -> MerchantFindings:
    """Judge every shop, and every company as a merchant of its own."""
    universe = _universe(facts)
    ids = IdMap(universe["id"].combine_chunks())
    counts = _Counts.of(facts, ids, groups)
    exposure, basis = _exposure(universe, facts.today)
    peer, peer_names = _peers(universe, exposure)
    judged = abnormal_merchants(counts.seen_all, counts.seen, exposure, peer)
    result = replace(judged, targeted=is_targeted(*counts.filed))  # a group attacks by reports as well
    shown = np.flatnonzero((counts.received + counts.reports > 0) | (pc.equal(universe["kind"], "Shop").to_numpy()))
    order = shown[np.lexsort((shown, result.log_p[shown]))]
    hit_by = _hit_by(groups, facts, group_ids)
    table = _table(order, universe, counts, exposure, basis, peer_names, result, hit_by)
    flagged = tuple(merchant_of(row) for row in table.filter(table["flagged"]).to_pylist())
    return MerchantFindings(table, flagged, ids, result)


def _universe(facts: Facts) -> pa.Table:
    """All shops that are open and companies that are active, or were complained about, sorted by id."""
    shops, companies = facts.shops, facts.company
    day = pa.scalar(0, pa.date32())  # long ago
    shop = pa.table({
        "id": shops["id"], "name": shops["name"], "kind": pa.repeat("Shop", len(shops)), "market": shops["platform"],
        "trade": shops["category"], "size": shops["orders"].cast(pa.float64()),
        "opened": pc.fill_null(shops["opened"], day),
    })  # fmt: skip
    company = pa.table({
        "id": companies["id"], "name": companies["name"], "kind": pa.repeat("Company", len(companies)),
        "market": pa.repeat("direct", len(companies)),
        "trade": pc.utf8_slice_codeunits(companies["industry"], 0, 1), "size": companies["staff"].cast(pa.float64()),
        "opened": pc.fill_null(companies["established"], day),
    })  # fmt: skip
    present = [pc.is_null(shops["closed"]), pc.fill_null(pc.equal(companies["status"], "ACTIVE"), True)]
    kept = [
        table.filter(pc.or_(here, pc.is_in(table["id"], value_set=facts.complaints.against)))
        for table, here in zip((shop, company), present, strict=True)
    ]
    return pa.concat_tables(kept).sort_by("id").combine_chunks()


@dataclass(frozen=True)
class _Counts:
    """Complaints per merchant: all, weighted, and the three counts that are always kept apart."""

    seen_all: npt.NDArray[np.float64]
    seen: npt.NDArray[np.float64]
    received: Ints
    accepted: Ints
    substantiated: Ints
    reports: Ints
    """Reports of violations, whoever made them: another procedure, in which every clue is checked."""
    filed: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]
    """Complaints and reports together, all and weighted: who is attacked, is so by either."""

    @classmethod
    def of(cls, facts: Facts, ids: IdMap, groups: GroupResult) -> _Counts:
        complaints = facts.complaints
        at = ids.codes(complaints.merchants.ids)[complaints.merchant]
        known = at >= 0
        n = len(ids)

        def count(rows: npt.NDArray[np.bool_]) -> Ints:
            return np.bincount(at[known & rows], minlength=n).astype(np.int64)

        recent = (complaints.day == NO_DAY) | (complaints.day > facts.months_ago(MONTHS))
        counted = recent & ~complaints.report
        weight = groups.weight[complaints.complainant]

        def weighed(rows: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
            return np.bincount(at[known & rows], weights=weight[known & rows], minlength=n).astype(np.float64)

        received = count(counted)
        return cls(
            seen_all=received.astype(np.float64),
            seen=weighed(counted),
            received=received,
            accepted=count(counted & ~complaints.outcome(*NOT_ACCEPTED)),
            substantiated=count(counted & complaints.outcome(*SUBSTANTIATED)),
            reports=count(recent & complaints.report),
            filed=(count(recent).astype(np.float64), weighed(recent)),
        )


def _exposure(universe: pa.Table, today: int) -> tuple[npt.NDArray[np.float64], Ints]:
    """Size of each merchant's business: orders where known, else a proxy; and what it rests on, see `BASES`."""
    size = pc.fill_null(universe["size"], np.nan).to_numpy()
    shop = pc.equal(universe["kind"], "Shop").to_numpy()
    # Orders are those of the last twelve months: for a shop younger than that they say its age already.
    age = np.clip((today - universe["opened"].cast(pa.int32()).to_numpy()) / 365.25, 1.0, MONTHS / 12)
    typical = np.nanmedian(size[shop]) if np.isfinite(size[shop]).any() else 1.0
    known = np.isfinite(size) & (size > 0)
    per_year = np.where(known, np.where(shop, size, np.sqrt(np.maximum(size, 1.0))), np.where(shop, typical, 1.0))
    return per_year * age, np.where(shop, 0, 2) + np.where(known, 0, 1)


def _peers(universe: pa.Table, exposure: npt.NDArray[np.float64]) -> tuple[Ints, pa.Array]:
    """Peer groups, finest first: market × trade × size, market × trade, market; and the finest one in words."""
    band = np.floor(np.log(np.maximum(exposure, 1e-9)) / np.log(BAND)).astype(np.int64)
    market, trade = (pc.fill_null(universe[c].cast(pa.string()), "?").combine_chunks() for c in ("market", "trade"))
    columns = [market.dictionary_encode().indices.to_numpy().astype(np.int64)]
    for finer in (trade.dictionary_encode().indices.to_numpy(), band - band.min(initial=0)):
        columns.append(columns[-1] * (int(finer.max(initial=0)) + 1) + finer)
    words = pc.binary_join_element_wise(market, " · ", trade, " · 规模 ", pa.array(band).cast(pa.string()), "")
    return np.stack([np.unique(level, return_inverse=True)[1] for level in columns[::-1]], axis=1), words


def _hit_by(groups: GroupResult, facts: Facts, group_ids: tuple[str, ...]) -> dict[str, list[str]]:
    """Groups that hit each merchant; weak ones withhold nothing and are left out."""
    found: dict[str, list[str]] = {}
    for name, group in zip(group_ids, groups.groups, strict=True):
        if group.tier != "weak":
            for merchant in facts.complaints.merchants.take(group.merchants).to_pylist():
                found.setdefault(merchant, []).append(name)
    return found


def _table(
    order: Ints,
    universe: pa.Table,
    counts: _Counts,
    exposure: npt.NDArray[np.float64],
    basis: Ints,
    peers: pa.Array,
    result: MerchantResult,
    hit_by: dict[str, list[str]],
) -> pa.Table:
    """Results of the merchants at `order`, one column per field of `Merchant`."""
    shown_ = universe.take(pa.array(order))
    arrays = {
        "exposure": exposure.round(3), "received": counts.received, "accepted": counts.accepted,
        "substantiated": counts.substantiated, "seen_all": counts.seen_all, "seen": counts.seen.round(4),
        "expected": result.expected, "ratio": result.ratio, "low": result.low, "high": result.high, "p": result.p,
        "score": result.score, "flagged": result.flagged, "flagged_all": result.flagged_all,
        "withheld_share": result.withheld_share, "targeted": result.targeted, "reports": counts.reports,
    }  # fmt: skip
    how_many = pa.array(result.peers[order]).cast(pa.string())
    return pa.table({
        "id": shown_["id"],
        "name": shown(shown_["name"].combine_chunks(), shown_["id"].combine_chunks()),
        "kind": shown_["kind"],
        "peer_group": pc.binary_join_element_wise(peers.take(pa.array(order)), "（", how_many, " 家）", ""),
        "exposure_basis": pa.array(BASES).take(pa.array(basis[order])),
        **{name: values[order] for name, values in arrays.items()},
        "groups": pa.array([hit_by.get(i, []) for i in shown_["id"].to_pylist()], pa.list_(pa.string())),
    })  # fmt: skip
