"""Changes of registered items: old names, representatives, domiciles, and what the register says now."""

from __future__ import annotations

import pyarrow as pa

from graph.model.identifiers import name_initials, normalise_name
from loaders import identify
from loaders.checks import CHECKS, name_sort
from loaders.columns import Column, Function, coalesce, literal, null
from loaders.facts import Facts
from loaders.frame import Rows, of_table, stacked
from loaders.rows import known, shared
from loaders.rows.registration import represented
from loaders.rules import classify, rules
from loaders.work import Work


def changes(work: Work) -> Facts:
    """Old names as aliases, representatives and domiciles with their intervals, the company as it is now.

    A change takes effect on what is known if that is its old content, or was received before its day: a register
    extract that is newer than the change already says what holds.
    """
    rows = _with_kind(work, work.accept(work.rows, {"no_company": identify.names_nobody(work.rows)}))
    several = (rows.kind == "representative") & rows.after.notnull() & rows.after_name.isnull()
    rows = work.accept(rows, {"not_one_name": several})
    rows = identify.company(work, rows)
    facts = Facts("companies")
    shared.mentioned_companies(work, facts, rows, "code", "name")
    _names(work, facts, rows.filter(rows.kind == "name"))
    _representatives(work, facts, rows.filter(rows.kind == "representative"))
    _addresses(work, facts, rows.filter(rows.kind == "address"))
    _companies(work, facts, rows)
    return facts


def _with_kind(work: Work, rows: Rows) -> Rows:
    patterns = rules("changes")["patterns"]
    rows = work.derive(
        rows,
        kind=(rows.item, lambda items: classify(items, patterns)),
        before_name=(rows.before, _one_name),
        after_name=(rows.after, _one_name),
    )
    return rows.mutate(item_bad=rows.kind.isnull())


def _names(work: Work, facts: Facts, rows: Rows) -> None:
    """Each name a company had before, with the day it ended; and the day it began, where the change before tells."""
    rows = rows.sort("code_id", "changed", "line")
    rows = rows.mutate(_began=rows.neighbour(rows.changed, ["code_id"], -1)).filter(rows.before_name.notnull())
    facts.add(
        "aliases",
        rows,
        id=literal("old_name:").concat(rows.code_id, ":", rows.before_name),
        entity_id=rows.code_id,
        scheme=literal("old_name"),
        value=rows.before_name,
        valid_from=rows._began,
        valid_to=rows.changed,
    )


def _representatives(work: Work, facts: Facts, rows: Rows) -> None:
    named = known.party(work, _named(rows), name="rep", into="party")
    named = work.derive(named, rep_sort=(named.rep, name_sort), rep_initials=(named.rep, name_initials))
    unknown = named.mutate(rep_id=null("string"), rep_id_masked=null("string"), rep_state=literal(False))
    unknown = represented(work, unknown.filter(unknown.party.isnull()))
    shared.persons(facts, unknown, "rep_person", "rep")
    shared.mentioned_by_name(work, facts, unknown, "rep_company", "rep")
    new = coalesce(unknown.rep_person, unknown.rep_company_id)
    tied = named.filter(named.party.notnull())
    found = stacked([_ids(tied, tied.party), _ids(unknown, new)])
    for which, content in (("old", "before_name"), ("new", "after_name")):
        rows = rows.beside(found, **{"code_id": "_code", content: "_rep"})
        rows = rows.mutate(**{f"{which}_id": rows._id})
    known.replace_links(work, facts, rows, "legal_reps", owner="to_id", other="from_id")


def _named(rows: Rows) -> Rows:
    """Every name in the changes, once a company."""
    both = [rows.mutate(rep=name).plain("line", "code_id", "rep") for name in (rows.before_name, rows.after_name)]
    once = pa.concat_tables(both).group_by(["code_id", "rep"]).aggregate([("line", "min")])
    named = of_table(once.rename_columns(["code_id", "rep", "line"]))
    return named.filter(named.rep.notnull())


def _ids(rows: Rows, ids: Column) -> Rows:
    return Rows({"_code": rows.code_id, "_rep": rows.rep, "_id": ids}, len(rows))


def _addresses(work: Work, facts: Facts, rows: Rows) -> None:
    for content, which in (("before", "old"), ("after", "new")):
        rows = identify.address(work, work.derive(rows, **_address_columns(rows[content])))
        shared.addresses(facts, rows)
        rows = rows.mutate(**{f"{which}_id": rows.address_id})
    known.replace_links(work, facts, rows, "registered_at", owner="from_id", other="to_id")


def _address_columns(text: Column) -> dict[str, tuple[Column, Function]]:
    suffixes = ("", "key", "building", "town", "cluster")
    return {f"address_{s}" if s else "address": (text, _part("address", s)) for s in suffixes}


def _companies(work: Work, facts: Facts, rows: Rows) -> None:
    """What the last change of each item says, where it is newer than what is known."""
    items = {"name": "name", "capital": "capital", "scope": "scope", "type": "entity_type"}
    companies = work.known("companies")
    lines = rows.plain("code_id", "line").group_by("code_id").aggregate([("line", "max")])
    said = of_table(lines.rename_columns(["code_id", "line"]))
    for item, column in items.items():
        last = known.latest(rows.filter(rows.kind == item), "changed")
        check = "text" if item == "scope" else "entity_type" if item == "type" else item
        last = work.derive(last, _old=(last.before, _part(check, "")), _new=(last.after, _part(check, "")))
        now = of_table(companies.select(["id", column, "received"]).rename_columns(["_id", "_now", "_received"]))
        last = last.beside(now, "inner", code_id="_id")
        stale = last._now.isnull() | (last._now == last._old).fill_null(False) | (last._received < last.changed)
        last = last.filter(stale)
        said = said.beside(Rows({"_company": last.code_id, column: last._new}, len(last)), code_id="_company")
    said = work.derive(said, name_initials=(said.name, name_initials))
    columns = [*items.values(), "name_initials"]
    said = said.filter(coalesce(*(said[column].notnull().ifelse(True, None) for column in columns)))
    known.update_companies(work, facts, said, columns)


def _part(check: str, suffix: str) -> Function:
    return lambda values: CHECKS[check](values)[suffix]


def _one_name(values: pa.Array) -> pa.Array:
    """A name that stands alone; a list of several, or a form filled in as text, gives null."""
    names = normalise_name(values)
    return pa.array([n if n and not set(n) & set(_NOT_IN_NAMES) else None for n in names.to_pylist()], pa.string())


_NOT_IN_NAMES = ":;,、，。；|/\n0123456789"
