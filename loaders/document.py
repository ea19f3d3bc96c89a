"""The page of the sources: what each file must hold, under which headings, and what becomes of it."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from loaders.explain import meaning
from loaders.mapping import Column, SourceMapping
from loaders.recognise import sources
from loaders.rows import BUILDERS

_INTRO = """# Sources

A file is recognised by its headings, in any order; blanks, case, width and underscores do not matter, and a unit or
remark in brackets only where a heading needs it to be told from another. The first heading named below is the usual
one; the others are read alike, among them the Chinese and the column names of the tables other cities keep.

* **required**: a file without the column is not of this source. **filled**: a record without a usable value goes to
  quarantine. Everything else may be absent.
* `creditnet load --explain FILE` says which source a file is of, what is missing, what each column looks like and
  what would be refused; it loads nothing and shows no value.
* `creditnet load --explain FILE --draft OUT.toml` writes a mapping for a file that no source knows, by headings that
  are alike and by what the columns hold. Read and correct it; then `creditnet load --mapping OUT.toml FILE`. In the
  folder `sources` of `CREDITNET_HOME` it is known to every load, and goes before a delivered source that fits alike.
* A mapping that `extends` a source has all of it, except what it says itself:

```toml
extends = "penalties"
department = "城市管理局"

[columns.document]
names = ["决定书编号"]
```
"""


def document() -> str:
    """The whole page."""
    mappings = sorted(sources().values(), key=lambda m: (m.order, m.name))
    index = ["| source | holds | from |", "|---|---|---|"]
    index += [f"| [`{m.name}`](#{m.name}) | {m.title} | {m.department} |" for m in mappings]
    return "\n".join([_INTRO, *index, "", *(line for m in mappings for line in _section(m))])


def _section(mapping: SourceMapping) -> Iterator[str]:
    yield from (f"## {mapping.name}", "", f"{mapping.title}. {_first_lines(mapping)}", "")
    yield from ("| field | headings | holds | |", "|---|---|---|---|")
    for column in mapping.columns:
        headings = ", ".join(column.headings) + (f"; else {', '.join(column.instead)}" if column.instead else "")
        yield f"| `{column.name}` | {headings} | {meaning(column)} | {_duty(column)} |"
    yield ""


def _first_lines(mapping: SourceMapping) -> str:
    return " ".join(inspect.cleandoc(BUILDERS[mapping.builder].__doc__ or "").split())


def _duty(column: Column) -> str:
    return ", ".join(word for word, holds in (("required", column.required), ("filled", column.filled)) if holds)
