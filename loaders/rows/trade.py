"""Online shops and the complaints against them."""

from __future__ import annotations

import pyarrow as pa

from graph.model.text import words_only
from loaders import identify
from loaders.columns import Column, coalesce, flat, literal, null
from loaders.facts import STUB, Facts
from loaders.frame import Rows
from loaders.rows import shared
from loaders.rules import any_of, rules
from loaders.scratch import answer
from loaders.work import Work


def shops(work: Work) -> Facts:
    """Shops, their platforms and who operates them from when to when, by code, older number or name."""
    rows = identify.company(work, identify.shop(work.accept(work.rows)), name="operator")
    facts = Facts("shops")
    facts.add(
        "shops",
        rows,
        id=rows.shop_id,
        name=rows.shop,
        name_initials=rows.shop_initials,
        platform=rows.platform_id,
        url=rows.url,
        category=rows.category,
        orders=rows.orders,
        opened=rows.opened,
        closed=rows.closed,
        licence_shown=rows.shown,
        valid_from=rows.opened,
        valid_to=rows.closed,
    )
    facts.add(
        "platforms", rows, id=rows.platform_id, name=rows.platform_name, name_initials=rows.platform_name_initials
    )
    facts.add("on_platform", rows, from_id=rows.shop_id, to_id=rows.platform_id)
    operated = rows.filter(rows.code_id.notnull())
    facts.add(
        "operates",
        operated,
        from_id=operated.code_id,
        to_id=operated.shop_id,
        valid_from=coalesce(operated.since, operated.opened),
        valid_to=coalesce(operated.until, operated.closed),
    )
    shared.mentioned_companies(work, facts, operated, "code", "operator")
    return facts


def complaints(work: Work) -> Facts:
    """Complaints and reports, who filed them, and the phone and address of the ticket."""
    rows = identify.shop(work.rows)
    nobody = rows.shop_id.isnull() & identify.names_nobody(rows, name="respondent")
    return _complaints(work, work.accept(rows, {"no_merchant": nobody, "bad_kind": rows.kind.isnull()}))


def platform_complaints(work: Work) -> Facts:
    """Complaints that a platform handles itself, always against a shop of it; its channel is the platform."""
    rows = identify.shop(work.rows)
    rows = rows.mutate(kind=rows.kind.fill_null("complaint"), channel=rows.platform)
    rows = rows.mutate(respondent=null("string"), respondent_initials=null("string"))
    rows = rows.mutate(respondent_state=literal(False))
    return _complaints(work, work.accept(rows, {"no_merchant": rows.shop_id.isnull()}))


def _complaints(work: Work, rows: Rows) -> Facts:
    rows = identify.company(work, rows, name="respondent")
    rows = rows.mutate(merchant_id=coalesce(rows.shop_id, rows.code_id))
    rows = identify.address(work, identify.phone(work, identify.complainant(work, rows)))
    rows = _with_template(rows)
    facts = Facts("complaints")
    _tickets(facts, rows)
    _complainants(facts, rows)
    shared.phones(facts, rows, "complainant_id")
    shared.addresses(facts, rows)
    _mentioned_shops(work, facts, rows)
    shared.mentioned_companies(work, facts, rows.filter(rows.shop_id.isnull()), "code", "respondent")
    return facts


def _tickets(facts: Facts, rows: Rows) -> None:
    facts.add(
        "complaints",
        rows,
        id=literal("k_").concat(rows.channel.fill_null("12315"), ":", rows.ticket),
        kind=rows.kind,
        complainant_id=rows.complainant_id,
        merchant_id=rows.merchant_id,
        filed_on=rows.filed,
        category=rows.category,
        amount=rows.amount,
        text=rows.text,
        template_hash=rows.template_hash,
        outcome=rows.outcome,
        outcome_on=rows.closed,
        harm=rows.text.fill_null("").re_search(any_of(rules("words")["harm"]["words"])),
        channel=rows.channel.fill_null("12315"),
        phone_id=rows.phone_id,
        address_id=rows.address_id,
        valid_from=rows.filed,
    )


def _complainants(facts: Facts, rows: Rows) -> None:
    rows = rows.filter(rows.complainant_id.notnull())
    account = rows.account.left(3).concat("***", rows.account.right(2))
    named = coalesce(rows.person, literal("账号").concat(account))
    facts.add(
        "complainants",
        rows,
        id=rows.complainant_id,
        name=named,
        name_initials=rows.person_initials,
        identified_by=rows.complainant_by,
        id_masked=coalesce(rows.person_number_masked, account),
    )


def _mentioned_shops(work: Work, facts: Facts, rows: Rows) -> None:
    new = rows.filter(rows.shop_id.notnull() & ~work.is_known(rows.shop_id, "shops"))
    facts.add("shops", new, STUB, id=new.shop_id, name=new.number, platform=new.platform_id)
    facts.add("on_platform", new, STUB, from_id=new.shop_id, to_id=new.platform_id)
    unseen = new.filter(~work.is_known(new.platform_id, "platforms"))
    facts.add("platforms", unseen, STUB, id=unseen.platform_id, name=unseen.platform)


def _with_template(rows: Rows) -> Rows:
    """Add `template_hash`: hash of the text without figures, Latin letters and punctuation, null where that is short.

    Texts written from one template differ in dates, sums and numbers; what is left of them is equal. Of 52 bits, which
    a float holds exactly: among ten million texts that differ, two have one hash with a chance of one percent.
    """
    words = pa.table({"words": words_only(rows.spread("text"))})
    return rows.mutate(template_hash=Column(flat(answer(_TEMPLATE, {"now": words})["template_hash"])))


TEMPLATE_LENGTH = 12
"""Characters below which equal texts say nothing ("质量太差"): our setting, owner: complaint division."""

_TEMPLATE = f"""
SELECT CASE WHEN length(words) >= {TEMPLATE_LENGTH} THEN ('0x' || left(md5(words), 13))::BIGINT END AS template_hash
FROM now
"""  # noqa: S608 - a number of ours
