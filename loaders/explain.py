"""What a load would do with a file: which source, which column means what, and why not another source."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from loaders.mapping import SourceMapping
from loaders.read import read_headings
from loaders.recognise import recognise, source_named, sources


@dataclass(frozen=True, slots=True)
class Recognition:
    """How one file was recognised."""

    file: Path
    source: str
    title: str
    department: str
    columns: dict[str, str]
    """Heading of the file → field of the source."""
    unmapped: tuple[str, ...]
    """Headings that the source does not know; their values are not loaded."""
    missing: tuple[str, ...]
    """Required columns the file lacks; not empty only if the source was named by hand."""
    absent: tuple[str, ...]
    """Optional columns the file lacks."""
    others: dict[str, tuple[str, ...]]
    """Other sources that know some of the headings → the required columns they miss."""

    def __str__(self) -> str:
        lines = [f"{self.file}: {self.source} ({self.title}, {self.department})"]
        lines += [f"    {heading} → {field}" for heading, field in self.columns.items()]
        lines += [f"    required but missing: {', '.join(self.missing)}"] if self.missing else []
        lines += [f"    not used: {', '.join(self.unmapped)}"] if self.unmapped else []
        lines += [f"    not in the file: {', '.join(self.absent)}"] if self.absent else []
        lines += [f"    not {name}: lacks {', '.join(lacks)}" for name, lacks in self.others.items() if lacks]
        return "\n".join(lines)


def explain(path: Path, *, source: str | None = None) -> str:
    """Say in words how a file is recognised; nothing is loaded.

    Raises
    ------
    InputError
        If the file cannot be read or no source fits.
    """
    return str(recognition(path, source=source))


def recognition(path: Path, *, source: str | None = None) -> Recognition:
    """Recognise a file; nothing is loaded.

    Raises
    ------
    InputError
        If the file cannot be read or no source fits.
    """
    headings = read_headings(path)
    mapping = recognise(headings) if source is None else source_named(source)
    located = mapping.locate(headings)
    return Recognition(
        file=path,
        source=mapping.name,
        title=mapping.title,
        department=mapping.department,
        columns={heading: field for field, heading in located.items()},
        unmapped=mapping.unmapped(headings),
        missing=mapping.missing(headings),
        absent=tuple(c.headings[0] for c in mapping.columns if not c.required and c.name not in located),
        others={m.name: m.missing(headings) for m in _others(mapping, headings)},
    )


def _others(chosen: SourceMapping, headings: list[str]) -> list[SourceMapping]:
    """The three other sources that know most of the headings."""
    others = [m for m in sources().values() if m.name != chosen.name and m.locate(headings)]
    return sorted(others, key=lambda m: (-len(m.locate(headings)), m.name))[:3]
