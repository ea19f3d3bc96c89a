import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graph.analytics.arrays import among, distinct, group_rows

NUMBERS = st.lists(st.integers(0, 8), max_size=40).map(lambda values: np.array(values, np.int64))


@given(NUMBERS)
def test_distinct_equals_numpy(values):
    assert distinct(values).tolist() == np.unique(values).tolist()


@given(NUMBERS, NUMBERS)
def test_among_equals_numpy(values, others):
    ordered = np.unique(others)
    assert among(values, ordered).tolist() == np.isin(values, ordered).tolist()


@given(NUMBERS, st.integers(9, 12))
def test_rows_of_groups_stay_in_order(group, n):
    start, rows = group_rows(group, n)
    assert rows.tolist() == np.argsort(group, kind="stable").tolist()
    assert [rows[start[g] : start[g + 1]].tolist() for g in range(n)] == [
        np.flatnonzero(group == g).tolist() for g in range(n)
    ]
