"""The different texts of one column over all pieces of a file: what is made of them is made once."""

from __future__ import annotations

import pyarrow as pa

from loaders.checks import Check, Columns
from loaders.columns import Column, flat, repeats

_LIMIT = 1 << 21
"""Different texts that are kept from piece to piece, more than a city has companies; then they are begun anew."""


class Distinct:
    """Encodes the pieces of a column one after the other, and remembers what a check said of each text."""

    def __init__(self) -> None:
        self._values = pa.array([], pa.string())
        self._outcomes: dict[str, Columns] = {}

    def encoded(self, texts: pa.ChunkedArray, expected: int) -> Column:
        """The next piece, its values those of the pieces before and then the new ones.

        Texts that hardly repeat, in a file of about so many records, stay as they are.
        """
        if not len(texts) or not repeats(texts, expected):
            return Column(flat(texts))
        if len(self._values) > _LIMIT:
            self._values, self._outcomes = self._values.slice(0, 0), {}
        known = [self._values] if len(self._values) else []  # Arrow drops empty chunks
        found = pa.chunked_array([*known, *texts.chunks], pa.string()).dictionary_encode(null_encoding="encode").chunks
        self._values = found[0].dictionary
        return Column(self._values, flat(pa.chunked_array([c.indices for c in found[len(known) :]], pa.int32())))

    def checked(self, field: str, values: pa.Array, check: Check) -> Columns:
        """What a check says of the values of a column that was encoded here."""
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
