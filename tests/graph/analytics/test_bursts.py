"""The burst scan against a brute-force reading of its definition, and its edges."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.analytics.bursts import burst_events, history_events
from graph.analytics.events import join_events

ROWS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 3), st.integers(0, 25)), min_size=1, max_size=40)


def columns(rows):
    return tuple(np.array(c, np.int64) for c in zip(*rows, strict=True))


def brute_force(rows, width):
    """All kept windows as (merchant, first day, people, expected), by trying every start."""
    rows = sorted(set(rows))
    origin = min(day for *_, day in rows)
    found = []
    for shop in sorted({m for _, m, _ in rows}):
        own = [(d - origin, c) for c, m, d in rows if m == shop]
        options = []
        for begin in sorted({d for d, _ in own}):
            people = {c for d, c in own if begin <= d < begin + width}
            share = sum(begin <= d - origin < begin + width for *_, d in rows) / len(rows)
            mean = len(own) * share
            excess = len(people) >= 2 and len(people) > mean
            gain = len(people) * np.log(len(people) / mean) - (len(people) - mean) if excess else 0.0
            options.append((begin, people, mean, gain))
        for i, (begin, people, mean, gain) in enumerate(options):
            near = [(j, g) for j, (b, _, _, g) in enumerate(options) if j != i and abs(b - begin) < width]
            if gain > 0 and all(g < gain or (g == gain and j > i) for j, g in near):
                found.append((shop, begin + origin, sorted(people), mean))
    return found


@given(ROWS, st.sampled_from([1, 3, 7, 30]))
def test_scan_equals_brute_force(rows, width):
    events = burst_events(*columns(rows), windows=(width,))
    found = [
        (int(events.value[e]), int(events.first[e]), events.people(e).tolist(), float(events.expected[e]))
        for e in range(len(events))
    ]
    wanted = brute_force(rows, width)
    assert [f[:3] for f in found] == [w[:3] for w in wanted]
    assert [f[3] for f in found] == pytest.approx([w[3] for w in wanted])


@given(ROWS)
def test_events_do_not_depend_on_the_order_of_rows(rows):
    one, other = burst_events(*columns(rows)), burst_events(*columns(rows[::-1]))
    for name in ("value", "window", "first", "last", "seen", "expected", "log_p", "start", "members"):
        assert np.array_equal(getattr(one, name), getattr(other, name))


@given(ROWS)
def test_a_person_counts_once_per_merchant(rows):
    once = burst_events(*columns(rows), windows=(3,)).once_per_value()
    pairs = list(zip(np.repeat(once.value, once.size).tolist(), once.members.tolist(), strict=True))
    assert len(pairs) == len(set(pairs))


def test_a_surge_of_the_whole_city_cancels():
    rng = np.random.default_rng(0)
    quiet, surge = rng.integers(0, 300, 500), rng.integers(100, 103, 500)
    day = np.concatenate([quiet, surge])
    events = burst_events(np.arange(1000), rng.integers(0, 20, 1000), day, windows=(3,), alpha=0.001)
    assert len(events) == 0


def test_one_merchants_own_burst_stands_out_with_its_numbers():
    rng = np.random.default_rng(0)
    who, shop = np.arange(330), np.concatenate([rng.integers(0, 30, 300), np.full(30, 7)])
    day = np.concatenate([rng.integers(0, 365, 300), rng.integers(50, 52, 30)])
    events = burst_events(who, shop, day, windows=(3,), alpha=0.001)
    assert events.value.tolist() == [7]
    assert events.seen[0] >= 30
    assert events.expected[0] < 6
    assert events.log_p[0] < -20


@pytest.mark.parametrize("day", [np.zeros(20, np.int64), np.full(20, 20_000)])
def test_all_on_one_day_is_no_burst(day):
    assert len(burst_events(np.arange(20), np.arange(20) % 2, day)) == 0


def test_a_hundred_thousand_tickets_of_one_person_are_no_burst():
    n = 100_000
    who = np.concatenate([np.zeros(n, np.int64), [1, 2]])
    events = burst_events(who, np.zeros(n + 2, np.int64), np.concatenate([np.arange(n) % 300, [3, 200]]))
    assert events.size.max(initial=0) <= 3


def test_nothing_at_all():
    nothing = np.zeros(0, np.int64)
    assert len(burst_events(nothing, nothing, nothing)) == 0
    assert len(history_events(nothing, nothing)) == 0
    assert len(join_events([])) == 0


def test_unequal_lengths_are_refused():
    with pytest.raises(ValueError, match="same length"):
        burst_events(np.zeros(3, np.int64), np.zeros(2, np.int64), np.zeros(3, np.int64))
