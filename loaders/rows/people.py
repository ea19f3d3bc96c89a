"""Shareholders and posts as the register files them."""

from __future__ import annotations

import pyarrow as pa

from loaders import identify
from loaders.columns import Column, cases, coalesce, ifelse, null
from loaders.facts import Facts
from loaders.frame import Rows
from loaders.rows import shared
from loaders.rules import classify, rules
from loaders.work import Work


def shareholders(work: Work) -> Facts:
    """Holdings of persons and companies, each with its interval."""
    rows = work.accept(
        work.rows,
        {
            "no_company": identify.names_nobody(work.rows),
            "placeholder_name": work.rows.holder_sort == "placeholder",
            "bad_percent": work.rows.percent_bad,
        },
    )
    rows = holders(work, identify.company(work, rows))
    facts = Facts("shareholdings")
    facts.add(
        "shareholdings",
        rows,
        from_id=coalesce(rows.holder_person_id, rows.holder_code_id),
        to_id=rows.code_id,
        percent=rows.percent,
        valid_from=rows.since,
        valid_to=rows.until,
    )
    shared.persons(facts, rows, "holder_person_id", "holder", "holder_code_masked")
    shared.mentioned_companies(work, facts, rows, "holder_code", "holder")
    shared.mentioned_companies(work, facts, rows, "code", "name")
    return facts


def holders(work: Work, rows: Rows) -> Rows:
    """Add `holder_person_id` or `holder_code_id`: by the stated kind, else by number, else by the name's form."""
    by_name = (rows.holder_sort == "person") & rows.holder_code_uscc.isnull()
    is_person = cases(
        (rows.holder_kind == "person", True),
        (rows.holder_kind.notnull(), False),
        (rows.holder_code_person.notnull(), True),
        else_=by_name,
    )
    person_name = ifelse(is_person, rows.holder, null("string"))
    company_name = ifelse(is_person, null("string"), rows.holder)
    # a number that is no credit code of a company must not become one: it is a passport or the like
    numbers = {
        f"holder_code_{part}": ifelse(is_person, null("string"), rows[f"holder_code_{part}"])
        for part in ("uscc", "legacy")
    }
    rows = rows.mutate(_person=person_name, _company=company_name, **numbers)
    number = ifelse(rows._person.notnull(), rows.holder_code_person, null("string"))
    rows = identify.person(work, rows, name="_person", number=number, second=rows.code_id, into="holder_person_id")
    return identify.company(work, rows, code="holder_code", name="_company")


def officers(work: Work) -> Facts:
    """Posts with their intervals; representatives of the past go to their own table."""
    rows = work.accept(
        work.rows,
        {
            "no_company": identify.names_nobody(work.rows),
            "placeholder_name": work.rows.person_sort == "placeholder",
        },
    )
    rows = identify.company(work, with_posts(work, rows))
    rows = identify.person(work, rows, name="person", number=rows.person_number, second=rows.code_id, into="person_id")
    facts = Facts("officers")
    posts(facts, rows, rows.since, rows.until)
    shared.persons(facts, rows, "person_id", "person", "person_number_masked")
    shared.mentioned_companies(work, facts, rows, "code", "name")
    return facts


def with_posts(work: Work, rows: Rows) -> Rows:
    """Add `post_kind`, the post in words, and whether it is over although no date says so."""
    table = rules("posts")
    names = table["names"]

    def words(values: pa.Array) -> pa.Array:
        return pa.array([names.get(value, value) for value in values.to_pylist()], pa.string())

    rows = work.derive(
        rows, post_kind=(rows.post, lambda values: classify(values, table["patterns"])), post_name=(rows.post, words)
    )
    return rows.mutate(past=rows.post.re_search("|".join(table["past"])))


def posts(facts: Facts, rows: Rows, since: Column, until: Column) -> None:
    """Add representatives to `legal_reps`, all other posts to `officers`; expects `person_id`, `code_id`."""
    rows = rows.mutate(_since=since, _until=until)
    led = rows.filter((rows.post_kind == "legal_rep").fill_null(False))
    facts.add("legal_reps", led, from_id=led.person_id, to_id=led.code_id, valid_from=led._since, valid_to=led._until)
    held = rows.filter((rows.post_kind != "legal_rep").fill_null(True))
    facts.add(
        "officers",
        held,
        from_id=held.person_id,
        to_id=held.code_id,
        post=held.post_name,
        post_kind=held.post_kind.fill_null("officer"),
        valid_from=held._since,
        valid_to=held._until,
    )
