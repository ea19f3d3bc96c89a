"""Resident IDs: built from their parts, never pasted; the traps that other checkers fall into."""

import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.resident_id import ID_STATUSES, check_resident_id

TODAY = dt.date(2026, 7, 1)


def build(region, birth, order="001"):
    body = f"{region}{birth:%Y%m%d}{order}"
    total = sum(w * int(c) for w, c in zip((7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), body, strict=True))
    return body + "10X98765432"[total % 11]


def check(*ids):
    return check_resident_id(pa.array(ids, pa.string()), today=TODAY)


def test_the_example_of_the_standard():
    result = check("11010519491231002X", "11010519491231002x", "１１０１０５１９４９１２３１００２Ｘ")
    assert result.status.to_pylist() == ["valid"] * 3
    assert result.normalised.unique().to_pylist() == ["11010519491231002X"]
    assert result.birth.to_pylist() == [dt.date(1949, 12, 31)] * 3


@pytest.mark.parametrize("region", ["441900", "442527", "449999", "441901", "810000", "820000", "830000", "911100"])
@pytest.mark.parametrize("year", [1950, 1960, 1987, 1988, 2005])
def test_region_never_rejects(region, year):
    result = check(build(region, dt.date(year, 3, 8)))
    assert result.status.to_pylist() == ["valid"]
    assert result.region_known.to_pylist() == [True]


def test_unknown_region_is_a_remark():
    result = check(build("990000", dt.date(1960, 1, 1)))
    assert (result.status.to_pylist(), result.region_known.to_pylist()) == (["valid"], [False])


@pytest.mark.parametrize("birth", ["20900101", "20230229", "19001301", "19000100", "18000101", "00000101", "20260702"])
def test_implausible_birth_dates(birth):
    body = f"441900{birth}001"
    assert check(*(body + character for character in "0123456789X")).status.unique().to_pylist() == ["bad_format"]


def test_leap_days_and_today_are_plausible():
    ids = [build("441900", dt.date(2024, 2, 29)), build("441900", TODAY), build("441900", dt.date(1880, 1, 1))]
    assert check(*ids).status.unique().to_pylist() == ["valid"]


def test_old_form_has_no_check_but_a_date():
    result = check("441900600308001", "441900601308001")
    assert result.status.to_pylist() == ["old15", "bad_format"]
    assert result.birth.to_pylist() == [dt.date(1960, 3, 8), None]


def test_other_texts_stay_rows():
    result = check(None, "", "无", "44190019600308001", "44190019600308001A", "4419001960030800X1", "护照E12345678")
    assert result.status.to_pylist() == ["missing"] * 3 + ["bad_format"] * 4
    assert result.normalised.to_pylist()[:3] == [None] * 3
    assert result.birth.null_count == 7


@given(st.dates(dt.date(1880, 1, 1), TODAY), st.integers(0, 999), st.integers(0, 17), st.integers(0, 9))
def test_single_substitutions_are_always_seen(birth, order, place, digit):
    number = build("441900", birth, f"{order:03}")
    changed = number[:place] + str(digit) + number[place + 1 :]
    statuses = check(number, changed).status.to_pylist()
    assert statuses[0] == "valid"
    assert (statuses[1] == "valid") == (changed == number)


@given(st.lists(st.one_of(st.none(), st.text(max_size=18)), max_size=10))
def test_any_text_gets_a_known_status(texts):
    assert set(check(*texts).status.to_pylist()) <= set(ID_STATUSES)
