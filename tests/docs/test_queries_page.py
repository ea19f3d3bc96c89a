"""The reference page of the questions is generated; a stale one fails here."""

from pathlib import Path

from queries.catalog import load
from queries.document import main, page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "queries.md"


def test_page_is_fresh():
    assert PAGE.read_text("utf-8") == page(), "run: python -m queries.document"


def test_every_query_has_a_heading():
    headings = {line.removeprefix("### ") for line in page().splitlines() if line.startswith("### ")}
    assert headings == set(load())


def test_main_writes_the_page(tmp_path):
    main([str(tmp_path / "page.md")])
    assert (tmp_path / "page.md").read_text("utf-8") == page()
