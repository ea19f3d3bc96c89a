"""Cypher lives in `.cypher` files and in graph/store; no other module builds it from strings."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = [
    path
    for package in ("graph", "loaders", "queries", "api")
    for path in sorted((ROOT / package).rglob("*.py"))
    if not path.is_relative_to(ROOT / "graph" / "store")
]
CYPHER = re.compile(
    r"\bMATCH\s*\(|\bMATCH\s+\w+\s*=|\bMERGE\s*\(|\bUNWIND\s+[$\[\w]+\s+AS\b|\bDETACH\s+DELETE\b|\bCALL\s+(db|apoc)\.|"
    r"\bCREATE\s*\(\w*:|\]-?>?\s*\(\w*:\w+\s*\{"
)


def cypher_strings(source: str) -> list[str]:
    """String constants and parts of f-strings that hold Cypher, documentation not counted."""
    tree = ast.parse(source)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    strings = [n for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return [n.value for n in strings if id(n) not in docs and CYPHER.search(n.value)]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_cypher_in_strings(path):
    assert cypher_strings(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        'store.read("MATCH (c:Company) RETURN c.id AS id")',
        'store.read(f"MATCH ({name}:Company) RETURN 1 AS one")',
        'QUERY = "UNWIND $ids AS id " + rest',
        'store.read("CALL db.labels()")',
        'x = "MERGE " "(n {id: 1})"',
        'def f():\n    """Docs."""\n    return "MATCH p = shortestPath(...)"',
    ],
)
def test_the_check_sees_it(source):
    assert cypher_strings(source)


def test_documentation_may_show_cypher():
    assert cypher_strings('"""Draws MATCH (a)."""\ndef f():\n    """MATCH (b)."""\n') == []
