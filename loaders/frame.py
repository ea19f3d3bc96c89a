"""Rows of one file: columns by name, filtered without a copy of what nobody asks for."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from loaders.columns import Column, flat

Places = npt.NDArray[np.int64]


class Rows:
    """Columns of equal length. `rows.name` and `rows["name"]` are the same column."""

    def __init__(self, columns: Mapping[str, Column], length: int) -> None:
        self._columns = columns
        self._length = length

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, name: str) -> Column:
        return self._columns[name]

    def __getattr__(self, name: str) -> Column:
        try:
            return self._columns[name]
        except KeyError:
            raise AttributeError(f"no column {name!r}; there are {', '.join(self.columns)}") from None

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self._columns)

    def mutate(self, **columns: Column) -> Rows:
        """Add columns, or put them in the place of those so named.

        Raises
        ------
        ValueError
            If one was not computed from these rows.
        """
        strange = [name for name, column in columns.items() if not column.fits(len(self))]
        if strange:
            raise ValueError(f"computed from other rows than these: {', '.join(strange)}")
        return Rows(ChainMap(columns, self._columns), len(self))  # type: ignore[arg-type]

    def filter(self, condition: Column) -> Rows:
        """The rows for which the condition holds."""
        places = self.places(condition)
        return self if len(places) == len(self) else self.take(places)

    def places(self, condition: Column) -> Places:
        """Where the rows stand for which the condition holds."""
        return np.flatnonzero(self.spread(condition).fill_null(False).to_numpy(zero_copy_only=False))

    def take(self, places: Places) -> Rows:
        """The rows at these places."""
        return Rows(_Taken(self._columns, pa.array(places)), len(places))

    def sort(self, *by: str) -> Rows:
        """The rows in the order of some columns, what is unknown first."""
        keys = pa.table({name: self.spread(name) for name in by})
        order = pc.sort_indices(keys, [(name, "ascending", "at_start") for name in by])
        return self.take(order.to_numpy().astype(np.int64))

    def neighbour(self, column: Column, by: Sequence[str], step: int) -> Column:
        """The value some rows further on, or back, where that row is of the same group."""
        groups = np.stack([numbered(self[name], len(self)) for name in by])
        places = np.arange(len(self)) + step
        inside = (places >= 0) & (places < len(self))
        inside[inside] = (groups[:, inside] == groups[:, places[inside]]).all(axis=0)
        return Column(self.spread(column).take(pa.array(places, mask=~inside)))

    def beside(self, others: Rows, how: str = "left outer", **same: str) -> Rows:
        """Each row with the columns of each of the others that agrees with it in the columns named, ours = theirs."""
        met = self._met(others, how, same)
        places = met["_theirs"].combine_chunks()
        found = {name: Column(others.spread(name).take(places)) for name in others.columns}
        return self.take(met["_ours"].to_numpy()).mutate(**found)

    def without(self, others: Rows, **same: str) -> Rows:
        """The rows that meet none of the others in the columns named, ours = theirs."""
        return self.take(self._met(others, "left anti", same)["_ours"].to_numpy())

    def _met(self, others: Rows, how: str, same: Mapping[str, str]) -> pa.Table:
        ours = {"_ours": np.arange(len(self)), **{name: self.spread(name) for name in same}}
        theirs = {"_theirs": np.arange(len(others)), **{ours: others.spread(name) for ours, name in same.items()}}
        met = pa.table(ours).join(pa.table(theirs), list(same), join_type=how)
        return met.sort_by([(name, "ascending") for name in ("_ours", "_theirs") if name in met.column_names])

    def spread(self, column: Column | str) -> pa.Array:
        """One value per row of a column, of these rows or computed from them."""
        return (self[column] if isinstance(column, str) else column).spread(len(self))

    def plain(self, *names: str) -> pa.Table:
        """Some columns in memory, one value per row."""
        return pa.table({name: self.spread(name) for name in names})

    def table(self, schema: pa.Schema) -> pa.Table:
        """Columns of that schema in memory; texts stay encoded where they are, with the values in use only."""
        arrays = [_compact(self[field.name].cast(field.type), len(self)) for field in schema]
        return pa.table(dict(zip(schema.names, arrays, strict=True)))


def of_table(table: pa.Table) -> Rows:
    """The rows of a table in memory."""
    return Rows({name: Column(flat(table[name])) for name in table.column_names}, len(table))


def stacked(parts: Sequence[Rows]) -> Rows:
    """Rows of one shape below each other."""
    filled = [part for part in parts if len(part)] or list(parts[:1])
    if len(filled) == 1:
        return filled[0]
    columns = {name: _stack([(part[name], len(part)) for part in filled]) for name in filled[0].columns}
    return Rows(columns, sum(map(len, filled)))


class _Taken(Mapping[str, Column]):
    """Columns at some places, taken when first asked for; an index is taken once for all columns that share it."""

    def __init__(self, columns: Mapping[str, Column], places: pa.Array) -> None:
        self._columns = columns
        self._places = places
        self._found: dict[str, Column] = {}
        self._indexes: dict[int, pa.Array] = {}

    def __getitem__(self, name: str) -> Column:
        if name not in self._found:
            self._found[name] = self._take(self._columns[name])
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def _take(self, column: Column) -> Column:
        if column.constant:
            return column
        if column.index is None:
            return Column(column.values.take(self._places))
        if id(column.index) not in self._indexes:
            self._indexes[id(column.index)] = column.index.take(self._places)
        return Column(column.values, self._indexes[id(column.index)])


def _stack(pieces: Sequence[tuple[Column, int]]) -> Column:
    if all(column.index is None for column, _ in pieces):
        return Column(pa.concat_arrays([column.spread(length) for column, length in pieces]))
    values, indexes, start = [], [], 0
    for column, length in pieces:
        part = Column(column.spread(length)) if column.index is None else column
        index = np.arange(length) if part.index is None else part.index.to_numpy()
        values.append(part.values)
        indexes.append(index.astype(np.int32) + np.int32(start))
        start += len(part.values)
    return Column(pa.concat_arrays(values), pa.array(np.concatenate(indexes)))


def _compact(column: Column, length: int) -> pa.Array:
    """An array for the tables: texts as a dictionary of the values in use, all else plain."""
    if column.index is None or column.values.type != pa.string():
        return column.spread(length)
    index = column.index.to_numpy()
    used = np.zeros(len(column.values), bool)
    used[index] = True
    used &= column.values.is_valid().to_numpy(zero_copy_only=False)
    number = np.cumsum(used, dtype=np.int32) - np.int32(1)
    indices = pa.array(number[index], mask=~used[index])
    return pa.DictionaryArray.from_arrays(indices, flat(column.values.filter(pa.array(used))))


def numbered(column: Column, length: int) -> npt.NDArray[np.int64]:
    """Numbers that are equal where the values are, null being a value."""
    if column.constant:
        return np.zeros(length, np.int64)
    numbers: Places = pc.dictionary_encode(column.values, null_encoding="encode").indices.to_numpy().astype(np.int64)
    return numbers if column.index is None else numbers[column.index.to_numpy()]
