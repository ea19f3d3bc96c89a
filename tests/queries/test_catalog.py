"""Check 1: header against body, and calls against the header. No database."""

from datetime import date

import pytest

from graph.errors import QueryError
from graph.model.asof import today
from queries.catalog import Field, load, parse, run

GOOD = """// What one party is called.
// param   party  STRING   id of the party
// return  name   STRING?  name as recorded
MATCH (p:Party {id: $party})
RETURN p.name AS name
ORDER BY name
"""

# what is changed in GOOD → what the message must say
BROKEN = {
    "no purpose": ("// What one party is called.\n", "", "first line must say"),
    "parameter not declared": ("$party", "$id", r"uses \$id without '// param id"),
    "parameter not used": ("$party", "'x'", "declares param party but does not use"),
    "parameter only in a string": ("$party", "'$party'", "does not use"),
    "parameter only in a comment": ("{id: $party}", "/* $party */", "does not use"),
    "column not declared": ("p.name AS name\n", "p.name AS name, p.id AS id\n", r"returns \['name', 'id'\]"),
    "column under another name": ("AS name", "AS title", r"returns \['title'\]"),
    "column without a name": ("p.name AS name", "p.name", "must be '… AS name'"),
    "no return": ("RETURN p.name AS name\n", "", "must be '… AS name'"),
    "no order": ("ORDER BY name", "LIMIT 1", "no ORDER BY"),
    "order by something else": ("ORDER BY name", "ORDER BY p.id", "orders by"),
    "two statements": ("ORDER BY name", "ORDER BY name; MATCH (q)", "one a file"),
    "it writes": ("RETURN", "SET p.name = 'x' RETURN", r"writes \(SET\)"),
    "unknown type": ("STRING?", "TEXT", "has type 'TEXT'"),
    "no description": ("STRING?  name as recorded", "STRING?", "no description"),
    "misspelt line": ("// return  name", "// retrun  name", "is none of"),
    "accepted without reason": ("MATCH", "// accept  01N52\nMATCH", "accepts 01N52 without a reason"),
}


def test_a_good_file_is_read_whole():
    query = parse("x/name", GOOD)
    assert (query.name, query.purpose) == ("x/name", "What one party is called.")
    assert query.params == (Field("party", "STRING", "id of the party"),)
    assert query.returns == (Field("name", "STRING?", "name as recorded"),)
    assert query.text.startswith("MATCH")


@pytest.mark.parametrize(("old", "new", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_header_says_how_to_mend_it(old, new, message):
    assert old in GOOD
    with pytest.raises(QueryError, match=message):
        parse("x/name", GOOD.replace(old, new, 1))


def test_order_inside_a_subquery_is_not_the_order_of_the_rows():
    inner = "COLLECT { MATCH (q) RETURN q.id AS id ORDER BY id } AS name"
    with pytest.raises(QueryError, match="no ORDER BY"):
        parse("x/name", GOOD.replace("p.name AS name\nORDER BY name", inner))


COUNT = """// How many.
// return  total  INTEGER  rows
MATCH (p:Party)
RETURN count(p) AS total
ORDER BY total
"""


def with_line(text, line, end=""):
    """Add a header line, and something after the statement."""
    return text.replace("MATCH", f"{line}\nMATCH", 1) + end


SKIP = "// param   skip   INTEGER  rows to leave out"
COUNTED = "// count   b"
OTHER = with_line(COUNT, "// param   z  STRING  something").replace("(p:Party)", "(p:Party {id: $z})")

# files → what the message must say
COUNTS = {
    "paged without count": ({"a": with_line(GOOD, SKIP, "SKIP $skip")}, "is paged but has no '// count a_count'"),
    "count is missing": ({"a": with_line(GOOD, COUNTED)}, "b.cypher does not exist"),
    "count returns something else": ({"a": with_line(GOOD, COUNTED), "b": GOOD}, "returns exactly 'total INTEGER'"),
    "count takes something else": ({"a": with_line(GOOD, COUNTED), "b": OTHER}, "which a does not"),
}


@pytest.mark.parametrize(("files", "message"), COUNTS.values(), ids=COUNTS)
def test_a_finding_has_its_count_beside_it(tmp_path, files, message):
    for name, text in files.items():
        (tmp_path / f"{name}.cypher").write_text(text, encoding="utf-8")
    with pytest.raises(QueryError, match=message):
        load(tmp_path)


def test_the_name_is_the_path(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "name.cypher").write_text(GOOD, encoding="utf-8")
    assert list(load(tmp_path)) == ["deep/name"]


CALLS = {
    "unknown query": ("linked_parties/nobody", {}, "there is no query"),
    "missing": ("credit_file/facts", {}, "parameter party missing"),
    "unknown": ("credit_file/facts", {"party": "x", "limit": 3}, "has no parameter limit"),
    "wrong type": ("credit_file/facts", {"party": 3}, "party must be STRING, got int"),
    "null": ("credit_file/facts", {"party": None}, "party must be STRING, got NoneType"),
    "list of numbers": ("credit_file/records", {"ids": [1]}, "ids must be LIST<STRING>"),
    "truth as number": ("complainants/groups", {"skip": True, "limit": 1}, "skip must be INTEGER, got bool"),
}


@pytest.mark.parametrize(("name", "params", "message"), CALLS.values(), ids=CALLS)
def test_a_call_must_match_the_header(name, params, message):
    with pytest.raises(QueryError, match=message):
        run(None, name, **params)  # refused before the store is asked


DATED = """// Companies a party leads.
// param   party  STRING   id of the party
// param   as_of  DATE     the day asked for
// return  id     STRING   id of the company
MATCH (:Party {id: $party})-[r:LEGAL_REP]->(c:Company)
WHERE coalesce(r.valid_from <= $as_of, true) AND coalesce(r.valid_to > $as_of, true)
RETURN c.id AS id
ORDER BY id
"""

# what is changed in DATED → what the message must say
UNDATED = {
    "begun at any time": ("coalesce(r.valid_from <= $as_of, true) AND ", "", "does not say that r had begun"),
    "ended at any time": (" AND coalesce(r.valid_to > $as_of, true)", "", "does not say that r had not ended"),
    "of another relationship": ("[r:LEGAL_REP]", "[s:LEGAL_REP]", "does not say that s had begun"),
    "without a name": ("[r:LEGAL_REP]", "[:LEGAL_REP]", "reads LEGAL_REP without a name"),
    "of any type": ("-[r:LEGAL_REP]->", "-->", "reads -- without a name"),
    "in a subquery": ("c.id AS id", "COUNT { (c)<-[:SHAREHOLDER]-() } AS id", "reads SHAREHOLDER without a name"),
}


@pytest.mark.parametrize(("old", "new", "message"), UNDATED.values(), ids=UNDATED)
def test_a_relationship_with_an_interval_is_read_as_of_a_day(old, new, message):
    assert parse("x/led", DATED)
    with pytest.raises(QueryError, match=message):
        parse("x/led", DATED.replace(old, new, 1))


def test_what_is_meant_otherwise_says_why():
    ended = DATED.replace(" AND coalesce(r.valid_to > $as_of, true)", "")
    assert parse("x/led", with_line(ended, "// history former ones lead to evidence")).history
    degree = DATED.replace("c.id AS id", "COUNT { (c)--() } AS id")
    assert parse("x/led", with_line(degree, "// timeless how busy it is")).timeless == "how busy it is"
    assert parse("x/led", DATED.replace("[r:LEGAL_REP]", "[:HAS_RECORD]")), "records have days of their own"


def test_a_question_without_a_day_is_asked_as_of_today():
    asked = []

    class Store:
        def read(self, text, params=None, **more):
            asked.append(params["as_of"])
            return []

    run(Store(), "linked_parties/owners", ids=["x"], limit=3)
    run(Store(), "linked_parties/owners", ids=["x"], limit=3, as_of=date(2020, 1, 1))
    assert asked == [today(), date(2020, 1, 1)]
