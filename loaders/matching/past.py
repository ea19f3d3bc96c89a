"""What earlier loads brought and persons decided, as far as it says whom a reference means."""

from __future__ import annotations

from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from graph.model.kinds import COMPANY, MATCH_DECISION, PERSON
from graph.tables import Tables
from loaders.columns import flat
from loaders.matching.exact import REFERENCES, Known, meanings, organisation_codes

FOUND = pa.schema(
    [*((name, pa.string()) for name in ("left", "right", "rule")), ("rivals", pa.int64()), ("others", pa.int64())]
)
"""Whom references may mean, as `meanings` tells."""
SEEN = pa.schema([("line", pa.int64()), *REFERENCES])
"""References with the line of the file on which one stands first."""
COMPANIES = ["id", "name", "status"]
ALIASES = ["entity_id", "scheme", "value"]
_DECIDED = ["left", "right", "outcome", "kind", "decided_by", "reversed_at"]


class Past:
    """Read when first asked for: most files name every company by its credit code."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    @cached_property
    def identities(self) -> pa.Table:
        """Id → the id it is shown under, of companies."""
        known = self._tables.identities(COMPANY.label)
        return known.filter(pc.invert(pc.starts_with(known["id"], PERSON.prefix)))

    def shown(self, ids: pa.Array) -> pa.Array:
        """Each id as it is shown."""
        return replaced_ids(ids, self.identities["id"], self.identities["shown"])

    def find(self, references: pa.Table, arrived: Known | None = None) -> pa.Table:
        """Find whom references (`SEEN`) may mean of the companies known, and of those that have `arrived` in this file.

        What a person has decided stays: neither that pair nor a reference that he gave a meaning is looked at.
        """
        foreign = references.filter(pc.invert(self._is_own(references, arrived)))
        if not len(foreign):
            return FOUND.empty_table()
        told = self._described(foreign, arrived)
        leading = told.filter(self._leads_on(told, arrived))
        if not len(leading):
            return FOUND.empty_table()
        return self.free(meanings(leading.select(REFERENCES.names), self.known(arrived)))

    def free(self, found: pa.Table) -> pa.Table:
        """Pairs that are left to the program: no person has decided about them, or what their left side means."""
        manual, back = pc.equal(self._decided["kind"], "manual"), pc.is_valid(self._decided["reversed_at"])
        # A person who takes back what the program decided wants it to stay so.
        settled = self._decided.filter(pc.xor(manual, back))
        given = settled.filter(pc.and_(pc.equal(settled["outcome"], "match"), pc.is_null(settled["reversed_at"])))
        free = found.join(settled.select(["left", "right"]), ["left", "right"], join_type="left anti")
        return free.filter(pc.invert(pc.is_in(free["left"], value_set=given["left"])))

    def known(self, arrived: Known | None = None) -> Known:
        """The companies as shown, with those of this file."""
        if arrived is None:
            return self._known
        companies = _with(arrived.companies, "id", self.shown(flat(arrived.companies["id"])))
        new = companies.join(self._known.companies, ["id", "name"], join_type="left anti").select(COMPANIES)
        return Known(pa.concat_tables([self._known.companies, new]), self._aliases_with(arrived))

    def touched_by(self, arrived: Known) -> pa.Table:
        """Earlier references that may mean one of the companies that have arrived."""
        if not len(self._registered):
            return SEEN.empty_table()
        every = self._unnumbered
        columns = arrived.companies["name"], arrived.aliases["value"], organisation_codes(arrived.companies["id"])
        values = pa.concat_arrays([flat(column) for column in columns])
        fits = pc.or_kleene(pc.is_in(every["name"], values), pc.is_in(every["number"], values))
        few = every.filter(pc.fill_null(fits, False))
        lines, registered = pa.repeat(1, len(few)), pa.repeat(False, len(few))
        return pa.table([lines, *few.select(["id", "name", "number"]).columns, registered], schema=SEEN)

    def open(self, described: pa.Table) -> pa.Array:
        """Ids of enterprises without credit code of which nobody knows yet that they are another one.

        Those that this file describes (`described`: id), and if it describes others, those of earlier loads.
        """
        own = described.filter(pc.starts_with(described["id"], COMPANY.prefix))["id"]
        earlier = self._registered.filter(pc.is_valid(self._registered["status"]))["id"]
        ids = pa.concat_arrays([flat(own), flat(earlier) if len(own) < len(described) else flat(own).slice(0, 0)])
        return ids.unique().filter(pc.invert(pc.is_in(ids.unique(), value_set=self.identities["id"])))

    def withdrawn(self, found: pa.Table, by: str) -> pa.Table:
        """Pairs that the program `by` decided earlier of references found now, and that are not among those found."""
        stood = pc.and_(pc.equal(self._decided["decided_by"], by), pc.is_null(self._decided["reversed_at"]))
        stood = self._decided.filter(pc.and_(stood, pc.not_equal(self._decided["outcome"], "none")))
        stood = stood.filter(pc.is_in(stood["left"], value_set=found["left"])).select(["left", "right"])
        return stood.join(found.select(["left", "right"]), ["left", "right"], join_type="left anti")

    @cached_property
    def _known(self) -> Known:
        return Known(self._tables.arrow("companies", COMPANIES), self._aliases)

    @cached_property
    def _aliases(self) -> pa.Table:
        return _bare(self._tables.arrow("aliases", ALIASES))

    @cached_property
    def _registered(self) -> pa.Table:
        """Ids that records gave a company without credit code, and the status the register gave it."""
        every = self._tables.written("companies", ["id", "status"])
        return every.filter(pc.starts_with(every["id"], COMPANY.prefix))

    @cached_property
    def _unnumbered(self) -> pa.Table:
        """What every record said of a company without credit code, under the id it gave."""
        every = self._tables.written("companies", ["id", "name", "legacy_code"])
        every = every.filter(pc.starts_with(every["id"], COMPANY.prefix))
        return every.drop_columns(["legacy_code"]).append_column("number", bare_numbers(every["legacy_code"]))

    @cached_property
    def _decided(self) -> pa.Table:
        return self._tables.arrow(MATCH_DECISION.table, _DECIDED)

    def _aliases_with(self, arrived: Known | None) -> pa.Table:
        if arrived is None or not len(arrived.aliases):
            return self._aliases
        new = _bare(_with(arrived.aliases, "entity_id", self.shown(flat(arrived.aliases["entity_id"]))))
        return pa.concat_tables([self._aliases, new]).group_by(ALIASES).aggregate([])

    def _described(self, references: pa.Table, arrived: Known | None) -> pa.Table:
        """Say of references whether the register described them under their own id."""
        sources = [self._registered] if arrived is None else [self._registered, arrived.companies]
        own = [source.filter(pc.is_valid(source["status"]))["id"] for source in sources]
        chunks = [chunk for ids in own for chunk in ids.chunks]
        return _with(references, "registered", pc.is_in(references["id"], pa.chunked_array(chunks, pa.string())))

    def _is_own(self, references: pa.Table, arrived: Known | None) -> pa.ChunkedArray:
        """Whether the register gave a reference's number to the company of that very id alone: nobody else is meant."""
        given = self._given(arrived)
        itself = pc.equal(given["entity_id"], pc.binary_join_element_wise(COMPANY.prefix, given["value"], ""))
        own, others = given.filter(itself)["entity_id"], given.filter(pc.invert(itself))["value"]
        elsewhere = pc.is_in(references["number"], value_set=others.drop_null())
        return pc.and_(pc.is_in(references["id"], value_set=own), pc.invert(elsewhere))

    def _leads_on(self, references: pa.Table, arrived: Known | None) -> pa.ChunkedArray:
        """Whether any company can be meant: saves reading them all."""
        named = pc.and_(pc.invert(references["registered"]), pc.is_valid(references["name"]))
        coded = pc.fill_null(pc.equal(pc.utf8_length(references["number"]), 9), False)
        return pc.or_(pc.or_(named, coded), pc.is_in(references["number"], value_set=self._given(arrived)["value"]))

    def _given(self, arrived: Known | None) -> pa.Table:
        """Older numbers and whose they are, as the records said."""
        written = self._numbers if arrived is None else pa.concat_tables([self._numbers, _bare(arrived.aliases)])
        return written.filter(pc.not_equal(written["scheme"], "old_name"))

    @cached_property
    def _numbers(self) -> pa.Table:
        return _bare(self._tables.written("aliases", ALIASES))


def bare_numbers(numbers: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Numbers as they are compared: an organisation code is written with a hyphen or without."""
    return pc.replace_substring(numbers, "-", "")


def _bare(aliases: pa.Table) -> pa.Table:
    old_name = pc.equal(aliases["scheme"], "old_name")
    return _with(aliases, "value", pc.if_else(old_name, aliases["value"], bare_numbers(aliases["value"])))


def replaced_ids(ids: pa.Array, keys: pa.ChunkedArray, values: pa.ChunkedArray) -> pa.Array:
    """The value beside each id that is a key, else the id.

    >>> keys, values = pa.chunked_array([["o_1"]]), pa.chunked_array([["o_9"]])
    >>> replaced_ids(pa.array(["o_1", "o_2", None]), keys, values).to_pylist()
    ['o_9', 'o_2', None]
    """
    if not len(keys):
        return ids
    return pc.coalesce(flat(values).take(pc.index_in(ids, flat(keys), skip_nulls=True)), ids)


def _with(rows: pa.Table, name: str, values: pa.Array | pa.ChunkedArray) -> pa.Table:
    return rows.set_column(rows.column_names.index(name), name, values)
