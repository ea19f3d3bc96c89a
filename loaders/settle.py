"""What only the whole of a file tells, gathered piece by piece: which rows of one key stay, which values are shared.

Keys and values are compared by hash while the pieces pass, 16 bytes a row: two keys that differ have the same 128 bits
with a chance of 1e-24 at 18 million rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph.tables.keys import key_of, quoted
from loaders.columns import Column, ifelse
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
    said: dict[str, list[_Hashes]] = field(default_factory=lambda: defaultdict(list))
    """Hashes of the shared columns of all rows that were said."""
    kept: dict[str, list[_Hashes]] = field(default_factory=lambda: defaultdict(list))
    """The same of the rows that were kept."""

    def note(self, said: Rows, kept: Rows, shared: Sequence[str]) -> None:
        """Note the shared columns of a piece."""
        for name in shared:
            self.said[name].append(_hashes(said, name)[0])
            self.kept[name].append(self.said[name][-1] if kept is said else _hashes(kept, name)[0])

    def lonely(self) -> dict[str, Places]:
        """Per shared column the places of the kept rows whose value no other record has."""
        return {
            name: np.flatnonzero(~np.isin(np.concatenate(self.kept[name]), _repeated(np.concatenate(said))))
            for name, said in self.said.items()
        }


class Whole:
    """Remembers of each piece what decides about its rows when all pieces have passed."""

    def __init__(self) -> None:
        self._tables: dict[str, _Noted] = defaultdict(_Noted)

    def kept(self, table: str, said: Rows, shared: Sequence[str], *, alone: bool) -> Rows:
        """The rows of a piece that stay among its own; `alone` says that there are no other pieces."""
        first, second = _key_hashes(said, table)
        kept = said if _all_differ(first) else one_per_key(said, table)
        noted = _Noted() if alone else self._tables[table]
        noted.note(said, kept, shared)
        if alone:
            return _blanked(kept, noted.lonely())
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

    def lonely(self, table: str) -> dict[str, Places]:
        """Per shared column the places of the rows whose value no other record has."""
        return self._tables[table].lonely()

    def notes(self) -> Iterator[pa.Table]:
        """All that is remembered, schema `NOTES`, for those who have to put the notes of several such together."""
        for table, noted in self._tables.items():
            first, second = np.concatenate(noted.keys, axis=1)
            yield _note(table, None, first, second, np.concatenate(noted.preference), placed=True)
            for column, said in noted.said.items():
                yield _note(table, column, np.concatenate(said), placed=False)
                yield _note(table, column, np.concatenate(noted.kept[column]), placed=True)

    def tables(self) -> list[str]:
        """Tables that came in several pieces."""
        return list(self._tables)


NOTES = pa.schema(
    [
        ("table", pa.string()),
        ("column", pa.string()),
        ("place", pa.int64()),
        ("first", pa.int64()),
        ("second", pa.int64()),
        ("number", pa.int64()),
    ]
)
"""Keys of the rows kept, with their places and numbers of preference; values of shared columns: as said, without a
place, and as kept, with it. Hashes have signs here, since not every engine knows numbers without."""


def _note(
    table: str,
    column: str | None,
    first: _Hashes,
    second: _Hashes | None = None,
    number: npt.NDArray[np.int64] | None = None,
    *,
    placed: bool,
) -> pa.Table:
    rows = len(first)
    nothing = pa.nulls(rows, pa.int64())
    columns = [
        pa.repeat(pa.scalar(table), rows),
        pa.repeat(pa.scalar(column, pa.string()), rows),
        pa.array(np.arange(rows)) if placed else nothing,
        pa.array(first.view(np.int64)),
        nothing if second is None else pa.array(second.view(np.int64)),
        nothing if number is None else pa.array(number),
    ]
    return pa.table(columns, schema=NOTES)


def _blanked(rows: Rows, places: Mapping[str, Places]) -> Rows:
    """The rows without the values of some columns at some places."""
    for name, gone in places.items():
        mask = np.zeros(len(rows), bool)
        mask[gone] = True
        rows = rows.mutate(**{name: ifelse(Column(pa.array(mask)), None, rows[name])})
    return rows


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
