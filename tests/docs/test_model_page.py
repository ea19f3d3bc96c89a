"""docs/model.md says what the model says."""

from pathlib import Path

import pytest

from graph.model import kinds
from graph.model.document import document

PAGE = Path(__file__).resolve().parents[2] / "docs" / "model.md"


def test_the_page_is_fresh():
    assert PAGE.read_text() == document(), "stale: run `python -m graph.model.document > docs/model.md`"


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        *((f"(:{kind.label})", kind) for kind in (*kinds.NODES, *kinds.FINDING_NODES)),
        ("Table aliases", kinds.ALIAS),
        ("Table match_decisions", kinds.MATCH_DECISION),
    ],
)
def test_every_node_is_on_it(title, kind):
    part = document().split(f"### {title}\n")[1].split("\n###")[0]
    for column in kind.properties:
        assert f"| `{column.name}` | {column.type} |" in part


@pytest.mark.parametrize("kind", [*kinds.TABLED, *kinds.DERIVED, *kinds.FINDINGS], ids=lambda kind: kind.type)
def test_every_relationship_is_on_it_with_its_picture(kind):
    part = document().split(f"### {kind.type}\n")[1].split("\n###")[0]
    assert kind.picture in part
    assert kind.standing in part


def test_indexes_and_personal_data_are_marked():
    person = document().split("### (:Person)\n")[1].split("\n###")[0]
    assert "| `name` | string | name as recorded | fulltext index, personal |" in person
