"""The documentation page of the model, generated: ``python -m graph.model.document > docs/model.md``."""

from __future__ import annotations

import sys

from graph.model.kinds import (
    ALIAS,
    DERIVED,
    FINDING_NODES,
    FINDINGS,
    MATCH_DECISION,
    NODES,
    PROVENANCE,
    SCORE_PROPERTIES,
    TABLED,
)
from graph.model.properties import NodeKind, Property, RelationshipKind

_INTRODUCTION = """\
# The model

Generated from `graph/model/kinds.py` by `python -m graph.model.document`; do not edit by hand.

Every kind of node and relationship of the credit network, with its clean table. Ids are stable and unique
over all kinds. *Personal* columns are masked by role before they leave the API; *table only* columns stay
in the tables and are not written to Neo4j.
"""


def document() -> str:
    """The page as Markdown."""
    sections = [
        _INTRODUCTION,
        _section("Nodes", [_node(kind) for kind in NODES]),
        _section("Relationships from files", [_relationship(kind) for kind in TABLED]),
        _section("Relationships derived from them", [_relationship(kind) for kind in DERIVED]),
        _section(
            "Findings written back by `creditnet refresh`", [*map(_node, FINDING_NODES), *map(_relationship, FINDINGS)]
        ),
        _section("Tables beside the graph", [_node(ALIAS), _node(MATCH_DECISION)]),
        f"## On every party after a refresh\n\n{_columns(SCORE_PROPERTIES)}\n",
        f"## On every row, node and relationship\n\n{_columns(PROVENANCE)}\n",
    ]
    return "\n".join(sections)


def _section(title: str, parts: list[str]) -> str:
    return f"## {title}\n\n" + "\n".join(parts)


def _node(kind: NodeKind) -> str:
    table = f"Table `{kind.table}`. " if kind.table else ""
    party = "A party. " if kind.party else ""
    title = f"(:{kind.label})" if kind.label else f"Table {kind.table}"
    head = f"### {title}\n\n{_sentence(kind.describe)} {party}{table}Ids begin with `{kind.prefix}`.\n\n"
    return head + _columns(kind.properties) + "\n"


def _relationship(kind: RelationshipKind) -> str:
    table = f" Table `{kind.table}`." if kind.table else ""
    derived = f" Derived: {kind.derived}." if kind.derived else ""
    text = f"{_sentence(kind.describe)} Standing: {kind.standing}.{table}{derived}"
    head = f"### {kind.type}\n\n`{kind.picture}`\n\n{text}\n"
    return head + (f"\n{_columns(kind.properties)}\n" if kind.properties else "")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def _columns(properties: tuple[Property, ...]) -> str:
    rows = [f"| `{p.name}` | {p.type} | {p.describe.replace('|', '/')} | {_marks(p)} |" for p in properties]
    return "\n".join(["| property | type | meaning | marks |", "|---|---|---|---|", *rows])


def _marks(column: Property) -> str:
    marks = [
        f"{column.index} index" if column.index else "",
        "personal" if column.sensitive else "",
        "table only" if column.table_only else "",
        "graph only" if column.graph_only else "",
    ]
    return ", ".join(mark for mark in marks if mark)


if __name__ == "__main__":
    sys.stdout.write(document())
