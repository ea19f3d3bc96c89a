"""Source mappings: which column of which file means what. One TOML a source, no code.

::

    title = "行政处罚"            what the file holds
    department = "…"             who delivers it
    builder = "penalties"        function in `loaders.rows` that turns its rows into facts
    order = 50                   files of one load are taken in this order: facts before what refers to them
    complete = true              each file is the whole list: what it no longer says is over (see `loaders.complete`)

    [columns.document]           a field the builder knows
    names = ["处罚决定书文号", "document"]     headings, first the usual one; compared without blanks, case, width
    instead = ["文号"]           headings that stand in where none of the names is there
    check = "text"               see `loaders.checks.CHECKS`
    content = "document"         what its values look like, where the check does not say: see `loaders.contents`
    required = true              the source is not recognised without it
    filled = true                a record without a usable value goes to quarantine

    [columns.status.codes]       values of a `code list` check → canonical value
    "有效" = "in_force"

A mapping with ``extends = "penalties"`` has all of that source, except what it says itself: that is how an office
writes one for its own files (`creditnet load --explain FILE --draft OUT.toml`). Mappings in the folder `sources`
of the home are known like those delivered.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from graph.errors import ConfigError
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
    instead: tuple[str, ...] = ()
    """Headings that stand in where none of `headings` is there, even if they are another field's own."""
    content: str = ""
    """What the values look like, where the check does not say."""

    @property
    def usual(self) -> str:
        """The heading it usually stands under."""
        return (*self.headings, *self.instead, self.name)[0]


@dataclass(frozen=True, slots=True)
class SourceMapping:
    """One source: how its files are recognised and what their columns mean."""

    name: str
    title: str
    department: str
    builder: str
    order: int
    columns: tuple[Column, ...]
    complete: bool = False
    """Each file is the whole list of what it covers."""

    def locate(self, headings: Sequence[str]) -> dict[str, str]:
        """Give, for each field present, the heading of the file it stands under.

        A heading that is a field's to the letter goes first; then the units and remarks in brackets are dropped
        of the headings that are left; then come those that may stand in.
        """
        found = self._claim(headings, full_key, {})
        left = [heading for heading in headings if heading not in found.values()]
        found |= self._claim(left, heading_key, found)
        keys = _by_key(headings, full_key)
        for column in self.columns:
            spare = next((keys[k] for k in map(full_key, column.instead) if k in keys), None)
            if spare is not None:
                found.setdefault(column.name, spare)
        return {column.name: found[column.name] for column in self.columns if column.name in found}

    def missing(self, headings: Sequence[str]) -> tuple[str, ...]:
        """Usual headings of the required columns that the file lacks."""
        found = self.locate(headings)
        return tuple(c.usual for c in self.columns if c.required and c.name not in found)

    def unmapped(self, headings: Sequence[str]) -> tuple[str, ...]:
        """Headings of the file that mean nothing to this source."""
        used = set(self.locate(headings).values())
        return tuple(h for h in headings if h not in used)

    def _claim(self, headings: Sequence[str], key: Callable[[str], str], taken: Mapping[str, str]) -> dict[str, str]:
        keys = _by_key(headings, key)
        found = {}
        for column in self.columns:
            if column.name not in taken:
                heading = next((keys[k] for k in map(full_key, column.headings) if k in keys), None)
                if heading is not None:
                    found[column.name] = heading
        return found


@functools.lru_cache(maxsize=8192)
def full_key(text: str) -> str:
    """Compare headings without width, case and blanks.

    >>> full_key(" 持股比例（%） "), full_key("Credit_Code")
    ('持股比例(%)', 'creditcode')
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in plain if not c.isspace() and c not in "_\ufeff")


def heading_key(text: str) -> str:
    """Compare headings also without a unit or remark in brackets.

    >>> heading_key(" 持股比例（%） "), heading_key("(备注)")
    ('持股比例', '(备注)')
    """
    plain = full_key(text)
    return plain.split("(", 1)[0] or plain


def _by_key(headings: Sequence[str], key: Callable[[str], str]) -> dict[str, str]:
    return {key(heading): heading for heading in reversed(headings)}  # the first of two alike wins


def parse_mapping(
    name: str,
    content: Mapping[str, Any],
    known: Mapping[str, SourceMapping] | None = None,
    where: str | None = None,
) -> SourceMapping:
    """Build a mapping from the content of its TOML; `known` are those it may extend.

    Raises
    ------
    ConfigError
        If a key is missing or unknown, a check does not exist, or a heading stands for two fields.
    """
    where = where or f"{name}.toml"
    unknown = set(content) - {"title", "department", "builder", "order", "complete", "extends", "columns"}
    if unknown:
        raise ConfigError(f"{where}: unknown keys {sorted(unknown)}")
    if not isinstance(content.get("complete", False), bool):
        raise ConfigError(f"{where}: complete is true or false, not {content['complete']!r}")
    base = _extended(where, content, known or {})
    taken = ("title", "department", "builder", "order", "complete")
    said: dict[str, Any] = {key: getattr(base, key) for key in taken} if base else {"complete": False}
    said |= content
    inherited = {column.name: column for column in base.columns} if base else {}
    own = {
        field_name: _column(where, field_name, spec, inherited.get(field_name))
        for field_name, spec in content.get("columns", {}).items()
    }
    try:
        columns = tuple({**_without_headings_of(own, inherited), **own}.values())
        mapping = SourceMapping(
            name, said["title"], said["department"], said["builder"], int(said["order"]), columns, said["complete"]
        )
    except KeyError as error:
        raise ConfigError(f"{where}: the key {error} is missing") from error
    _no_double_headings(where, mapping)
    return mapping


def _extended(where: str, content: Mapping[str, Any], known: Mapping[str, SourceMapping]) -> SourceMapping | None:
    if "extends" not in content:
        return None
    if content["extends"] not in known:
        raise ConfigError(f"{where}: extends {content['extends']!r}, which is not there; there are {', '.join(known)}")
    return known[content["extends"]]


def _column(where: str, name: str, spec: Mapping[str, Any], base: Column | None) -> Column:
    unknown = set(spec) - {"names", "check", "required", "filled", "codes", "instead", "content"}
    if unknown:
        raise ConfigError(f"{where}: [columns.{name}] has unknown keys {sorted(unknown)}")
    if base is None and "names" not in spec:
        raise ConfigError(f"{where}: [columns.{name}] gives no names")
    check = spec.get("check", base.check if base else "text")
    if check not in CHECKS and check != "codes":
        raise ConfigError(f"{where}: [columns.{name}] names no check {check!r}")
    given: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in spec.items()}
    if "names" in given:
        given["headings"] = given.pop("names")
    return replace(base or Column(name, ()), **given)


def _without_headings_of(own: Mapping[str, Column], inherited: Mapping[str, Column]) -> dict[str, Column]:
    """Inherited columns, without the headings that a mapping gives to another field."""
    taken = {full_key(heading) for column in own.values() for heading in column.headings}
    return {
        name: replace(column, headings=tuple(h for h in column.headings if full_key(h) not in taken))
        for name, column in inherited.items()
    }


def _no_double_headings(where: str, mapping: SourceMapping) -> None:
    owner: dict[str, str] = {}
    for column in mapping.columns:
        for key in map(full_key, column.headings):
            if owner.setdefault(key, column.name) != column.name:
                raise ConfigError(f"{where}: heading {key!r} stands for {owner[key]} and {column.name}")
