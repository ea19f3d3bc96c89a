"""Truth tables as Parquet, in natural keys. Tests and evaluation read them; loaders never do."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from loaders.synthetic import keys, text, words
from loaders.synthetic.city import DATA_DATE, PERSON, City
from loaders.synthetic.columns import Columns
from loaders.synthetic.draw import NONE, Ints
from loaders.synthetic.market import ROLES, Market
from loaders.synthetic.plant_bars import DEBTOR, SEVERE
from loaders.synthetic.truth import Truth

PLANTS = pa.schema([
    ("plant", pa.int64()), ("kind", pa.string()), ("size", pa.int64()), ("density", pa.float64()),
    ("window_days", pa.int64()), ("camouflage", pa.float64()), ("shares", pa.string()), ("detectable", pa.bool_()),
    ("multiplier", pa.float64()), ("first", pa.date32()), ("last", pa.date32()), ("note", pa.string()),
])  # fmt: skip


def write_answers(city: City, market: Market, truth: Truth, forced: Columns, order: Ints, folder: Path) -> None:
    """Write plants, members, pairs, merchants, complaints and bars."""
    _bars(city, truth, forced)
    tables = {
        "plants": _plants(truth),
        "members": _members(city, market, truth),
        "pairs": _pairs(city, market, truth),
        "merchants": _merchants(city, market),
        "complaints": _complaints(city, market, order),
    }
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet")


def _plants(truth: Truth) -> pa.Table:
    rows = [{"plant": i, **facts} for i, facts in enumerate(truth.plants)]
    columns = {}
    for name in PLANTS.names:
        values = [row.get(name) for row in rows]
        kind = pa.int32() if PLANTS.field(name).type == pa.date32() else PLANTS.field(name).type
        columns[name] = pa.array(values, kind).cast(PLANTS.field(name).type)
    return pa.table(columns, schema=PLANTS)


def _keys(city: City, market: Market, what: str, index: Ints) -> tuple[pa.StringArray, pa.StringArray]:
    """Scheme and natural key of each index."""
    if what == "complainant":
        return keys.complainant_keys(city, market.complainants, index)
    if what == "merchant":
        return _merchant_keys(city, index)
    scheme, key = {
        "company": ("uscc", keys.company_codes),
        "person": ("resident_id", keys.person_ids),
        "address": ("address", keys.addresses),
        "phone": ("phone", lambda _, numbers: keys.phone_texts_plain(numbers)),
    }[what]
    return pa.repeat(pa.scalar(scheme), len(index)), key(city, index)


def _merchant_keys(city: City, index: Ints) -> tuple[pa.StringArray, pa.StringArray]:
    shops = len(city.shops)
    at_shop = index < shops
    shop = keys.shop_keys(city, np.where(at_shop, index, 0))
    firm = keys.company_codes(city, np.where(at_shop, 0, index - shops))
    return text.choose(at_shop, "shop", "uscc"), text.choose(at_shop, shop, firm)


def _flat(parts: Iterable[tuple[object, Ints]]) -> tuple[list[object], Ints]:
    """Repeat each label to the length of its indices."""
    listed = list(parts)
    labels = [label for label, index in listed for _ in range(len(index))]
    return labels, np.concatenate([index for _, index in listed])


def _members(city: City, market: Market, truth: Truth) -> pa.Table:
    tables = []
    for what in sorted({m[2] for m in truth.members}):
        labels, index = _flat(((plant, role), at) for plant, role, kind, at in truth.members if kind == what)
        scheme, key = _keys(city, market, what, index)
        plants, roles = zip(*labels, strict=True)
        tables.append(_table(plants, ("role", roles), ("scheme", scheme), ("key", key)))
    return _sorted(pa.concat_tables(tables))


def _table(plants: Iterable[int], *columns: tuple[str, object]) -> pa.Table:
    named = {name: c if isinstance(c, pa.Array) else pa.array(c, pa.string()) for name, c in columns}
    return pa.table({"plant": pa.array(plants, pa.int64()), **named})


def _sorted(table: pa.Table) -> pa.Table:
    return table.sort_by([("plant", "ascending")])


def _pairs(city: City, market: Market, truth: Truth) -> pa.Table:
    tables = []
    for kinds in sorted({(p[2], p[4]) for p in truth.pairs}):
        rows = [p for p in truth.pairs if (p[2], p[4]) == kinds]
        labels, a = _flat(((plant, relation), left) for plant, relation, _, left, _, _, _ in rows)
        b, share = np.concatenate([p[5] for p in rows]), np.concatenate([p[6] for p in rows])
        plants, relations = zip(*labels, strict=True)
        (a_scheme, a_key), (b_scheme, b_key) = _keys(city, market, kinds[0], a), _keys(city, market, kinds[1], b)
        tables.append(
            _table(
                plants,
                ("relation", relations),
                ("a_scheme", a_scheme),
                ("a", a_key),
                ("b_scheme", b_scheme),
                ("b", b_key),
                ("percent", pa.array(share / 100, mask=share < 0)),
            )
        )
    return _sorted(pa.concat_tables(tables))


def _merchants(city: City, market: Market) -> pa.Table:
    """Every merchant that can be complained about, its expected honest complaints and planted factor."""
    index = np.flatnonzero(market.rate > 0)
    filed = market.events
    honest = (filed["role"] != 1).astype(np.int64)
    size = len(market.rate)
    counted = np.bincount(filed["merchant"], honest, size), np.bincount(filed["merchant"], 1 - honest, size)
    scheme, key = _merchant_keys(city, index)
    return pa.table(
        {
            "scheme": scheme,
            "key": key,
            "expected": market.rate[index],
            "multiplier": market.multiplier[index],
            "honest": counted[0][index].astype(np.int64),
            "attacks": counted[1][index].astype(np.int64),
        }
    )


def _complaints(city: City, market: Market, order: Ints) -> pa.Table:
    """Tickets that belong to a plant, with their role."""
    plant = market.events["plant"][order]
    ticket = np.flatnonzero(plant >= 0)
    rows = order[ticket]
    return pa.table(
        {
            "ticket": keys.tickets(city, ticket, market.events["day"][rows]),
            "plant": plant[ticket],
            "role": text.pick(ROLES, market.events["role"][rows]),
        }
    )


def _bars(city: City, truth: Truth, forced: Columns) -> None:
    """All bars the files show, planted or not: who is barred on the data date and holds a post in a live company."""
    c, listed = city.companies, forced.take(np.flatnonzero(forced["until"] < 0))
    known, every = _numbered(city), np.arange(len(c))
    lost = keys.rep_id_lost(city, every) & ~np.isin(_in_firm(city, c.rep, every), known)
    shown = np.where(lost, NONE, c.rep)
    lately = c.status_day >= DATA_DATE - 3 * 365
    revoked = np.flatnonzero(np.isin(c.status, (words.REVOKED, words.REVOKED_DEREG)) & lately)
    cancelled = np.flatnonzero((c.status == words.CANCELLED) & lately)
    debt, severe = (np.flatnonzero(listed["list"] == which) for which in (DEBTOR, SEVERE))
    for ground, person, cause, only_rep in (
        ("revoked", shown[revoked], revoked, False),
        ("cancelled", shown[cancelled], cancelled, True),
        ("debtor", listed["person"][debt], listed["company"][debt], False),
        ("severe", listed["person"][severe], listed["company"][severe], True),
    ):
        holder, firm = _posts(city, shown, known, only_rep)
        pairs = _held_by(person, cause, holder, firm)
        plant = truth.plant(f"all_bars_{ground}", size=len(pairs))
        truth.pair(plant, "barred_all", ("person", pairs[:, 0]), ("company", pairs[:, 1]))


def _in_firm(city: City, person: Ints, company: Ints) -> Ints:
    """A number for each person in a company; persons from -1."""
    return (person + 1) * len(city.companies) + company


def _numbered(city: City) -> Ints:
    """Who stands in some file with a resident ID, by company: there, a row with the name alone means that person."""
    c, h, o = city.companies, city.holdings, city.officers
    every = np.arange(len(c))
    rep, held = ~keys.rep_id_lost(city, every), h["holder_kind"] == PERSON
    post = ~keys.officer_id_lost(city, np.arange(len(o)))
    person = np.concatenate([c.rep[rep], h["holder"][held], o["person"][post]])
    return np.unique(_in_firm(city, person, np.concatenate([every[rep], h["company"][held], o["company"][post]])))


def _posts(city: City, shown: Ints, known: Ints, only_rep: bool) -> tuple[Ints, Ints]:
    """Persons in management of live companies on the data date, and where."""
    c, o = city.companies, city.officers
    live = np.flatnonzero(np.isin(c.status, words.LIVE) & (shown != NONE))
    if only_rep:
        return shown[live], live
    rows = np.isin(o["post"], words.MANAGEMENT) & (o["until"] == NONE) & np.isin(c.status[o["company"]], words.LIVE)
    unnamed = keys.officer_id_lost(city, np.arange(len(o)))
    rows &= ~unnamed | np.isin(_in_firm(city, o["person"], o["company"]), known)
    return np.concatenate([shown[live], o["person"][rows]]), np.concatenate([live, o["company"][rows]])


def _held_by(person: Ints, cause: Ints, holder: Ints, firm: Ints) -> Ints:
    """Distinct (person, company) of barred persons' posts outside the company that caused the bar."""
    order = np.argsort(holder, kind="stable")
    first = np.searchsorted(holder[order], person, "left")
    many = np.searchsorted(holder[order], person, "right") - first
    at = np.repeat(np.arange(len(person)), many)
    post = order[first[at] + np.arange(len(at)) - (np.cumsum(many) - many)[at]]
    elsewhere = (firm[post] != cause[at]) & (person[at] >= 0)
    pairs: Ints = np.unique(np.stack([person[at], firm[post]], axis=1)[elsewhere], axis=0)
    return pairs
