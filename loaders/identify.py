"""Who is who: ids of companies, persons, complainants, shops, addresses, phones.

The same entity gets the same id from every source, without a look-up wherever the record itself identifies
it. A name alone never merges two persons: it counts only together with a second key.
"""

from __future__ import annotations

from functools import partial

from graph.model.identifiers import keyed_hash, plain_hash
from loaders.columns import Column, cases, coalesce, derive, encoded, ifelse, literal, null, replaced
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
    """Add `<code>_given`: the credit code if it has the right form, else the older number, else name and region.

    And `<code>_id`, which is the same unless that is known to mean a company that has another id.

    A code with a wrong check character still identifies: it is kept and flagged. With a region the record is
    the register's own. Without, it refers to a company, and `work.references` says which is meant. Sources that
    never give the name beside the code have `name` None.
    """
    coded, number = rows[f"{code}_uscc"].notnull(), rows[f"{code}_legacy"]
    ids, named = coalesce(rows[f"{code}_uscc"], literal("o_").concat(number)), null("string")
    if name is not None:
        places = rows.places(ids.isnull())
        bare = rows.mutate(_region=(literal("") if region is None else region).fill_null("")).take(places)
        bare = bare.mutate(_name=encoded(bare.spread(name)))  # of the many names of a file only those without a number
        hashed = derive(joined(bare._name, bare._region), partial(keyed_hash, key=work.key, prefix="o_"))
        ids = replaced(ids, places, hashed, len(rows))
        named = rows[name] if region is None else named
    meant = work.references.meant(rows, ids, coded=coded, number=number, name=named)
    return rows.mutate(**{f"{code}_given": ids, f"{code}_id": meant})


def names_nobody(rows: Rows, code: str = "code", name: str = "name") -> Column:
    """Whether a row gives neither number nor name of the company."""
    return rows[f"{code}_uscc"].isnull() & rows[f"{code}_legacy"].isnull() & rows[name].isnull()


def company_by_name(work: Work, rows: Rows, *, name: str, into: str) -> Rows:
    """Add `into`: the id of an enterprise that is only named."""
    hashed = derive(joined(rows[name], literal("")), partial(keyed_hash, key=work.key, prefix="o_"))
    meant = work.references.meant(rows, hashed, coded=literal(False), number=null("string"), name=rows[name])
    return rows.mutate(**{into: meant})


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
