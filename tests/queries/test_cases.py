"""Check 3: what every query answers on the invented city, as data in `cases`."""

import pytest
from cases import CASES, Case

from queries.catalog import load, run
from queries.cypher_text import order_keys

pytestmark = pytest.mark.neo4j


def name(case):
    return f"{case.query} {case.columns}"


@pytest.mark.parametrize("case", CASES, ids=name)
def test_rows(city, case: Case):
    rows = run(city, case.query, **case.params)
    assert [tuple(row[c] for c in case.columns.split()) for row in rows] == case.rows


@pytest.mark.parametrize("case", CASES, ids=name)
def test_rows_are_as_the_header_says(city, case: Case):
    query = load()[case.query]
    for row in run(city, case.query, **case.params):
        assert list(row) == [column.name for column in query.returns]
        assert {c.name: row[c.name] for c in query.returns if not c.accepts(row[c.name])} == {}


@pytest.mark.parametrize("case", CASES, ids=name)
def test_the_order_is_total(city, case: Case):
    keys = order_keys(load()[case.query].text)
    seen = [repr([row[key] for key in keys]) for row in run(city, case.query, **case.params)]
    assert len(set(seen)) == len(seen)


def test_every_query_has_a_case_with_rows():
    assert {case.query for case in CASES if case.rows} == set(load())
