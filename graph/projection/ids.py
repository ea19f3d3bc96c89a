"""Text ids ↔ dense integers 0…n-1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.projection.arrays import indices, positions


@dataclass(frozen=True, slots=True)
class IdMap:
    """The distinct ids of one kind, sorted, so that the same data gives the same numbers.

    >>> ids, _ = IdMap.encode(pa.array(["b", "a", None, "b"]))
    >>> len(ids), ids.codes(pa.array(["a", "b", "x", None])).tolist()
    (2, [0, 1, -1, -1])
    >>> ids.take(np.array([1, 0])).to_pylist(), ids.encoded(np.array([1, 1])).to_pylist()
    (['b', 'a'], ['b', 'b'])
    """

    ids: pa.Array

    @classmethod
    def encode(cls, *columns: pa.Array | pa.ChunkedArray) -> tuple[IdMap, list[npt.NDArray[np.int64]]]:
        """Collect the distinct ids of all columns and number every value, in one pass over the texts; null is -1.

        >>> ids, (first, second) = IdMap.encode(pa.array(["b", None]), pa.array(["a", "b"]))
        >>> ids.ids.to_pylist(), first.tolist(), second.tolist()
        (['a', 'b'], [1, -1], [0, 1])
        """
        texts, rows = zip(*(_texts(chunk) for column in columns for chunk in _chunks(column)), strict=True)
        distinct = pa.chunked_array(texts, pa.string()).combine_chunks().dictionary_encode()
        order = pc.sort_indices(distinct.dictionary)
        rank = np.empty(len(order), np.int64)
        rank[order.to_numpy()] = np.arange(len(order))
        of_text = np.split(rank[distinct.indices.to_numpy()], np.cumsum([len(text) for text in texts])[:-1])
        numbers = np.concatenate([np.append(of, -1)[row] for of, row in zip(of_text, rows, strict=True)])
        ends = np.cumsum([len(column) for column in columns])
        return cls(distinct.dictionary.take(order)), np.split(numbers, ends[:-1])

    def __len__(self) -> int:
        return len(self.ids)

    def codes(self, column: pa.Array | pa.ChunkedArray) -> npt.NDArray[np.int64]:
        """Number of each id, shape of the column; -1 where it is null or unknown."""
        return positions(column, self.ids)

    def take(self, numbers: npt.NDArray[np.integer]) -> pa.Array:
        """Ids of the given numbers."""
        return self.ids.take(pa.array(numbers, pa.int64()))

    def encoded(self, numbers: npt.NDArray[np.integer]) -> pa.DictionaryArray:
        """The same as numbers and one copy of all ids: for long columns."""
        return pa.DictionaryArray.from_arrays(pa.array(numbers, pa.int32()), self.ids)


def _texts(chunk: pa.Array) -> tuple[pa.Array, npt.NDArray[np.int64]]:
    """The texts that occur in a chunk, and which of them each row holds; -1 where it is null.

    Of an encoded chunk each text comes once; of a plain one, whatever is not null.
    """
    if pa.types.is_dictionary(chunk.type):
        row = indices(chunk)
        occurs = np.zeros(len(chunk.dictionary) + 1, np.bool_)
        occurs[row] = True
        texts = chunk.dictionary.filter(pa.array(occurs[:-1]))
        return texts, np.append(np.cumsum(occurs[:-1]) - 1, -1)[row]
    known = np.asarray(chunk.is_valid())
    return chunk.drop_null(), np.where(known, np.cumsum(known) - 1, -1)


def _chunks(column: pa.Array | pa.ChunkedArray) -> list[pa.Array]:
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    return list(chunks) or [pa.array([], column.type)]
