"""Generated reference pages are fresh, and the settings, commands, features and sources are all in them."""

from dataclasses import fields
from pathlib import Path

import pytest

from api.document import PAGES
from graph.scoring.features import FEATURES
from graph.settings import Settings
from loaders.recognise import sources

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize("page", PAGES)
def test_the_page_is_fresh(page: str) -> None:
    assert (DOCS / f"{page}.md").read_text(encoding="utf-8") == PAGES[page](), "run `make docs`"


def test_every_setting_is_described() -> None:
    page = (DOCS / "settings.md").read_text(encoding="utf-8")
    assert [f.name for f in fields(Settings) if f"`{f.metadata['env']}`" not in page] == []


def test_every_feature_is_described() -> None:
    page = (DOCS / "features.md").read_text(encoding="utf-8")
    assert [name for name in FEATURES if f"`{name}`" not in page] == []


def test_every_source_and_field_is_described() -> None:
    page = (DOCS / "sources.md").read_text(encoding="utf-8")
    assert [name for name in sources() if f"\n## {name}\n" not in page] == []
    assert [c.name for m in sources().values() for c in m.columns if f"| `{c.name}` |" not in page] == []
