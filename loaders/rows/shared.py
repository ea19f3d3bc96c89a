"""Facts that several sources give: a company that is only mentioned, a person, a phone, an address."""

from __future__ import annotations

import ibis
from ibis.expr.types import StringValue, Table, Value

from loaders.facts import STUB, Facts
from loaders.rules import rules
from loaders.work import Work


def mentioned_companies(work: Work, facts: Facts, rows: Table, code: str, name: str | None) -> None:
    """Add a stub for each company the rows refer to and no load has brought yet."""
    known = work.known("companies", "id").select(_known_id="id")
    new = rows.filter(rows[f"{code}_id"].notnull()).anti_join(known, rows[f"{code}_id"] == known._known_id)
    has_name = name is not None
    facts.add(
        "companies",
        new,
        STUB,
        id=new[f"{code}_id"],
        name=new[name] if has_name else ibis.null("string"),
        name_initials=new[f"{name}_initials"] if has_name else ibis.null("string"),
        **numbers(new, code),
        entity_type=type_by_code(new[f"{code}_uscc"]),
        state_investor=new[f"{name}_state"] if has_name else ibis.literal(False),
        listed=ibis.literal(False),
    )


def mentioned_by_name(work: Work, facts: Facts, rows: Table, code: str, name: str) -> None:
    """Add a stub for each company that the rows only name."""
    absent = {f"{code}_uscc": ibis.null("string"), f"{code}_legacy": ibis.null("string")}
    rows = rows.mutate(**absent, **{f"{code}_status": ibis.literal("missing")})
    mentioned_companies(work, facts, rows, code, name)


def numbers(rows: Table, code: str) -> dict[str, Value]:
    """The columns of a company that come from its number."""
    return {
        "uscc": rows[f"{code}_uscc"],
        "code_status": rows[f"{code}_status"].fill_null("missing"),
        "legacy_code": rows[f"{code}_legacy"],
    }


def type_by_code(uscc: StringValue) -> StringValue:
    """Entity type by the first two characters of the credit code; null without a code."""
    by_code = rules("entity_types")["by_code"]
    known = ibis.cases(*((uscc.left(2) == start, kind) for start, kind in by_code.items()), else_="other")
    return ibis.ifelse(uscc.isnull(), ibis.null("string"), known)


def aliases(facts: Facts, rows: Table, entity: str, scheme: StringValue, value: StringValue) -> None:
    """Keep another number of a company, so that files which use that number find it."""
    rows = rows.mutate(_scheme=scheme, _value=value)
    rows = rows.filter(rows._value.notnull())
    facts.add(
        "aliases",
        rows,
        id=rows._scheme.concat(":", rows._value),
        entity_id=rows[entity],
        scheme=rows._scheme,
        value=rows._value,
    )


def persons(facts: Facts, rows: Table, person: str, name: str, masked: str | None = None) -> None:
    """Add the persons whose id stands in the column `person`."""
    rows = rows.filter(rows[person].notnull())
    facts.add(
        "persons",
        rows,
        id=rows[person],
        name=rows[name],
        name_initials=rows[f"{name}_initials"],
        identified_by=rows[f"{person}_by"],
        id_masked=rows[masked] if masked else ibis.null("string"),
    )


def phones(facts: Facts, rows: Table, owner: str) -> None:
    """Add the phones of column `phone` and that they are the contact number of `owner`."""
    rows = rows.filter(rows.phone_id.notnull())
    facts.add(
        "phones",
        rows,
        id=rows.phone_id,
        name=rows.phone_masked,
        landline=rows.phone_landline,
        digits=rows.phone_landline.ifelse(rows.phone, ibis.null("string")),
    )
    owned = rows.filter(rows[owner].notnull())
    facts.add("phone_of", owned, from_id=owned.phone_id, to_id=owned[owner])


def addresses(facts: Facts, rows: Table) -> Table:
    """Add the addresses of column `address`; give the rows that have one."""
    rows = rows.filter(rows.address_id.notnull())
    facts.add(
        "addresses",
        rows,
        id=rows.address_id,
        name=rows.address,
        building=rows.address_building,
        town=rows.address_town,
        cluster=rows.address_cluster,
    )
    return rows


def end_replaced(work: Work, facts: Facts, rows: Table, table: str, *, owner: str, other: str) -> None:
    """End what an earlier load of this source said of a company, where this one says otherwise.

    The old representative, address or phone held until the day of the newer approval, or until today where
    none is given. A record that says nothing on the point ends nothing; what other sources say stays.
    """
    said = facts.parts.get(table)
    known = work.known(table)
    known = known.filter(known.valid_to.isnull() & (known.source == work.source))
    if said is None or not len(work.stages.run(known)):
        return
    now = said[0].select(_owner=owner, _other=other).distinct()
    days = rows.group_by(_company=rows.code_id).agg(_day=rows.approved.max())
    pairs = now.select(_same_owner="_owner", _same_other="_other")
    old = known.semi_join(now, known[owner] == now._owner)
    old = old.anti_join(pairs, (old[owner] == pairs._same_owner) & (old[other] == pairs._same_other))
    old = old.left_join(days, old[owner] == days._company)
    given = {name: old[name] for name in known.columns if name not in ("line", "source", "received", "valid_to")}
    day = ibis.coalesce(old._day, ibis.literal(work.today))
    facts.add(table, old, **given, valid_to=ibis.greatest(day, old.valid_from))
