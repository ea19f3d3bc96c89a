"""Who is who: ids of companies, persons, complainants, shops, addresses, phones.

The same entity gets the same id from every source, without a look-up wherever the record itself identifies
it. A name alone never merges two persons: it counts only together with a second key.
"""

from __future__ import annotations

from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from graph.model.identifiers import keyed_hash, plain_hash
from loaders.columns import Column, cases, coalesce, derive, flat, ifelse, literal, replaced
from loaders.frame import Rows
from loaders.work import Work

_BETWEEN = "|"
"""Stands between the parts of a hashed key; names and numbers never hold it after normalisation."""


def joined(*parts: Column) -> Column:
    """Parts of a key as one text; null if any part is."""
    result = parts[0]
    for part in parts[1:]:
        result = result.concat(literal(_BETWEEN), part)
    return result


def company(
    work: Work, rows: Rows, *, code: str = "code", name: str | None = "name", region: Column | None = None
) -> Rows:
    """Add `<code>_id`: the credit code if it has the right form, else the older number, else name and region.

    A code with a wrong check character still identifies: it is kept and flagged. With a region the record is
    the register's own. Without, it refers to a company: where it gives no number, the company of that name
    which earlier loads brought is meant, if there is exactly one. Sources that never give the name beside
    the code have `name` None.
    """
    ids = coalesce(rows[f"{code}_uscc"], literal("o_").concat(rows[f"{code}_legacy"]))
    rows = rows.mutate(**{f"{code}_id": ids})
    if name is None:
        return rows
    places = rows.places(ids.isnull())
    bare = rows.take(places)
    if region is None:
        named = _by_known_name(work, bare[name])
    else:
        regions = rows.mutate(_region=region.fill_null("")).take(places)["_region"]
        named = derive(joined(bare[name], regions), partial(keyed_hash, key=work.key, prefix="o_"))
    return rows.mutate(**{f"{code}_id": replaced(ids, places, named, len(rows))})


def names_nobody(rows: Rows, code: str = "code", name: str = "name") -> Column:
    """Whether a row gives neither number nor name of the company."""
    return rows[f"{code}_uscc"].isnull() & rows[f"{code}_legacy"].isnull() & rows[name].isnull()


def company_by_name(work: Work, rows: Rows, *, name: str, into: str) -> Rows:
    """Add `into`: the id of an enterprise that is only named."""
    return rows.mutate(**{into: _by_known_name(work, rows[name])})


def person(work: Work, rows: Rows, *, name: str, number: Column, second: Column, into: str) -> Rows:
    """Add `into` (p_ …): by resident ID, else by name and a second key; and `<into>_by`, which of the two."""
    basis = coalesce(number, joined(rows[name], second))
    rows = rows.mutate(**{f"{into}_by": ifelse(number.notnull(), "resident_id", "company")})
    return work.derive(rows, **{into: (basis, partial(keyed_hash, key=work.key, prefix="p_"))})


def complainant(work: Work, rows: Rows) -> Rows:
    """Add `complainant_id` (q_ …): by resident ID, else name and phone, else the account on its channel."""
    by_phone = joined(rows.person, rows.phone)
    by_account = joined(literal("account"), rows.channel.fill_null(""), rows.account)
    by = cases(
        (rows.person_number.notnull(), "resident_id"),
        (by_phone.notnull(), "phone"),
        (by_account.notnull(), "account"),
        else_=None,
    )
    rows = rows.mutate(complainant_by=by.cast("string"))
    basis = coalesce(rows.person_number, by_phone, by_account)
    return work.derive(rows, complainant_id=(basis, partial(keyed_hash, key=work.key, prefix="q_")))


def phone(work: Work, rows: Rows, field: str = "phone") -> Rows:
    """Add `<field>_id` (t_ …): keyed hash of the digits."""
    return work.derive(rows, **{f"{field}_id": (rows[field], partial(keyed_hash, key=work.key, prefix="t_"))})


def address(work: Work, rows: Rows, field: str = "address") -> Rows:
    """Add `<field>_id` (a_ …): hash of the normalised text."""
    return work.derive(rows, **{f"{field}_id": (rows[f"{field}_key"], partial(plain_hash, prefix="a_"))})


def shop(rows: Rows) -> Rows:
    """Add `shop_id` (s_platform:number) and `platform_id` (f_platform)."""
    return rows.mutate(
        shop_id=literal("s_").concat(rows.platform, ":", rows.number),
        platform_id=literal("f_").concat(rows.platform),
    )


def record(work: Work, rows: Rows, *parts: Column) -> Rows:
    """Add `record_id` (r_ …): hash of what identifies a credit record."""
    basis = joined(*(p.fill_null("") for p in parts))
    return work.derive(rows, record_id=(basis, partial(plain_hash, prefix="r_")))


def _by_known_name(work: Work, names: Column) -> Column:
    """The one known company of each name, else a hash of that name."""

    def choose(names: pa.Array) -> pa.Array:
        if names.null_count == len(names):
            return pa.nulls(len(names), pa.string())
        found = _the_only_one(work.known("companies", "id", "name"), names)
        keys = pc.binary_join_element_wise(pc.if_else(pc.is_valid(found), None, names), "", _BETWEEN)
        return pc.coalesce(found, keyed_hash(keys, work.key, "o_"))

    return derive(names, choose)


def _the_only_one(known: pa.Table, names: pa.Array) -> pa.Array:
    """Id of the company so named, null where none or several are."""
    named = known.filter(pc.is_in(known["name"], names.drop_null()))
    counted = named.group_by("name").aggregate([("id", "min"), ("id", "count")])
    one = counted.filter(pc.equal(counted["id_count"], 1))
    return flat(one["id_min"]).take(pc.index_in(names, flat(one["name"]), skip_nulls=True))
