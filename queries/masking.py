"""Who may read what: the one place below the routes where answers are masked by role.

* analyst, supervisor read names.
* every other role reads 张* for a person and 投诉人 with a short id for a complainant, never the complainant's
  number, phone or address; and who informed of a violation (举报) is not in the answer at all.

An unknown role counts as one of the others. The mask works on whole answers, because what must go depends on
their shape: a relation, then the party that nothing else holds in the picture, then the path that crossed it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Literal, TypeVar, cast, get_args

from graph.model.kinds import COMPLAINANT, COMPLAINED, DELIVERED_TO, NODES, PHONE_OF
from queries.linked_parties.relations import BOTH, COMPLAINT_ONLY, REPORT_ONLY, describe_path
from queries.results import (
    Contribution,
    CreditFile,
    Evidence,
    GroupMember,
    Lead,
    Network,
    Party,
    PartyKind,
    PathAnswer,
    Record,
    Relation,
    RelationCount,
    Score,
)

Role = Literal["viewer", "analyst", "supervisor", "auditor", "administrator", "system"]
NAMED_ROLES = frozenset({"analyst", "supervisor"})
"""Roles that read names."""

WITHHELD = "部分路径涉及投诉举报人信息，按权限不予显示"

T = TypeVar("T")

_TEXTS: Mapping[type, frozenset[str]] = {
    Contribution: frozenset({"title", "explanation", "path"}),
    Evidence: frozenset({"text", "params", "text_en"}),
    Lead: frozenset({"title", "summary"}),
    Record: frozenset({"title", "result"}),
    Relation: frozenset({"label"}),
}
"""Fields that hold prose, in which names of known parties are replaced."""


def mask(value: T, role: str, *, known: Iterable[Party] = ()) -> T:
    """Take out of an answer what a role may not read. Returns the same type.

    Names inside prose (titles, summaries, paths) are found by the parties the answer holds; give those it only
    names by id, as a lead does, in `known`.
    """
    if role in NAMED_ROLES:
        return value
    return cast(T, _Mask(_texts_for([*_people(value), *_people(tuple(known))])).apply(value))


def searchable(role: str) -> tuple[PartyKind, ...]:
    """Kinds a role may search by name: a hit alone would tell others that somebody complained."""
    kinds: tuple[PartyKind, ...] = get_args(PartyKind)
    return kinds if role in NAMED_ROLES else tuple(kind for kind in kinds if kind != COMPLAINANT.label)


def mask_name(name: str) -> str:
    """Surname character and a star, whatever the length.

    >>> mask_name("欧阳小明")
    '欧*'
    """
    return f"{name[:1]}*"


def complainant_alias(party_id: str) -> str:
    """Name a complainant by a short form of the id, the same in every answer.

    >>> complainant_alias("q_3fa92c77aa")
    '投诉人3fa92c'
    """
    return f"投诉人{party_id.removeprefix(COMPLAINANT.prefix)[:6]}"


class _Mask:
    """One answer's mask: `texts` maps the full names it knows to what stands in their place."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts
        self.special: Mapping[type, Callable[[Any], Any]] = {
            Party: _party,
            GroupMember: _member,
            Network: _network,
            CreditFile: _file,
            PathAnswer: _paths,
            Score: _score,
        }

    def apply(self, value: Any) -> Any:  # noqa: ANN401 - any answer, and what it is made of
        """Mask a value and everything in it."""
        if isinstance(value, tuple | list):
            return type(value)(self.apply(item) for item in value)
        if isinstance(value, dict):
            return {key: self.apply(item) for key, item in value.items()}
        if not is_dataclass(value) or isinstance(value, type):
            return value
        value = self.special.get(type(value), _same)(value)
        prose = _TEXTS.get(type(value), frozenset())
        parts = {f.name: getattr(value, f.name) for f in fields(value)}
        return replace(value, **{n: self.prose(part) if n in prose else self.apply(part) for n, part in parts.items()})

    def prose(self, value: Any) -> Any:  # noqa: ANN401 - a text, or a tuple or mapping of texts
        """Replace known names in a text, longest first, so that no part of a longer name is left."""
        if isinstance(value, tuple):
            return tuple(self.prose(item) for item in value)
        if isinstance(value, dict):
            return {key: self.prose(item) for key, item in value.items()}
        if isinstance(value, str):
            for name in sorted(self.texts, key=len, reverse=True):
                value = value.replace(name, self.texts[name])
        return value


def _texts_for(people: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Replacement for each full name; a name that several people bear shows only its first character."""
    aliases: dict[str, set[str]] = {}
    for id_, name in people:
        if len(name) > 1:
            aliases.setdefault(name, set()).add(_alias(id_, name))
    return {name: found.pop() if len(found) == 1 else mask_name(name) for name, found in aliases.items()}


def _people(value: object) -> Iterator[tuple[str, str]]:
    """Id and name of every natural person in an answer."""
    if isinstance(value, tuple | list):
        for item in value:
            yield from _people(item)
    elif isinstance(value, GroupMember) or (isinstance(value, Party) and value.kind in ("Person", "Complainant")):
        yield value.id, value.name
    elif is_dataclass(value):
        for f in fields(value):
            yield from _people(getattr(value, f.name))


def _alias(id_: str, name: str) -> str:
    return complainant_alias(id_) if id_.startswith(COMPLAINANT.prefix) else mask_name(name)


def _same(value: Any) -> Any:  # noqa: ANN401 - any answer without a rule of its own
    return value


def _party(party: Party) -> Party:
    if party.kind == "Person":
        return replace(party, name=mask_name(party.name))
    if party.kind == "Complainant":
        return replace(party, name=complainant_alias(party.id), code=None)
    return party


def _member(member: GroupMember) -> GroupMember:
    return replace(member, name=complainant_alias(member.id))


def _network(network: Network) -> Network:
    kept, lost = _split(network.relations)
    gone = _stranded(kept, lost) - {network.centre or ""}
    return replace(
        network,
        parties=tuple(p for p in network.parties if p.id not in gone),
        relations=kept,
        positions={id_: spot for id_, spot in network.positions.items() if id_ not in gone},
        counts=_counts(network.counts, lost, network.centre),
    )


def _file(file: CreditFile) -> CreditFile:
    kept, lost = _split(file.relations)
    gone = _stranded(kept, lost) - {file.party.id}
    return replace(
        file,
        facts=_facts(file),
        relations=kept,
        neighbours=tuple(p for p in file.neighbours if p.id not in gone),
        counts=_counts(file.counts, lost, file.party.id),
    )


def _score(score: Score) -> Score:
    """Points without chains: a chain names people who need not be in the answer, so their names cannot be found."""
    return replace(score, contributions=tuple(replace(c, path=()) for c in score.contributions))


def _facts(file: CreditFile) -> dict[str, str | float | int | bool | None]:
    """Replace sensitive properties; a person's number stays as its mask (first 3, last 4), everything else goes."""
    kind = next(kind for kind in NODES if kind.label == file.party.kind)
    sensitive = {p.name for p in kind.properties if p.sensitive}
    allowed = {"name": _party(file.party).name}
    if file.party.kind == "Person":
        allowed["id_masked"] = str(file.facts.get("id_masked") or "")
    return {n: (allowed.get(n) or None) if n in sensitive else value for n, value in file.facts.items()}


def _paths(answer: PathAnswer) -> PathAnswer:
    """Drop every path that crosses a withheld relation, and say the others anew in what the role may read."""
    kept, _ = _split(answer.network.relations)
    steps = {r.id: r for r in kept}
    paths = tuple(path for path in answer.paths if steps.keys() >= set(path))
    names = {p.id: _party(p).name for p in answer.network.parties}
    told = tuple(describe_path([steps[id_] for id_ in path], names) for path in paths)
    if not answer.paths:
        told = answer.texts
    return replace(
        answer,
        hops=answer.hops if paths else None,
        paths=paths,
        texts=told or (WITHHELD,),
        network=_cut(answer, {id_ for path in paths for id_ in path}),
    )


def _cut(answer: PathAnswer, used: set[str]) -> Network:
    """The picture of the paths that are left: their relations, their parties, and the two ends."""
    net = answer.network
    relations = tuple(r for r in net.relations if r.id in used)
    held = {answer.source, answer.target, *(id_ for r in relations for id_ in (r.source, r.target))}
    return replace(
        net,
        parties=tuple(p for p in net.parties if p.id in held),
        relations=relations,
        positions={id_: spot for id_, spot in net.positions.items() if id_ in held},
    )


def _split(relations: Iterable[Relation]) -> tuple[tuple[Relation, ...], tuple[Relation, ...]]:
    """Relations a masked role may see, those of mixed origin cut down to the complaint, and those it may not."""
    kept: list[Relation] = []
    lost: list[Relation] = []
    for relation in relations:
        if _withheld(relation):
            lost.append(relation)
        elif relation.type == COMPLAINED.type and relation.origin == BOTH:
            # How often and since when would tell of the report beside the complaint.
            kept.append(replace(relation, origin=COMPLAINT_ONLY, count=1, valid_from=None))
        else:
            kept.append(relation)
    return tuple(kept), tuple(lost)


def _withheld(relation: Relation) -> bool:
    """Whether a relation tells who informed, or how to reach a complainant."""
    if relation.type == COMPLAINED.type:
        return relation.origin == REPORT_ONLY
    contact = relation.type == PHONE_OF.type and relation.target.startswith(COMPLAINANT.prefix)
    return contact or relation.type == DELIVERED_TO.type


def _stranded(kept: Iterable[Relation], lost: Iterable[Relation]) -> set[str]:
    """Parties that only withheld relations held in the answer."""
    return {i for r in lost for i in (r.source, r.target)} - {i for r in kept for i in (r.source, r.target)}


def _counts(counts: Iterable[RelationCount], lost: Iterable[Relation], centre: str | None) -> tuple[RelationCount, ...]:
    """Counts of what is still shown; delivery addresses are not even counted."""
    fewer = Counter(r.type for r in lost if centre in (r.source, r.target))
    return tuple(replace(c, shown=max(c.shown - fewer[c.type], 0)) for c in counts if c.type != DELIVERED_TO.type)
