"""One consistent state of the clean tables as arrays: what all analyses of a refresh read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph.errors import SnapshotError
from graph.projection import IdMap, RowIndex, codes, days, numbers
from graph.tables import Tables

Ints = npt.NDArray[np.int64]

_DATA_DATE = """
SELECT max(day) AS day FROM (
    SELECT max(filed_on) AS day FROM complaints
    UNION ALL SELECT max(decided) FROM credit_records WHERE decided <= received
    UNION ALL SELECT max(established) FROM companies WHERE established <= received)
"""


def usable(day: date) -> str:
    """SQL: the record may feed a score on the day. Expired and withdrawn ones count 0, repaired ones are excluded."""
    return (
        f"coalesce(use_from, valid_from, decided) <= DATE '{day}' "
        f"AND coalesce(use_to, DATE '9999-12-31') > DATE '{day}' "
        "AND coalesce(status, 'in_force') NOT IN ('withdrawn', 'repaired')"
    )


@dataclass(frozen=True)
class Complaints:
    """Complaints as parallel arrays of shape (n,); codes are -1 and days `NO_DAY` where unknown."""

    table: pa.Table
    complainants: IdMap
    merchants: IdMap

    @classmethod
    def read(cls, tables: Tables) -> Complaints:
        """Read the complaints that name a complainant and a merchant."""
        table = tables.sql(
            """SELECT id, complainant_id, merchant_id, filed_on, outcome, harm, kind, template, phone_id, address_id,
                      amount, channel
               FROM complaints WHERE complainant_id IS NOT NULL AND merchant_id IS NOT NULL ORDER BY id"""
        ).combine_chunks()  # ids of single rows are looked up later: a search over chunks is slow
        return cls(table, IdMap.of(table["complainant_id"]), IdMap.of(table["merchant_id"]))

    @cached_property
    def complainant(self) -> Ints:
        """Number of the complainant."""
        return self.complainants.codes(self.table["complainant_id"])

    @cached_property
    def merchant(self) -> Ints:
        """Number of the merchant."""
        return self.merchants.codes(self.table["merchant_id"])

    @cached_property
    def day(self) -> Ints:
        """Day filed, days since 1970-01-01."""
        return days(self.table["filed_on"])

    @cached_property
    def by_complainant(self) -> RowIndex:
        """Rows of each complainant."""
        return RowIndex.of(self.complainant, len(self.complainants))

    @cached_property
    def by_merchant(self) -> RowIndex:
        """Rows of each merchant."""
        return RowIndex.of(self.merchant, len(self.merchants))

    @cached_property
    def harm(self) -> npt.NDArray[np.bool_]:
        """Whether injury or a safety issue is alleged."""
        return numbers(self.table["harm"], 0.0) > 0

    def outcome(self, *names: str) -> npt.NDArray[np.bool_]:
        """Whether the outcome is one of `names`."""
        return codes(self.table["outcome"], names) >= 0

    def shared(self, column: str) -> tuple[IdMap, Ints]:
        """Distinct values of a shared thing (template, phone_id, address_id) and each complaint's value."""
        ids = IdMap.of(self.table[column])
        return ids, ids.codes(self.table[column])


@dataclass(frozen=True)
class Links:
    """Edges party → company in force on the data date, as codes over `parties` and `companies`."""

    source: Ints
    target: Ints
    table: pa.Table


@dataclass(frozen=True)
class Facts:
    """Everything a refresh reads, once."""

    tables: Tables
    data_date: date
    companies: IdMap
    company: pa.Table
    parties: IdMap
    """Companies and persons; company number i is party number `company_party[i]`."""
    company_party: Ints
    complaints: Complaints

    @classmethod
    def read(cls, tables: Tables) -> Facts:
        """Read the current state.

        Raises
        ------
        SnapshotError
            If the tables are empty.
        """
        day = tables.sql(_DATA_DATE)["day"][0].as_py()
        if day is None:
            raise SnapshotError("there is nothing to analyse yet; run `creditnet load FILE…` first")
        company = tables.sql("SELECT * FROM companies ORDER BY id")
        companies = IdMap.of(company["id"])
        persons = tables.sql("SELECT id FROM persons")["id"]
        ends = [tables.arrow(name, ["from_id", "to_id"]) for name in ("shareholdings", "legal_reps", "officers")]
        parties = IdMap.of(company["id"], persons, *(e[c] for e in ends for c in ("from_id", "to_id")))
        return cls(
            tables,
            min(day, datetime.now(UTC).date()),
            companies,
            company,
            parties,
            parties.codes(companies.ids),
            Complaints.read(tables),
        )

    @cached_property
    def party_company(self) -> Ints:
        """Company number of each party, -1 for persons."""
        found = np.full(len(self.parties), -1, np.int64)
        found[self.company_party] = np.arange(len(self.companies))
        return found

    @property
    def today(self) -> int:
        """Data date in days since 1970-01-01."""
        return (self.data_date - date(1970, 1, 1)).days

    def links(self, table: str, columns: str = "*", *, history: bool = False) -> Links:
        """Edges of a relationship table; without `history` only those in force on the data date."""
        day = (self.data_date + timedelta(days=1)).isoformat()
        where = "" if history else f"WHERE coalesce(valid_to, DATE '9999-12-31') >= DATE '{day}'"
        found = self.tables.sql(f"SELECT {columns} FROM {table} {where} ORDER BY to_id, from_id, valid_from")  # noqa: S608 - constants
        return Links(self.parties.codes(found["from_id"]), self.parties.codes(found["to_id"]), found)

    def column(self, name: str) -> npt.NDArray[np.float64]:
        """A numeric column of the companies, NaN where unknown."""
        return numbers(self.company[name])

    def category(self, name: str, values: tuple[str, ...]) -> Ints:
        """A column of the companies as positions in `values`, -1 where unknown."""
        return codes(self.company[name], values)
