"""The different texts of one column over all pieces of a file: what is made of them is made once."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from loaders.checks import Check, Columns
from loaders.columns import Column, flat, repeated, repeats

if TYPE_CHECKING:
    from loaders.lexicon import Lexicon

Numbers: TypeAlias = npt.NDArray[np.int32]

_LIMIT = 1 << 21
"""Different texts that are kept from piece to piece, more than a city has companies; then they are begun anew."""

_FEW_VALUES = 0.9
"""Share of repeated texts in a sample from which on Arrow tells the different ones apart first."""


class Distinct:
    """Encodes the pieces of a column one after the other, and remembers what a check said of each text."""

    def __init__(self) -> None:
        self._values = pa.array([], pa.string())
        self._lexicon: Lexicon | None = None
        self._outcomes: dict[str, Columns] = {}

    def encoded(self, texts: pa.ChunkedArray, expected: int) -> Column:
        """The next piece, its values those of the pieces before and then the new ones.

        Texts that hardly repeat, in a file of about so many records, stay as they are.
        """
        if not len(texts) or not repeats(texts, expected):
            return Column(flat(texts))
        if len(self._values) > _LIMIT:
            self._values, self._lexicon, self._outcomes = self._values.slice(0, 0), None, {}
        index = self._index(texts) if len(self._values) else self._first_index(texts)
        return Column(self._values, pa.array(index))

    def _first_index(self, texts: pa.ChunkedArray) -> Numbers:
        """Arrow tells the values of the first piece apart; most files have no other."""
        found = texts.dictionary_encode(null_encoding="encode").chunks
        self._values = found[0].dictionary
        return np.concatenate([chunk.indices.to_numpy() for chunk in found])

    def _index(self, texts: pa.ChunkedArray) -> Numbers:
        if self._lexicon is None:
            from loaders.lexicon import Lexicon  # a CPU-second to import, and more than any short file has to gain

            self._lexicon = Lexicon(self._values)
        if repeated(texts) < _FEW_VALUES:
            numbers = [self._lexicon.number(chunk) for chunk in texts.chunks]
        else:
            few = texts.dictionary_encode(null_encoding="encode").chunks  # Arrow is faster where few values differ
            number = self._lexicon.number(few[0].dictionary)
            numbers = [number[chunk.indices.to_numpy()] for chunk in few]
        self._values = self._lexicon.texts
        return np.concatenate(numbers)

    def checked(self, field: str, column: Column, check: Check) -> dict[str, Column]:
        """What a check says of the values of a column that was encoded here, seen through one index.

        The values are those the column has: over all that is remembered, whatever is made of them next would cost
        several times as much for the last of ten pieces as for the first.
        """
        outcome = self._outcome(field, column.values, check)
        places, index = _in_use(column)
        return {
            suffix: Column(flat(found) if places is None else flat(found).take(places), index)
            for suffix, found in outcome.items()
        }

    def _outcome(self, field: str, values: pa.Array, check: Check) -> Columns:
        if values is not self._values:
            return check(values)
        before = self._outcomes.get(field)
        if before is None:
            found = {suffix: flat(part) for suffix, part in check(values).items()}
        else:
            new = check(values.slice(len(before[""])))
            found = {suffix: pa.concat_arrays([before[suffix], flat(part)]) for suffix, part in new.items()}
        self._outcomes[field] = found
        return found


def _in_use(column: Column) -> tuple[pa.Array | None, pa.Array | None]:
    """Places of the values that a column has, `None` where they are most of those there are, and the index to them."""
    if column.index is None:
        return None, None
    index = column.index.to_numpy()
    used = np.zeros(len(column.values), bool)
    used[index] = True
    if 2 * np.count_nonzero(used) > len(used):
        return None, column.index
    number = np.cumsum(used, dtype=np.int32) - np.int32(1)
    return pa.array(np.flatnonzero(used)), pa.array(number[index])
