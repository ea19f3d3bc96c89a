"""What an officer types → which parties come first."""

import fixture_graph as f
import pytest

from queries.search import search
from queries.search.search import _phrases

pytestmark = pytest.mark.neo4j

# typed → ids in order
FOUND = {
    "the exact name comes before one that holds it": ("鑫宏达", [f.BRANCH, f.HONGDA]),
    "prefix, then class, then relationships": ("鑫宏", [f.SHOP, f.BRANCH, f.HONGDA, f.BAIHUO]),
    "one character": ("鑫", [f.SHOP, f.BRANCH, f.HONGDA, f.BAIHUO]),
    "one character at the end of a name": ("尘", [f.ZHOU]),
    "initials": ("lrx", [f.LIN]),
    "initials in capitals, further in": ("XHD", [f.BRANCH, f.HONGDA]),
    "beginning of a credit code": ("914419", [f.HONGDA]),
    "credit code in small letters": (f.BAIHUO.lower(), [f.BAIHUO]),
    "full-width digits": ("９２４４１９", [f.BAIHUO]),
    "older number": ("4403011030", [f.YUANFAN]),
    "id": (f.SHARED_PHONE, [f.SHARED_PHONE]),
    "blanks around": ("  海涛集团 ", [f.HAITAO]),
    "nothing": ("", []),
    "punctuation only": ('("', []),
    "no such name": ("鑫宏达鑫", []),
}


@pytest.mark.parametrize(("text", "ids"), FOUND.values(), ids=FOUND)
def test_search(city, text, ids):
    assert [p.id for p in search(city, text)] == ids


def test_kinds_and_limit(city):
    assert [p.id for p in search(city, "鑫宏", kinds=["Company"])] == [f.BRANCH, f.HONGDA, f.BAIHUO]
    assert len(search(city, "小店")) == 8
    assert len(search(city, "小店", limit=20)) == 20


def test_a_hit_is_a_whole_party(city):
    (hit,) = search(city, f.HONGDA)
    assert (hit.kind, hit.code, hit.town, hit.risk_class, hit.score) == ("Company", f.HONGDA, "长安镇", "D", 780.0)


@pytest.mark.parametrize(
    "text", ["*", "a:b", "鑫 OR 林", "name:林*", "[a TO z]", '"', "\\", "/.*/", "~", "鑫宏达^9", "AND", "x" * 500]
)
def test_nothing_typed_is_an_operator(city, text):
    """The text is data: no error, and no more hits than it has as a phrase."""
    assert search(city, text) == ()


def test_phrase_escapes_what_would_end_it():
    assert _phrases('a"b\\c') == ['"a\\"b\\\\c"']
