"""Text ids ↔ dense integers 0…n-1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True, slots=True)
class IdMap:
    """The distinct ids of one kind, sorted, so that the same data gives the same numbers.

    >>> ids = IdMap.of(pa.array(["b", "a", None, "b"]))
    >>> len(ids), ids.codes(pa.array(["a", "b", "x", None])).tolist()
    (2, [0, 1, -1, -1])
    >>> ids.take(np.array([1, 0])).to_pylist()
    ['b', 'a']
    """

    ids: pa.Array

    @classmethod
    def encode(cls, *columns: pa.Array | pa.ChunkedArray) -> tuple[IdMap, list[npt.NDArray[np.int64]]]:
        """Collect the distinct ids of all columns and number every value, in one pass over the texts; null is -1.

        >>> ids, (first, second) = IdMap.encode(pa.array(["b", None]), pa.array(["a", "b"]))
        >>> ids.ids.to_pylist(), first.tolist(), second.tolist()
        (['a', 'b'], [1, -1], [0, 1])
        """
        chunks = [chunk for column in columns for chunk in _chunks(column)]
        encoded = pa.chunked_array(chunks, pa.string()).combine_chunks().dictionary_encode()
        order = pc.sort_indices(encoded.dictionary)
        rank = np.full(len(order) + 1, -1)
        rank[order.to_numpy()] = np.arange(len(order))
        numbers = rank[pc.fill_null(encoded.indices, len(order)).to_numpy(zero_copy_only=False)]
        ends = np.cumsum([len(column) for column in columns])
        return cls(encoded.dictionary.take(order)), np.split(numbers, ends[:-1])

    @classmethod
    def of(cls, *columns: pa.Array | pa.ChunkedArray) -> IdMap:
        """Collect the distinct non-null ids of all columns."""
        chunks = [chunk for column in columns for chunk in _chunks(column)]
        distinct = pc.unique(pa.chunked_array(chunks, pa.string())).drop_null()
        return cls(distinct.take(pc.sort_indices(distinct)))

    def __len__(self) -> int:
        return len(self.ids)

    def codes(self, column: pa.Array | pa.ChunkedArray) -> npt.NDArray[np.int64]:
        """Number of each id, shape of the column; -1 where it is null or unknown."""
        found = pc.index_in(column, value_set=self.ids, skip_nulls=True)
        return np.ascontiguousarray(pc.fill_null(found, -1).to_numpy(zero_copy_only=False), dtype=np.int64)

    def take(self, numbers: npt.NDArray[np.integer]) -> pa.Array:
        """Ids of the given numbers."""
        return self.ids.take(pa.array(numbers, pa.int64()))


def _chunks(column: pa.Array | pa.ChunkedArray) -> list[pa.Array]:
    return list(column.chunks) if isinstance(column, pa.ChunkedArray) else [column]
