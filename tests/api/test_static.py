"""The page's files: other projects' files unchanged, nothing from elsewhere, three complete languages."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from pathlib import Path

import pytest

from api.app import STATIC
from graph.model.kinds import COMPLAINT_OUTCOMES, ENTITY_TYPES, NODES, RECORD_KINDS, RECORD_STATUSES, STATUSES

VENDOR = STATIC / "vendor"
LOCK = tomllib.loads((VENDOR / "vendor.lock").read_text())["file"]
OURS = sorted(p for p in STATIC.rglob("*") if p.suffix in {".js", ".css", ".html", ".svg"} and VENDOR not in p.parents)
SCRIPTS = [p for p in OURS if p.suffix == ".js"]
LANGUAGES = ("zh-CN", "zh-Hant", "en")


def texts(language: str) -> dict[str, str]:
    """The tables of one language: JavaScript objects whose lines are JSON."""
    folder = STATIC / "js" / "i18n"
    lines = [
        line for name in (language, f"leads.{language}") for line in (folder / f"{name}.js").read_text().splitlines()
    ]
    body = "\n".join(line for line in lines if line.startswith('  "')).rstrip(",")
    return json.loads("{" + body + "}")


@pytest.mark.parametrize("entry", LOCK, ids=lambda e: e["file"])
def test_vendored_files_are_what_the_lock_says(entry: dict[str, str]) -> None:
    assert hashlib.sha256((VENDOR / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
    assert entry["licence"] in {"MIT", "Apache-2.0"}
    assert (VENDOR / "licences" / f"{entry['name']}.txt").read_text().strip()


def test_every_vendored_script_is_in_the_lock() -> None:
    assert {p.name for p in VENDOR.iterdir() if p.suffix in {".js", ".mjs"}} == {e["file"] for e in LOCK}


def test_axe_is_the_pinned_file() -> None:
    axe = (Path(__file__).parent / "axe" / "axe.min.js").read_bytes()
    assert hashlib.sha256(axe).hexdigest() == "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"


def test_no_file_names_a_content_delivery_network() -> None:
    pattern = re.compile(r"https?://(cdn|unpkg)", re.IGNORECASE)
    assert not [p for p in STATIC.rglob("*") if p.is_file() and pattern.search(p.read_text(errors="ignore"))]


@pytest.mark.parametrize("path", OURS, ids=lambda p: p.name)
def test_our_files_load_nothing_from_elsewhere_and_hold_nothing_inline(path: Path) -> None:
    text = path.read_text().replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|//cdn|eval\(|new Function|innerHTML|dangerouslySetInnerHTML", text)
    if path.suffix == ".html":
        assert not re.search(r"<style|style=|\son\w+=|<script(?![^>]*\ssrc=)", text)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.name)
def test_modules_are_small_and_import_only_relative_files_that_exist(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) < 300
    for name in re.findall(r'from "([^"]+)"', text):
        assert name.startswith(".")
        assert (path.parent / name).is_file(), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_text(language: str) -> None:
    reference, table = texts("zh-CN"), texts(language)
    assert table.keys() == reference.keys()
    assert all(text.strip() for text in table.values())
    holes = re.compile(r"\{(\w+)\}")
    assert not {key for key, text in table.items() if set(holes.findall(text)) != set(holes.findall(reference[key]))}


def test_english_holds_no_chinese() -> None:
    assert not {k: v for k, v in texts("en").items() if re.search(r"[\u4e00-\u9fff]", v)}


def test_every_key_the_page_asks_for_exists() -> None:
    asked = {key for p in SCRIPTS for key in re.findall(r'\bt\(\s*"([\w.]+)"', p.read_text())}
    assert asked
    assert asked <= texts("zh-CN").keys()


def test_every_fact_of_a_party_has_a_name() -> None:
    table = texts("zh-CN")
    hidden = {"id", "name_initials"}
    facts = {p.name for kind in NODES if kind.party for p in kind.properties if not p.table_only} - hidden
    assert not {name for name in facts if f"fact.{name}" not in table}


def test_every_code_of_the_model_has_a_word() -> None:
    codes = {
        "status": STATUSES, "entity": ENTITY_TYPES, "recordkind": (*RECORD_KINDS, "complaint", "report"),
        "recordstatus": (*RECORD_STATUSES, *COMPLAINT_OUTCOMES),
    }  # fmt: skip
    table = texts("zh-CN")
    assert not {f"{prefix}.{code}" for prefix, all_ in codes.items() for code in all_} - table.keys()


def test_every_kind_and_relation_of_the_model_has_a_text_and_a_look() -> None:
    from api.routers.meta import KINDS, RELATIONS

    table, looks = texts("zh-CN"), (STATIC / "js" / "visual.js").read_text()
    for name in [*(f"kind.{k.kind}" for k in KINDS), *(f"relation.{r.type}" for r in RELATIONS)]:
        assert name in table
        assert re.search(rf"^  {name.partition('.')[2]}: ", looks, re.MULTILINE), name
