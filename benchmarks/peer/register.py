"""Facts of the register: companies, representatives, addresses, phones, shareholders, posts."""

from __future__ import annotations

import pandas as pd

from peer.config import ENTITY_TYPES, POSTS, WORDS
from peer.files import Refused, each, unfilled
from peer.identities import Identities
from peer.tables import Tables
from peer.values import classify, hashed

ENDED = ["DEREG", "REVOKED_DEREG", "FORCED_DEREG", "CANCELLED"]


def nobody(rows: pd.DataFrame, name: str = "name") -> pd.Series:
    """Neither code nor name of the company."""
    return rows["code_uscc"].isna() & rows["code_legacy"].isna() & rows[name].isna()


def type_by_code(uscc: pd.Series) -> pd.Series:
    """Entity type by the first two characters of the code."""
    return uscc.str[:2].map(ENTITY_TYPES["by_code"]).fillna("other").where(uscc.notna())


def mention(
    tables: Tables, ids: Identities, rows: pd.DataFrame, company: pd.Series, code: str, name: str | None
) -> None:
    """Companies that a file refers to and nobody has described yet."""
    new = company.notna() & ~company.isin(list(ids.companies))
    rows, company = rows[new], company[new]
    absent = pd.Series(pd.NA, index=rows.index, dtype="str")
    uscc = rows.get(f"{code}_uscc", absent)
    tables.add(
        "companies", rows, stub=True, id=company, name=rows[name] if name else absent,
        name_initials=rows[f"{name}_initials"] if name else absent, uscc=uscc,
        code_status=rows.get(f"{code}_status", "missing"), legacy_code=rows.get(f"{code}_legacy", absent),
        entity_type=type_by_code(uscc), state_investor=rows[f"{name}_state"] if name else False, listed=False,
    )  # fmt: skip


def persons(tables: Tables, rows: pd.DataFrame, person: pd.DataFrame, name: str, masked: str) -> None:
    """The people of a column."""
    known = person["id"].notna()
    rows, person = rows[known], person[known]
    tables.add(
        "persons", rows, id=person["id"], name=rows[name], name_initials=rows[f"{name}_initials"],
        identified_by=person["by"], id_masked=rows[masked],
    )  # fmt: skip


def phones(tables: Tables, ids: Identities, rows: pd.DataFrame, owner: pd.Series) -> pd.Series:
    """Phones and whose they are; the phone of each row."""
    phone = ids.hash(rows["phone"], "t_")
    has = phone.notna()
    own, rows = phone[has], rows[has]
    tables.add(
        "phones", rows, id=own, name=rows["phone_masked"], landline=rows["phone_landline"],
        digits=rows["phone"].where(rows["phone_landline"]),
    )  # fmt: skip
    owned = owner[has].notna()
    tables.add("phone_of", rows[owned], from_id=own[owned], to_id=owner[has][owned])
    return phone


def addresses(tables: Tables, rows: pd.DataFrame) -> pd.Series:
    """Addresses; the address of each row."""
    address = each(rows["address_key"], lambda text: hashed(text, "a_"))
    has = address.notna()
    rows = rows[has]
    tables.add(
        "addresses", rows, id=address[has], name=rows["address"], building=rows["address_building"],
        town=rows["address_town"], cluster=rows["address_cluster"],
    )  # fmt: skip
    return address


def registration(rows: pd.DataFrame, refused: Refused, tables: Tables, ids: Identities) -> str:
    """Companies with representative, address, phone, parent, older numbers."""
    provinces = f"^(?:{'|'.join(WORDS['provinces']['names'])})"
    rows = refused.take(rows, {
        **unfilled(rows, "registration"),
        "implausible_province": rows["province"].notna() & ~rows["province"].str.contains(provinces),
        "implausible_capital": rows["capital_bad"],
        "implausible_city": rows["city"].str.contains("[0-9A-Za-z]"),
        "placeholder_name": rows["name_sort"] == "placeholder",
    })  # fmt: skip
    region = rows["region"].fillna(rows["province"] + rows["city"].fillna("")).fillna("")
    company = ids.company(rows, "code").fillna(ids.hash(rows["name"] + "|" + region, "o_"))
    _companies(tables, rows, company)
    old = rows["code_legacy"].notna()
    tables.add(
        "aliases", rows[old], id=(rows["code_scheme"] + ":" + rows["code_legacy"])[old], entity_id=company[old],
        scheme=rows["code_scheme"][old], value=rows["code_legacy"][old],
    )  # fmt: skip
    _representatives(tables, ids, rows, company)
    address = addresses(tables, rows)
    tables.add("registered_at", rows[address.notna()], from_id=company[address.notna()], to_id=address.dropna())
    phones(tables, ids, rows, company)
    parent = ids.company(rows, "parent_code")
    branch = parent.notna() & (parent != company)
    tables.add(
        "branches", rows[branch], from_id=company[branch], to_id=parent[branch], valid_from=rows["established"][branch]
    )
    mention(tables, ids, rows[branch], parent[branch], "parent_code", None)
    return "companies"


def _companies(tables: Tables, rows: pd.DataFrame, company: pd.Series) -> None:
    tables.add(
        "companies", rows, id=company, name=rows["name"], name_initials=rows["name_initials"],
        uscc=rows["code_uscc"], code_status=rows["code_status"], legacy_code=rows["code_legacy"],
        entity_type=rows["type"].fillna(type_by_code(rows["code_uscc"])).fillna("other"),
        status=rows["status"].fillna("ACTIVE"), status_since=rows["status_date"], established=rows["established"],
        capital=rows["capital"], capital_currency=rows["capital_currency"], industry=rows["industry"],
        region=rows["region"].fillna(rows["code_uscc"].str[2:8]), town=rows["address_town"], staff=rows["staff"],
        scope=rows["scope"].str.replace("〓+$", "", regex=True), state_investor=rows["state"] | rows["name_state"],
        listed=False, valid_from=rows["established"], valid_to=rows["status_date"].where(rows["status"].isin(ENDED)),
    )  # fmt: skip


def _representatives(tables: Tables, ids: Identities, rows: pd.DataFrame, company: pd.Series) -> None:
    is_person = rows["rep_id"].notna() | (rows["rep_sort"] == "person")
    person = ids.person(rows["rep"].where(is_person), rows["rep_id"], company)
    firm = ids.by_name(rows["rep"].where(~is_person & rows["rep_sort"].isin(["organisation", "fund"])))
    persons(tables, rows, person, "rep", "rep_id_masked")
    mention(tables, ids, rows, firm, "rep_company", "rep")
    by = person["id"].fillna(firm)
    led = by.notna()
    tables.add("legal_reps", rows[led], from_id=by[led], to_id=company[led], valid_from=rows["rep_from"][led])


def shareholders(rows: pd.DataFrame, refused: Refused, tables: Tables, ids: Identities) -> str:
    """Holdings of persons and companies, each with its interval."""
    rows = refused.take(rows, {
        **unfilled(rows, "shareholders"),
        "no_company": nobody(rows),
        "placeholder_name": rows["holder_sort"] == "placeholder",
        "bad_percent": rows["percent_bad"],
    })  # fmt: skip
    company = ids.company(rows, "code", "name")
    by_name = (rows["holder_sort"] == "person") & rows["holder_code_uscc"].isna()
    is_person = (rows["holder_kind"] == "person").where(
        rows["holder_kind"].notna(), rows["holder_code_person"].notna() | by_name
    )
    person = ids.person(rows["holder"].where(is_person), rows["holder_code_person"].where(is_person), company)
    for part in ("uscc", "legacy"):
        rows[f"holder_code_{part}"] = rows[f"holder_code_{part}"].where(~is_person)
    rows["holder_company"] = rows["holder"].where(~is_person)
    firm = ids.company(rows, "holder_code", "holder_company")
    tables.add(
        "shareholdings", rows, from_id=person["id"].fillna(firm), to_id=company, percent=rows["percent"],
        valid_from=rows["since"], valid_to=rows["until"],
    )  # fmt: skip
    persons(tables, rows, person, "holder", "holder_code_masked")
    mention(tables, ids, rows, firm, "holder_code", "holder")
    mention(tables, ids, rows, company, "code", "name")
    return "shareholdings"


def officers(rows: pd.DataFrame, refused: Refused, tables: Tables, ids: Identities) -> str:
    """Posts with their intervals; representatives of the past go to their own table."""
    rows = refused.take(rows, {
        **unfilled(rows, "officers"),
        "no_company": nobody(rows),
        "placeholder_name": rows["person_sort"] == "placeholder",
    })  # fmt: skip
    company = ids.company(rows, "code", "name")
    person = ids.person(rows["person"], rows["person_number"], company)
    kind = each(rows["post"], lambda text: classify(POSTS["patterns"], text))
    led = kind == "legal_rep"
    common = {"from_id": person["id"], "to_id": company, "valid_from": rows["since"], "valid_to": rows["until"]}
    tables.add("legal_reps", rows[led], **{name: column[led] for name, column in common.items()})
    tables.add(
        "officers", rows[~led], **{name: column[~led] for name, column in common.items()},
        post=rows["post"][~led].replace(POSTS["names"]), post_kind=kind[~led].fillna("officer"),
    )  # fmt: skip
    persons(tables, rows, person, "person", "person_number_masked")
    mention(tables, ids, rows, company, "code", "name")
    return "officers"
