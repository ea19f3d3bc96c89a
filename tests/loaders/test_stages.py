"""Stages: what is held is not computed again, and a row keeps its place."""

from __future__ import annotations

from datetime import date

import ibis
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.distinct import by_distinct
from loaders.facts import one_per_key
from loaders.stages import Stages


def _rows() -> pa.Table:
    return pa.table({"line": [1, 2, 3, 4], "a": ["x", None, "y", "x"], "b": ["1", "2", None, "4"]})


def test_a_projection_passes_unchanged_columns_on_without_a_copy() -> None:
    with Stages() as stages:
        held = _rows()
        rows = stages.put(held)
        wider = stages.run(stages.keep(rows.mutate(c=rows.a.concat(rows.b)).drop("b").mutate(d=ibis.literal(1))))
        assert wider.column_names == ["line", "a", "c", "d"]
        assert wider["c"].to_pylist() == ["x1", None, None, "x4"]
        assert wider["a"].chunk(0).buffers()[2].address == held["a"].chunk(0).buffers()[2].address


def test_kept_rows_are_not_kept_again() -> None:
    with Stages() as stages:
        rows = stages.put(_rows())
        assert stages.keep(rows) is rows


def test_values_that_look_at_other_rows_stay_with_their_row() -> None:
    with Stages() as stages:
        many = pa.table({"line": pa.array(range(10_000)), "key": [f"k{i % 97}" for i in range(10_000)]})
        rows = stages.put(many)
        counted = stages.run(stages.keep(rows.mutate(last=rows.line.max().over(group_by="key"))))
        lines, last = counted["line"].to_pylist(), counted["last"].to_pylist()
        assert sorted(lines) == list(range(10_000))
        assert all(end == max(range(line % 97, 10_000, 97)) for line, end in zip(lines, last, strict=True))


def test_a_derived_column_is_null_where_its_basis_is() -> None:
    with Stages() as stages:
        rows = stages.put(_rows())
        derived = stages.derive(rows, upper=(rows.a, pc.utf8_upper), size=(rows.b, pc.utf8_length))
        found = stages.run(derived)
        assert found["upper"].to_pylist() == ["X", None, "Y", "X"]
        assert found["size"].to_pylist() == [1, 1, None, 1]


@pytest.mark.parametrize("texts", [[], ["a"], [f"t{i}" for i in range(5_000)], ["a", "b"] * 3_000])
def test_by_distinct_equals_the_function_on_every_row(texts: list[str]) -> None:
    column = pa.chunked_array([texts[:7], texts[7:]], pa.string())
    found = by_distinct(column, lambda values: {"": pc.utf8_upper(values)})[""]
    assert found.to_pylist() == [text.upper() for text in texts]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 1), st.integers(1, 4), st.sampled_from("xyz"))))
def test_one_per_key_prefers_full_rows_then_later_records_then_the_smaller_content(
    given_rows: list[tuple[str, int, int, str]],
) -> None:
    texts = {"id": [row[0] for row in given_rows], "name": [row[3] for row in given_rows]}
    rows = pa.table(
        {
            **{name: pa.array(values, pa.string()) for name, values in texts.items()},
            "name_initials": pa.nulls(len(given_rows), pa.string()),
            "valid_from": pa.nulls(len(given_rows), pa.date32()),
            "valid_to": pa.nulls(len(given_rows), pa.date32()),
            "line": pa.array([row[2] for row in given_rows], pa.int64()),
            "rank": pa.array([row[1] for row in given_rows], pa.int32()),
        }
    )
    kept = one_per_key(rows, "platforms", "a_source", date(2025, 1, 1))
    found = {row["id"]: (row["name"], row["line"]) for row in kept.to_pylist()}
    best = {}
    for key, _, line, name in sorted(given_rows, key=lambda row: (row[1], -row[2], row[3])):
        best.setdefault(key, (name, line))
    assert (len(kept), found) == (len(best), best)
    assert set(kept["source"].to_pylist()) <= {"a_source"}
