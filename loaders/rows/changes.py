"""Changes of registered items: old names, representatives, domiciles, and what the register says now."""

from __future__ import annotations

import ibis
import pyarrow as pa
from ibis.expr.types import StringValue, Table

from graph.model.identifiers import name_initials, normalise_name
from loaders import identify
from loaders.checks import CHECKS, name_sort
from loaders.facts import Facts
from loaders.rows import known, shared
from loaders.rows.registration import represented
from loaders.rules import classify, rules
from loaders.stages import Function
from loaders.work import Work


def changes(work: Work) -> Facts:
    """Old names as aliases, representatives and domiciles with their intervals, the company as it is now.

    A change takes effect on what is known if that is its old content, or was received before its day: a register
    extract that is newer than the change already says what holds.
    """
    rows = _with_kind(work, work.accept(work.rows, {"no_company": identify.names_nobody(work.rows)}))
    several = (rows.kind == "representative") & rows.after.notnull() & rows.after_name.isnull()
    rows = work.accept(rows, {"not_one_name": several})
    rows = work.keep(identify.company(work, rows))
    facts = Facts("companies")
    shared.mentioned_companies(work, facts, rows, "code", "name")
    _names(work, facts, rows.filter(rows.kind == "name"))
    _representatives(work, facts, rows.filter(rows.kind == "representative"))
    _addresses(work, facts, rows.filter(rows.kind == "address"))
    _companies(work, facts, rows)
    return facts


def _with_kind(work: Work, rows: Table) -> Table:
    patterns = rules("changes")["patterns"]
    rows = work.derive(
        rows,
        kind=(rows.item, lambda items: classify(items, patterns)),
        before_name=(rows.before, _one_name),
        after_name=(rows.after, _one_name),
    )
    return rows.mutate(item_bad=rows.kind.isnull())


def _names(work: Work, facts: Facts, rows: Table) -> None:
    """Each name a company had before, with the day it ended; and the day it began, where the change before tells."""
    began = rows.changed.lag().over(ibis.window(group_by="code_id", order_by=["changed", "line"]))
    rows = rows.mutate(_began=began).filter(rows.before_name.notnull())
    facts.add(
        "aliases",
        rows,
        id=ibis.literal("old_name:").concat(rows.code_id, ":", rows.before_name),
        entity_id=rows.code_id,
        scheme=ibis.literal("old_name"),
        value=rows.before_name,
        valid_from=rows._began,
        valid_to=rows.changed,
    )


def _representatives(work: Work, facts: Facts, rows: Table) -> None:
    rows = rows.rename(old="before_name", new="after_name")
    named = rows.select("line", "code_id", rep=rows.old).union(rows.select("line", "code_id", rep=rows.new))
    named = named.filter(named.rep.notnull()).group_by("code_id", "rep").agg(line=named.line.min())
    named = known.party(work, named, name="rep", into="party")
    named = work.derive(named, rep_sort=(named.rep, name_sort), rep_initials=(named.rep, name_initials))
    unknown = named.mutate(rep_id=ibis.null("string"), rep_id_masked=ibis.null("string"), rep_state=ibis.literal(False))
    unknown = represented(work, unknown.filter(unknown.party.isnull()))
    shared.persons(facts, unknown, "rep_person", "rep")
    shared.mentioned_by_name(work, facts, unknown, "rep_company", "rep")
    found = named.filter(named.party.notnull()).select("code_id", "rep", id="party")
    found = found.union(unknown.select("code_id", "rep", id=ibis.coalesce(unknown.rep_person, unknown.rep_company_id)))
    rows = _with_id(work, _with_id(work, rows, found, "old"), found, "new")
    known.replace_links(work, facts, rows, "legal_reps", owner="to_id", other="from_id")


def _with_id(work: Work, rows: Table, found: Table, which: str) -> Table:
    found = found.rename({"_code": "code_id", "_rep": "rep", f"{which}_id": "id"})
    joined = rows.left_join(found, (rows.code_id == found._code) & (rows[which] == found._rep))
    return work.keep(joined.drop("_code", "_rep"))


def _addresses(work: Work, facts: Facts, rows: Table) -> None:
    for content, which in (("before", "old"), ("after", "new")):
        rows = work.derive(rows, **_address_columns(rows[content]))
        rows = identify.address(work, rows)
        shared.addresses(facts, rows)
        rows = work.keep(rows.rename({f"{which}_id": "address_id"}).drop(*_address_columns(rows[content])))
    known.replace_links(work, facts, rows, "registered_at", owner="from_id", other="to_id")


def _address_columns(text: StringValue) -> dict[str, tuple[StringValue, Function]]:
    suffixes = ("", "key", "building", "town", "cluster")
    return {f"address_{s}" if s else "address": (text, _part("address", s)) for s in suffixes}


def _companies(work: Work, facts: Facts, rows: Table) -> None:
    """What the last change of each item says, where it is newer than what is known."""
    items = {"name": "name", "capital": "capital", "scope": "scope", "type": "entity_type"}
    companies = work.known("companies")
    said = rows.group_by("code_id").agg(line=rows.line.max())
    for item, column in items.items():
        last = known.latest(rows.filter(rows.kind == item), "changed").select("code_id", "before", "after", "changed")
        check = "text" if item == "scope" else "entity_type" if item == "type" else item
        last = work.derive(last, _old=(last.before, _part(check, "")), _new=(last.after, _part(check, "")))
        now = companies.select(_id="id", _now=column, _received="received")
        last = last.inner_join(now, last.code_id == now._id)
        stale = last._now.isnull() | (last._now == last._old).fill_null(False) | (last._received < last.changed)
        last = last.filter(stale).select(_company="code_id", **{column: "_new"})
        said = work.keep(said.left_join(last, said.code_id == last._company).drop("_company"))
    said = work.derive(said, name_initials=(said.name, name_initials))
    columns = [*items.values(), "name_initials"]
    said = said.filter(ibis.or_(*(said[column].notnull() for column in columns)))
    known.update_companies(work, facts, said, columns)


def _part(check: str, suffix: str) -> Function:
    return lambda values: CHECKS[check](values)[suffix]


def _one_name(values: pa.Array) -> pa.Array:
    """A name that stands alone; a list of several, or a form filled in as text, gives null."""
    names = normalise_name(values)
    return pa.array([n if n and not set(n) & set(_NOT_IN_NAMES) else None for n in names.to_pylist()], pa.string())


_NOT_IN_NAMES = ":;,、，。；|/\n0123456789"
