"""Credit records, each with its three clocks: fact, publicity, use."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from peer.config import CLOCKS
from peer.files import Refused, each, unfilled
from peer.identities import Identities
from peer.register import mention, nobody, persons
from peer.tables import Tables
from peer.values import hashed

Builder = Callable[[pd.DataFrame, Refused, Tables, Identities], str]
NAMES = ("public_from", "public_to", "use_from", "use_to")
TODAY = pd.Timestamp.now().normalize()


def clocks(term: pd.Series, start: pd.Series, end: pd.Series) -> pd.DataFrame:
    """Both clocks run from the start for the term's months, at most until the end."""
    found = {}
    for clock in ("public", "use"):
        last = pd.Series(pd.NaT, index=start.index, dtype="datetime64[ns]")
        for name, section in CLOCKS.items():
            if clock in section:
                last = last.mask(term == name, start + pd.DateOffset(months=section[clock]))
        last = pd.concat([last, end], axis=1).min(axis=1)
        found[f"{clock}_from"] = start
        found[f"{clock}_to"] = last.mask(last < start, start)
    return pd.DataFrame(found)


def stop(running: pd.DataFrame, when: pd.Series, day: pd.Series) -> pd.DataFrame:
    """End both clocks on a day at the latest where the condition holds."""
    found = running.copy()
    for clock in ("public", "use"):
        first, last = running[f"{clock}_from"], running[f"{clock}_to"]
        ended = pd.concat([pd.concat([last, day], axis=1).min(axis=1), first], axis=1).max(axis=1)
        found[f"{clock}_to"] = last.mask(when, ended)
    return found


def add(
    tables: Tables, ids: Identities, rows: pd.DataFrame, kind: str, company: pd.Series, running: pd.DataFrame,
    **given: object,
) -> str:  # fmt: skip
    """Records of one kind, and the companies they mention."""
    empty = pd.Series(pd.NA, index=rows.index, dtype="str")
    person = given.get("person_id", empty)
    said = rows["title"] if "title" in rows else rows["result"]
    parts = (
        pd.Series(kind, index=rows.index), rows["document"], company.fillna(person),
        rows["decided"].dt.strftime("%Y-%m-%d"), said.where(rows["document"].isna(), ""),
    )  # fmt: skip
    basis = parts[0]
    for part in parts[1:]:
        basis = basis + "|" + part.fillna("")
    defaults = {"legal_basis": rows.get("basis", empty), "department": rows.get("department", empty),
                "document": rows["document"], "result": rows.get("result", empty), "decided": rows["decided"],
                "status": "in_force", "status_since": pd.to_datetime(pd.Series(pd.NaT, index=rows.index)),
                "amount": float("nan"), "person_id": person}  # fmt: skip
    tables.add(
        "credit_records", rows, id=each(basis, lambda text: hashed(text, "r_")), company_id=company, kind=kind,
        valid_from=rows["decided"], **{**defaults, **given}, **{n: running[n] for n in NAMES},
    )  # fmt: skip
    mention(tables, ids, rows, company, "code", "name")
    return "credit_records"


def _simple(kind: str, source: str, end: str | None, title: str | None) -> Builder:
    def build(rows: pd.DataFrame, refused: Refused, tables: Tables, ids: Identities) -> str:
        rows = refused.take(rows, {**unfilled(rows, source), "no_company": nobody(rows)})
        company = ids.company(rows, "code", "name")
        lifted = rows[end] if end else pd.Series(pd.NaT, index=rows.index, dtype="datetime64[ns]")
        running = clocks(pd.Series(kind, index=rows.index), rows["decided"], lifted)
        given = {"title": title or rows["title"], "valid_to": lifted}
        if "person_number" in rows:
            person = ids.person(rows["person"], rows["person_number"], company)
            persons(tables, rows, person, "person", "person_number_masked")
            given["person_id"] = person["id"]
        return add(tables, ids, rows, kind, company, running, **given)

    return build


abnormal_list = _simple("abnormal_list", "abnormal_list", "removed", "列入经营异常名录")
severe_list = _simple("severe_list", "severe_list", "removed", "列入严重违法失信名单")
inspections = _simple("inspection", "inspections", None, None)
licences = _simple("licence", "licences", "until", None)


def penalties(rows: pd.DataFrame, refused: Refused, tables: Tables, ids: Identities) -> str:
    """How long a penalty may be shown follows from its kind, its fine and the day the file gives."""
    rows = refused.take(rows, {**unfilled(rows, "penalties"), "no_company": nobody(rows)})
    company = ids.company(rows, "code", "name")
    status = rows["status"].fillna("in_force")
    kinds = rows["result"].fillna("").str.replace(" ", "")
    minor = kinds.str.match(CLOCKS["penalty_minor"]["kinds"]) & (
        rows["amount"].fillna(0) < CLOCKS["penalty_minor"]["low_fine"]
    )
    term = pd.Series("penalty", index=rows.index).mask(minor, "penalty_minor")
    term = term.mask(kinds.str.match(CLOCKS["penalty_warning"]["kinds"]), "penalty_warning")
    running = clocks(term, rows["decided"], pd.Series(pd.NaT, index=rows.index, dtype="datetime64[ns]"))
    stated = rows["shown_to"].notna() & (running["public_to"] > running["public_from"])
    running["public_to"] = running["public_to"].mask(stated, rows["shown_to"])
    running = stop(running, status == "withdrawn", rows["decided"])
    running = stop(running, status == "repaired", pd.Series(TODAY, index=rows.index))
    return add(
        tables, ids, rows, "penalty", company, running, title=rows["violation"], amount=rows["amount"], status=status
    )


def judgment_debtors(rows: pd.DataFrame, refused: Refused, tables: Tables, ids: Identities) -> str:
    """Enterprises by code, persons by resident ID; a person's name alone is nobody."""
    is_person = rows["code_uscc"].isna() & (rows["person_number"].notna() | (rows["name_sort"] == "person"))
    rows["code_legacy"] = rows["code_legacy"].where(~is_person)
    rows["company_name"] = rows["name"].where(~is_person)
    rows["is_person"] = is_person
    rows = refused.take(rows, {
        **unfilled(rows, "judgment_debtors"), "nobody_identified": is_person & rows["person_number"].isna(),
    })  # fmt: skip
    company = ids.company(rows, "code", "company_name")
    person = ids.person(rows["name"].where(rows["is_person"]), rows["person_number"].where(rows["is_person"]), None)
    persons(tables, rows, person, "name", "person_number_masked")
    running = clocks(pd.Series("judgment_debtor", index=rows.index), rows["decided"], rows["removed"])
    return add(
        tables, ids, rows, "judgment_debtor", company, running, title="失信被执行人", valid_to=rows["removed"],
        person_id=person["id"],
    )  # fmt: skip


def credit_repair(rows: pd.DataFrame, refused: Refused, tables: Tables, ids: Identities) -> str:
    """The original is superseded by a copy that says it is repaired; its clocks end on the day of the decision."""
    rows = refused.take(rows, {**unfilled(rows, "credit_repair"), "no_company": nobody(rows)})
    rows["company_id"] = ids.company(rows, "code", "name")
    known = tables["credit_records"].drop(columns=["line", "source", "received"])
    rows = rows[["line", "company_id", "original", "repaired"]].merge(
        known, how="left", left_on=["original", "company_id"], right_on=["document", "company_id"]
    )
    rows = refused.take(rows, {"original_unknown": rows["id"].isna()})
    ended = stop(rows[list(NAMES)], pd.Series(True, index=rows.index), rows["repaired"])
    kept = {n: rows[n] for n in known.columns if n not in (*NAMES, "status", "status_since")}
    tables.add("credit_records", rows, **kept, **{n: ended[n] for n in NAMES}, status="repaired",
               status_since=rows["repaired"])  # fmt: skip
    return "credit_records"
