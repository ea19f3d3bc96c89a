"""Reading: one small table in every form, encoding and compression gives the same columns of text."""

import bz2
import datetime
import gzip
import lzma
import zipfile

import openpyxl
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import UnreadableFile
from loaders.read import read_any, read_headings

TEXT = 'code,name,day\n007,东莞"测试"店,2024-05-06\n,"两\n行,店",\n'.replace('东莞"测试"店', '"东莞""测试""店"')
ROWS = [{"code": "007", "name": '东莞"测试"店', "day": "2024-05-06"}, {"code": "", "name": "两\n行,店", "day": ""}]


def same(path):
    raw = read_any(path)
    assert raw.table.to_pylist() == ROWS
    assert raw.lines.to_pylist() == [1, 2]
    assert raw.table.column_names == read_headings(path)
    assert raw.records == 2
    return raw


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("gb18030", "gb18030"), ("utf-16", "utf-16")],
)
def test_encodings(csv_file, encoding, found):
    assert same(csv_file("a.csv", TEXT, encoding)).encoding == found


@pytest.mark.parametrize("delimiter", ["\t", ";", "|"])
def test_delimiters(csv_file, delimiter):
    text = TEXT.replace(",", delimiter).replace(f"行{delimiter}店", "行,店")
    if delimiter == "\t":  # unquoted by nature: a line break cannot stand in a field
        text = text.replace('"两\n行,店"', "两行,店").replace('"东莞""测试""店"', '东莞"测试"店')
        raw = read_any(csv_file("a.tsv", text))
        assert raw.table["name"].to_pylist() == ['东莞"测试"店', "两行,店"]
    else:
        raw = same(csv_file("a.csv", text))
    assert raw.delimiter == delimiter


def test_line_ends_of_windows(csv_file):
    assert read_any(csv_file("a.csv", "a,b\r\n1,2\r\n")).table.to_pylist() == [{"a": "1", "b": "2"}]


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("a.csv.gz", gzip.compress),
        ("a.csv.xz", lzma.compress),
        ("a.csv.bz2", bz2.compress),
        ("a.csv.zst", lambda data: pa.compress(data, "zstd", asbytes=True)),
        ("no_ending", gzip.compress),
    ],
)
def test_compressed(csv_file, name, pack):
    same(csv_file(name, pack(TEXT.encode("gb18030"))))


def test_zip(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", TEXT)
    same(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("b.csv", TEXT)
    with pytest.raises(UnreadableFile, match="holds 2 files"):
        read_any(path)


def test_parquet(tmp_path):
    path = tmp_path / "a.parquet"
    day = pa.array([datetime.date(2024, 5, 6), None], pa.date32())
    pq.write_table(pa.table({"code": ["007", None], "name": [r["name"] for r in ROWS], "day": day}), path)
    assert same(path).format == "parquet"


def test_workbook(tmp_path):
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["code", "name", "day"])
    book.active.append(["007", ROWS[0]["name"], datetime.date(2024, 5, 6)])
    book.active.append([None, ROWS[1]["name"], None])
    book.save(path)
    assert same(path).format == "xlsx"


def test_workbook_numbers_are_written_plainly(tmp_path):
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["a", "b", "c"])
    book.active.append([12, 35.5, True])
    book.save(path)
    assert read_any(path).table.to_pylist() == [{"a": "12", "b": "35.5", "c": "是"}]


def test_json_lines(csv_file):
    first, second = '{"code":"007","name":"东莞\\"测试\\"店","day":"2024-05-06"}', '{"name":"两\\n行,店","extra":1.5}'
    text = f"{first}\n\n{second}\n[1]\nnot json\n"
    raw = read_any(csv_file("a.jsonl", text))
    assert raw.table.drop_columns("extra").to_pylist() == ROWS
    assert raw.table["extra"].to_pylist() == ["", "1.5"]
    assert raw.rejected.select(["line", "reason"]).to_pylist() == [
        {"line": 3, "reason": "not_json"},
        {"line": 4, "reason": "not_json"},
    ]


def test_record_numbers_count_the_rows_set_aside(csv_file):
    raw = read_any(csv_file("a.csv", "a,b\n1,2\n3\n4,5\n6,7,8\n9,10\n"))
    assert raw.lines.to_pylist() == [1, 3, 5]
    assert raw.rejected["line"].to_pylist() == [2, 4]
    assert raw.rejected["original"].to_pylist() == ["3", "6,7,8"]


def test_repeated_and_empty_headings_lose_no_column(csv_file):
    assert read_any(csv_file("a.csv", "a,a,\n1,2,3\n")).table.to_pylist() == [{"a": "1", "a#2": "2", "column#3": "3"}]


def test_header_only(csv_file):
    raw = read_any(csv_file("a.csv", "a,b\n"))
    assert (len(raw.table), raw.table.column_names) == (0, ["a", "b"])


fields = st.text(st.characters(blacklist_categories=["Cs", "Cc"]) | st.sampled_from('",;|\t\n'), max_size=12)


@given(rows=st.lists(st.tuples(fields, fields), max_size=6))
def test_quoted_csv_round_trip(rows, tmp_path_factory):
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    table = pa.table(
        {"a": pa.array([r[0] for r in rows], pa.string()), "b": pa.array([r[1] for r in rows], pa.string())}
    )
    pa_csv.write_csv(table, path, pa_csv.WriteOptions(quoting_style="all_valid"))
    assert read_any(path).table.to_pylist() == table.to_pylist()


def test_a_record_longer_than_a_block_of_the_parser(csv_file):
    long = "x" * 6_000_000
    found = read_any(csv_file("long.csv", f'a,b\n1,2\n3\n{long},"y\nz"\n5,6\n'))
    assert found.lines.to_pylist() == [1, 3, 4]
    assert found.rejected["line"].to_pylist() == [2]
    assert found.table["a"][1].as_py() == long
