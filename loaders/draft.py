"""A mapping for a file no source knows, or knows only in part: written to be read, corrected and loaded with."""

from __future__ import annotations

import json

from loaders.explain import ColumnView, Recognition, meaning
from loaders.mapping import Column


def draft(found: Recognition) -> str:
    """TOML that extends the source which fits best; what is only supposed says so in a comment."""
    own = [_field(view) for view in found.columns if view.field]
    proposed = {view.field for view in found.columns if view.how != "heading"}
    missing = [_wanted(column, "") for column in found.missing if column.name not in proposed]
    absent = [_wanted(column, "# ") for column in found.absent if column.name not in proposed]
    unused = [f"#   {_plain(_seen(view))}" for view in found.columns if not view.field]
    mapping = found.mapping
    parts = [
        f"# Draft of a mapping for {_plain(found.file.name)}, by its headings and by what its first values look like.",
        "# Read it, correct it, and load with: creditnet load --mapping THIS.toml FILE",
        "# In the folder sources of CREDITNET_HOME it is known to every load.",
        f'extends = "{mapping.name}"  # {mapping.title}' + ("" if found.certain else ": fits best, not certain"),
        f"title = {_quoted(mapping.title)}",
        f"department = {_quoted(mapping.department)}",
        "",
        *own,
        *(["", "# Required, and not found in the file: give the heading.", *missing] if missing else []),
        *(["", "# Optional, and not found in the file.", *absent] if absent else []),
        *(["", "# Columns that nothing is taken from:", *unused] if unused else []),
    ]
    return "\n".join(parts) + "\n"


def _field(view: ColumnView) -> str:
    remark = "" if view.how == "heading" else f"  # supposed: {view.how}"
    return f"[columns.{view.field}]\nnames = [{_quoted(view.heading)}]{remark}"


def _wanted(column: Column, mark: str) -> str:
    return f"{mark}[columns.{column.name}]  # {meaning(column)}\n{mark}names = [{_quoted(column.usual)}]"


def _seen(view: ColumnView) -> str:
    return f"{view.heading}: {view.holds or view.shape or 'empty'}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")  # JSON allows it, TOML does not


def _plain(text: str) -> str:
    """Text that stays within a comment: on its line, no control characters."""
    return "".join(c if c.isprintable() else " " for c in text)
