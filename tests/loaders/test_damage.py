"""Damage that spreadsheets, exports and joined files do: mended, quarantined with reason and line, or a clear error."""

import datetime
import gzip
import io
import os
import zipfile

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graph.errors import InputError, MissingColumns, UnknownSource, UnreadableFile
from loaders.explain import recognition
from loaders.load import load_files
from loaders.read import read_any

HEADINGS = ["企业名称", "统一社会信用代码", "注册日期", "法人代表", "注册资金"]
A, B, C = "91441900MA000004XT", "92441900MA0000058P", "93441900MA0000066F"
RECORDS = [
    ["东莞市甲一测试有限公司", A, "2019-05-06", "李试一", "100(万元人民币)"],
    ["东莞市甲二测试店", B, "2018-02-03", "王试二", "N/A"],
    ["东莞市甲三测试合作社", C, "2017-01-02", "赵试三", "N/A"],
]
DAYS = [datetime.date.fromisoformat(record[2]) for record in RECORDS]


def lines(*records, delimiter=","):
    return "".join(delimiter.join(record) + "\n" for record in records)


HEADER, ROWS = lines(HEADINGS), [lines(record) for record in RECORDS]
GOOD = HEADER + "".join(ROWS)


def workbook(rows, merged=()):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cells in merged:
        book.active.merge_cells(cells)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def zipped(*members):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return content.getvalue()


@pytest.fixture
def loaded(tables, csv_file):
    """Loads a file and gives the report, the companies by code, and the quarantine as (line, reason code)."""

    def load(content, name="a.csv"):
        (report,) = load_files(tables, [csv_file(name, content)])
        companies = {row["uscc"]: row for row in tables.arrow("companies").to_pylist()}
        kept = [(row["line"], row["reason"].split(":")[0]) for row in tables.quarantined().to_pylist()]
        return report, companies, kept

    return load


@pytest.fixture
def refused(tables, csv_file):
    """Loads a file that is refused; gives the message, which names the file once."""

    def load(content, error=UnreadableFile, name="a.csv"):
        path = csv_file(name, content) if content is not None else name
        with pytest.raises(error) as caught:
            load_files(tables, [path])
        assert tables.batches() == []
        assert str(caught.value).count(str(path)) == 1
        return str(caught.value)

    return load


# -- joined files ------------------------------------------------------------------------------------------------


def test_a_byte_order_mark_between_joined_files_is_dropped_and_the_second_header_set_aside(loaded):
    content = "\ufeff" + HEADER + ROWS[0] + "\ufeff" + HEADER + ROWS[1] + "\ufeff" + ROWS[2]
    report, companies, kept = loaded(content)
    assert kept == [(2, "repeated_header")]
    assert (report.read, set(companies)) == (4, {A, B, C})


def test_a_byte_order_mark_never_becomes_part_of_a_value(csv_file):
    raw = read_any(csv_file("a.csv", "文号,名称\n\ufeff1号,甲\n2号,\ufeff乙\n"))
    assert raw.table.to_pylist() == [{"文号": "1号", "名称": "甲"}, {"文号": "2号", "名称": "乙"}]


def test_a_repeated_header_with_brackets_of_the_other_width_is_one(loaded):
    header = HEADER.replace("注册资金", "注册资金（万元）")
    _, companies, kept = loaded(header + ROWS[0] + header + ROWS[1])
    assert (kept, set(companies)) == ([(2, "repeated_header")], {A, B})


@pytest.mark.parametrize(("main", "inside", "bad"), [("utf-8", "gb18030", 3), ("gb18030", "utf-8", 1)])
def test_two_encodings_in_one_file_name_both_lines(refused, main, inside, bad):
    text = [(HEADER, main), (ROWS[0], main), (ROWS[1], inside), (ROWS[2], main)]
    message = refused(b"".join(part.encode(encoding) for part, encoding in text))
    assert f"line {1 if main == 'utf-8' else 3} is UTF-8 and line {bad} is not" in message
    assert "save each part as UTF-8" in message


def test_lines_of_utf8_that_would_pass_for_gb18030_are_seen(refused):
    """Six characters of UTF-8 are nine of GB18030: without a look nothing would tell."""
    hidden = "甲乙丙丁戊己".encode()
    assert hidden.decode("gb18030")
    refused(HEADER.encode("gb18030") + hidden + f",{A},2019-05-06,,\n".encode())


# -- delimiters and headings -------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", ["，", "^", "   ", "、"])
def test_an_unknown_delimiter_is_an_error_that_names_those_known(refused, delimiter):
    message = refused(lines(HEADINGS, *RECORDS, delimiter=delimiter), UnknownSource)
    assert "one column only: save it with a comma, tab, semicolon or |" in message


def test_records_with_another_delimiter_than_the_header_are_set_aside(loaded):
    _, companies, kept = loaded(HEADER + ROWS[0] + lines(RECORDS[1], delimiter=";"))
    assert (set(companies), kept) == ({A}, [(2, "wrong_field_count")])


def test_line_ends_of_old_macs(loaded):
    report, companies, _ = loaded(GOOD.replace("\n", "\r"))
    assert (set(companies), report.notes) == ({A, B, C}, ())


@pytest.mark.parametrize(
    ("above", "line"),
    [
        ("东莞市企业名单\n", 2),
        ("东莞市企业名单,,,,\n制表日期：2024-01-01,,,,\n", 3),
        ("基本信息,,,登记信息,\n", 2),
        ("sep=,\n", 2),
    ],
)
def test_lines_above_the_headings_are_named(refused, above, line):
    message = refused(above + GOOD, UnknownSource)
    assert f"line {line} holds the headings of registration (市场主体登记): remove what stands above it" in message


def test_merged_cells_above_the_headings_of_a_workbook_are_named(refused, tables, csv_file):
    rows = [["基本信息", None, None, "登记信息", None], HEADINGS, *RECORDS]
    content = workbook(rows, ["A1:C1", "D1:E1"])
    assert "line 2 holds the headings of registration" in refused(content, UnknownSource, "a.xlsx")
    assert "line 2 holds" in str(recognition(csv_file("b.xlsx", content), tables).notes)


def test_headings_spread_over_two_lines_are_an_error_that_names_merged_cells(refused):
    rows = [["企业名称", "登记信息", None, None, None], [None, *HEADINGS[1:]], *RECORDS]
    assert "cells may be merged" in refused(workbook(rows, ["A1:A2", "B1:E1"]), UnknownSource, "a.xlsx")


def test_merged_cells_among_the_records_leave_gaps_that_are_set_aside(loaded):
    rows = [HEADINGS, *RECORDS, [None] * 5, [None, "91441900MA0000066M", "2019-05-06", None, None]]
    _, companies, kept = loaded(workbook(rows, ["A4:A6"]), "a.xlsx")
    assert (set(companies), kept) == ({A, B, C}, [(4, "empty_record"), (5, "no_name")])


def test_a_named_source_says_what_is_wrong_with_the_headings(tables, csv_file):
    path = csv_file("a.csv", lines(HEADINGS, *RECORDS, delimiter="，"))
    with pytest.raises(MissingColumns, match="one column only"):
        load_files(tables, [path], source="registration")


@pytest.mark.parametrize("columns", [10_000, 1_001])
def test_more_columns_than_any_table_has(refused, columns):
    text = lines([f"c{i}" for i in range(columns)], ["1"] * columns)
    assert f"has {columns:,} columns, more than 1,000" in refused(text)


def test_a_thousand_columns_are_read(loaded):
    more = [f"c{i}" for i in range(1_000 - len(HEADINGS))]
    report, companies, _ = loaded(lines([*HEADINGS, *more], [*RECORDS[0], *more]))
    assert (set(companies), len(report.unmapped)) == ({A}, len(more))


# -- what spreadsheets do to values ------------------------------------------------------------------------------


def test_line_breaks_of_either_kind_within_quotes(loaded):
    text = HEADER + f'"东莞市甲一\r\n测试有限公司",{A},2019-05-06,"李试\n一","100\n\n万"\n' + ROWS[1]
    report, companies, _ = loaded(text)
    assert (report.read, report.loaded) == (2, 2)
    assert companies[A]["name"] == "东莞市甲一测试有限公司"
    assert companies[A]["capital"] == 1_000_000


@pytest.mark.parametrize("day", ["19-05-06", "98/2/3", "05/06/19", "06.05.98"])
def test_years_of_two_digits_are_never_guessed(loaded, day):
    report, companies, _ = loaded(GOOD.replace("2019-05-06", day))
    assert companies[A]["established"] is None
    assert report.warnings == {"bad_established": 1}


def test_serial_days_of_spreadsheets(loaded):
    text = GOOD.replace("2019-05-06", "43591").replace("2018-02-03", "43134.5").replace("2017-01-02", "99999")
    report, companies, _ = loaded(text)
    assert [companies[code]["established"] for code in (A, B, C)] == [*DAYS[:2], None]
    assert report.warnings == {"bad_established": 1}, "a number beyond the year 2099 is no day"


def test_full_width_digits_and_letters(loaded):
    wide = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F) if chr(c) != ","})
    _, companies, _ = loaded(HEADER + "".join(ROWS).translate(wide))
    assert set(companies) == {A, B, C}
    assert [companies[code]["established"] for code in (A, B, C)] == DAYS
    assert companies[A]["capital"] == 1_000_000


@pytest.mark.parametrize("rounded", ["9.14419E+17", "9.14e17", " 9.1441900000001E+17", "4.419E+14"])
def test_a_code_in_scientific_notation_is_lost_and_says_so(loaded, tables, rounded):
    _, companies, kept = loaded(GOOD.replace(A, rounded))
    assert (set(companies), kept) == ({B, C}, [(1, "rounded_code")])
    assert "cannot be brought back" in tables.quarantined()["reason"][0].as_py()


def test_a_code_that_a_workbook_keeps_as_a_number_is_lost(loaded):
    rows = [HEADINGS, ["东莞市甲一测试有限公司", 914419000000000123, DAYS[0], "李试一", 100], RECORDS[1]]
    _, companies, kept = loaded(workbook(rows), "a.xlsx")
    assert (set(companies), kept) == ({B}, [(1, "rounded_code")])


def test_a_resident_id_in_scientific_notation_is_no_person(tables, csv_file):
    text = f"统一社会信用代码,企业名称,姓名,证件号码,职务\n{A},甲,李试一,4.41900E+17,董事\n"
    (report,) = load_files(tables, [csv_file("a.csv", text)])
    assert report.reasons == {"rounded_code": 1}


def test_floats_of_parquet_lose_no_digit_and_gain_no_point(tmp_path):
    numbers = pa.array([13800001111.0, 441900000000012.0, 35.5, float("nan"), None, 9.14419e17])
    pq.write_table(pa.table({"n": numbers}), tmp_path / "a.parquet")
    texts = read_any(tmp_path / "a.parquet").table["n"].to_pylist()
    assert texts == ["13800001111", "441900000000012", "35.5", "", "", "9.14419e+17"]


# -- archives, links, devices ------------------------------------------------------------------------------------


def test_names_in_an_archive_are_never_paths(loaded, tmp_path):
    before = set(tmp_path.rglob("*"))
    _, companies, _ = loaded(zipped(("../../../evil.csv", GOOD)), "a.zip")
    assert set(companies) == {A, B, C}
    assert not [path for path in {*tmp_path.rglob("*")} - before if "evil" in path.name]
    assert not (tmp_path.parents[2] / "evil.csv").exists()


def test_what_a_mac_adds_to_an_archive_is_no_second_file(loaded):
    _, companies, _ = loaded(zipped(("a.csv", GOOD), ("__MACOSX/._a.csv", "x"), (".DS_Store", "y")), "a.zip")
    assert set(companies) == {A, B, C}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (zipped(("a.csv", GOOD), ("b.csv", GOOD)), "holds 2 files"),
        (zipped(("a.xlsx", workbook([HEADINGS, *RECORDS]))), "holds another packed file"),
        (zipped(("a.zip", zipped(("a.csv", GOOD)))), "holds another packed file"),
        (gzip.compress(gzip.compress(GOOD.encode())), "holds another packed file"),
        (zipped(("a.csv", "")), "nothing inside"),
        (zipped(), "holds 0 files"),
        (zipped(("a.csv", GOOD))[:-30], "damaged"),
    ],
    ids=["two", "workbook", "archive", "gz", "empty", "none", "cut"],
)
def test_archives_that_are_not_read(refused, content, words):
    assert words in refused(content, name="a.bin")


def test_an_encrypted_archive(refused):
    content = bytearray(zipped(("a.csv", GOOD)))
    content[6] |= 1  # the flag of the local header, and that of the directory
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert "encrypted" in refused(bytes(content), name="a.zip")


def test_a_symbolic_link_in_an_archive(refused):
    member = zipfile.ZipInfo("a.csv")
    member.external_attr = 0o120777 << 16
    assert "symbolic link" in refused(zipped((member, "/etc/passwd")), name="a.zip")


SPACES = b" " * 80_000_000


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv.gz", lambda: gzip.compress(GOOD.encode() + SPACES, 6)),
        ("a.zip", lambda: zipped(("a.csv", GOOD.encode() + SPACES))),
        ("a.csv.zst", lambda: pa.compress(GOOD.encode() + SPACES, "zstd", asbytes=True)),
        ("a.xlsx", lambda: zipped(("xl/workbook.xml", "<a/>"), ("xl/worksheets/sheet1.xml", SPACES))),
    ],
)
def test_decompression_bombs(refused, name, content):
    assert "decompression bomb" in refused(content(), name=name)


def test_a_parquet_file_of_endless_repetition(refused, tmp_path):
    bomb = pa.table({heading: pa.repeat("x", 15_000_000) for heading in HEADINGS})
    pq.write_table(bomb, tmp_path / "a.parquet", row_group_size=15_000_000)
    assert "decompression bomb" in refused(None, name=tmp_path / "a.parquet")


def test_what_compresses_well_is_no_bomb(loaded):
    report, _, _ = loaded(gzip.compress((HEADER + ROWS[0] * 2_000).encode(), 9), "a.csv.gz")
    assert report.read == 2_000


def test_links_are_followed_to_files_and_nothing_else(loaded, refused, tmp_path, csv_file):
    csv_file("there.csv", GOOD)
    for name, target in (("link", "there.csv"), ("gone", "nowhere"), ("loop", "loop"), ("device", "/dev/zero")):
        (tmp_path / name).symlink_to(target)
    os.mkfifo(tmp_path / "pipe")
    assert "no such file" in refused(None, name=tmp_path / "gone")
    assert "no such file" in refused(None, InputError, tmp_path / "loop")
    assert "device or pipe" in refused(None, name=tmp_path / "device")
    assert "device or pipe" in refused(None, name=tmp_path / "pipe")
    assert read_any(tmp_path / "link").records == 3
