"""What only the whole of a file tells, gathered piece by piece: which rows of one key stay.

Keys are compared by hash while the pieces pass, 16 bytes a row: two keys that differ have the same 128 bits
with a chance of 1e-24 at 18 million rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph.tables.keys import key_of, quoted
from loaders.facts import one_per_key, preference
from loaders.frame import Places, Rows
from loaders.scratch import answer

_Hashes = npt.NDArray[np.uint64]


@dataclass(slots=True)
class _Noted:
    """One table so far, an array a piece."""

    keys: list[_Hashes] = field(default_factory=list)
    """Two hashes of the key of each row."""
    preference: list[npt.NDArray[np.int64]] = field(default_factory=list)


class Whole:
    """Remembers of each piece what decides about its rows when all pieces have passed."""

    def __init__(self) -> None:
        self._tables: dict[str, _Noted] = defaultdict(_Noted)

    def kept(self, table: str, said: Rows, *, alone: bool) -> Rows:
        """The rows of a piece that stay among its own; `alone` says that there are no other pieces."""
        first, second = _key_hashes(said, table)
        kept = said if _all_differ(first) else one_per_key(said, table)
        if alone:
            return kept
        noted = self._tables[table]
        noted.keys.append(np.stack([first, second] if kept is said else _key_hashes(kept, table)))
        noted.preference.append(preference(kept))
        return kept

    def replaced(self, table: str) -> tuple[Places, int]:
        """Places of the rows that give way to a row of another piece, and how many of these are no stubs."""
        noted = self._tables[table]
        keys = np.concatenate(noted.keys, axis=1)
        if len(noted.keys) == 1 or _all_differ(keys[0]):
            return np.empty(0, np.int64), 0
        number = np.concatenate(noted.preference)
        places = np.flatnonzero(np.isin(keys[0], _repeated(keys[0])))
        order = places[np.lexsort((number[places], keys[1][places], keys[0][places]))]
        lost = np.sort(order[:-1][(keys[:, order[:-1]] == keys[:, order[1:]]).all(axis=0)])
        return lost, int(np.count_nonzero(number[lost] >= 0))

    def notes(self) -> Iterator[pa.Table]:
        """All that is remembered, schema `NOTES`, for those who have to put the notes of several such together."""
        for table, noted in self._tables.items():
            first, second = np.concatenate(noted.keys, axis=1)
            rows = len(first)
            columns = [pa.repeat(pa.scalar(table), rows), np.arange(rows), first.view(np.int64), second.view(np.int64)]
            yield pa.table([*columns, np.concatenate(noted.preference)], schema=NOTES)

    def tables(self) -> list[str]:
        """Tables that came in several pieces."""
        return list(self._tables)


NOTES = pa.schema(
    [
        ("table", pa.string()),
        ("place", pa.int64()),
        ("first", pa.int64()),
        ("second", pa.int64()),
        ("number", pa.int64()),
    ]
)
"""Keys of the rows kept, with their places and numbers of preference. Hashes have signs here, since not every engine
knows numbers without."""


def _key_hashes(rows: Rows, table: str) -> list[_Hashes]:
    return _hashes(rows, *key_of(table))


def _hashes(rows: Rows, *names: str) -> list[_Hashes]:
    columns = quoted(*names)
    query = f"SELECT hash(({columns},)) AS first, hash((1, {columns})) AS second FROM now"  # noqa: S608 - of the model
    found = answer(query, {"now": rows.plain(*names)})
    return [found[name].to_numpy() for name in ("first", "second")]


def _all_differ(hashes: _Hashes) -> bool:
    return not len(_repeated(hashes))


def _repeated(hashes: _Hashes) -> _Hashes:
    """The hashes that occur more than once."""
    ordered = np.sort(hashes)
    again: _Hashes = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    return again
