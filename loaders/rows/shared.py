"""Facts that several sources give: a company that is only mentioned, a person, a phone, an address."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from loaders.columns import Column, cases, greatest, ifelse, literal, null
from loaders.facts import STUB, Facts
from loaders.frame import Rows, of_table
from loaders.rules import rules
from loaders.work import Work


def mentioned_companies(work: Work, facts: Facts, rows: Rows, code: str, name: str | None) -> None:
    """Add a stub for each company the rows refer to and no load has brought yet."""
    ids = rows[f"{code}_id"]
    new = rows.filter(ids.notnull() & ~work.is_known(ids, "companies"))
    named = name is not None
    facts.add(
        "companies",
        new,
        STUB,
        id=new[f"{code}_id"],
        name=new[f"{name}"] if named else null("string"),
        name_initials=new[f"{name}_initials"] if named else null("string"),
        **numbers(new, code),
        entity_type=type_by_code(new[f"{code}_uscc"]),
        state_investor=new[f"{name}_state"] if named else literal(False),
        listed=literal(False),
    )


def mentioned_by_name(work: Work, facts: Facts, rows: Rows, code: str, name: str) -> None:
    """Add a stub for each company that the rows only name."""
    absent = {f"{code}_uscc": null("string"), f"{code}_legacy": null("string")}
    rows = rows.mutate(**absent, **{f"{code}_status": literal("missing")})
    mentioned_companies(work, facts, rows, code, name)


def numbers(rows: Rows, code: str) -> dict[str, Column]:
    """The columns of a company that come from its number."""
    return {
        "uscc": rows[f"{code}_uscc"],
        "code_status": rows[f"{code}_status"].fill_null("missing"),
        "legacy_code": rows[f"{code}_legacy"],
    }


def type_by_code(uscc: Column) -> Column:
    """Entity type by the first two characters of the credit code; null without a code."""
    by_code = rules("entity_types")["by_code"]
    known = cases(*((uscc.left(2) == start, kind) for start, kind in by_code.items()), else_="other")
    return ifelse(uscc.isnull(), null("string"), known)


def aliases(facts: Facts, rows: Rows, entity: str, scheme: Column, value: Column) -> None:
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


def persons(facts: Facts, rows: Rows, person: str, name: str, masked: str | None = None) -> None:
    """Add the persons whose id stands in the column `person`."""
    rows = rows.filter(rows[person].notnull())
    facts.add(
        "persons",
        rows,
        id=rows[person],
        name=rows[name],
        name_initials=rows[f"{name}_initials"],
        identified_by=rows[f"{person}_by"],
        id_masked=rows[masked] if masked else null("string"),
    )


def phones(facts: Facts, rows: Rows, owner: str) -> None:
    """Add the phones of column `phone` and that they are the contact number of `owner`."""
    rows = rows.filter(rows.phone_id.notnull())
    facts.add(
        "phones",
        rows,
        id=rows.phone_id,
        name=rows.phone_masked,
        landline=rows.phone_landline,
        digits=rows.phone_landline.ifelse(rows.phone, null("string")),
    )
    owned = rows.filter(rows[owner].notnull())
    facts.add("phone_of", owned, from_id=owned.phone_id, to_id=owned[owner])


def addresses(facts: Facts, rows: Rows) -> Rows:
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


def end_replaced(work: Work, facts: Facts, rows: Rows, table: str, *, owner: str, other: str) -> None:
    """End what an earlier load of this source said of a company, where this one says otherwise.

    The old representative, address or phone held until the day of the newer approval, or until today where
    none is given. A record that says nothing on the point ends nothing; what other sources say stays.
    """
    known = work.known(table)
    known = known.filter(pc.and_(pc.is_null(known["valid_to"]), pc.equal(known["source"], work.source)))
    if table not in facts.parts or not len(known):
        return
    now = facts.parts[table][0].table(pa.schema([known.schema.field(owner), known.schema.field(other)]))
    days = rows.mutate(**{owner: rows.code_id}).table(pa.schema([(owner, pa.string()), ("approved", pa.date32())]))
    days = days.group_by(owner).aggregate([("approved", "max")])
    old = known.join(now, owner, join_type="left semi").join(now, [owner, other], join_type="left anti")
    ended = of_table(old.join(days, owner))
    given = {name: ended[name] for name in known.column_names if name not in ("line", "source", "received", "valid_to")}
    day = ended.approved_max.fill_null(work.today)
    facts.add(table, ended, **given, valid_to=greatest(day, ended.valid_from))
