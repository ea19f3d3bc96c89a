"""Who is who: ids of companies, persons, complainants, shops, addresses, phones.

The same entity gets the same id from every source, without a look-up wherever the record itself identifies
it. A name alone never merges two persons: it counts only together with a second key.
"""

from __future__ import annotations

from functools import partial

import ibis
import pyarrow as pa
import pyarrow.compute as pc
from ibis.expr.types import BooleanValue, StringValue, Table

from graph.model.identifiers import keyed_hash, plain_hash
from loaders.work import Work

_BETWEEN = "|"
"""Stands between the parts of a hashed key; names and numbers never hold it after normalisation."""


def joined(*parts: StringValue) -> StringValue:
    """Parts of a key as one text; null if any part is."""
    result = parts[0]
    for part in parts[1:]:
        result = result.concat(ibis.literal(_BETWEEN), part)
    return result


def company(
    work: Work, rows: Table, *, code: str = "code", name: str | None = "name", region: StringValue | None = None
) -> Table:
    """Add `<code>_id`: the credit code if it has the right form, else the older number, else name and region.

    A code with a wrong check character still identifies: it is kept and flagged. With a region the record is
    the register's own. Without, it refers to a company: where it gives no number, the company of that name
    which earlier loads brought is meant, if there is exactly one. Sources that never give the name beside
    the code have `name` None.
    """
    rows = rows.mutate(
        **{f"{code}_id": ibis.coalesce(rows[f"{code}_uscc"], ibis.literal("o_").concat(rows[f"{code}_legacy"]))}
    )
    if name is None:
        return rows
    rows = rows.mutate(_bare=ibis.ifelse(rows[f"{code}_id"].isnull(), rows[name], ibis.null("string")))
    if region is None:
        rows = _by_known_name(work, rows)
    else:
        rows = _hashed(work, rows, joined(rows._bare, region.fill_null("")))
    return rows.mutate(**{f"{code}_id": ibis.coalesce(rows[f"{code}_id"], rows._named)}).drop("_bare", "_named")


def names_nobody(rows: Table, code: str = "code", name: str = "name") -> BooleanValue:
    """Whether a row gives neither number nor name of the company."""
    return rows[f"{code}_uscc"].isnull() & rows[f"{code}_legacy"].isnull() & rows[name].isnull()


def company_by_name(work: Work, rows: Table, *, name: str, into: str) -> Table:
    """Add `into`: the id of an enterprise that is only named."""
    named = _by_known_name(work, rows.mutate(_bare=rows[name]))
    return named.mutate(**{into: named._named}).drop("_bare", "_named")


def person(work: Work, rows: Table, *, name: str, number: StringValue, second: StringValue, into: str) -> Table:
    """Add `into` (p_ …): by resident ID, else by name and a second key; and `<into>_by`, which of the two."""
    basis = ibis.coalesce(number, joined(rows[name], second))
    rows = rows.mutate(**{f"{into}_by": ibis.ifelse(number.notnull(), "resident_id", "company")})
    return work.derive(rows, **{into: (basis, partial(keyed_hash, key=work.key, prefix="p_"))})


def complainant(work: Work, rows: Table) -> Table:
    """Add `complainant_id` (q_ …): by resident ID, else name and phone, else the account on its channel."""
    by_phone = joined(rows.person, rows.phone)
    by_account = joined(ibis.literal("account"), rows.channel.fill_null(""), rows.account)
    by = ibis.cases(
        (rows.person_number.notnull(), "resident_id"),
        (by_phone.notnull(), "phone"),
        (by_account.notnull(), "account"),
        else_=None,
    )
    rows = rows.mutate(complainant_by=by.cast("string"))
    basis = ibis.coalesce(rows.person_number, by_phone, by_account)
    return work.derive(rows, complainant_id=(basis, partial(keyed_hash, key=work.key, prefix="q_")))


def phone(work: Work, rows: Table, field: str = "phone") -> Table:
    """Add `<field>_id` (t_ …): keyed hash of the digits."""
    return work.derive(rows, **{f"{field}_id": (rows[field], partial(keyed_hash, key=work.key, prefix="t_"))})


def address(work: Work, rows: Table, field: str = "address") -> Table:
    """Add `<field>_id` (a_ …): hash of the normalised text."""
    return work.derive(rows, **{f"{field}_id": (rows[f"{field}_key"], partial(plain_hash, prefix="a_"))})


def shop(rows: Table) -> Table:
    """Add `shop_id` (s_platform:number) and `platform_id` (f_platform)."""
    return rows.mutate(
        shop_id=ibis.literal("s_").concat(rows.platform, ":", rows.number),
        platform_id=ibis.literal("f_").concat(rows.platform),
    )


def record(work: Work, rows: Table, *parts: StringValue) -> Table:
    """Add `record_id` (r_ …): hash of what identifies a credit record."""
    basis = joined(*(p.fill_null("") for p in parts))
    return work.derive(rows, record_id=(basis, partial(plain_hash, prefix="r_")))


def _by_known_name(work: Work, rows: Table) -> Table:
    """Add `_named`: the one known company called `_bare`, else a hash of that name."""

    def choose(names: pa.Array) -> pa.Array:
        if not len(names):
            return names
        known = work.known("companies", "id", "name")
        unique = known.group_by("name").agg(id=known.id.min(), count=known.count())
        one = work.stages.run(unique.filter(unique["count"] == 1))
        found = one["id"].combine_chunks().take(pc.index_in(names, one["name"].combine_chunks()))
        keys = pc.binary_join_element_wise(names, "", _BETWEEN)
        return pc.coalesce(found, keyed_hash(keys, work.key, "o_"))

    return work.derive(rows, _named=(rows._bare, choose))


def _hashed(work: Work, rows: Table, basis: StringValue) -> Table:
    return work.derive(rows, _named=(basis, partial(keyed_hash, key=work.key, prefix="o_")))
