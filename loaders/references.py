"""Records that name a company by an older number or by its name: who is meant, as decisions beside the facts.

The facts keep the id that the record itself gives, o_ and the number or a keyed hash of the name. Whom it means is
a row of `match_decisions` in the same batch, so taking the batch back takes the decision back, and a person's
decision works on all facts at once. While the facts of a file are built, its records bear the id of the company
meant, as the builders compare them with what is known of it; then each fact gets back the id its record gave. A file
may come in pieces: what it says of companies and persons is remembered, and decided upon with the last of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from graph.tables import Tables
from graph.tables.identity import columns_of
from loaders import decided
from loaders.columns import Column, derive, flat, replaced
from loaders.facts import Facts
from loaders.frame import Rows, of_table, stacked
from loaders.matching.exact import Known
from loaders.matching.past import ALIASES, COMPANIES, FOUND, SEEN, Past, bare_numbers, replaced_ids
from loaders.matching.persons import PERSONS
from loaders.namesakes import ENDS, TIED, join_namesakes
from loaders.unnumbered import join_unnumbered

_TOLD_BY = {"companies": COMPANIES, "aliases": ALIASES, "persons": PERSONS.names, **dict.fromkeys(TIED, ENDS.names)}
_SEEN, _FOUND = "seen references", "found references"
_NOTED = pa.schema([("line", pa.int64()), ("reference", pa.string()), ("party", pa.string())])


@dataclass(slots=True)
class References:
    """The references of one file."""

    tables: Tables
    _past: Past = field(init=False)
    _seen: list[pa.Table] = field(default_factory=list)
    """References without credit code, with the line they stand on."""
    _found: list[pa.Table] = field(default_factory=list)
    """Whom they may mean, of the companies of earlier loads."""
    _noted: list[pa.Table] = field(default_factory=list)
    """Records of this piece that bear another id than their own."""
    _said: Facts = field(default_factory=lambda: Facts(""))
    """Of the pieces so far, the columns by which companies and persons are told."""

    def __post_init__(self) -> None:
        self._past = Past(self.tables)

    def meant(self, rows: Rows, ids: Column, *, coded: Column, number: Column, name: Column) -> Column:
        """Give each id the company it means as far as is known; null stays null.

        Of an id that is not the credit code (`coded`) `number` is the older number, `name` the name it stands for.
        """
        found = FOUND.empty_table()
        places = rows.places(ids.notnull() & ~coded)
        if len(places):
            bare = rows.mutate(id=ids, number=number, name=name).take(places)
            bare = bare.mutate(number=derive(bare.number, bare_numbers))
            seen = _distinct(bare.plain("line", "id", "name", "number"))
            found = self._past.find(seen)
            self._seen.append(seen)
            self._found.append(found)
        sure = found.filter(pc.equal(found["rivals"], 1))
        if not len(sure) and not len(self._past.identities):
            return ids
        party = derive(ids, lambda texts: self._party(texts, sure))
        self._note(rows, ids, party)
        return party

    def give_back(self, facts: Facts) -> None:
        """Give each fact of a piece back the id its record gave."""
        noted = pa.concat_tables([_NOTED.empty_table(), *self._noted])
        self._noted.clear()
        if len(noted):
            for table in facts.parts:
                facts.parts[table] = [_as_given(table, rows, noted) for rows in facts.parts[table]]
        for table, columns in _TOLD_BY.items():
            for rows in facts.parts.get(table, ()):
                self._said.parts.setdefault(table, []).append(Rows({c: rows[c] for c in columns}, len(rows)))

    def decide(self, facts: Facts) -> None:
        """Add the decisions on the references of all pieces to the last one, and new ones about earlier references.

        Files that describe enterprises, not only mention them, come in one piece.
        """
        arrived = _arrived(self._said)
        if len(arrived.companies) or len(arrived.aliases):
            seen = pa.concat_tables([SEEN.empty_table(), *self._seen, self._past.touched_by(arrived)])
            self._decide(facts, _distinct(seen), arrived)
        elif any(map(len, self._found)):
            self._decide(facts, _distinct(pa.concat_tables(self._seen)), None)
        join_unnumbered(facts, self.tables, self._past)
        join_namesakes(facts, self._said, self.tables, self._past)

    def memory(self) -> dict[str, pa.Table]:
        """What was remembered for `decide`, by name; all columns text or numbers."""
        said = {name: stacked(parts).plain(*_TOLD_BY[name]) for name, parts in self._said.parts.items()}
        seen, found = (pa.concat_tables(tables) if tables else None for tables in (self._seen, self._found))
        return said | ({_SEEN: seen, _FOUND: found} if seen is not None else {})

    def recall(self, memory: Mapping[str, pa.Table]) -> None:
        """Remember what another one remembered of other pieces of the file."""
        for name, table in memory.items():
            if name == _SEEN:
                self._seen.append(table)
            elif name == _FOUND:
                self._found.append(table)
            else:
                self._said.parts.setdefault(name, []).append(of_table(table))

    def _party(self, ids: pa.Array, found: pa.Table) -> pa.Array:
        """Each id as shown, else as found now, else itself."""
        shown = self._past.shown(ids)
        now = replaced_ids(ids, found["left"], found["right"])
        return pc.if_else(pc.equal(shown, ids), now, shown)

    def _note(self, rows: Rows, ids: Column, party: Column) -> None:
        other = rows.mutate(reference=ids, party=party)
        other = other.filter((ids != party).fill_null(False))
        if len(other):
            self._noted.append(other.plain(*_NOTED.names))

    def _decide(self, facts: Facts, references: pa.Table, arrived: Known | None) -> None:
        found = self._past.find(references, arrived)
        if len(found):
            decided.references(facts, references.filter(pc.is_in(references["id"], found["left"])))
            decided.decisions(facts, references, found, len(self._past.known(arrived).companies))
            decided.withdrawals(facts, references, self._past.withdrawn(found, decided.BY))


def _distinct(seen: pa.Table) -> pa.Table:
    """One row a reference, on the first of its lines."""
    once = seen.group_by("id").aggregate([(name, "min") for name in ("line", "name", "number")])
    once = once.rename_columns(["id", "line", "name", "number"])
    once = once.append_column("registered", pa.repeat(False, len(once)))
    return once.select(SEEN.names).sort_by("id").cast(SEEN)


def _as_given(table: str, rows: Rows, noted: pa.Table) -> Rows:
    """The rows with the references of their records in place of the companies meant.

    A company's own row that gives the credit code it is known by says something of that company and stays.
    """
    places = rows.places(Column(pc.is_in(rows.spread("line"), value_set=noted["line"])))
    if not len(places):
        return rows
    few = rows.take(places)
    keys, references = _at(noted["line"], noted["party"]), flat(noted["reference"])
    for name in columns_of(table):
        values = few.spread(name)
        given = pc.coalesce(references.take(pc.index_in(_at(few.spread("line"), values), keys)), values)
        if table == "companies":
            given = pc.if_else(pc.fill_null(pc.equal(few.spread("uscc"), values), False), values, given)
        rows = rows.mutate(**{name: replaced(rows[name], places, Column(given), len(rows))})
    return rows


def _at(lines: pa.Array | pa.ChunkedArray, ids: pa.Array | pa.ChunkedArray) -> pa.Array:
    """One key of a line and an id; null without id."""
    return flat(pc.binary_join_element_wise(pc.cast(lines, pa.string()), ids, "|"))


def _arrived(facts: Facts) -> Known:
    """The companies and aliases of a file."""
    return Known(_texts(facts, "companies", COMPANIES), _texts(facts, "aliases", ALIASES))


def _texts(facts: Facts, table: str, columns: list[str]) -> pa.Table:
    schema = pa.schema([(name, pa.string()) for name in columns])
    rows = stacked(facts.parts[table]) if table in facts.parts else None
    return rows.table(schema).cast(schema) if rows is not None else schema.empty_table()
