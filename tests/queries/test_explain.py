"""Check 2: the planner of the real Neo4j has nothing to say against a query.

What the planner cannot see (a relationship written the wrong way round, a comparison with null, a label that does
not belong there) is listed in `SILENT`; check 3 (`test_cases`), in which every query must return rows, is for that.
"""

from datetime import date

import pytest

from queries.catalog import load

pytestmark = pytest.mark.neo4j

SAMPLES = {"STRING": "x", "INTEGER": 1, "FLOAT": 1.0, "BOOLEAN": True, "DATE": date(2026, 1, 2), "LIST<STRING>": ["x"]}

# kind of mistake → a query that makes it
MISTAKES = {
    "unknown label": "MATCH (c:Compny) RETURN c.id AS id",
    "unknown type": "MATCH (:Person)-[:LEGALREP]->(c:Company) RETURN c.id AS id",
    "unknown property": "MATCH (c:Company) RETURN c.nmae AS name",
    "unknown property in a pattern": "MATCH (c:Company {nmae: 'x'}) RETURN c.id AS id",
    "cartesian product": "MATCH (c:Company), (p:Person) RETURN c.id AS id, p.id AS person",
    "unbounded shortest path": "MATCH p = shortestPath((:Company {id: 'a'})-[*]-(:Person {id: 'b'})) RETURN p AS n",
    "parameter not given": "MATCH (c:Company {id: $nobody}) RETURN c.id AS id",
    "deprecated function": "MATCH (c:Company) RETURN id(c) AS id",
    "deprecated subquery": "MATCH (c:Company) CALL { WITH c MATCH (c)--(o) RETURN o } RETURN o.id AS id",
    "property by a computed name": "MATCH (c:Company) WHERE c['na' + 'me'] = $x RETURN c.id AS id",
}
SILENT = {
    "wrong direction": "MATCH (:Company)-[:LEGAL_REP]->(p:Person) RETURN p.id AS id",
    "label that does not belong there": "MATCH (:Company)-[:REGISTERED_AT]->(p:Person) RETURN p.id AS id",
    "comparison with null": "MATCH (c:Company) WHERE c.name = null RETURN c.id AS id",
}


def samples(query):
    return {p.name: SAMPLES[p.type.removesuffix("?")] for p in query.params}


@pytest.mark.parametrize("name", load())
def test_the_planner_has_no_remark(city, name):
    query = load()[name]
    found = {n.code: n.description for n in city.explain(query.text, samples(query))}
    accepted = dict(query.accepted)
    assert not {code: text for code, text in found.items() if code not in accepted}
    assert not accepted.keys() - found.keys(), "accepts a notification that no longer comes; remove the line"


@pytest.mark.parametrize("text", MISTAKES.values(), ids=MISTAKES)
def test_each_kind_of_mistake_is_noticed(city, text):
    assert city.explain(text, {"x": "y"})


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_what_the_planner_lets_pass_returns_no_rows(city, text):
    assert not city.explain(text, {})
    assert city.read(text) == []
