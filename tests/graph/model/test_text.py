"""Whole columns of text against plain Python, one text at a time: the column is only a faster way."""

import re
import unicodedata

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from graph.model.characters import fold
from graph.model.text import (
    Bytes,
    is_missing,
    known_texts,
    map_distinct,
    one_line,
    rewrite,
    tidy,
    tidy_texts,
    words_only,
)

# Characters that act on their neighbours, fall away, grow, shrink, or lie beyond U+FFFF, among ordinary ones.
ODD = (
    "，。：；！？（）ＡｂＺ１２３４￥℃㎡…①㈱ﬁﾊﾞｶ가각\u1100\u1161\u11a8e\u0301\u0327\u0958"
    "\u3099か゛\u200b\u200d\ufeff\u2028\x00\x1f\x7f\x85\xa0\u1680\u3000"
)
TEXTS = st.text(st.one_of(st.sampled_from("东莞市测试有限公司ABc12 \t\n\r\v\f-/" + ODD), st.characters(codec="utf-8")))
COLUMNS = st.lists(st.one_of(st.none(), TEXTS), max_size=12)


def column(texts):
    """A slice of a longer array, so that offsets do not begin at 0."""
    return pa.array(["外", *texts, "x"], pa.string()).slice(1, len(texts))


@given(COLUMNS)
@example(["e\u0301", "é", "\u1100\u1161", "가\u11a8", "か\u3099", "ﾊﾞ", "", "\u0301", "𠀀，𝟙", "。\u200b\u0301"])
def test_columns_are_tidied_like_single_texts(texts):
    assert tidy_texts(column(texts)).to_pylist() == [text if text is None else tidy(text) for text in texts]


@given(COLUMNS)
@example([" N/A ", "ｎｕｌｌ", "无", "\u200b", "—", None])
def test_missing_values_become_null(texts):
    known = [None if is_missing(text) else tidy(text) for text in texts]
    assert known_texts(column(texts)).to_pylist() == known


@pytest.mark.parametrize("block", [range(0x10000), range(0x10000, 0x11000), range(0x1D400, 0x20000)])
def test_every_character_between_two_others(block):
    """Behind an ideograph, before and behind a letter that takes accents."""
    characters = [chr(code) for code in block if not 0xD800 <= code < 0xE000]
    texts = [f"中{character}e{character}国" for character in characters]
    assert tidy_texts(pa.array(texts)).to_pylist() == list(map(tidy, texts))


@given(COLUMNS)
@example(["〇二々三", "䷀一", "㐀𠀀", "\u2f00字。", None, ""])
def test_words_are_what_is_left_without_other_scripts(texts):
    array = column(texts)
    assert words_only(array).to_pylist() == pc.replace_substring_regex(array, r"[^\p{Han}]+", "").to_pylist()


def test_every_character_is_an_ideograph_or_falls_away():
    array = pa.array([f"中{chr(code)}国" for code in range(0x20000) if not 0xD800 <= code < 0xE000])
    assert words_only(array).equals(pc.replace_substring_regex(array, r"[^\p{Han}]+", ""))


def test_folding_names_the_rows_it_cannot_do():
    texts = Bytes.of(pa.array(["，", "e\u0301", "x", "𝟙", "㌖"]))
    offsets, data, odd = fold(texts.offsets, texts.data)
    assert odd.tolist() == [1, 3, 4]
    assert data[: offsets[1]] == b","


def test_more_text_than_a_block():
    texts = ["测试，" * 50_000, "", "ok", "é，" * 100_000, *["甲：乙"] * 30_000]
    assert tidy_texts(pa.array(texts)).to_pylist() == [unicodedata.normalize("NFKC", text) for text in texts]


def test_no_text_at_all():
    assert tidy_texts(pa.array([], pa.string())).to_pylist() == []
    offsets, data, odd = fold(np.zeros(1, np.int32), b"")
    assert (offsets.tolist(), data, odd.tolist()) == ([0], b"", [])


@given(COLUMNS)
def test_text_helpers_agree_with_plain_python(texts):
    array = column(texts)
    assert map_distinct(array, str.upper).to_pylist() == [text if text is None else text.upper() for text in texts]
    assert Bytes.of(array).to_arrow().to_pylist() == [text or "" for text in texts]
    lines = [text if text is None else re.sub(r"[\r\n\v\f]+", " ", text) for text in texts]
    assert one_line(array).to_pylist() == lines
    assert rewrite(array).to_pylist() == [None if is_missing(line) else tidy(line) for line in lines]
    if texts:
        assert Bytes.of_lines("\n".join(map(str, lines)).encode()).to_arrow().to_pylist() == list(map(str, lines))


def test_rewrite_refuses_a_step_that_loses_lines():
    with pytest.raises(ValueError, match="2 lines into 1"):
        rewrite(pa.array(["a", "b"]), lambda text: text.replace("\n", ""))
