"""Columns and rows: what is said over different values is what an SQL engine says over records."""

from __future__ import annotations

from datetime import date

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders import columns as over_columns
from loaders.columns import Column, derive, encoded, literal, repeats, replaced
from loaders.facts import one_per_key
from loaders.frame import Rows, of_table, stacked

TEXTS = st.lists(
    st.tuples(st.sampled_from(["", "a1", "ab", "东莞", None]), st.sampled_from(["b", "a1", None])), max_size=9
)

EXPRESSIONS = {
    "isnull": lambda e, rows: rows.a.isnull(),
    "notnull": lambda e, rows: rows.a.notnull(),
    "fill_null": lambda e, rows: rows.a.fill_null("x"),
    "isin": lambda e, rows: rows.a.isin(["ab", "b"]),
    "not in": lambda e, rows: ~rows.a.isin(["ab", "b"]),
    "equal": lambda e, rows: rows.a == rows.b,
    "unequal": lambda e, rows: rows.a != "ab",
    "and": lambda e, rows: (rows.a == "ab") & (rows.b == "b"),
    "or": lambda e, rows: (rows.a == "ab") | (rows.b == "b"),
    "concat": lambda e, rows: rows.a.concat("|", rows.b),
    "constant first": lambda e, rows: e.literal("o_").concat(rows.a),
    "left": lambda e, rows: rows.a.left(1),
    "right": lambda e, rows: rows.a.right(1),
    "substr": lambda e, rows: rows.a.substr(1, 1),
    "replace": lambda e, rows: rows.a.replace("a", "é"),
    "re_replace": lambda e, rows: rows.a.re_replace("[ab]", ""),
    "re_search": lambda e, rows: rows.a.re_search("^a|莞$"),
    "coalesce": lambda e, rows: e.coalesce(rows.a, rows.b, e.literal("none")),
    "ifelse": lambda e, rows: e.ifelse(rows.a == "ab", rows.b, "other"),
    "of a condition": lambda e, rows: rows.a.notnull().ifelse("yes", "no"),
    "cases": lambda e, rows: e.cases((rows.a == "ab", "one"), (rows.b.isnull(), "two"), else_=None).cast("string"),
    "nothing": lambda e, rows: e.coalesce(e.null("string"), rows.b),
}


@pytest.mark.parametrize("name", EXPRESSIONS)
@given(pairs=TEXTS)
def test_vocabulary_means_what_it_means_in_sql(name: str, pairs: list[tuple[str | None, str | None]]) -> None:
    table = pa.table(
        {"a": pa.array([a for a, _ in pairs], pa.string()), "b": pa.array([b for _, b in pairs], pa.string())}
    )
    rows = Rows({column: encoded(table[column]) for column in table.column_names}, len(table))
    found = rows.spread(EXPRESSIONS[name](over_columns, rows))
    stored = ibis.memtable(table)
    wanted = DUCKDB.to_pyarrow(stored.select(found=EXPRESSIONS[name](ibis, stored)))
    assert found.to_pylist() == wanted["found"].to_pylist()


DUCKDB = ibis.duckdb.connect()

DAYS = st.lists(st.one_of(st.none(), st.dates(date(1900, 1, 1), date(2100, 1, 1))), max_size=5)


@given(days=DAYS, months=st.integers(0, 130))
def test_months_later_as_in_sql(days: list[date | None], months: int) -> None:
    table = pa.table({"day": pa.array(days, pa.date32())})
    stored = ibis.memtable(table)
    later = (stored.day.cast("timestamp") + ibis.interval(months=months)).cast("date")
    wanted = DUCKDB.to_pyarrow(stored.select(found=later))["found"].to_pylist()
    assert encoded(table["day"]).plus_months(months).spread(len(days)).to_pylist() == wanted


@given(days=DAYS)
def test_least_and_greatest_leave_the_absent_out(days: list[date | None]) -> None:
    column, limit = Column(pa.array(days, pa.date32())), literal(date(2000, 1, 1))
    given_days = [[day for day in (day, date(2000, 1, 1)) if day] for day in days]
    assert over_columns.least(column, limit).spread(len(days)).to_pylist() == [min(pair) for pair in given_days]
    assert over_columns.greatest(column, limit).spread(len(days)).to_pylist() == [max(pair) for pair in given_days]


def _rows() -> Rows:
    return of_table(pa.table({"line": [1, 2, 3, 4], "a": ["x", None, "y", "x"]})).mutate(
        b=encoded(pa.array(["1", "2", None, "1"]))
    )


def test_what_comes_from_one_field_is_computed_once_per_different_value() -> None:
    seen: list[int] = []

    def size(texts: pa.Array) -> pa.Array:
        seen.append(len(texts))
        return pc.utf8_length(texts)

    rows = _rows()
    found = rows.b.fill_null("").concat(rows.b.fill_null("-"))
    assert found.index is rows.b.index
    assert rows.spread(derive(found, size)).to_pylist() == [2, 2, 1, 2]
    assert seen == [3]


def test_filtered_rows_see_the_same_values() -> None:
    rows = _rows().filter(_rows().b.notnull())
    assert rows.b.values.to_pylist() == ["1", "2", None]
    assert [rows.spread(name).to_pylist() for name in ("line", "a", "b")] == [
        [1, 2, 4],
        ["x", None, "x"],
        ["1", "2", "1"],
    ]
    assert rows.filter(literal(True)) is rows
    assert len(rows.filter(literal(None).cast("boolean"))) == 0


def test_an_unknown_column_is_named() -> None:
    with pytest.raises(AttributeError, match="no column 'c'; there are"):
        _ = _rows().c


def test_columns_of_other_rows_are_refused() -> None:
    rows = _rows()
    for column in (rows.a, rows.b):
        with pytest.raises(ValueError, match="other rows than these: c"):
            rows.filter(rows.line < 3).mutate(c=column)


def test_neighbours_are_of_the_same_group() -> None:
    rows = of_table(pa.table({"line": [1, 2, 3, 4], "a": ["x", "y", "x", "x"], "day": [3, 9, None, 2]}))
    ordered = rows.sort("a", "day")
    assert ordered.spread("line").to_pylist() == [3, 4, 1, 2]
    assert ordered.spread(ordered.neighbour(ordered.day, ["a"], 1)).to_pylist() == [2, 3, None, None]
    assert ordered.spread(ordered.neighbour(ordered.line, ["a"], -1)).to_pylist() == [None, 3, 4, None]


def test_rows_beside_others_and_without_them() -> None:
    rows = _rows()
    others = of_table(pa.table({"key": ["x", "x", None], "value": [10, 20, 30]}))
    found = rows.beside(others, a="key").plain("line", "b", "value").to_pylist()
    assert [tuple(row.values()) for row in found] == [
        (1, "1", 10),
        (1, "1", 20),
        (2, "2", None),
        (3, None, None),
        (4, "1", 10),
        (4, "1", 20),
    ]
    assert rows.beside(others, "inner", a="key").spread("line").to_pylist() == [1, 1, 4, 4]
    assert rows.without(others, a="key").spread("line").to_pylist() == [2, 3]
    assert len(rows.beside(others.filter(literal(False)), a="key")) == 4


def test_tables_get_the_values_in_use_only() -> None:
    rows = _rows().filter(_rows().line < 2)
    table = rows.table(pa.schema([("b", pa.string()), ("line", pa.int64())]))
    assert table["b"].chunk(0).dictionary.to_pylist() == ["1"]
    assert table.to_pylist() == [{"b": "1", "line": 1}]


@pytest.mark.parametrize("as_encoded", [True, False])
def test_values_replaced_at_places(as_encoded: bool) -> None:
    texts = pa.array(["a", None, "a", "c"])
    column = encoded(texts) if as_encoded else Column(texts)
    found = replaced(column, np.array([1, 3]), Column(pa.array(["x", None])), 4)
    assert found.spread(4).to_pylist() == ["a", "x", "a", None]
    assert replaced(column, np.array([1]), literal("x"), 4).spread(4).to_pylist() == ["a", "x", "a", "c"]
    assert replaced(column, np.array([], np.int64), literal("x"), 4) is column


def test_rows_below_each_other() -> None:
    parts = [
        _rows().mutate(rank=literal(0)),
        _rows().mutate(b=Column(pa.array(["9", None, "9", "8"])), rank=literal(1)),
        _rows().filter(literal(False)).mutate(rank=literal(2)),
    ]
    whole = stacked(parts)
    assert whole.spread("line").to_pylist() == [1, 2, 3, 4] * 2
    assert whole.spread("b").to_pylist() == ["1", "2", None, "1", "9", None, "9", "8"]
    assert whole.spread("rank").to_pylist() == [0] * 4 + [1] * 4
    assert len(stacked([parts[2], parts[2]])) == 0


@pytest.mark.parametrize("texts", [[], ["a"], [f"t{i}" for i in range(5_000)], ["a", "b"] * 3_000])
def test_encoded_equals_the_function_on_every_row(texts: list[str]) -> None:
    column = encoded(pa.chunked_array([texts[:7], texts[7:]], pa.string()))
    found = derive(column, pc.utf8_upper)
    assert found.spread(len(texts)).to_pylist() == [text.upper() for text in texts]
    assert (found.index is None) == (len(texts) == 5_000)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 1), st.integers(1, 4), st.sampled_from("xyz"))))
def test_one_per_key_prefers_full_rows_then_later_records_then_the_smaller_content(
    given_rows: list[tuple[str, int, int, str]],
) -> None:
    keys, ranks, lines, names = ([row[i] for row in given_rows] for i in range(4))
    columns = {
        "id": encoded(pa.array(keys, pa.string())),
        "name": Column(pa.array(names, pa.string())),
        "name_initials": literal(None),
        "line": Column(pa.array(lines, pa.int64())),
        "rank": Column(pa.array(ranks, pa.int32())),
    }
    kept = one_per_key(Rows(columns, len(given_rows)), "platforms")
    found = dict(
        zip(
            kept.spread("id").to_pylist(),
            zip(kept.spread("name").to_pylist(), kept.spread("line").to_pylist(), strict=True),
            strict=True,
        )
    )
    best: dict[str, tuple[str, int]] = {}
    for key, _, line, name in sorted(given_rows, key=lambda row: (row[1], -row[2], row[3])):
        best.setdefault(key, (name, line))
    assert (len(kept), found) == (len(best), best)


KEYS = st.tuples(
    st.sampled_from("ab"), st.sampled_from("ab"), st.sampled_from([None, date(2020, 1, 1), date(2021, 1, 1)])
)


@given(st.lists(st.tuples(KEYS, st.sampled_from(["", "director", None]))))
def test_one_per_key_of_several_columns(given_rows: list[tuple[tuple[str, str, date | None], str | None]]) -> None:
    columns = {
        name: encoded(pa.array(values, type_))
        for name, values, type_ in (
            ("from_id", [key[0] for key, _ in given_rows], pa.string()),
            ("to_id", [key[1] for key, _ in given_rows], pa.string()),
            ("valid_from", [key[2] for key, _ in given_rows], pa.date32()),
            ("post", [post for _, post in given_rows], pa.string()),
        )
    }
    lines = Column(pa.array(range(1, len(given_rows) + 1), pa.int64()))
    kept = one_per_key(Rows({**columns, "line": lines, "rank": literal(0)}, len(given_rows)), "officers")
    last = {(*key, post): line for line, (key, post) in enumerate(given_rows, 1)}
    assert sorted(kept.spread("line").to_pylist()) == sorted(last.values())


@pytest.mark.parametrize("cuts", [[5_000], [0, 1, 2_500, 2_500, 5_000]], ids=["one chunk", "several, one empty"])
@pytest.mark.parametrize(("times", "answer"), [(1, False), (4, True)])
def test_whether_values_repeat_does_not_depend_on_the_chunks(cuts: list[int], times: int, answer: bool) -> None:
    texts = pa.array([f"t{i // times}" for i in range(5_000)])
    starts = [0, *cuts[:-1]]
    chunks = pa.chunked_array([texts.slice(a, b - a) for a, b in zip(starts, cuts, strict=True)])
    assert repeats(chunks, 5_000) is repeats(texts, 5_000) is answer
