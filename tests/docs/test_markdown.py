"""All Markdown pages: links lead somewhere, every page can be reached, and the commands they show exist."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
from typer.core import TyperGroup

from api.cli import app

REPO = Path(__file__).resolve().parents[2]
DOCS = REPO / "docs"
PAGES = [*REPO.glob("*.md"), *DOCS.rglob("*.md")]
FENCE = re.compile(r"^```.*?^```", re.M | re.S)
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)\s#]*)(?:#([^)\s]+))?\)")
CREDITNET = typer.main.get_command(app)
BY_DEFAULT = {"match": "lists"}
"""Groups that take a word they do not know for the first argument of one of their commands."""
HISTORY = REPO / "CHANGELOG.md"
"""Tells of commands that are no more."""


def anchors(page: Path) -> set[str]:
    """What GitHub makes of the headings."""
    headings = re.findall(r"^#+ +(.+)$", FENCE.sub("", page.read_text("utf-8")), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """Files that a page links to, and the heading in them."""
    for target, anchor in LINK.findall(FENCE.sub("", page.read_text("utf-8"))):
        yield (page.parent / target).resolve() if target else page, anchor


def shown_commands(text: str) -> Iterator[str]:
    """Lines `creditnet …` in blocks and spans of code, without the prompt and the remark after them."""
    blocks = FENCE.findall(text)
    for line in "\n".join(blocks).splitlines():
        if found := re.match(r"(?:\$ )?(creditnet .*)", line):
            yield re.split(r"\s{2,}|\s#", found[1])[0]
    for span in re.findall(r"`(creditnet [^`]+)`", FENCE.sub("", text)):
        yield " ".join(span.split())


def problem(line: str) -> str | None:
    """What is wrong with a command line, as far as its words alone can tell."""
    command, words = CREDITNET, shlex.split(line)[1:]
    while words:
        word = words.pop(0)
        if word.startswith("-"):
            name = word.split("=")[0]
            option = next((p for p in command.params if name in (*p.opts, *p.secondary_opts)), None)
            if option is None:
                return f"{command.name} has no option {name}"
            if words and "=" not in word and not getattr(option, "is_flag", False):
                words.pop(0)
        elif isinstance(command, TyperGroup) and word != "…":
            name = word if word in command.commands else BY_DEFAULT.get(command.name or "")
            if name is None:
                return f"{command.name} has no command {word}"
            command = command.commands[name]
    return None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = [
        f"{target.name}#{anchor}"
        for target, anchor in links(page)
        if not target.exists() or (anchor and anchor not in anchors(target))
    ]
    assert broken == []


def test_every_page_is_in_the_index() -> None:
    index = DOCS / "README.md"
    assert set(DOCS.rglob("*.md")) - {target for target, _ in links(index)} - {index} == set()


@pytest.mark.parametrize("page", [p for p in PAGES if p != HISTORY], ids=lambda page: page.name)
def test_every_command_shown_exists(page: Path) -> None:
    found = {line: problem(line) for line in shown_commands(page.read_text("utf-8"))}
    assert {line: wrong for line, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("creditnet --home real refresh --as-of 2026-03-01", None),
        ("creditnet loads undo 3", None),
        ("creditnet leads …", None),
        ("creditnet match ours.xlsx register.csv -o matched/", None),
        ("creditnet refesh", "has no command refesh"),
        ("creditnet loads --undo 3", "has no option --undo"),
        ("creditnet --hom real refresh", "has no option --hom"),
    ],
)
def test_what_is_wrong_with_a_command(line: str, wrong: str | None) -> None:
    said = problem(line)
    assert said is None if wrong is None else said is not None and said.endswith(wrong)
