"""Business registrations: companies with representative, address, phone, parent."""

from __future__ import annotations

from loaders import identify
from loaders.columns import Column, coalesce, ifelse, literal, null
from loaders.facts import Facts
from loaders.frame import Rows
from loaders.rows import known, shared
from loaders.rules import any_of, rules
from loaders.work import Work


def registration(work: Work) -> Facts:
    """Companies, their representatives, addresses, phones, parents and older numbers."""
    rows = work.accept(work.rows, {**implausible(work.rows), "placeholder_name": work.rows.name_sort == "placeholder"})
    rows = _identified(work, rows)
    facts = Facts("companies")
    _companies(work, facts, rows)
    shared.aliases(facts, rows, "code_id", rows.code_scheme, rows.code_legacy)
    shared.aliases(facts, rows, "code_id", rows.older_scheme, rows.older_legacy)
    representatives(work, facts, rows)
    housed = shared.addresses(facts, rows)
    facts.add("registered_at", housed, from_id=housed.code_id, to_id=housed.address_id)
    shared.phones(facts, rows, "code_id")
    _branches(work, facts, rows)
    shared.end_replaced(work, facts, rows, "legal_reps", owner="to_id", other="from_id")
    shared.end_replaced(work, facts, rows, "registered_at", owner="from_id", other="to_id")
    shared.end_replaced(work, facts, rows, "phone_of", owner="to_id", other="from_id")
    return facts


def implausible(rows: Rows) -> dict[str, Column]:
    """Signs that the fields of a record stand in the wrong columns. Nobody guesses where they belong."""
    provinces = any_of(rules("words")["provinces"]["names"])
    return {
        "implausible_province": ~rows.province.re_search(f"^({provinces})"),
        "implausible_capital": rows.capital_bad,
        "implausible_city": rows.city.re_search("[0-9A-Za-z]"),
    }


def representatives(work: Work, facts: Facts, rows: Rows) -> None:
    """Legal representatives: the persons or enterprises that `represented` found."""
    shared.persons(facts, rows, "rep_person", "rep", "rep_id_masked")
    shared.mentioned_by_name(work, facts, rows, "rep_company", "rep")
    led = rows.filter(rows.rep_person.notnull() | rows.rep_company_id.notnull())
    facts.add(
        "legal_reps",
        led,
        from_id=coalesce(led.rep_person, led.rep_company_id),
        to_id=led.code_id,
        valid_from=led.rep_from,
    )


def represented(work: Work, rows: Rows) -> Rows:
    """Add `rep_person` or `rep_company_id` by what the representative's name is the name of."""
    is_person = rows.rep_id.notnull() | (rows.rep_sort == "person")
    rows = rows.mutate(
        _person=ifelse(is_person, rows.rep, null("string")),
        _company=ifelse(~is_person & rows.rep_sort.isin(["organisation", "fund"]), rows.rep, null("string")),
    )
    rows = identify.person(work, rows, name="_person", number=rows.rep_id, second=rows.code_id, into="rep_person")
    return identify.company_by_name(work, rows, name="_company", into="rep_company_id")


def _identified(work: Work, rows: Rows) -> Rows:
    region = coalesce(rows.region, rows.province.concat(rows.city.fill_null("")))
    rows = identify.company(work, rows, region=coalesce(region, literal("")))
    rows = identify.company(work, rows, code="parent_code", name=None)
    rows = represented(work, rows)
    return identify.phone(work, identify.address(work, rows))


def _companies(work: Work, facts: Facts, rows: Rows) -> None:
    ids, uscc = rows.code_id, rows.code_uscc
    by_code = coalesce(shared.type_by_code(uscc), literal("other"))
    facts.add(
        "companies",
        rows,
        id=ids,
        name=rows.name,
        name_initials=rows.name_initials,
        **shared.numbers(rows, "code"),
        entity_type=coalesce(rows.type, known.presumed(work, ids, "entity_type", by_code)),
        established=rows.established,
        capital=rows.capital,
        capital_currency=rows.capital_currency,
        industry=rows.industry,
        region=coalesce(rows.region, known.presumed(work, ids, "region", uscc.substr(2, 6))),
        town=rows.address_town,
        staff=rows.staff,
        scope=rows.scope.re_replace("〓+$", ""),
        state_investor=rows.state | rows.name_state,
        listed=known.presumed(work, ids, "listed", literal(False)),
        valid_from=rows.established,
        **_standing(work, rows),
    )


def _standing(work: Work, rows: Rows) -> dict[str, Column]:
    """Status, its first day, and the end of the company: one statement, which a row without a status does not make."""
    status = coalesce(rows.status, known.presumed(work, rows.code_id, "status", literal("ACTIVE")))
    if rows.status.constant:  # the file has no such column
        return {"status": status, "status_since": rows.status_date}
    since, ended = (work.look_up(rows.code_id, "companies", "id", name) for name in ("status_since", "valid_to"))
    told, end = rows.status.notnull(), ifelse(rows.status.isin(ENDED), rows.status_date, null("date"))
    return {
        "status": status,
        "status_since": coalesce(rows.status_date, ifelse(told, null("date"), since)),
        "valid_to": ifelse(told, end, ended),
    }


def _branches(work: Work, facts: Facts, rows: Rows) -> None:
    rows = rows.filter(rows.parent_code_id.notnull() & (rows.parent_code_id != rows.code_id))
    facts.add("branches", rows, from_id=rows.code_id, to_id=rows.parent_code_id, valid_from=rows.established)
    shared.mentioned_companies(work, facts, rows, "parent_code", None)


ENDED = ["DEREG", "REVOKED_DEREG", "FORCED_DEREG", "CANCELLED"]
"""Statuses in which the entity exists no longer: the status date ends its interval."""
