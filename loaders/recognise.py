"""Which source a file is of: the delivered mappings, those of an office, and recognition by the headings."""

from __future__ import annotations

import difflib
import functools
import re
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from graph.errors import ConfigError, MissingColumns, UnknownSource
from loaders.mapping import SourceMapping, parse_mapping


@functools.cache
def sources() -> dict[str, SourceMapping]:
    """All mappings of `loaders/sources`, by name."""
    found = files("loaders.sources").iterdir()
    texts = {f.name.removesuffix(".toml"): f.read_text("utf-8") for f in found if f.name.endswith(".toml")}
    return _parsed({name: (f"loaders/sources/{name}.toml", texts[name]) for name in sorted(texts)}, {})


def known_sources(*places: Path) -> dict[str, SourceMapping]:
    """The delivered mappings and those of an office: of files, and of all TOMLs in folders that are there.

    A later mapping replaces one of the same name.

    Raises
    ------
    ConfigError
        If a file cannot be read or is no mapping.
    """
    known = dict(sources())
    for place in places:
        paths = sorted(place.glob("*.toml")) if place.is_dir() or not place.suffix else [place]
        known |= _parsed({path.stem: (str(path), _text_of(path)) for path in paths}, known)
    return known


def source_named(name: str, known: Mapping[str, SourceMapping] | None = None) -> SourceMapping:
    """Look a mapping up by its name.

    Raises
    ------
    UnknownSource
        If there is none; the message names the nearest.
    """
    known = sources() if known is None else known
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.4) or sorted(known)
    raise UnknownSource(f"there is no source {name!r}; nearest: {', '.join(near)}")


def recognise(columns: Sequence[str], known: Mapping[str, SourceMapping] | None = None) -> SourceMapping:
    """Find the source by the headings of a file: the one that explains most of them, then the one that asks for most.

    Where two still fit, an office's own mapping goes before those delivered.

    Raises
    ------
    UnknownSource
        If every source lacks a required column, or two explain the file equally well.
    """
    known = sources() if known is None else known
    fits = [m for m in known.values() if not m.missing(columns)]
    if not fits:
        raise UnknownSource(_near_misses(columns, known))
    ranks = {m.name: (len(m.locate(columns)), sum(c.required for c in m.columns)) for m in fits}
    best = [m for m in fits if ranks[m.name] == max(ranks.values())]
    best = [m for m in best if m.name not in sources()] or best
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
            f"the file has {_listed(columns)}{_remark(columns)}"
        )


def _parsed(texts: Mapping[str, tuple[str, str]], known: Mapping[str, SourceMapping]) -> dict[str, SourceMapping]:
    """Mappings by name from (place, TOML); those that extend others after those that do not."""
    contents = {}
    for name, (where, text) in texts.items():
        try:
            contents[name] = (where, tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise ConfigError(f"{where}: not TOML: {error}") from error
    parsed: dict[str, SourceMapping] = {}
    for name in sorted(contents, key=lambda name: "extends" in contents[name][1]):
        where, content = contents[name]
        parsed[name] = parse_mapping(name, content, {**known, **parsed}, where)
    return {name: parsed[name] for name in texts}


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: the mapping cannot be read ({error})") from error


def _near_misses(columns: Sequence[str], known: Mapping[str, SourceMapping]) -> str:
    ranked = sorted(known.values(), key=lambda m: (len(m.missing(columns)), -len(m.locate(columns))))
    near = "; ".join(
        f"{m.name} ({m.title}) lacks {', '.join(m.missing(columns))}" for m in ranked[:3] if m.locate(columns)
    )
    return (
        f"no source knows a file with the columns {_listed(columns)}{_remark(columns)}. Nearest: {near or 'none'}. "
        "Name one with --source, or let --explain FILE --draft OUT.toml write a mapping to edit"
    )


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(column[:80] for column in columns[:12]) + (" …" if len(columns) > 12 else "")


def _remark(columns: Sequence[str]) -> str:
    """What the headings themselves say against the file."""
    if len(columns) == 1 and len(columns[0]) > len("统一社会信用代码"):
        return " (one column only: save it with a comma, tab, semicolon or | between the fields)"
    if any(re.fullmatch(r"column#\d+", column) for column in columns):
        return " (some have no heading: cells may be merged, or a title may stand above; leave one line of headings)"
    return ""
