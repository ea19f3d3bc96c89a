"""The generated Cypher as text somebody reads: a change of the model shows here as a difference."""

import os
from pathlib import Path

from graph.model.kinds import COMPANY, COMPLAINT, CONCERNS, LEGAL_REP, PLATFORM
from graph.store import schema_statements, statements
from graph.store.importfiles import node_header, relationship_header

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "store_statements.txt"


def generated() -> str:
    """All generated texts; UPDATE_GOLDEN=1 writes them to the golden file."""
    sections = {
        "schema": schema_statements(),
        "nodes": [statements.upsert_nodes(kind) for kind in statements.ALL_NODES],
        "relationships": [statements.upsert_relationships(kind) for kind in statements.ALL_RELATIONSHIPS],
        "deletes": [
            statements.delete_nodes(COMPANY),
            statements.delete_relationships(LEGAL_REP),
            statements.delete_relationships(CONCERNS),
            *statements.clear_findings(),
        ],
        "properties": [statements.set_properties("Party")],
        "import headers": [
            *(node_header(kind) for kind in statements.ALL_NODES),
            *(relationship_header(kind) for kind in statements.ALL_RELATIONSHIPS),
        ],
    }
    return "\n".join(f"==== {title}\n" + "\n\n".join(texts) + "\n" for title, texts in sections.items())


def test_generated_statements_are_the_golden_ones():
    text = generated()
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")

    assert text == GOLDEN.read_text(encoding="utf-8"), "read the difference; if it is meant, set UPDATE_GOLDEN=1"


def test_only_parties_carry_the_second_label():
    assert statements.labels(PLATFORM) == ("Platform", "Party")
    assert statements.labels(COMPLAINT) == ("Complaint",)


def test_what_stays_in_the_tables_is_not_written():
    names = {p.name for p in statements.written(COMPLAINT)}

    assert {"id", "filed_on", "source", "received"} <= names
    assert not names & {"complainant_id", "line", "phone_id"}


def test_every_kind_is_counted_once():
    text = statements.count_kinds()

    assert all(text.count(f"RETURN '{kind.label}' AS kind") == 1 for kind in statements.ALL_NODES)
    assert all(text.count(f"RETURN '{kind.type}' AS kind") == 1 for kind in statements.ALL_RELATIONSHIPS)
