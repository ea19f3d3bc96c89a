"""Texts get the numbers a dictionary would give them, however they come and however many there are."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from loaders.lexicon import Lexicon, RowsByText

TEXTS = st.lists(st.none() | st.text(alphabet="a\0甲 ", max_size=19), max_size=40)


def strings(texts):
    """An array that begins in the middle of its buffers, as slices do."""
    return pa.array(["before", *texts, "behind"], pa.string()).slice(1, len(texts))


@given(pieces=st.lists(TEXTS, max_size=5), sought=TEXTS)
def test_numbers_are_those_of_a_dictionary(pieces, sought):
    lexicon, numbers = Lexicon(pa.array([], pa.string())), {}
    for texts in pieces:
        wanted = [numbers.setdefault(text, len(numbers)) for text in texts]
        assert lexicon.number(strings(texts)).tolist() == wanted
    assert lexicon.texts.to_pylist() == list(numbers)
    assert lexicon.find(strings(sought)).tolist() == [numbers.get(text, -1) for text in sought]


@given(texts=TEXTS, sought=TEXTS)
def test_the_first_row_of_a_text_is_found(texts, sought):
    found = RowsByText(strings(texts)).of(strings(sought)).to_pylist()
    assert found == [texts.index(text) if text is not None and text in texts else None for text in sought]


def test_more_texts_than_there_was_room_for():
    texts = [f"{number:x}" for number in range(100_000)]
    lexicon = Lexicon(pa.array(texts[:10]))
    for start in range(0, len(texts), 7_000):
        lexicon.number(pa.array(texts[start : start + 7_000]))
    assert lexicon.texts.to_pylist() == texts
    assert lexicon.find(pa.array(texts)).tolist() == list(range(len(texts)))
