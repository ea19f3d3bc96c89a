"""The Cypher that is generated from the model: pure functions, golden-tested.

Nodes are keyed by `id`. Relationships between one pair are told apart by the property `key`, a text made of
the columns in `KEY_COLUMNS` (so history keeps several intervals, and a missing date is just an empty text,
which MERGE could not take as null). User text never enters a statement: all values are parameters.
"""

from __future__ import annotations

from collections.abc import Sequence

from graph.model.kinds import DERIVED, FINDING_NODES, FINDINGS, NODES, PROVENANCE, TABLED
from graph.model.properties import NodeKind, Property, RelationshipKind

ALL_NODES: tuple[NodeKind, ...] = (*NODES, *FINDING_NODES)
ALL_RELATIONSHIPS: tuple[RelationshipKind, ...] = (*TABLED, *DERIVED, *FINDINGS)
PARTY_LABELS = frozenset(kind.label for kind in ALL_NODES if kind.party)
NAMES_INDEX = "names"
"""The full-text index over the names of all kinds."""

KEY_COLUMNS: dict[str, tuple[str, ...]] = {
    **{kind.type: ("valid_from",) for kind in TABLED},
    "OFFICER": ("valid_from", "post"),
    "HIDDEN_LINK": ("rule", "shared"),
}
"""Columns that tell relationships of one type between one pair apart; a type not named has one per pair."""


def name_of(kind: NodeKind | RelationshipKind) -> str:
    """Label of a node kind, type of a relationship kind."""
    return kind.label if isinstance(kind, NodeKind) else kind.type


def labels(kind: NodeKind) -> tuple[str, ...]:
    """Labels of a kind's nodes."""
    return (kind.label, "Party") if kind.party else (kind.label,)


def written(kind: NodeKind | RelationshipKind) -> tuple[Property, ...]:
    """Properties of a kind that Neo4j holds, `id` first for nodes, provenance last."""
    return tuple(p for p in (*kind.properties, *PROVENANCE) if not p.table_only)


def schema_statements() -> list[str]:
    """Constraints and indexes of the whole model; applying them again changes nothing."""
    return [*constraints(), *indexes()]


def indexes() -> list[str]:
    """Indexes of the model beside those that its constraints bring."""
    return [*_range_indexes(), *_text_indexes(), _prefix_index(), _fulltext_index()]


def constraints() -> list[str]:
    """One id, one node, of each label."""
    return [
        f"CREATE CONSTRAINT {label.lower()}_id IF NOT EXISTS FOR (n:{label}) REQUIRE n.id IS UNIQUE"
        for label in ("Party", *(kind.label for kind in ALL_NODES))
    ]


def _range_indexes() -> list[str]:
    return [
        f"CREATE INDEX {kind.label.lower()}_{p.name} IF NOT EXISTS FOR (n:{kind.label}) ON (n.{p.name})"
        for kind in ALL_NODES
        for p in kind.properties
        if p.index == "range"
    ]


def _text_indexes() -> list[str]:
    """Index per property over all parties, for CONTAINS; names have the full-text index instead."""
    texts = dict.fromkeys(p.name for kind in ALL_NODES if kind.party for p in kind.properties if p.index == "text")
    return [f"CREATE TEXT INDEX party_{name} IF NOT EXISTS FOR (n:Party) ON (n.{name})" for name in texts]


def _prefix_index() -> str:
    """Sorted index on initials: STARTS WITH without a hit took 46–385 ms on a TEXT index, 1–14 ms here."""
    return "CREATE INDEX party_name_initials_prefix IF NOT EXISTS FOR (n:Party) ON (n.name_initials)"


def _fulltext_index() -> str:
    searched = [(kind.label, p.name) for kind in ALL_NODES for p in kind.properties if p.index == "fulltext"]
    kinds = "|".join(dict.fromkeys(label for label, _ in searched))
    columns = ", ".join(dict.fromkeys(f"n.{name}" for _, name in searched))
    return (
        f"CREATE FULLTEXT INDEX {NAMES_INDEX} IF NOT EXISTS FOR (n:{kinds}) ON EACH [{columns}] "
        "OPTIONS {indexConfig: {`fulltext.analyzer`: 'cjk'}}"
    )


def upsert_nodes(kind: NodeKind) -> str:
    """Write nodes from `$rows` of ``{id, properties}``; a null property is removed."""
    party = "\nON CREATE SET n:Party" if kind.party else ""
    return f"UNWIND $rows AS row\nMERGE (n:{kind.label} {{id: row.id}}){party}\nSET n += row.properties"


def upsert_relationships(kind: RelationshipKind) -> str:
    """Write relationships from `$rows` of ``{from_id, to_id, key, properties}`` between nodes that exist."""
    key = " {key: row.key}" if kind.type in KEY_COLUMNS else ""
    return (
        f"UNWIND $rows AS row\n{_match_ends(kind)}\n"
        f"MERGE (a)-[r:{kind.type}{key}]->(b)\nSET r += row.properties\nRETURN count(r) AS written"
    )


def delete_nodes(kind: NodeKind) -> str:
    """Delete nodes and their relationships by `$rows` of ``{id}``."""
    return f"UNWIND $rows AS row\nMATCH (n:{kind.label} {{id: row.id}})\nDETACH DELETE n"


def delete_relationships(kind: RelationshipKind) -> str:
    """Delete relationships by `$rows` of ``{from_id, to_id, key}``."""
    key = " {key: row.key}" if kind.type in KEY_COLUMNS else ""
    return f"UNWIND $rows AS row\n{_match_ends(kind)}\nMATCH (a)-[r:{kind.type}{key}]->(b)\nDELETE r"


def set_properties(label: str) -> str:
    """Set properties of existing nodes from `$rows` of ``{id, properties}``."""
    return f"UNWIND $rows AS row\nMATCH (n:{label} {{id: row.id}})\nSET n += row.properties"


def held(kind: NodeKind | RelationshipKind, columns: Sequence[str], days: Sequence[bool]) -> tuple[list[str], str]:
    """Return the given columns of all nodes or relationships of a kind; `from_id` and `to_id` are its ends.

    One statement per label that they start from, which gives a page of `$rows` nodes behind the id `$after`: how many
    nodes, the last id, the `values` row by row; and a statement for those that no page has. Columns that are `days`
    come as text, null where they hold something else.
    """
    ends = {"from_id": "a.id", "to_id": "b.id"}
    properties = [ends.get(name, f"x.{name}") for name in columns]
    shown = [
        f"CASE WHEN {p} IS :: DATE THEN toString({p}) END" if d else p for p, d in zip(properties, days, strict=True)
    ]
    row = f"[{', '.join(shown)}]"
    if isinstance(kind, NodeKind):
        first, sources, onward = "x", [kind.label], ""
        every, known = f"(x:{kind.label})", "true"
    else:
        first, sources, onward = "a", list(kind.sources), f"\nMATCH (a)-[x:{kind.type}]->(b)"
        every, known = f"(a)-[x:{kind.type}]->(b)", " OR ".join(f"a:{label}" for label in kind.sources)
    pages = [
        f"MATCH ({first}:{label}) WHERE {first}.id > $after\nWITH {first} ORDER BY {first}.id LIMIT $rows\n"
        f"WITH collect({first}) AS page\nCALL (page) {{\nUNWIND page AS {first}{onward}\n"
        f"RETURN collect({row}) AS values\n}}\n"
        "RETURN size(page) AS nodes, page[-1].id AS last, values"
        for label in sources
    ]
    strays = f"MATCH {every} WHERE NOT ({known}) OR NOT {first}.id IS :: STRING NOT NULL OR {first}.id = ''\n"
    return pages, f"{strays}RETURN {row} AS row"


def clear_findings() -> list[str]:
    """Delete up to `$batch` findings each; run each until it deletes nothing."""
    types = "|".join(kind.type for kind in FINDINGS)
    nodes = "|".join(kind.label for kind in FINDING_NODES)
    return [
        f"MATCH ()-[r:{types}]->()\nWITH r LIMIT $batch\nDELETE r\nRETURN count(*) AS deleted",
        f"MATCH (n:{nodes})\nWITH n LIMIT $batch\nDELETE n\nRETURN count(*) AS deleted",
    ]


def count_kinds() -> str:
    """Count the nodes of each label and the relationships of each type, from the count store."""
    patterns = {k.label: f"(n:{k.label})" for k in ALL_NODES} | {
        k.type: f"()-[n:{k.type}]->()" for k in ALL_RELATIONSHIPS
    }
    counts = [
        f"MATCH {pattern}\nWITH count(n) AS count\nRETURN '{name}' AS kind, count" for name, pattern in patterns.items()
    ]
    return "\nUNION ALL\n".join(counts)


def _match_ends(kind: RelationshipKind) -> str:
    source, target = _end_label(kind.sources), _end_label(kind.targets)
    return f"MATCH (a:{source} {{id: row.from_id}})\nMATCH (b:{target} {{id: row.to_id}})"


def _end_label(ends: tuple[str, ...]) -> str:
    """One label where there is one kind, `Party` for several: one index look-up finds the node."""
    if len(ends) == 1:
        return ends[0]
    others = [label for label in ends if label not in PARTY_LABELS]
    return "|".join(["Party", *others])
