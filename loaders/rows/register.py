"""Tables of the register beside the registrations: representatives with their phones, other numbers of companies."""

from __future__ import annotations

from loaders import identify
from loaders.columns import null
from loaders.facts import Facts
from loaders.frame import Rows
from loaders.rows import known, shared
from loaders.rows.people import posts, with_posts
from loaders.work import Work


def representatives(work: Work) -> Facts:
    """Representatives and the posts of those who are none; phones are contact numbers of the company."""
    refuse = {
        "no_company": identify.names_nobody(work.rows),
        "placeholder_name": work.rows.person_sort == "placeholder",
    }
    rows = identify.company(work, work.accept(work.rows, refuse))
    rows = identify.person(work, rows, name="person", number=rows.person_number, second=rows.code_id, into="person_id")
    facts = Facts("legal_reps")
    led = rows.filter(rows.sign).without(known.standing(work, "legal_reps"), person_id="from_id", code_id="to_id")
    facts.add("legal_reps", led, from_id=led.person_id, to_id=led.code_id)
    others = rows.filter(~rows.sign & rows.post.notnull())
    posts(facts, with_posts(work, others), null("date"), null("date"))
    shared.persons(facts, rows, "person_id", "person", "person_number_masked")
    _phones(work, facts, rows)
    mobile = {"phone": rows.mobile, "phone_masked": rows.mobile_masked, "phone_landline": rows.mobile_landline}
    _phones(work, facts, rows.mutate(**mobile))
    shared.mentioned_companies(work, facts, rows, "code", "name")
    return facts


def _phones(work: Work, facts: Facts, rows: Rows) -> None:
    rows = identify.phone(work, rows)
    new = rows.without(known.standing(work, "phone_of"), phone_id="from_id", code_id="to_id")
    shared.phones(facts, new, "code_id")


def company_numbers(work: Work) -> Facts:
    """Older numbers of companies, as aliases: files that still use them find the company."""
    rows = identify.company(work, work.accept(work.rows), name=None)
    facts = Facts("aliases")
    for number in ("registration_number", "organisation_code"):
        shared.aliases(facts, rows, "code_id", rows[f"{number}_scheme"], rows[f"{number}_legacy"])
    shared.mentioned_companies(work, facts, rows, "code", "name")
    return facts
