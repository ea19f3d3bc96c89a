"""The complaints as arrays: who, against whom, when, with what outcome, sharing what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.projection import IdMap, RowIndex, codes, days, numbers
from queries.refresh.reading import Reading

Ints = npt.NDArray[np.int64]
_COLUMNS = ("id", "filed_on", "harm", "template_hash", "received")
_REPEATED = ("complainant_id", "merchant_id", "kind", "outcome", "phone_id", "address_id")


@dataclass(frozen=True)
class Complaints:
    """Complaints sorted by id, as parallel arrays of shape (n,); codes are -1 and days `NO_DAY` where unknown."""

    table: pa.Table
    order: Ints
    """Rows of `table` in the order of their ids."""
    complainants: IdMap
    complainant: Ints
    merchants: IdMap
    merchant: Ints
    newest: date | None
    """Day of the newest of all complaints, the anonymous ones too."""
    against: pa.Array
    """Ids of all merchants that any complaint is against, an anonymous one too."""

    @classmethod
    def read(cls, reading: Reading) -> Complaints:
        """Read the complaints that name a complainant and a merchant."""
        every = reading.arrow("complaints", [*_COLUMNS, *_REPEATED], encoded=_REPEATED)
        table = every.filter(pc.and_(pc.is_valid(every["complainant_id"]), pc.is_valid(every["merchant_id"])))
        order = pc.sort_indices(table["id"]).to_numpy().astype(np.int64)
        complainants, (complainant,) = IdMap.encode(table["complainant_id"])
        merchants, (merchant,) = IdMap.encode(table["merchant_id"])
        newest, against = pc.max(every["filed_on"]).as_py(), IdMap.encode(every["merchant_id"])[0].ids
        return cls(table, order, complainants, complainant[order], merchants, merchant[order], newest, against)

    @cached_property
    def day(self) -> Ints:
        """Day filed, days since 1970-01-01."""
        return days(self.table["filed_on"])[self.order]

    @cached_property
    def came(self) -> Ints:
        """Day each was received, days since 1970-01-01: of one without a day of filing the only one known."""
        return days(self.table["received"])[self.order]

    @cached_property
    def by_complainant(self) -> RowIndex:
        """Rows of each complainant."""
        return RowIndex.of(self.complainant, len(self.complainants))

    @cached_property
    def by_merchant(self) -> RowIndex:
        """Rows of each merchant."""
        return RowIndex.of(self.merchant, len(self.merchants))

    @cached_property
    def report(self) -> npt.NDArray[np.bool_]:
        """Whether it is a report of a violation (举报), not a complaint (投诉): two procedures even in one letter."""
        return (codes(self.table["kind"], ("report",)) >= 0)[self.order]

    @cached_property
    def harm(self) -> npt.NDArray[np.bool_]:
        """Whether injury or a safety issue is alleged."""
        return (numbers(self.table["harm"], 0.0) > 0)[self.order]

    def outcome(self, *names: str) -> npt.NDArray[np.bool_]:
        """Whether the outcome is one of `names`."""
        return (codes(self.table["outcome"], names) >= 0)[self.order]

    def shared(self, column: str) -> Ints:
        """Number of each complaint's template_hash, phone_id or address_id, in their order; -1 where unknown."""
        values = self.table[column]
        if column in _REPEATED:
            return IdMap.encode(values)[1][0][self.order]
        number = np.full(len(values), -1)
        known = np.flatnonzero(values.is_valid().to_numpy())
        number[known] = np.unique(values.drop_null().to_numpy(), return_inverse=True)[1]
        return number[self.order]

    def ids(self, rows: Ints) -> list[str]:
        """Ids of some complaints."""
        found: list[str] = self._ids.take(pa.array(self.order[rows])).to_pylist()
        return found

    @cached_property
    def _ids(self) -> pa.Array:
        return self.table["id"].combine_chunks()  # single rows are looked up: a search over chunks is slow
