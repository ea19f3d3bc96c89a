"""Pictures for notebooks: no request leaves the page, names are text, what is inferred is dashed."""

import re
from pathlib import Path

import pytest

from queries.picture import CAP, Picture
from queries.results import Network, Party, Relation
from queries.style import NOTICE

HOSTILE = "</script><img src=x onerror=alert(1)>\u202e\"'=1+1"
PARTIES = (
    Party("c1", "Company", "东莞市甲乙制品有限公司", score=820.0, risk_class="D", links=3),
    Party("q1", "Complainant", HOSTILE),
    Party("s1", "Shop", "甲乙旗舰店", score=300.0, risk_class="A"),
)
RELATIONS = (
    Relation("r1", "COMPLAINED", "q1", "s1", "recorded", count=5),
    Relation("r2", "HIDDEN_LINK", "c1", "s1", "inferred"),
    Relation("r3", "REGISTERED_AT", "c1", "s1", "context"),
)
NETWORK = Network("c1", PARTIES, RELATIONS, {"c1": (0, 0), "q1": (1, 0), "s1": (0, 1)})


@pytest.fixture
def picture() -> Picture:
    return Picture(NETWORK, title=HOSTILE)


def test_the_page_asks_for_nothing_from_outside(picture: Picture) -> None:
    page = picture.to_html()
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=[\"']?https?:", page)
    assert NOTICE in page


def test_names_are_text_never_markup(picture: Picture) -> None:
    bundle = picture._repr_mimebundle_()
    for text in (picture.to_html(), picture.to_svg(), bundle["text/html"]):
        assert "<img src=x" not in text
    assert bundle["text/html"].startswith('<iframe sandbox="allow-scripts"')


def test_inferred_is_dashed_and_says_so(picture: Picture) -> None:
    edges = {e["title"]: e for e in picture.to_pyvis().edges}
    inferred = next(e for title, e in edges.items() if "待核实" in title)
    assert inferred["dashes"] == [7, 5]
    assert "待核实" in inferred["label"]
    assert edges["投诉 ×5"]["dashes"] is False


def test_risk_is_told_by_ring_and_letter(picture: Picture) -> None:
    nodes = {n["id"]: n for n in picture.to_pyvis().nodes}
    assert nodes["c1"]["color"]["border"] != nodes["c1"]["color"]["background"]
    assert "[D]" in nodes["c1"]["label"]
    assert "[A]" not in nodes["s1"]["label"]


def test_more_than_the_cap_is_said_not_drawn() -> None:
    parties = tuple(Party(f"c{i}", "Company", f"企业{i}") for i in range(CAP + 5))
    picture = Picture(Network(None, parties, (), {p.id: (i, 0) for i, p in enumerate(parties)}))
    assert len(picture.to_pyvis().nodes) == CAP
    assert "另有 5 个未画出" in picture.to_svg()


def test_the_networkx_graph_keeps_every_relation(picture: Picture) -> None:
    net = picture.to_networkx()
    assert net.number_of_edges() == len(RELATIONS)
    assert net.nodes["c1"]["risk_class"] == "D"


def test_saved_as_utf8_whatever_the_system_says(
    picture: Picture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "gbk")
    picture.save(tmp_path / "picture.html")
    text = (tmp_path / "picture.html").read_bytes().decode("utf-8")
    assert NOTICE in text
