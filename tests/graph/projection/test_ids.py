"""Texts → numbers: sorted, the same for plain and encoded columns, whatever was filtered out before."""

import datetime as dt

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from graph.projection import NO_DAY, IdMap, codes, months_later

texts = st.lists(st.one_of(st.none(), st.sampled_from(["a", "b", "c", "赵", "𠮷", ""])), max_size=9)


def column(rows, encoded, kept):
    """Rows as a chunked column, encoded or not, of which only the first `kept` are left."""
    half = len(rows) // 2
    chunks = [pa.array(part, pa.string()) for part in (rows[:half], rows[half:])]
    chunks = [chunk.dictionary_encode() for chunk in chunks] if encoded else chunks
    return pa.chunked_array(chunks).slice(0, kept)


@given(st.lists(st.tuples(texts, st.booleans(), st.integers(0, 9)), min_size=1, max_size=4))
def test_numbers_lead_back_to_the_texts(columns):
    given_ = [column(*one) for one in columns]
    ids, numbers = IdMap.encode(*given_)
    known = {text for one in given_ for text in one.to_pylist() if text is not None}
    assert ids.ids.to_pylist() == sorted(known)
    for one, number in zip(given_, numbers, strict=True):
        assert [None if n < 0 else ids.ids[n].as_py() for n in number.tolist()] == one.to_pylist()
        assert ids.codes(one).tolist() == number.tolist()
        assert ids.encoded(number[number >= 0]).to_pylist() == one.drop_null().to_pylist()


@given(texts, st.booleans())
def test_a_category_is_a_position_or_minus_one(rows, encoded):
    values = ("b", "a", "赵")
    expected = [values.index(row) if row in values else -1 for row in rows]
    assert codes(column(rows, encoded, len(rows)), values).tolist() == expected


@given(st.dates(dt.date(1950, 1, 1), dt.date(2090, 12, 31)), st.integers(-48, 48))
def test_months_later_is_the_same_day_or_the_last_of_the_month(day, months):
    number = (day - dt.date(1970, 1, 1)).days
    found = dt.date(1970, 1, 1) + dt.timedelta(days=int(months_later(np.array([number, NO_DAY]), months)[0]))
    count = day.year * 12 + day.month - 1 + months
    assert (found.year, found.month) == (count // 12, count % 12 + 1)
    assert found.day == day.day or (found.day < day.day and (found + dt.timedelta(days=1)).day == 1)
    assert months_later(np.array([NO_DAY]), months)[0] == NO_DAY
