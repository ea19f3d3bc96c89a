import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graph.analytics.events import Events, offsets

EVENTS = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 3), st.sampled_from([-3.0, -2.0, -1.0]), st.sets(st.integers(0, 5))),
    min_size=1,
    max_size=8,
)


def events_of(drawn: list[tuple[int, int, float, set[int]]]) -> Events:
    channel, value, log_p, people = zip(*drawn, strict=True)
    size = np.array([len(p) for p in people])
    nothing = np.zeros(len(drawn), np.int64)
    members = np.array([person for p in people for person in sorted(p)], np.int64)
    return Events(
        np.array(channel), np.array(value), nothing, nothing, nothing, size, np.ones(len(drawn)), np.array(log_p),
        offsets(size), members,
    )  # fmt: skip


@given(EVENTS)
def test_each_person_counts_in_the_most_surprising_event_of_a_thing(drawn):
    """Of equally surprising ones in the first."""
    best: dict[tuple[int, int, int], tuple[float, int]] = {}
    for at, (channel, value, log_p, people) in enumerate(drawn):
        for person in people:
            key = (channel, value, person)
            best[key] = min(best.get(key, (0.0, 0)), (log_p, at))
    expected = [
        sorted(p for (c, v, p), (_, e) in best.items() if e == at and (c, v) == drawn[at][:2])
        for at in range(len(drawn))
    ]
    once = events_of(drawn).once_per_value()
    assert [once.people(at).tolist() for at in range(len(once))] == expected
