"""Credit records: listings, penalties, judgment debts, inspections, licences, each with its three clocks."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow.compute as pc

from loaders import identify
from loaders.clocks import CLOCKS, penalty_term, stop, with_clocks
from loaders.columns import Column, coalesce, ifelse, literal, null, replaced
from loaders.facts import Facts
from loaders.frame import Rows
from loaders.rows import known, shared, standing
from loaders.work import Work

IN_FORCE = literal("in_force")
"""A record lifted in the ordinary way was right while it held: its clocks end, its status stays."""


def abnormal_list(work: Work) -> Facts:
    """Listings in the directory of abnormal operation: in force until removed."""
    rows = _companies(work, work.rows)
    rows = rows.mutate(status=IN_FORCE)
    rows = with_clocks(rows, literal("abnormal_list"), start=rows.decided, end=rows.removed)
    title = literal("列入经营异常名录")
    return _facts(work, rows, "abnormal_list", title=title, valid_to=rows.removed)


def severe_list(work: Work) -> Facts:
    """Listings of serious violators, with the person held responsible."""
    rows = _companies(work, work.rows)
    rows = identify.person(work, rows, name="person", number=rows.person_number, second=rows.code_id, into="person_id")
    rows = rows.mutate(status=IN_FORCE)
    rows = with_clocks(rows, literal("severe_list"), start=rows.decided, end=rows.removed)
    title = literal("列入严重违法失信名单")
    facts = _facts(work, rows, "severe_list", title=title, valid_to=rows.removed, person_id=rows.person_id)
    shared.persons(facts, rows, "person_id", "person", "person_number_masked")
    return facts


def penalties(work: Work) -> Facts:
    """Penalties: how long each may be shown follows from its kind, its fine and the day the file gives."""
    rows = _companies(work, work.rows)
    rows = rows.mutate(status=rows.status.fill_null("in_force"))
    term = penalty_term(rows.result.fill_null(""), rows.amount)
    rows = with_clocks(rows, term, start=rows.decided, end=null("date"))
    # the department's own last day counts, but never brings a warning to the public
    stated = rows.shown_to.notnull() & (rows.public_to > rows.public_from)
    rows = rows.mutate(public_to=ifelse(stated, rows.shown_to, rows.public_to))
    rows = stop(rows, rows.status == "withdrawn", rows.decided)
    rows = stop(rows, rows.status == "repaired", literal(work.today))
    return _facts(work, rows, "penalty", title=rows.violation, amount=rows.amount)


def judgment_debtors(work: Work) -> Facts:
    """Dishonest judgment debtors: enterprises by code, persons by resident ID; a person's name alone is nobody."""
    rows = work.rows
    is_person = rows.code_uscc.isnull() & (rows.person_number.notnull() | (rows.name_sort == "person"))
    rows = rows.mutate(
        _person=ifelse(is_person, rows.name, null("string")),
        _company=ifelse(is_person, null("string"), rows.name),
        code_legacy=ifelse(is_person, null("string"), rows.code_legacy),
    )
    unnamed = is_person & rows.person_number.isnull()
    rows = work.accept(rows, {"nobody_identified": unnamed.fill_null(False)})
    rows = identify.company(work, rows, name="_company")
    rows = identify.person(work, rows, name="_person", number=_number_of(rows), second=null("string"), into="person_id")
    rows = rows.mutate(status=IN_FORCE)
    rows = with_clocks(rows, literal("judgment_debtor"), start=rows.decided, end=rows.removed)
    facts = _facts(
        work,
        rows,
        "judgment_debtor",
        title=literal("失信被执行人"),
        person_id=rows.person_id,
        valid_to=rows.removed,
    )
    shared.persons(facts, rows, "person_id", "name", "person_number_masked")
    return facts


def inspections(work: Work) -> Facts:
    """Results of random inspections."""
    rows = _companies(work, work.rows).mutate(status=IN_FORCE)
    rows = with_clocks(rows, literal("inspection"), start=rows.decided, end=null("date"))
    return _facts(work, rows, "inspection", title=rows.title)


def licences(work: Work) -> Facts:
    """Licences, shown while they hold."""
    rows = _companies(work, work.rows).mutate(status=IN_FORCE, result=null("string"))
    rows = with_clocks(rows, literal("licence"), start=rows.decided, end=rows.until)
    return _facts(work, rows, "licence", title=rows.title, valid_to=rows.until)


def household_marks(work: Work) -> Facts:
    """Sole traders marked as operating abnormally: they are marked, not listed."""
    rows = _companies(work, work.rows).mutate(status=IN_FORCE)
    rows = with_clocks(rows, literal("abnormal_list"), start=rows.decided, end=rows.removed)
    title = literal("标记为经营异常状态")
    return _facts(work, rows, "abnormal_list", title=title, valid_to=rows.removed)


def annual_reports(work: Work) -> Facts:
    """That a report was filed; insured staff and phone as last reported."""
    rows = _companies(work, work.rows).mutate(status=IN_FORCE)
    rows = with_clocks(rows, literal("annual_report"), start=rows.decided, end=null("date"))
    facts = _facts(work, rows, "annual_report", title=rows.year.concat("年度报告"))
    last = identify.phone(work, known.latest(rows, "decided"))
    new = last.without(known.standing(work, "phone_of"), phone_id="from_id", code_id="to_id")
    shared.phones(facts, new, "code_id")
    known.update_companies(work, facts, last, ["staff"])
    return facts


def _companies(work: Work, rows: Rows) -> Rows:
    return identify.company(work, work.accept(rows, {"no_company": identify.names_nobody(rows)}))


def _number_of(rows: Rows) -> Column:
    return ifelse(rows._person.notnull(), rows.person_number, null("string"))


def _facts(work: Work, rows: Rows, kind: str, **columns: Column) -> Facts:
    """Add the records; columns not given come from the row's fields of the same name, or stay null."""
    of_row = {"document", "department", "legal_basis", "result", "status", "status_since", "decided"}
    rows = rows.mutate(legal_basis=rows.basis) if "basis" in rows.columns else rows
    extra = {f"_{name}": value for name, value in columns.items()}
    rows = standing.with_status(work, _with_id(work, rows.mutate(**extra), kind))
    given: Mapping[str, Column] = {name: rows[name] for name in of_row if name in rows.columns}
    given = {**given, **{name: rows[f"_{name}"] for name in columns}}
    given = {**given, **{name: rows[name] for name in CLOCKS}}
    facts = Facts("credit_records")
    facts.add(
        "credit_records",
        rows,
        id=rows.record_id,
        company_id=rows.code_id,
        kind=literal(kind),
        valid_from=rows.decided,
        **given,
    )
    shared.mentioned_companies(work, facts, rows, "code", "name")
    return facts


def _with_id(work: Work, rows: Rows, kind: str) -> Rows:
    """Add `record_id`, by the company meant; by what the record gives where an earlier load has it so.

    A list comes again and again. Who is meant by a name may have become known in between, and the record is the same.
    """
    by_meant = _identified(work, rows, kind, "code_id")
    places = rows.places(rows.code_given != rows.code_id)
    if not len(places):
        return by_meant
    given = _identified(work, rows.take(places), kind, "code_given").spread("record_id")
    meant = by_meant.take(places).spread("record_id")
    kept = pc.if_else(pc.is_in(given, value_set=standing.held(work, given)), given, meant)
    return by_meant.mutate(record_id=replaced(by_meant.record_id, places, Column(kept), len(rows)))


def _identified(work: Work, rows: Rows, kind: str, company: str) -> Rows:
    person = rows["_person_id"] if "_person_id" in rows.columns else null("string")
    subject = coalesce(rows[company], person)
    parts = (literal(kind), rows.document, subject, rows.decided.cast("string"), _distinguishing(rows))
    return identify.record(work, rows, *parts)


def _distinguishing(rows: Rows) -> Column:
    """Where a record has no document number, what it says tells it from others of the same day."""
    said = rows.title if "title" in rows.columns else rows.result
    return ifelse(rows.document.isnull(), said, literal(""))
