"""Listed companies, the persons in their posts and their top holders, in two forms that give one graph.

The files name a listed company by its stock code or by an id of their own; both are kept as aliases when the
company is loaded, and posts and holdings find it there. Persons have no number in these files: a person is
the name together with the company. Holders are told apart by name alone, since one of the forms says nothing
else. The UTF-8 form also lists trade partners: those that have a name become companies without links.
"""

from __future__ import annotations

from loaders import identify
from loaders.columns import Column, cases, coalesce, ifelse, literal, null
from loaders.facts import Facts
from loaders.frame import Rows
from loaders.rows import known, shared
from loaders.rows.people import posts, with_posts
from loaders.rows.registration import representatives, represented
from loaders.work import Work


def listed_companies(work: Work) -> Facts:
    """Listed companies with representative and address; the other organisations of the file by name only."""
    rows = work.rows
    nobody = rows.name_sort.isin(["placeholder", "unknown"]) | rows.kind.isin(["trade_other"])
    rows = work.accept(
        rows, {"placeholder_name": nobody, "person_not_company": rows.stock.isnull() & (rows.name_sort == "person")}
    )
    rows = identify.company(work, rows, region=literal(""))
    rows = identify.address(work, represented(work, rows.mutate(rep_id=null("string"), **_no_mask())))
    rows = rows.mutate(rep_from=null("date"))
    facts = Facts("companies")
    _companies(work, facts, rows)
    listed = rows.filter(rows.stock.notnull())
    shared.aliases(facts, listed, "code_id", literal("stock"), listed.stock)
    shared.aliases(facts, listed, "code_id", literal("listed_id"), listed.listed_id)
    representatives(work, facts, rows)
    housed = shared.addresses(facts, rows)
    facts.add("registered_at", housed, from_id=housed.code_id, to_id=housed.address_id)
    return facts


def listed_roles(work: Work) -> Facts:
    """Posts in listed companies; the representative among them goes to the representatives."""
    rows = _of_listed(work, work.rows)
    rows = work.accept(
        rows, {"unknown_company": rows.code_id.isnull(), "placeholder_name": rows.person_sort == "placeholder"}
    )
    rows = with_posts(work, rows)
    rows = identify.person(work, rows, name="person", number=null("string"), second=rows.code_id, into="person_id")
    facts = Facts("officers")
    # no dates are given: a past post ended on an unknown day, at the latest on the day we were told
    until = ifelse(rows.past, literal(work.today), null("date"))
    posts(facts, rows, null("date"), until)
    shared.persons(facts, rows, "person_id", "person")
    return facts


def listed_holdings(work: Work) -> Facts:
    """Top holders with their percentages; custodians and state platforms are flagged as such."""
    rows = _of_listed(work, work.rows)
    rows = work.accept(
        rows,
        {
            "unknown_company": rows.code_id.isnull(),
            "placeholder_name": rows.holder_sort == "placeholder",
            "unknown_holder": rows.holder_sort == "unknown",
            "bad_percent": rows.percent.isnull(),
        },
    )
    rows = _holders(work, rows)
    facts = Facts("shareholdings")
    holder = coalesce(rows.holder_person_id, rows.holder_code_id)
    facts.add("shareholdings", rows, from_id=holder, to_id=rows.code_id, percent=rows.percent)
    shared.persons(facts, rows, "holder_person_id", "holder")
    shared.mentioned_by_name(work, facts, rows, "holder_code", "holder")
    return facts


def _holders(work: Work, rows: Rows) -> Rows:
    is_person = rows.holder_sort == "person"
    rows = rows.mutate(
        _person=ifelse(is_person, rows.holder, null("string")),
        _company=ifelse(is_person, null("string"), rows.holder),
    )
    rows = identify.person(
        work, rows, name="_person", number=null("string"), second=rows.code_id, into="holder_person_id"
    )
    return identify.company_by_name(work, rows, name="_company", into="holder_code_id")


def _of_listed(work: Work, rows: Rows) -> Rows:
    """Add `code_id`: the listed company that the row names by stock code or by the files' own id."""
    given = coalesce(*(_alias(rows, scheme) for scheme in ("stock", "listed_id") if scheme in rows.columns))
    return rows.mutate(code_id=work.look_up(given, "aliases", by="id", give="entity_id"))


def _alias(rows: Rows, scheme: str) -> Column:
    return literal(f"{scheme}:").concat(rows[scheme])


def _companies(work: Work, facts: Facts, rows: Rows) -> None:
    """What such a file only lets suppose, the register knows better."""
    listed, ids = rows.stock.notnull(), rows.code_id
    kind = cases((rows.name_sort == "fund", "fund_or_plan"), else_="company")
    facts.add(
        "companies",
        rows,
        id=rows.code_id,
        name=rows.name,
        name_initials=rows.name_initials,
        **shared.numbers(rows, "code"),
        entity_type=known.presumed(work, ids, "entity_type", kind),
        status=ifelse(listed, known.presumed(work, ids, "status", literal("ACTIVE")), null("string")),
        established=rows.established,
        capital=rows.capital,
        capital_currency=rows.capital_currency,
        industry=rows.industry,
        region=known.presumed(work, ids, "region", rows.code_uscc.substr(2, 6)),
        town=rows.address_town,
        scope=rows.scope,
        state_investor=ifelse(rows.name_state, True, known.presumed(work, ids, "state_investor", literal(False))),
        listed=ifelse(listed, True, known.presumed(work, ids, "listed", literal(False))),
        valid_from=rows.established,
    )


def _no_mask() -> dict[str, Column]:
    return {"rep_id_masked": null("string")}
