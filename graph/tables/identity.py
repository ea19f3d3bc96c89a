"""Which ids mean one party, by the decisions that stand, and what the tables say when they are shown as one.

Facts keep the id their record gave. Decisions (table `match_decisions`) say that the party `left` refers to is the
party `right`; every reading of the tables shows both under one id. So a decision, and taking it back, works at
once and on all facts, whenever they were loaded, and no file is loaded again.
"""

# ruff: noqa: S608 - names of the model

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from graph.model.kinds import COMPANY, MATCH_DECISION, PERSON, TABLES, table_schema
from graph.model.properties import NodeKind
from graph.tables.keys import key_of, quoted
from graph.tables.manifest import Content, Part

_NODES = (COMPANY, PERSON)
"""Kinds whose members may turn out to be one."""
_REFERRING = {"company_id": "Company", "merchant_id": "Company", "entity_id": "Company", "person_id": "Person"}
"""Columns of nodes that name one of those, and its label."""

DECISIONS = MATCH_DECISION.table
IDENTITIES = pa.schema([("id", pa.string()), ("shown", pa.string())])


class Identities:
    """The identities of one state after the other, computed anew where the decisions are others."""

    def __init__(self, decisions: Callable[[list[str]], pa.Table]) -> None:
        self._decisions = decisions
        self._last: tuple[list[Part], pa.Table] = [], IDENTITIES.empty_table()
        self._labels: tuple[list[Part], frozenset[str]] = [], frozenset()

    def of(self, content: Content) -> pa.Table:
        """Id → the id it is shown under, as the decisions of a state say; see `identities`."""
        parts, found = self._last
        if (now := content.of(DECISIONS)) != parts:
            found = identities(self._decisions(["left", "right", "outcome", "kind", "score", "reversed_at"]))
            self._last = now, found
        return found

    def labels(self, content: Content) -> frozenset[str]:
        """Labels of the kinds about whose members anything was decided: cheap, and the others need no look."""
        parts, found = self._labels
        if (now := content.of(DECISIONS)) != parts:
            found = labels_of(self._decisions(["left"])["left"])
            self._labels = now, found
        return found


def labels_of(ids: pa.ChunkedArray) -> frozenset[str]:
    """Labels of the kinds that these ids are of."""
    person = pc.starts_with(ids, PERSON.prefix)
    return frozenset(
        kind.label for kind, there in ((PERSON, pc.any(person)), (COMPANY, pc.any(pc.invert(person)))) if there.as_py()
    )


def columns_of(table: str, labels: Collection[str] = ("Company", "Person")) -> list[str]:
    """Columns of a table that name members of the kinds with these labels."""
    kind = TABLES[table]
    if not isinstance(kind, NodeKind):
        ends = {"from_id": kind.sources, "to_id": kind.targets}
        return [end for end, possible in ends.items() if not set(possible).isdisjoint(labels)]
    named = {**_REFERRING, **({"id": kind.label} if kind in _NODES else {})}
    return [name for name in table_schema(kind).names if named.get(name) in labels]


def concerned(table: str, columns: Collection[str], labels: Collection[str] = ("Company", "Person")) -> bool:
    """Whether these columns of a table may read otherwise once members of such kinds are shown as one."""
    naming = columns_of(table, labels)
    keyed = not isinstance(TABLES[table], NodeKind) or "id" in naming
    return bool(naming) if keyed else not set(columns).isdisjoint(naming)


def identities(decisions: pa.Table) -> pa.Table:
    """Id → the id it is shown under, for every id of a party that has several; the shown one stands for itself.

    A person's decisions go first, then the program's, the surest first; none of the program's may bring together
    what a person keeps apart. Of the ids of one party the one shown is a credit code if there is one, else one that
    no decision calls a reference to another, of several the smallest: it depends on nothing but the decisions.

    Parameters
    ----------
    decisions : pa.Table
        The newest row of each: left, right, outcome, kind, score, reversed_at.

    Examples
    --------
    >>> row = {"outcome": "match", "kind": "auto", "score": 9.0, "reversed_at": None}
    >>> code = "91441900MA000004XT"
    >>> rows = [{"left": "o_b", "right": "o_a", **row}, {"left": "o_a", "right": code, **row}]
    >>> identities(pa.Table.from_pylist(rows)).to_pydict()["shown"] == [code] * 3
    True
    """
    stands = decisions.filter(pc.is_null(decisions["reversed_at"]))
    apart = stands.filter(pc.and_(pc.equal(stands["outcome"], "none"), pc.equal(stands["kind"], "manual")))
    joins = stands.filter(pc.and_(pc.equal(stands["outcome"], "match"), _alike(stands["left"], stands["right"])))
    joins = joins.sort_by([("kind", "descending"), ("score", "descending"), ("left", "ascending")])
    pairs = _pairs(joins)
    lefts = {left for left, _ in pairs}
    shown = {
        id_: min(members, key=lambda id_: (_prefix(id_) != "", id_ in lefts, id_))
        for members in _Parties(_pairs(apart)).joined(pairs)
        for id_ in members
    }
    ids = sorted(shown)
    return pa.table([pa.array(ids, pa.string()), pa.array([shown[id_] for id_ in ids], pa.string())], schema=IDENTITIES)


def _prefix(id_: str) -> str:
    """Prefix of the kind, empty for a credit code."""
    return id_[:2] if id_[1:2] == "_" else ""


def _alike(left: pa.ChunkedArray, right: pa.ChunkedArray) -> pa.ChunkedArray:
    """Whether both sides are ids of one kind of party; decisions about records of two files, or shops, are not."""
    persons = (pc.starts_with(side, PERSON.prefix) for side in (left, right))
    companies = (pc.match_substring_regex(side, "^(o_|[0-9A-Z]{18}$)") for side in (left, right))
    return pc.or_(pc.and_(*persons), pc.and_(*companies))


def _pairs(rows: pa.Table) -> list[tuple[str, str]]:
    return list(zip(rows["left"].to_pylist(), rows["right"].to_pylist(), strict=True))


class _Parties:
    """Sets of ids that mean one party, kept apart where a person says so."""

    def __init__(self, apart: list[tuple[str, str]]) -> None:
        self._members: dict[str, list[str]] = {}
        """Members by any one of them; one list a party."""
        self._apart: dict[str, set[str]] = {}
        for one, other in apart:
            self._apart.setdefault(one, set()).add(other)
            self._apart.setdefault(other, set()).add(one)

    def joined(self, pairs: list[tuple[str, str]]) -> Iterator[list[str]]:
        """Join the pairs in their order; gives the parties that have several ids."""
        for left, right in pairs:
            one, other = sorted((self._of(left), self._of(right)), key=len)
            if one is not other and not self._kept_apart(one, other):
                other.extend(one)
                self._members.update(dict.fromkeys(one, other))
        parties = {id(members): members for members in self._members.values()}
        return (members for members in parties.values() if len(members) > 1)

    def _of(self, id_: str) -> list[str]:
        return self._members.setdefault(id_, [id_])

    def _kept_apart(self, one: list[str], other: list[str]) -> bool:
        return bool(self._apart) and any(not self._apart.get(id_, set()).isdisjoint(other) for id_ in one)


def shown(said: str, table: str, identities: str) -> str:
    """What a table says with every id as shown: SQL over the view `said`, which has `batch` and `place` besides.

    Where two facts of one key come together, that of the last batch counts. Of the rows of one party, the one it is
    shown under speaks first and the others, the newest first, fill in what it leaves out.
    """
    kind = TABLES[table]
    if not isinstance(kind, NodeKind):
        return _relationships(said, table, identities)
    return _nodes(said, table, identities) if kind in _NODES else _replaced(said, table, identities)


def _replaced(said: str, table: str, identities: str) -> str:
    """Rows of their own key that name parties."""
    return f"SELECT {_columns(table)} FROM {_looked_up(said, table, identities)}"


def _relationships(said: str, table: str, identities: str) -> str:
    """Facts between parties: what touches a party with several ids is looked at for doubles and loops."""
    names = table_schema(TABLES[table]).names
    found, bare = _looked_up(said, table, identities), ", ".join(f"said.{quoted(name)}" for name in names)
    touched = f"(SELECT {_columns(table)}, batch, place FROM {found} WHERE {_any_found(table)})"
    return f"""
        SELECT {bare} FROM {found} WHERE NOT ({_any_found(table)})
        UNION ALL
        SELECT {quoted(*names)} FROM {touched} WHERE from_id <> to_id QUALIFY row_number() OVER (
            PARTITION BY {quoted(*key_of(table))} ORDER BY batch DESC, line DESC NULLS LAST, place DESC) = 1"""


def _nodes(said: str, table: str, identities: str) -> str:
    names = [name for name in table_schema(TABLES[table]).names if name != "id"]
    order = "ORDER BY said.id = shown DESC, batch DESC, line DESC NULLS LAST, place DESC"
    flags = {field.name for field in table_schema(TABLES[table]) if pa.types.is_boolean(field.type)}
    of_all = ", ".join(
        f"bool_or({quoted(name)}) AS {quoted(name)}"
        if name in flags
        else f"first({quoted(name)} {order}) FILTER (WHERE {quoted(name)} IS NOT NULL) AS {quoted(name)}"
        for name in names
    )
    return f"""
        SELECT id, {quoted(*names)} FROM {said} ANTI JOIN {identities} USING (id)
        UNION ALL
        SELECT shown AS id, {of_all} FROM {said} AS said JOIN {identities} AS known ON said.id = known.id
        GROUP BY shown"""


def _looked_up(said: str, table: str, identities: str) -> str:
    joins = (f"LEFT JOIN {identities} AS {c}_as ON said.{c} = {c}_as.id" for c in columns_of(table))
    return " ".join([f"{said} AS said", *joins])


def _columns(table: str) -> str:
    replaced = columns_of(table)
    return ", ".join(
        f"coalesce({name}_as.shown, said.{name}) AS {name}" if name in replaced else f"said.{quoted(name)}"
        for name in table_schema(TABLES[table]).names
    )


def _any_found(table: str) -> str:
    return " OR ".join(f"{name}_as.id IS NOT NULL" for name in columns_of(table))
