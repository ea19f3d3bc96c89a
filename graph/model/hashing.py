"""Keyed hashes: join keys that cannot be turned back into a number without the key, kept outside the data."""

from __future__ import annotations

import hashlib

import pyarrow as pa

from graph.model.text import map_distinct

_DIGEST_BYTES = 12
"""24 hexadecimal digits: at 190 million values the chance of any collision is about 2e-13."""


def keyed_hash(values: pa.Array | pa.ChunkedArray, key: bytes, prefix: str = "") -> pa.StringArray:
    """Hash each distinct text with keyed BLAKE2b and put the prefix of its kind before it; null stays null.

    The prefix is part of what is hashed: who may see a person's id and a complainant's id must not be able to tell
    from them that the two are the same human being.

    >>> first, second, none = keyed_hash(pa.array(["a", "a", None]), b"k" * 32, "p_").to_pylist()
    >>> first == second, len(first), none
    (True, 26, None)
    """
    return map_distinct(values, lambda text: prefix + _digest(text, key, prefix))


def plain_hash(values: pa.Array | pa.ChunkedArray, prefix: str = "") -> pa.StringArray:
    """The same without a key, for texts that are not personal: addresses, document numbers.

    >>> plain_hash(pa.array(["x", None]), "a_").to_pylist()[1] is None
    True
    """
    return keyed_hash(values, b"", prefix)


def _digest(text: str, key: bytes, kind: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=_DIGEST_BYTES, key=key, person=kind.encode()).hexdigest()
