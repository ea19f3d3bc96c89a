"""The pages on the analyses: their parameters are those of the code, their examples run, the plain ones stay short."""

import doctest
import importlib
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

import graph.analytics
import graph.scoring
import queries.refresh

PAGES = Path(__file__).resolve().parents[2] / "docs" / "analyses"
METHODS = sorted(PAGES.glob("*-method.md"))
PLAIN = [page.with_name(page.name.replace("-method", "")) for page in METHODS]
PARAMETER = re.compile(r"^\| (?P<value>[^|]+?) \| [^|]+ \| `(?P<where>[a-z_.]+\.[A-Z]\w*(?:\.[\w-]+)*)` \|$", re.M)
EXAMPLE = re.compile(r"^```pycon\n(.*?)^```$", re.M | re.S)
TECHNICAL = {"graph.analytics.barred.FOREVER", "graph.scoring.inputs.NO_END"}
"""Numbers that stand for "no end": nothing to choose."""


def part(value: Any, name: str) -> Any:
    """A named part of a parameter: of a table by key, of a list of rows by what the rows are called."""
    if isinstance(value, dict):
        return value[name]
    if isinstance(value, tuple):
        return next(row for row in value if name in (getattr(row, "key", None), getattr(row, "month", None)))
    return getattr(value, name)


def looked_up(where: str) -> Any:
    """The value of a parameter by the path that a page gives: module, constant, parts."""
    module, constant, parts = re.fullmatch(r"([a-z_.]+)\.([A-Z_]+)(.*)", where).groups()  # type: ignore[union-attr]
    value = getattr(importlib.import_module(module), constant)
    for name in parts.split(".")[1:]:
        value = part(value, name)
    return value


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def numbers(value: Any) -> list[float]:
    """The numbers a parameter consists of; of a row of a table its numbers in order."""
    if is_number(value):
        return [value]
    values = [getattr(value, f.name) for f in fields(value)] if is_dataclass(value) else value
    return [v for v in values if is_number(v)] if isinstance(values, list | tuple) else []


def written(value: Any) -> str:
    return ", ".join(f"{n:,}" if isinstance(n, int) else f"{n:.4g}" for n in numbers(value))


def parameters(package: Any) -> Iterator[str]:
    """All public numeric constants of a package's modules, tables by their keys."""
    for info in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        module = importlib.import_module(info.name)
        for name in re.findall(r"^([A-Z]\w*)(?=\b.*?=)", Path(str(module.__file__)).read_text("utf-8"), re.M):
            value = getattr(module, name)
            named = value.items() if isinstance(value, dict) else [(getattr(r, "key", ""), r) for r in rows_of(value)]
            entries = [key for key, entry in named if key and numbers(entry)]
            yield from (f"{info.name}.{name}.{key}" for key in entries)
            if not entries and numbers(value):
                yield f"{info.name}.{name}"


def rows_of(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) and all(is_dataclass(v) for v in value) else ()


def test_every_method_has_a_plain_page_of_one_page() -> None:
    assert METHODS
    assert [page.name for page in PLAIN if len(page.read_text("utf-8").splitlines()) > 120] == []


@pytest.mark.parametrize("page", METHODS, ids=lambda page: page.stem)
def test_parameters_are_those_of_the_code(page: Path) -> None:
    stated = {m["where"]: m["value"] for m in PARAMETER.finditer(page.read_text("utf-8"))}
    assert stated
    assert stated == {where: written(looked_up(where)) for where in stated}


def test_no_parameter_is_left_out() -> None:
    stated = {m["where"] for page in METHODS for m in PARAMETER.finditer(page.read_text("utf-8"))}
    known = {name for package in (graph.analytics, graph.scoring, queries.refresh) for name in parameters(package)}
    assert {name for name in known - TECHNICAL if not any(f"{s}.".startswith(f"{name}.") for s in stated)} == set()


@pytest.mark.parametrize("page", METHODS, ids=lambda page: page.stem)
def test_examples_run(page: Path) -> None:
    source = "\n".join(EXAMPLE.findall(page.read_text("utf-8")))
    example = doctest.DocTestParser().get_doctest(source, {}, page.stem, str(page), 0)
    assert example.examples
    assert doctest.DocTestRunner().run(example).failed == 0
