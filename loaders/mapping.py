"""Source mappings: which column of which file means what. One TOML a source, no code.

::

    title = "行政处罚"            what the file holds
    department = "…"             who delivers it
    builder = "penalties"        function in `loaders.rows` that turns its rows into facts
    order = 50                   files of one load are taken in this order: facts before what refers to them

    [columns.document]           a field the builder knows
    names = ["处罚决定书文号", "document"]     headings, first the usual one; compared without blanks, case, width
    check = "text"               see `loaders.checks.CHECKS`
    required = true              the source is not recognised without it
    filled = true                a record without a usable value goes to quarantine

    [columns.status.codes]       values of a `code list` check → canonical value
    "有效" = "in_force"
"""

from __future__ import annotations

import difflib
import functools
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from graph.errors import ConfigError, MissingColumns, UnknownSource
from loaders.checks import CHECKS


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a source and the headings it may stand under."""

    name: str
    headings: tuple[str, ...]
    check: str = "text"
    required: bool = False
    """The column must be there."""
    filled: bool = False
    """Its value must be there and usable in every record; a record without goes to quarantine."""
    codes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SourceMapping:
    """One source: how its files are recognised and what their columns mean."""

    name: str
    title: str
    department: str
    builder: str
    order: int
    columns: tuple[Column, ...]

    def locate(self, headings: Sequence[str]) -> dict[str, str]:
        """Give, for each field present, the heading of the file it stands under."""
        by_key = {}
        for heading in reversed(headings):  # the first of two alike wins
            by_key[heading_key(heading)] = heading
        found = {}
        for column in self.columns:
            key = next((k for k in map(heading_key, column.headings) if k in by_key), None)
            if key is not None:
                found[column.name] = by_key[key]
        return found

    def missing(self, headings: Sequence[str]) -> tuple[str, ...]:
        """Usual headings of the required columns that the file lacks."""
        found = self.locate(headings)
        return tuple(c.headings[0] for c in self.columns if c.required and c.name not in found)

    def unmapped(self, headings: Sequence[str]) -> tuple[str, ...]:
        """Headings of the file that mean nothing to this source."""
        used = set(self.locate(headings).values())
        return tuple(h for h in headings if h not in used)


def heading_key(text: str) -> str:
    """Compare headings without width, case, blanks and a unit in brackets.

    >>> heading_key(" 持股比例（%） "), heading_key("Credit_Code")
    ('持股比例', 'creditcode')
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(c for c in plain if not c.isspace() and c not in "_\ufeff")
    bare = plain.split("(", 1)[0]
    return bare or plain


@functools.cache
def sources() -> dict[str, SourceMapping]:
    """All mappings of `loaders/sources`, by name."""
    found = {}
    for file in sorted(files("loaders.sources").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            name = file.name.removesuffix(".toml")
            found[name] = parse_mapping(name, tomllib.loads(file.read_text("utf-8")))
    return found


def source_named(name: str) -> SourceMapping:
    """Look a mapping up by its name.

    Raises
    ------
    UnknownSource
        If there is none; the message names the nearest.
    """
    known = sources()
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.4) or sorted(known)
    raise UnknownSource(f"there is no source {name!r}; nearest: {', '.join(near)}")


def recognise(columns: Sequence[str]) -> SourceMapping:
    """Find the source by the headings of a file: the one that explains most of them.

    Raises
    ------
    UnknownSource
        If every source lacks a required column, or two explain the file equally well.
    """
    fits = [m for m in sources().values() if not m.missing(columns)]
    if not fits:
        raise UnknownSource(_near_misses(columns))
    ranked = sorted(fits, key=lambda m: len(m.locate(columns)), reverse=True)
    best = [m for m in ranked if len(m.locate(columns)) == len(ranked[0].locate(columns))]
    if len(best) > 1:
        names = ", ".join(m.name for m in best)
        raise UnknownSource(f"the columns fit several sources equally well ({names}); name one with --source")
    return best[0]


def require_columns(mapping: SourceMapping, columns: Sequence[str], where: str) -> None:
    """Refuse a file that lacks a required column of its source.

    Raises
    ------
    MissingColumns
        Naming the absent headings and those present.
    """
    missing = mapping.missing(columns)
    if missing:
        raise MissingColumns(
            f"{where}: source {mapping.name} needs the column(s) {', '.join(missing)}; "
            f"the file has {', '.join(columns)}"
        )


def parse_mapping(name: str, content: Mapping[str, Any]) -> SourceMapping:
    """Build a mapping from the content of its TOML.

    Raises
    ------
    ConfigError
        If a key is missing or unknown, a check does not exist, or a heading stands for two fields.
    """
    try:
        columns = tuple(_column(name, field_name, spec) for field_name, spec in content["columns"].items())
        mapping = SourceMapping(
            name, content["title"], content["department"], content["builder"], int(content["order"]), columns
        )
    except KeyError as error:
        raise ConfigError(f"loaders/sources/{name}.toml: the key {error} is missing") from error
    _no_double_headings(mapping)
    return mapping


def _column(source: str, name: str, spec: Mapping[str, Any]) -> Column:
    unknown = set(spec) - {"names", "check", "required", "filled", "codes"}
    if unknown:
        raise ConfigError(f"loaders/sources/{source}.toml: [columns.{name}] has unknown keys {sorted(unknown)}")
    check = spec.get("check", "text")
    if check not in CHECKS and check != "codes":
        raise ConfigError(f"loaders/sources/{source}.toml: [columns.{name}] names no check {check!r}")
    required, filled = bool(spec.get("required", False)), bool(spec.get("filled", False))
    return Column(name, tuple(spec["names"]), check, required, filled, spec.get("codes", {}))


def _no_double_headings(mapping: SourceMapping) -> None:
    owner: dict[str, str] = {}
    for column in mapping.columns:
        for key in map(heading_key, column.headings):
            if owner.setdefault(key, column.name) != column.name:
                raise ConfigError(
                    f"loaders/sources/{mapping.name}.toml: heading {key!r} stands for {owner[key]} and {column.name}"
                )


def _near_misses(columns: Sequence[str]) -> str:
    ranked = sorted(sources().values(), key=lambda m: (len(m.missing(columns)), -len(m.locate(columns))))
    near = "; ".join(
        f"{m.name} ({m.title}) lacks {', '.join(m.missing(columns))}" for m in ranked[:3] if m.locate(columns)
    )
    seen = ", ".join(columns[:12]) + (" …" if len(columns) > 12 else "")
    return f"no source knows a file with the columns {seen}. Nearest: {near or 'none'}. Name one with --source"
