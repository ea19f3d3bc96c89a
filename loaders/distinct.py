"""Work on the distinct values of a column of text and give the outcomes back to the rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

_SAMPLE = 2_000
_MOSTLY = 0.95
"""Share of different values in a sample from which on telling them apart costs more than it saves."""


def by_distinct(
    values: pa.ChunkedArray, function: Callable[[pa.Array], Mapping[str, pa.Array]]
) -> dict[str, pa.ChunkedArray]:
    """Columns that a function gives for the values of a text column; null gives null.

    The outcome for one text must not depend on the other texts.

    >>> column = pa.chunked_array([["aa", "b", "aa", None]])
    >>> by_distinct(column, lambda texts: {"size": pc.utf8_length(texts)})["size"].to_pylist()
    [2, 1, 2, None]
    """
    if _all_differ(values):
        return _chunked([function(chunk) for chunk in values.chunks])
    encoded = values.dictionary_encode().unify_dictionaries()
    distinct = encoded.chunk(0).dictionary if encoded.num_chunks else pa.array([], pa.string())
    outcome = function(distinct)
    if not encoded.num_chunks:
        return _chunked([outcome])
    return _chunked([{name: array.take(c.indices) for name, array in outcome.items()} for c in encoded.chunks])


def _all_differ(values: pa.ChunkedArray) -> bool:
    """Whether hardly a value occurs twice, as far as the first ones tell; no value may be absent."""
    sample = values.slice(0, _SAMPLE)
    return len(values) > _SAMPLE and not values.null_count and pc.count_distinct(sample).as_py() > _MOSTLY * _SAMPLE


def _chunked(pieces: list[Mapping[str, pa.Array]]) -> dict[str, pa.ChunkedArray]:
    return {name: pa.chunked_array([piece[name] for piece in pieces]) for name in pieces[0]}
