"""The word lists and terms in the TOML files of this folder, read once."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc


@functools.cache
def rules(name: str) -> Mapping[str, Any]:
    """Content of `loaders/rules/<name>.toml`."""
    content: Mapping[str, Any] = tomllib.loads(files("loaders.rules").joinpath(f"{name}.toml").read_text("utf-8"))
    return content


def any_of(words: Sequence[str]) -> str:
    """Regular expression that finds any of the words."""
    return "|".join(_quote(word) for word in words)


def matches(values: pa.Array, pattern: str) -> pa.Array:
    """Whether the pattern is found in each text; null counts as no."""
    return pc.fill_null(pc.match_substring_regex(values, pattern), False)


def classify(values: pa.Array, patterns: Sequence[Sequence[str]]) -> pa.Array:
    """First class whose pattern is found in each text, in the order given; null if none is."""
    result = pa.nulls(len(values), pa.string())
    for pattern, name in reversed(patterns):
        result = pc.if_else(matches(values, pattern), name, result)
    return result


def _quote(word: str) -> str:
    return "".join(f"\\{c}" if c in r".^$*+?{}[]\|()" else c for c in word)
