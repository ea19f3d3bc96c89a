"""`creditnet load --explain`: what a load would make of a file, as tables; and the draft of a mapping."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from api.commands.console import err, out
from graph.errors import InputError

if TYPE_CHECKING:
    from graph.tables import Tables
    from loaders.explain import Recognition
    from loaders.mapping import SourceMapping


def explain_files(
    tables: Tables,
    files: Sequence[Path],
    *,
    source: str | None,
    known: Mapping[str, SourceMapping],
    draft_to: Path | None,
) -> None:
    """Print how each file is recognised; write a draft where one is asked for.

    Raises
    ------
    InputError
        If a file cannot be read, or a draft is asked for several files or over a file that is there.
    """
    from loaders.draft import draft
    from loaders.explain import recognition

    if draft_to is not None and len(files) != 1:
        raise InputError("--draft writes the mapping of one file; name one")
    if draft_to is not None and draft_to.exists():
        raise InputError(f"{draft_to} is there already; name another file, or remove it")
    for path in files:
        found = recognition(path, tables, source=source, known=known)
        _show(found)
        if draft_to is not None:
            draft_to.write_text(draft(found), "utf-8")
            err.print(
                f"{draft_to}: read and correct it, then: creditnet load --mapping {draft_to} {path}", markup=False
            )


def _show(found: Recognition) -> None:
    from loaders.explain import meaning
    from loaders.reasons import words

    mapping = found.mapping
    delimiter = f", delimiter {found.delimiter!r}" if found.delimiter else ""
    sure = "" if found.certain else " fits best, but the headings do not say so: see --draft"
    lines = [
        f"{found.file}: {found.format}, {found.encoding}{delimiter}, {found.records:,} records",
        *(f"    {note}" for note in found.notes),
        f"    source {mapping.name} ({mapping.title}, {mapping.department}){sure}",
    ]
    out.print("\n".join(lines), markup=False)
    out.print(_columns(found))
    perhaps = {view.field: f"; perhaps {view.heading}" for view in found.columns if view.how != "heading"}
    lines = [
        f"    missing, required: {c.usual} ({c.name}): {meaning(c)}{perhaps.get(c.name, '')}" for c in found.missing
    ]
    if found.absent:
        lines.append("    missing, optional: " + ", ".join(f"{c.usual} ({c.name})" for c in found.absent))
    lines += [f"    not {name}: lacks {', '.join(lacks)}" for name, lacks in found.others.items() if lacks]
    if found.judged:
        lines.append(f"    of the first {found.judged:,} records {sum(found.refused.values()):,} go to quarantine")
        lines += [f"    {count:>8,} {words(code)}" for code, count in found.refused.items()]
        lines += [f"    {count:>8,} loaded with {code}" for code, count in found.unusable.items()]
    else:
        lines.append("    records are judged once no required column is missing")
    out.print("\n".join(lines), markup=False)


def _columns(found: Recognition) -> Table:
    table = Table("heading", "field", "by", "values look like", "form", "filled", box=None, padding=(0, 1))
    for view in found.columns:
        known = view.how == "heading"
        field = view.field if known else f"{view.field}?" if view.field else "not used"
        table.add_row(*map(escape, (view.heading, field, view.how, view.holds, view.shape)), f"{view.filled:.0%}")
    return table
