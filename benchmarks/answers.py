"""What both sides must agree on, each in the same words, so that `==` compares them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from peer.config import SOURCES

from graph.model.kinds import TABLES, table_schema
from graph.tables import Tables
from queries.snapshot import Snapshot

if TYPE_CHECKING:
    from peer.job import Findings

Answer = int | frozenset | tuple | dict
Answers = dict[str, Answer]

KEPT = [name for name in TABLES if name and name != "match_decisions"]  # the peer keeps no reasons


def of_peer(found: Findings) -> Answers:
    """The peer's answers."""
    tables, own, links, merchants = found.tables, found.ownership, found.links.table, found.merchants.table
    cells = {n: pa.Table.from_pandas(tables[n].reindex(columns=_schema(n).names), _schema(n), False) for n in KEPT}
    table = tables["companies"].set_index("id")
    return {
        **_loaded(cells, {s: tables.counts[s] for s in SOURCES}),
        "companies": len(table),
        "valid codes": int((table["code_status"] == "valid").sum()),
        "complaints received": found.complaints["merchant_id"].value_counts().to_dict(),
        "groups": frozenset((frozenset(g.members), g.tier) for g in found.groups.found),
        "suspected complainants": _ids(found.groups.people[found.groups.people["flagged"]].index),
        "merchants judged abnormal": _ids(merchants.loc[merchants["flagged"], "id"]),
        "the same, abuse not set aside": _ids(merchants.loc[merchants["flagged_all"], "id"]),
        "merchants targeted": _ids(merchants.loc[merchants["targeted"], "id"]),
        "incidents": _ids(found.merchants.incidents["value"]),
        "control": _rows(own.control.reset_index()[["company", "controller", "via"]]),
        "owners in the end": frozenset(
            (o, c, _cut(p)) for c, owners in own.integrated.items() for o, p in owners.items()
        ),
        "beneficial owners": _rows(own.beneficial[["company", "person", "basis"]]),
        "ownership rings": frozenset((tuple(members), closed) for members, closed in own.rings),
        **{rule: _rows(rows[["a", "b", "value"]]) for rule, rows in links.groupby("rule")},
        "hubs cut": _rows(found.links.cuts[["value", "rule", "size", "exempt"]]),
        "barred posts": _rows(found.barred[["person", "company", "post", "article", "company_bar", "record"]]),
        "re-births": frozenset((r.new, r.old, r.gap, tuple(r.kind)) for r in found.rebirths.itertuples()),
        "scores": found.scores.table["score"].to_dict(),
        "classes": found.scores.table["risk_class"].to_dict(),
        "leads": frozenset(
            (x["id"], x["title"], tuple(e["text"] for e in x["evidence"])) for x in found.leads
        ),
    }  # fmt: skip


def of_creditnet(tables: Tables, snapshot: Snapshot) -> Answers:
    """creditnet's answers, from its tables and its snapshot."""

    def rows(name: str) -> pd.DataFrame:
        return snapshot.table(name).to_pandas()

    cells = {name: tables.arrow(name) for name in KEPT}
    counts = {b.source: (b.read, b.quarantined, b.superseded) for b in tables.batches()}
    received = tables.sql("SELECT merchant_id AS id, count(*) AS n FROM complaints WHERE complainant_id IS NOT NULL "
                          "AND merchant_id IS NOT NULL GROUP BY 1").to_pandas()  # fmt: skip
    people, links, cycles, scores = (rows(n) for n in ("complainants", "hidden_links", "cycles", "scores"))
    merchants, leads = snapshot.merchants(limit=10**9), snapshot.leads(limit=10**9)
    codes = cells["companies"]["code_status"]
    return {
        **_loaded(cells, counts),
        "companies": len(codes),
        "valid codes": pc.sum(pc.equal(codes, "valid")).as_py(),
        "complaints received": dict(zip(received["id"], received["n"], strict=True)),
        "groups": frozenset((frozenset(m.id for m in g.members), g.tier) for g in snapshot.groups(limit=10**9)),
        "suspected complainants": _ids(people.loc[people["flagged"], "id"]),
        "merchants judged abnormal": _ids(m.id for m in merchants if m.flagged),
        "the same, abuse not set aside": _ids(m.id for m in merchants if m.flagged_all),
        "merchants targeted": _ids(m.id for m in merchants if m.targeted),
        "incidents": _ids(x.parties[0] for x in leads if x.kind == "genuine_incident"),
        "control": _rows(rows("control")[["company", "controller", "via"]]),
        "owners in the end": frozenset(
            (r.owner, r.company, _cut(r.percent)) for r in rows("ownership").itertuples()
        ),
        "beneficial owners": _rows(rows("beneficial_owners")[["company", "person", "basis"]]),
        "ownership rings": frozenset(
            (tuple(sorted(ring["company"])), bool(ring["closed"].iloc[0])) for _, ring in cycles.groupby("ring")
        ),
        **{rule: _rows(found[["from_id", "to_id", "shared"]]) for rule, found in links.groupby("rule")},
        "hubs cut": _rows(rows("cut_hubs")[["shared", "rule", "companies", "exempt"]]),
        "barred posts": _rows(rows("barred")[["person", "company", "post", "article", "because", "record"]]),
        "re-births": frozenset(
            (r.company, r.ended, r.days, tuple(r.shared.split(", "))) for r in rows("rebirths").itertuples()
        ),
        "scores": dict(zip(scores["party"], scores["score"], strict=True)),
        "classes": dict(zip(scores["party"], scores["risk_class"], strict=True)),
        "leads": frozenset(
            (x.id, x.title, tuple(e.text for e in x.evidence)) for x in leads if x.kind != "shop_licence"
        ),  # the peer does not judge licences of shops
    }  # fmt: skip


def agree(name: str, one: Answer, other: Answer) -> str:
    """`yes`, or how far apart."""
    if one == other:
        return "yes"
    if name == "scores" and isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        apart = [abs(one[k] - other[k]) for k in one if one[k] != other[k]]
        return f"{'within' if max(apart) < 0.11 else 'NO: off by'} {max(apart):.1f} point ({len(apart):,} differ)"
    if isinstance(one, frozenset) and isinstance(other, frozenset):
        return f"NO: {len(one - other):,} only here, {len(other - one):,} only there"
    return "NO"


def size(answer: Answer) -> str:
    """How much there is of it."""
    if isinstance(answer, int):
        return f"{answer:,}"
    return f"{answer[0]:,}" if isinstance(answer, tuple) else f"{len(answer):,}"


def _loaded(cells: dict[str, pa.Table], counts: dict[str, tuple[int, int, int]]) -> Answers:
    """Records read, quarantined, superseded by file; rows and the digest of every cell by clean table."""
    by_file: Answers = {f"file {source}: read, quarantined, superseded": counts[source] for source in SOURCES}
    return {**by_file, **{f"table {name}: every cell": (len(t), digest(t, name)) for name, t in cells.items()}}


def digest(table: pa.Table, name: str) -> int:
    """A number that two tables share if they have the same rows, in any order; `received` is the day of the run."""
    table = table.select(_schema(name).names).cast(_schema(name)).drop_columns("received")
    columns = {n: _without_nulls(c).to_numpy() for n, c in zip(table.column_names, table.columns, strict=True)}
    return int(pd.util.hash_pandas_object(pd.DataFrame(columns), index=False).sum())


def _without_nulls(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_string(column.type):
        return pc.fill_null(column, "\0")
    if pa.types.is_temporal(column.type):
        column = column.cast(pa.int32() if pa.types.is_date(column.type) else pa.int64())
    return pc.fill_null(column.cast(pa.float64()), -1e300)


def _schema(table: str) -> pa.Schema:
    return table_schema(TABLES[table])


def _ids(values: object) -> frozenset:
    return frozenset(values)


def _rows(table: pd.DataFrame) -> frozenset:
    return frozenset(table.astype(object).where(table.notna(), None).itertuples(index=False, name=None))


def _cut(percent: float) -> float:
    """To four digits; the shift keeps exact decimals off the edge of rounding."""
    return round(percent + 1e-7, 4)
