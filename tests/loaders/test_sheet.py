"""Sheets for mending: every text comes back as it was, and nothing is a formula or a number."""

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import InputError
from loaders.sheet import read_sheet, write_sheet

ODD = ("91441900MA0000009E14", "914419001234567890", "=CMD|x", "'=1", "'", "-5", "0012", "_x0041_", "a\0b", "a\r\nb")
CELLS = st.one_of(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), st.sampled_from(ODD))


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
@settings(max_examples=60)
@given(rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=5))
def test_round_trip(tmp_path_factory, ending, rows):
    rows = [["x", *row] for row in rows]  # an empty line is no row of a CSV
    path = tmp_path_factory.mktemp("sheet") / f"a{ending}"
    write_sheet(path, ["#line", "甲", "乙", "丙"], rows)
    assert read_sheet(path) == (["#line", "甲", "乙", "丙"], rows)


def test_cells_of_a_workbook_are_text(tmp_path):
    write_sheet(tmp_path / "a.xlsx", ["code"], [["914419001234567890"], ["=1+1"]])
    cells = [row[0] for row in openpyxl.load_workbook(tmp_path / "a.xlsx").active.iter_rows(min_row=2)]
    assert [(cell.value, cell.data_type, cell.number_format) for cell in cells] == [
        ("914419001234567890", "s", "@"),
        ("=1+1", "s", "@"),
    ]


def test_what_a_spreadsheet_would_run_stands_behind_an_apostrophe_in_a_csv(tmp_path):
    write_sheet(tmp_path / "a.csv", ["x", "code"], [["1", "=CMD|x"], ["2", "@SUM(1)"]])
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbfx,code\r\n1,'=CMD|x\r\n2,'@SUM(1)")


def test_names_that_cannot_be(tmp_path):
    (tmp_path / "there.xlsx").touch()
    for name, message in (("there.xlsx", "there already"), ("a.ods", "ends in .xlsx or .csv")):
        with pytest.raises(InputError, match=message):
            write_sheet(tmp_path / name, ["a"], [["1"]])
