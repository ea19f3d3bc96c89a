"""One consistent state of the clean tables as arrays: what all analyses of a refresh read, each table once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.errors import SnapshotError
from graph.model.asof import AsOf, today
from graph.model.kinds import ADDRESS, COMPLAINANT, PERSON, PHONE
from graph.projection import NO_DAY, IdMap, codes, days, months_later, numbers
from graph.scoring.inputs import NO_END
from graph.tables import Tables
from queries.refresh.complaints import Complaints
from queries.refresh.names import described, looked_up, shown
from queries.refresh.reading import Reading
from queries.refresh.records import Records

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
EPOCH = date(1970, 1, 1)
_COMPANY = (
    "id", "name", "uscc", "legacy_code", "town", "code_status", "entity_type", "status", "status_since", "established",
    "received", "capital", "industry", "staff", "scope", "state_investor", "listed",
)  # fmt: skip
LOST = ("REVOKED", "REVOKED_DEREG", "CANCELLED")
"""Statuses of a company whose licence or registration was taken away."""
_LINKS = {"shareholdings": ["percent"], "legal_reps": [], "officers": ["post_kind"]}


@dataclass(frozen=True)
class Links:
    """Relationships party → company over party numbers, sorted by company, party and first day.

    Days are `NO_DAY` where unknown; `table` holds what else is recorded of each.
    """

    source: Ints
    target: Ints
    first: Ints
    until: Ints
    table: pa.Table

    @classmethod
    def of(cls, source: Ints, target: Ints, table: pa.Table) -> Links:
        """Sort the rows of a relationship table."""
        first, until = days(table["valid_from"]), days(table["valid_to"])
        order = np.lexsort((np.where(first == NO_DAY, NO_END, first), source, target))
        return cls(source, target, first, until, table).rows(order)

    def rows(self, rows: Ints | Flags) -> Links:
        """Some of the rows."""
        at = np.arange(len(self.source))[rows]
        return Links(self.source[at], self.target[at], self.first[at], self.until[at], self.table.take(pa.array(at)))


@dataclass(frozen=True)
class Things:
    """Which company has which thing, now or once: addresses, phones, shops. Numbers of companies, codes of things."""

    ids: IdMap
    company: Ints
    value: Ints
    current: Flags


@dataclass(frozen=True)
class Facts:
    """Everything a refresh reads, once."""

    reading: Reading
    data_date: date
    companies: IdMap
    company: pa.Table
    parties: IdMap
    """Companies and persons; company number i is party number `company_party[i]`."""
    company_party: Ints
    party_names: pa.Array
    complaints: Complaints
    records: Records
    relationships: dict[str, Links]

    @classmethod
    def read(cls, tables: Tables, as_of: AsOf | None = None, *, held: tuple[str, ...] = ()) -> Facts:
        """Read the current state, or the one of a day; records of the `held` statuses do not count.

        Raises
        ------
        SnapshotError
            If the tables are empty, or were on that day.
        """
        reading = Reading(tables, as_of)
        company = reading.arrow("companies", _COMPANY).sort_by("id").combine_chunks()
        person = reading.arrow("persons", ["id", "name"])
        links = {name: reading.arrow(name, ["from_id", "to_id", "valid_from", "valid_to", *more])
                 for name, more in _LINKS.items()}  # fmt: skip
        ends = [table[end] for table in links.values() for end in ("from_id", "to_id")]
        parties, (company_party, person_party, *linked) = IdMap.encode(company["id"], person["id"], *ends)
        complaints, records = Complaints.read(reading), Records.read(reading, parties, held)
        return cls(
            reading,
            _data_date(company, complaints, records, as_of),
            IdMap(company["id"].combine_chunks()),
            company,
            parties,
            company_party,
            _party_names(parties, (company_party, company["name"]), (person_party, person["name"])),
            complaints,
            records,
            {
                name: Links.of(source, target, table)
                for (name, table), source, target in zip(links.items(), linked[::2], linked[1::2], strict=True)
            },
        )

    @cached_property
    def party_company(self) -> Ints:
        """Company number of each party, -1 for persons; the last place, asked for by -1, is nobody's."""
        found = np.full(len(self.parties) + 1, -1, np.int64)
        found[self.company_party] = np.arange(len(self.companies))
        return found

    @cached_property
    def is_person(self) -> Flags:
        """Which parties are natural persons."""
        return np.asarray(pc.starts_with(self.parties.ids, PERSON.prefix))

    @property
    def today(self) -> int:
        """Data date in days since 1970-01-01."""
        return (self.data_date - EPOCH).days

    def months_ago(self, months: int) -> int:
        """The day so many months before the data date."""
        return int(months_later(np.array([self.today]), -months)[0])

    def links(self, table: str, *, history: bool = False) -> Links:
        """Edges of a relationship table; without `history` only those in force on the data date."""
        every = self.relationships[table]
        return every if history else every.rows((every.until == NO_DAY) | (every.until > self.today))

    def name(self, party: int) -> str:
        """Name of a party."""
        return str(self.party_names[int(party)])

    def column(self, name: str) -> npt.NDArray[np.float64]:
        """A numeric column of the companies, NaN where unknown."""
        return numbers(self.company[name])

    def category(self, name: str, values: tuple[str, ...]) -> Ints:
        """A column of the companies as positions in `values`, -1 where unknown."""
        return codes(self.company[name], values)

    def has_status(self, *statuses: str) -> Flags:
        """Which companies have one of the statuses."""
        return self.category("status", statuses) >= 0

    @cached_property
    def record_company(self) -> Ints:
        """Company number of each credit record."""
        return self.party_company[self.records.company]

    def per_company(self, rows: Flags, weights: npt.NDArray[np.float64] | None = None) -> npt.NDArray[np.float64]:
        """How many of the credit records at `rows` each company has, or the sum of their weights."""
        kept = np.flatnonzero(rows & (self.record_company >= 0))
        if weights is not None:  # from small to large: the same sum in whatever order the rows were read
            kept = kept[np.argsort(weights[kept])]
        weighed = None if weights is None else weights[kept]
        return np.bincount(self.record_company[kept], weighed, minlength=len(self.companies)).astype(np.float64)

    @cached_property
    def addresses(self) -> Things:
        """Registered domiciles."""
        return self._things("registered_at", "from_id", "to_id")

    @cached_property
    def address(self) -> pa.Table:
        """Name and building of each address by its number, and whether it is an office where many are registered."""
        return looked_up(self.reading, ADDRESS, self.addresses.ids.ids, ["building", "cluster"])

    @cached_property
    def phones(self) -> Things:
        """Contact numbers."""
        return self._things("phone_of", "to_id", "from_id")

    @cached_property
    def phone(self) -> pa.Table:
        """Name and, of a land line, the digits of each phone by its number."""
        return looked_up(self.reading, PHONE, self.phones.ids.ids, ["digits"])

    @cached_property
    def operated(self) -> Things:
        """Online shops by who operates them."""
        return self._things("operates", "from_id", "to_id")

    @cached_property
    def shops(self) -> pa.Table:
        """The online shops."""
        return self.reading.arrow(
            "shops",
            [
                "id", "name", "platform", "category", "orders", "opened", "closed", "valid_from", "licence_shown",
                "source", "received",
            ],
        )  # fmt: skip

    @cached_property
    def platform(self) -> pa.Table:
        """The platforms."""
        return self.reading.arrow("platforms", ["id", "name"])

    @cached_property
    def complainant_names(self) -> pa.Array:
        """Names of the complainants, by their numbers."""
        return looked_up(self.reading, COMPLAINANT, self.complaints.complainants.ids)["name"].combine_chunks()

    @cached_property
    def merchants(self) -> pa.Table:
        """The merchants that complaints are against, by their numbers: id, kind, name, code, town, status."""
        return described(self.complaints.merchants.ids, self.company, self.shops)

    def _things(self, table: str, company: str, thing: str) -> Things:
        rows = self.reading.arrow(table, [company, thing, "valid_to"])
        ids, (value,) = IdMap.encode(rows[thing])
        return Things(ids, self.companies.codes(rows[company]), value, np.asarray(pc.is_null(rows["valid_to"])))


def _party_names(parties: IdMap, *described: tuple[Ints, pa.ChunkedArray]) -> pa.Array:
    """Names of all parties, given the numbers and names of those that are described."""
    numbers_ = np.concatenate([number for number, _ in described])
    at = np.full(len(parties), -1)
    at[numbers_] = np.arange(len(numbers_))
    chunks = [chunk for _, names in described for chunk in names.chunks]
    names = pa.chunked_array(chunks, pa.string()).combine_chunks()
    return shown(names.take(pa.array(at, mask=at < 0)), parties.ids)


def _data_date(company: pa.Table, complaints: Complaints, records: Records, as_of: AsOf | None) -> date:
    """Day asked for, else that of the newest fact; one dated later than it was received is a slip."""
    if as_of is not None:
        if not any(map(len, (company, complaints.table, records.table))):
            more = "`--known-on DAY` looks back with what was received by a later day"
            raise SnapshotError(f"nothing was known of {as_of}; {more}")
        return as_of.valid
    newest = [complaints.newest]
    for table, column in ((company, "established"), (records.table, "decided")):
        newest.append(pc.max(table[column].filter(pc.less_equal(table[column], table["received"]))).as_py())
    known = [day for day in newest if day]
    if not known:
        raise SnapshotError("there is nothing to analyse yet; run `creditnet load FILE…` first")
    return min(max(known), today())


def day_of(number: int | None) -> date | None:
    """Day number → date."""
    return None if number is None else EPOCH + timedelta(days=int(number))
