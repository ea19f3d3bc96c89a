"""Bad input: each kind ends in a clear error or in quarantine, and nothing is half-written."""

import errno
import gzip
import multiprocessing

import pyarrow.parquet as pq
import pytest

from graph.errors import DiskFull, HomeBusy, InputError, MissingColumns, UnknownSource, UnreadableFile
from graph.settings import Settings
from graph.tables import Tables
from loaders.load import load_files

HEADER = "企业名称,统一社会信用代码,注册日期,法人代表,注册资金\n"
ROWS = [
    "东莞市甲一测试有限公司,91441900MA000004XT,2019-05-06,李试一,100(万元人民币)\n",
    "东莞市甲二测试店,92441900MA0000058P,2018-02-03,王试二,N/A\n",
    "东莞市甲三测试合作社,93441900MA0000066F,2017-01-02,赵试三,N/A\n",
]
GOOD = HEADER + "".join(ROWS)


def nothing_written(tables):
    folder = tables._batches  # the folders on disk, not what the manifest says
    return tables.batches() == [] and list(folder.iterdir()) == []


def refused(tables, path, error, *words):
    with pytest.raises(error) as caught:
        load_files(tables, [path])
    message = str(caught.value)
    assert all(word in message for word in words), message
    assert nothing_written(tables)


def test_missing_file(tables, tmp_path):
    refused(tables, tmp_path / "none.csv", UnreadableFile, "none.csv", "no such file")


def test_directory(tables, tmp_path):
    refused(tables, tmp_path, UnreadableFile, "folder")


def test_empty_file(tables, csv_file):
    refused(tables, csv_file("empty.csv", ""), UnreadableFile, "empty")


def test_not_a_table(tables, csv_file):
    refused(tables, csv_file("picture.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), UnreadableFile, "PNG")


def test_binary_of_unknown_kind(tables, csv_file):
    refused(tables, csv_file("x.csv", bytes(range(256)) * 40), UnreadableFile, "binary")


def test_wrong_encoding(tables, csv_file):
    big5_like = HEADER.encode("gb18030") + b"\xff\xfe\xfd\x80,\xff\n"
    refused(tables, csv_file("odd.csv", big5_like), UnreadableFile, "no known encoding", "at byte")


def test_missing_columns_names_the_nearest_source(tables, csv_file):
    path = csv_file("part.csv", "企业名称,统一社会信用代码,法人代表\n甲,乙,丙\n")
    refused(tables, path, UnknownSource, "registration", "lacks 成立日期", "part.csv")


def test_missing_columns_of_a_named_source(tables, csv_file):
    path = csv_file("part.csv", "企业名称,统一社会信用代码\n甲,乙\n")
    with pytest.raises(MissingColumns, match=r"成立日期.*法定代表人"):
        load_files(tables, [path], source="registration")
    assert nothing_written(tables)


def test_unknown_source_name(tables, csv_file):
    with pytest.raises(UnknownSource, match="nearest: registration"):
        load_files(tables, [csv_file("a.csv", GOOD)], source="registraton")


def test_one_wrong_file_stops_the_load_before_anything_is_written(tables, csv_file):
    files = [csv_file("good.csv", GOOD), csv_file("other.csv", "x,y\n1,2\n")]
    with pytest.raises(UnknownSource):
        load_files(tables, files)
    assert nothing_written(tables)


def test_header_only(tables, csv_file):
    (report,) = load_files(tables, [csv_file("head.csv", HEADER)])
    assert (report.read, report.loaded, report.quarantined) == (0, 0, 0)
    assert len(tables.batches()) == 1


def test_unknown_columns_are_reported(tables, csv_file):
    text = GOOD.replace("注册资金", "注册资金,备注").replace("\n", ",x\n").replace("备注,x", "备注")
    (report,) = load_files(tables, [csv_file("more.csv", text)])
    assert (report.loaded, report.unmapped) == (3, ("备注",))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("东莞市乙测试有限公司,91441900MA000004XT,2019-05-06,李试一\n", "wrong_field_count"),
        ("东莞市乙测试有限公司,91441900MA000004XT,2019-05-06,李试一,10万,多\n", "wrong_field_count"),
        ("东莞市乙测\0试有限公司,91441900MA000004XT,2019-05-06,李试一,10万\n", "nul_byte"),
        ("\"=CMD|'/C calc'!A0\",91441900MA000004XT,2019-05-06,李试一,10万\n", "formula_cell"),
        ("@SUM(A1),91441900MA000004XT,2019-05-06,李试一,10万\n", "formula_cell"),
        (f"{'长' * 3_500_000},91441900MA000004XT,2019-05-06,李试一,10万\n", "field_too_long"),
        ("N/A,91441900MA000004XT,2019-05-06,李试一,10万\n", "no_name"),
        ("东莞市乙测试有限公司,91441900MA000004XT,2019-05-06,李试一,王试二\n", "implausible_capital"),
        ("第一名,91441900MA000004XT,2019-05-06,李试一,10万\n", "placeholder_name"),
    ],
    ids=lambda value: str(value)[-24:].strip(),
)
def test_one_bad_row_goes_to_quarantine(tables, csv_file, row, reason):
    path = csv_file("bad.csv", HEADER + ROWS[1] + row + ROWS[2])
    (report,) = load_files(tables, [path])
    assert (report.read, report.loaded, report.quarantined) == (3, 2, 1)
    assert report.reasons == {reason: 1}
    (kept,) = tables.quarantined().to_pylist()
    assert (kept["line"], kept["reason"].split(":")[0]) == (2, reason)
    assert 0 < len(kept["original"]) <= 32_000
    assert sorted(tables.arrow("companies", ["line"])["line"].to_pylist()) == [1, 3]


def test_negative_numbers_and_long_free_text_are_no_formulas(tables, csv_file):
    text = GOOD.replace("注册资金", "经营范围").replace("100(万元人民币)", "=见章程+附件")
    (report,) = load_files(tables, [csv_file("text.csv", text)])
    assert report.quarantined == 0


def test_quarantined_row_can_be_mended_and_loaded(tables, csv_file):
    load_files(tables, [csv_file("bad.csv", HEADER + '"东莞市乙,测试\n有限公司",,2019-05-06,李试一,王试二\n')])
    original = tables.quarantined()["original"][0].as_py()
    mended = HEADER + original.replace("王试二", "10万") + "\n"
    (report,) = load_files(tables, [csv_file("mended.csv", mended)])
    assert (report.read, report.loaded) == (1, 1)


def test_line_breaks_in_fields_survive(tables, csv_file):
    text = GOOD.replace("王试二,N/A", '王试二,"10万\n人民币"')
    (report,) = load_files(tables, [csv_file("breaks.csv", text)])
    assert (report.read, report.loaded) == (3, 3)


def test_unclosed_quote_swallowing_rows_is_seen(tables, csv_file):
    text = GOOD.replace("东莞市甲二", '"东莞市甲二').replace("王试二", '王试二"')
    swallowed = HEADER + '"' + ROWS[0] + ROWS[1] + ROWS[2].rstrip("\n")
    (report,) = load_files(tables, [csv_file("swallow.csv", swallowed)])
    assert (report.read, report.loaded) == (1, 0)
    assert report.reasons == {"wrong_field_count": 1}
    assert all(row[:6] in tables.quarantined()["original"][0].as_py() for row in ROWS)
    (closed,) = load_files(tables, [csv_file("closed.csv", text)])
    assert closed.read == closed.loaded + closed.quarantined == 3


def test_quote_that_swallows_the_file_is_an_error(tables, csv_file):
    rest = "".join(f"东莞市{n}号测试店,,2018-02-03,王试二,N/A\n" for n in range(1_500))
    text = HEADER + '东莞市甲测试店,,2018-02-03,王试二,"N/A\n' + rest
    refused(tables, csv_file("open.csv", text), UnreadableFile, "quote", "open.csv")


def test_file_cut_in_the_middle_of_a_record(tables, csv_file):
    (report,) = load_files(tables, [csv_file("cut.csv", GOOD.encode()[:-40])])
    assert (report.read, report.loaded) == (3, 2)
    assert report.reasons == {"wrong_field_count": 1}
    assert any("cut" in note for note in report.notes)


def test_file_cut_inside_a_character(tables, csv_file):
    text = GOOD.replace(",N/A\n", ",试\n").encode()
    (report,) = load_files(tables, [csv_file("cut.csv", text[:-2])])
    assert report.read == 3
    assert any("cut" in note for note in report.notes)


def test_cut_archive(tables, csv_file):
    whole = gzip.compress((GOOD * 50).encode(), mtime=0)
    refused(tables, csv_file("cut.csv.gz", whole[:-30]), UnreadableFile, "damaged or cut")


def test_cut_parquet(tables, tmp_path, csv_file):
    from loaders.read import read_any

    path = tmp_path / "whole.parquet"
    pq.write_table(read_any(csv_file("a.csv", GOOD)).table, path)
    refused(tables, csv_file("cut.parquet", path.read_bytes()[:-20]), UnreadableFile, "Parquet")


def test_duplicate_rows(tables, csv_file):
    (report,) = load_files(tables, [csv_file("twice.csv", GOOD + ROWS[0] + ROWS[0])])
    assert (report.read, report.loaded, report.superseded) == (5, 5, 2)
    assert len(tables.arrow("companies")) == 3


def test_second_run_of_the_same_file_changes_nothing(tables, csv_file):
    path = csv_file("good.csv", GOOD)
    (first,) = load_files(tables, [path])
    state = tables.state()
    (second,) = load_files(tables, [path])
    assert (first.already_loaded, second.already_loaded) == (False, True)
    assert (second.batch, tables.state()) == (first.batch, state)


def test_same_file_again_after_undo(tables, csv_file):
    path = csv_file("good.csv", GOOD)
    (first,) = load_files(tables, [path])
    tables.undo(first.batch)
    assert len(tables.arrow("companies")) == 0
    (second,) = load_files(tables, [path])
    assert not second.already_loaded
    assert len(tables.arrow("companies")) == 3


def _hold_lock(home, ready, done):
    with Tables.open(Settings(home=home)) as tables, tables.lock("loading in another process"):
        ready.set()
        done.wait(60)


def test_two_loads_at_once(tables, settings, csv_file):
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    other = context.Process(target=_hold_lock, args=(settings.home, ready, done))
    other.start()
    try:
        assert ready.wait(60)
        with pytest.raises(HomeBusy, match="loading in another process"):
            load_files(tables, [csv_file("good.csv", GOOD)])
    finally:
        done.set()
        other.join(60)
    assert nothing_written(tables)
    assert load_files(tables, [csv_file("good.csv", GOOD)])[0].loaded == 3


def test_disk_full(tables, csv_file, monkeypatch):
    def full(self, *args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(pq.ParquetWriter, "write_table", full)
        refused(tables, csv_file("good.csv", GOOD), DiskFull, "disk")
    assert load_files(tables, [csv_file("good.csv", GOOD)])[0].loaded == 3


def test_errors_are_of_one_tree():
    assert all(issubclass(e, InputError) for e in (UnreadableFile, UnknownSource, MissingColumns))
    assert UnreadableFile.exit_code == 3
