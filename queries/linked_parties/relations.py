"""Relations as pictures and lists show them: one per type and pair and start day, with a stable id, and their words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from graph.analytics.hidden_links import RULES
from graph.model.asof import is_past
from graph.model.kinds import COMPLAINED, CONTROLS, DERIVED, FINDINGS, HIDDEN_LINK, TABLED
from graph.model.properties import RelationshipKind
from queries.catalog import Reader, run
from queries.results import Relation

_KINDS: tuple[RelationshipKind, ...] = (*TABLED, *DERIVED, *FINDINGS)
_NOT_PARTIES = {"Complaint", "CreditRecord", "Group", "Lead"}

PARTY_RELATIONS: dict[str, RelationshipKind] = {
    kind.type: kind for kind in _KINDS if not _NOT_PARTIES & {*kind.sources, *kind.targets}
}
"""Relationship types between parties: what pictures show. Complaints appear as COMPLAINED, one per pair."""
CONTEXT = [type_ for type_, kind in PARTY_RELATIONS.items() if kind.standing == "context"]
SYMMETRIC = [HIDDEN_LINK.type]
"""Types whose direction means nothing."""
_INTERVALS = {kind.type for kind in TABLED}

REPORT_ONLY, COMPLAINT_ONLY, BOTH = "report", "complaint", "complaint, report"
"""What a COMPLAINED relation rests on, in its `origin`: who informed (举报) is kept from more readers than
who complained (投诉)."""


def shown_types(relations: Iterable[str] | None = None, as_of: date | None = None) -> list[str]:
    """Of some relation types, or all, those to show as of a day: what is only suspected is suspected now."""
    wanted = PARTY_RELATIONS if relations is None else relations
    return [t for t in wanted if not is_past(as_of) or PARTY_RELATIONS[t].standing != "inferred"]


def relations_among(
    store: Reader, ids: Iterable[str], relations: Sequence[str] | None = None, *, as_of: date | None = None
) -> tuple[Relation, ...]:
    """All relations between the parties of a set that had begun by a day, ordered by id."""
    wanted, among = shown_types(relations, as_of), list(dict.fromkeys(ids))
    return bundle(run(store, "linked_parties/relations_among", ids=among, relations=wanted, as_of=as_of))


def bundle(rows: Iterable[Mapping[str, Any]]) -> tuple[Relation, ...]:
    """Rows of `relations_among` as relations; rows with the same id become one that counts them."""
    keyed = sorted(((relation_id(row), row) for row in rows), key=lambda pair: pair[0])
    return tuple(_relation(id_, [row for _, row in same]) for id_, same in groupby(keyed, key=lambda pair: pair[0]))


def relation_id(row: Mapping[str, Any]) -> str:
    """`type:from:to[:first day]`; the day belongs to it where several terms can follow each other."""
    start = row["valid_from"] if row["type"] in _INTERVALS else None
    ends = f"{row['type']}:{row['source']}:{row['target']}"
    return f"{ends}:{start.isoformat()}" if start else ends


def _relation(id_: str, rows: Sequence[Mapping[str, Any]]) -> Relation:
    first = rows[0]
    return Relation(
        id=id_,
        type=first["type"],
        source=first["source"],
        target=first["target"],
        standing=PARTY_RELATIONS[first["type"]].standing,
        label=_label(rows),
        percent=max((row["percent"] for row in rows if row["percent"] is not None), default=None),
        count=sum(row["count"] or 1 for row in rows),
        valid_from=first["valid_from"] or first["first"],
        # One bundled fact that still holds keeps the whole bundle open.
        valid_to=None if any(row["valid_to"] is None for row in rows) else max(row["valid_to"] for row in rows),
        origin=_origin(first),
    )


def _label(rows: Sequence[Mapping[str, Any]]) -> str | None:
    texts = [row["post"] or row["rule"] for row in rows if row["post"] or row["rule"]]
    return "、".join(dict.fromkeys(texts)) or None


def _origin(row: Mapping[str, Any]) -> str | None:
    if row["type"] != COMPLAINED.type:
        origin: str | None = row["origin"]
        return origin
    if not row["reports"]:
        return COMPLAINT_ONLY
    return REPORT_ONLY if row["reports"] >= (row["count"] or 1) else BOTH


_WORDS = {
    "LEGAL_REP": "{a}担任{b}的法定代表人或负责人",
    "OFFICER": "{a}任职于{b}{label}",
    "SHAREHOLDER": "{a}持有{b}的股份{percent}",
    "REGISTERED_AT": "{a}的登记住所为{b}",
    "PHONE_OF": "{b}使用联系电话{a}",
    "OPERATES": "{a}经营网店{b}",
    "ON_PLATFORM": "{a}开设于平台{b}",
    "BRANCH_OF": "{a}是{b}的分支机构",
    "COMPLAINED": "{a}{procedure}{b}{count}件",
    "DELIVERED_TO": "{a}以{b}为联系或收货地址",
    "CONTROLS": "{a}疑似控制{b}{votes}",
    "HIDDEN_LINK": "{a}与{b}疑似关联{label}",
}
"""How each relation reads in Chinese; `{a}` is where it starts."""
_PROCEDURES = {COMPLAINT_ONLY: "投诉", REPORT_ONLY: "举报", BOTH: "投诉举报"}


def describe(relation: Relation, names: Mapping[str, str]) -> str:
    """One relation as a sentence with its dates.

    >>> share = Relation("x", "SHAREHOLDER", "p", "c", "recorded", percent=60.0)
    >>> describe(share, {"p": "林某", "c": "甲公司"})
    '林某持有甲公司的股份60%'
    """
    words = _WORDS[relation.type].format(
        a=names.get(relation.source, relation.source),
        b=names.get(relation.target, relation.target),
        label=f"（{_plain(relation.label)}）" if relation.label else "",
        percent="" if relation.percent is None else f"{relation.percent:g}%",
        votes="" if relation.percent is None else f"（表决权{relation.percent:g}%）",
        count=relation.count,
        procedure=_PROCEDURES.get(relation.origin or "", "投诉举报"),
    )
    doubt = "（推断，待核实）" if relation.standing == "inferred" else ""
    return words + _dates(relation) + doubt


def describe_path(walk: Sequence[Relation], names: Mapping[str, str]) -> str:
    """A chain of relations as one sentence, in walking order."""
    return "；".join(describe(relation, names) for relation in walk) or "两端是同一主体"


def _plain(label: str) -> str:
    """Posts as recorded; rules of suspected links by their titles."""
    return "、".join(RULES[part].title if part in RULES else part for part in label.split("、"))


def _dates(relation: Relation) -> str:
    first, last = relation.valid_from, relation.valid_to
    if relation.type in (COMPLAINED.type, CONTROLS.type):
        return f"（首次{first}）" if first else ""
    if first and last:
        return f"（{first}至{last}）"
    if first:
        return f"（{first}起）"
    return f"（至{last}）" if last else ""
