"""Out of the quarantine: export, mend, reload; what comes back equals what was loaded right at first."""

import csv
import random

import pytest

from graph.errors import InputError, NotFound, TablesError
from graph.model.kinds import PROVENANCE, TABLES
from graph.settings import Settings
from graph.tables import Tables
from loaders.load import load_files
from loaders.mend import PLACE, export, reload
from loaders.quarantine import Wanted, chosen, counts, shown
from loaders.recognise import recognise
from loaders.sheet import read_sheet, write_sheet
from loaders.synthetic import generate

A = "91441900MA000004XT"
HEADINGS = "统一社会信用代码,检查事项,检查日期,检查结果"
GOOD = f"{HEADINGS}\n{A},卫生,2024-02-03,好\n{A},计量,2024-02-04,好\n{A},标签,2024-02-05,好\n{A},价格,2024-02-06,好\n"
EVERY = Wanted()
BAD = f"{HEADINGS}\n{A},卫生,2024-02-30,好\n{A},计量,2024-02-04,好\n{A},标签,x,2024-02-05,好\n,价格,2024-02-06,好\n"


@pytest.fixture
def bad(tables, csv_file, request):
    delimiter = getattr(request, "param", ",")
    (report,) = load_files(tables, [csv_file("bad.csv", BAD.replace(",", delimiter))])
    return report


@pytest.fixture
def mended(tables, tmp_path):
    """Export what is in quarantine, let a function change each row of the sheet, write it again."""

    def mend(change, name="mended.xlsx", wanted=EVERY):
        sheet = tmp_path / f"out_{name}"
        export(tables, wanted, sheet)
        headings, rows = read_sheet(sheet)
        sheet.unlink()
        changed = [change(dict(zip(headings, row, strict=True))) for row in rows]
        write_sheet(tmp_path / name, headings, [list(row.values()) for row in changed if row])
        return tmp_path / name

    return mend


def correct(row):
    right = {"1": "2024-02-03", "3": "2024-02-05", "4": "2024-02-06"}
    names = {"1": "卫生", "3": "标签", "4": "价格"}
    values = (A, names[row["#line"]], right[row["#line"]], "好")
    return {**row, **dict(zip(HEADINGS.split(","), values, strict=True)), "#more1": ""}


def reasons(tables):
    rows = tables.quarantined().to_pylist()
    return [(row["batch"], row["line"], row["reason"].split(":")[0]) for row in rows]


def facts(tables, *without):
    """Every clean table without where its rows came from."""
    ignored = {column.name for column in PROVENANCE[2:]} | set(without)
    return {
        name: sorted(repr({k: v for k, v in row.items() if k not in ignored}) for row in tables.arrow(name).to_pylist())
        for name in TABLES
    }


@pytest.mark.parametrize(
    ("bad", "name"), [(",", "mended.xlsx"), ("\t", "mended.xlsx"), (";", "mended.csv")], indirect=["bad"]
)
def test_mended_rows_leave_the_quarantine_and_undo_brings_them_back(tables, bad, mended, csv_file, settings, name):
    before, empty = reasons(tables), facts(tables)
    assert before == [(1, 1, "bad_decided"), (1, 3, "wrong_field_count"), (1, 4, "no_company")]
    done = reload(tables, mended(correct, name))
    assert [(r.batch, r.source, r.read, r.loaded, r.quarantined) for r in done.reports] == [(2, "inspections", 3, 3, 0)]
    assert (done.left, reasons(tables), tables.batches()[1].file) == (0, [], name)
    with Tables.open(Settings(home=f"{settings.home}-right")) as right:
        load_files(right, [csv_file("good.csv", GOOD)])
        assert facts(tables) == facts(right)
    with pytest.raises(TablesError, match="mended in batch 2; undo that first"):
        tables.undo(1)
    tables.undo(2)
    assert (reasons(tables), facts(tables)) == (before, empty)
    tables.undo(1)
    with pytest.raises(TablesError, match="mends rows of batch 1; bring that back first"):
        tables.redo(2)
    tables.redo(1)
    tables.redo(2)
    assert reasons(tables) == []


def test_the_same_sheet_twice_changes_nothing(tables, bad, mended):
    sheet = mended(correct)
    first, state = reload(tables, sheet), tables.state()
    again = reload(tables, sheet)
    assert [r.already_loaded for r in (*first.reports, *again.reports)] == [False, True]
    assert tables.state() == state


def test_what_is_still_bad_stays_with_its_new_reason(tables, bad, mended):
    def half(row):
        if row["#line"] == "3":
            return row
        return {**row, "统一社会信用代码": A, "检查结果": "", "检查日期": "2024-02-03"}

    done = reload(tables, mended(half))
    assert (done.left, done.reports[0].reasons) == (1, {"no_result": 2})
    assert reasons(tables) == [(1, 3, "wrong_field_count"), (2, 1, "no_result"), (2, 2, "no_result")]
    again = reload(tables, mended(correct_later, "again.xlsx", Wanted(batch=2)))
    assert (again.reports[0].loaded, reasons(tables)) == (2, [(1, 3, "wrong_field_count")])
    with pytest.raises(TablesError, match="batch 3"):
        tables.undo(2)


def correct_later(row):
    return {**row, "检查结果": "好"}


def test_rows_mended_anew_after_an_undo_keep_the_first_mending_out(tables, bad, mended):
    reload(tables, mended(correct))
    tables.undo(2)
    reload(tables, mended(lambda row: correct(row) if row["#line"] == "1" else None, "other.xlsx"))
    with pytest.raises(TablesError, match="mended again in batch 3"):
        tables.redo(2)


def test_a_row_left_as_it_was_is_judged_again(tables, csv_file, mended):
    """What it refers to may be known by now: here the penalty that is repaired."""
    repair = f"统一社会信用代码,企业名称,原文书文号,修复决定文号,修复日期\n{A},测试有限公司,测罚1号,修1号,2024-06-01\n"
    penalty = f"统一社会信用代码,企业名称,处罚决定书文号,违法行为类型,处罚种类,罚款金额,处罚日期,处罚机关\n{A},测试有限公司,测罚1号,广告违法,罚款,50000,2024-01-15,某局\n"  # noqa: E501
    load_files(tables, [csv_file("repair.csv", repair)], source="credit_repair")
    load_files(tables, [csv_file("penalty.csv", penalty)])
    assert reasons(tables) == [(1, 1, "original_unknown")]
    reload(tables, mended(lambda row: row))
    assert reasons(tables) == []
    assert [row["status"] for row in tables.arrow("credit_records").to_pylist()] == ["repaired"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda row: {**row, "#batch": "7"}, "row 1: there is no batch 7"),
        (lambda row: {**row, "#line": ""}, "row 1 says no #batch and #line"),
        (lambda row: {**row, "#line": "2"}, "line 2 of batch 1 is not in quarantine"),
        (lambda row: {k: v for k, v in row.items() if k != "#line"}, "lacks the column #line"),
        (lambda row: {k: v for k, v in row.items() if k != "检查结果"}, "column 检查结果 of its file is not in the"),
    ],
    ids=["no batch", "no line", "not quarantined", "a column of ours gone", "a column of the file gone"],
)
def test_a_sheet_that_cannot_be_is_refused_whole(tables, bad, tmp_path, change, message):
    export(tables, Wanted(), tmp_path / "out.xlsx")
    headings, rows = read_sheet(tmp_path / "out.xlsx")
    changed = [change(dict(zip(headings, row, strict=True))) for row in rows]
    write_sheet(tmp_path / "changed.xlsx", list(changed[0]), [list(row.values()) for row in changed])
    with pytest.raises(InputError, match=message):
        reload(tables, tmp_path / "changed.xlsx")
    assert len(tables.batches()) == 1


def test_what_cannot_be_exported(tables, bad, csv_file, tmp_path):
    with pytest.raises(NotFound, match="no such row"):
        export(tables, Wanted(reason="nul_byte"), tmp_path / "a.xlsx")
    shops = f"平台代码,店铺编号,店铺名称,经营者统一社会信用代码\npt1,,测试店,{A}\n"
    load_files(tables, [csv_file("shops.csv", shops)], source="shops")
    with pytest.raises(InputError, match="inspections, shops"):
        export(tables, Wanted(), tmp_path / "a.xlsx")
    long = f"{HEADINGS}\n{A},{'长' * 40_000},2024-02-30,好\n{A},短,2024-02-30,好\n"
    (report,) = load_files(tables, [csv_file("long.csv", long)])
    done = export(tables, Wanted(batch=report.batch), tmp_path / "a.xlsx")
    assert (done.rows, done.left_out) == (1, 1)


def test_choose_show_and_count(tables, bad, mended):
    assert chosen(tables, Wanted(reason="no_company"))["line"].to_pylist() == [4]
    assert len(chosen(tables, Wanted(source="inspections", file="bad.csv"))) == 3
    assert len(chosen(tables, Wanted(source="shops"))) == len(chosen(tables, Wanted(file="other.csv"))) == 0
    day = tables.batches()[0].created.date()
    assert len(chosen(tables, Wanted(since=day))) == 3
    assert len(chosen(tables, Wanted(since=day.replace(year=day.year + 1)))) == 0
    (row,) = shown(tables, 1, 3)
    assert row.fields == (*zip(HEADINGS.split(","), (A, "标签", "x", "2024-02-05"), strict=True), ("", "好"))
    with pytest.raises(NotFound, match="line 2 of batch 1"):
        shown(tables, 1, 2)
    reload(tables, mended(lambda row: correct(row) if row["#line"] == "4" else None))
    found = {
        (count.day, count.source, count.reason): (count.rows, count.reloaded) for count in counts(tables, Wanted())
    }
    assert found == {
        (day, "inspections", "bad_decided"): (1, 0),
        (day, "inspections", "no_company"): (1, 1),
        (day, "inspections", "wrong_field_count"): (1, 0),
    }


# -- a whole city, every kind of dirt ------------------------------------------------------------------------------

IMPOSSIBLE = ("2025-02-30", "0000-00-00", "2024-13-01", "2023-11-31")
SPOILT = 16


def spoil(rows, headings, mapping, dice):
    """The rows, some of them with a value missing, a formula, a NUL byte, a field too many."""
    located = mapping.locate(headings)
    filled = [located[c.name] for c in mapping.columns if c.filled and c.name in located] or headings[:1]
    free_text = {located[c.name] for c in mapping.columns if c.check == "text" and c.name in located}
    bad = [list(row) for row in rows]
    for way, place in enumerate(dice.sample(range(len(bad)), min(len(bad), SPOILT))):
        heading = dice.choice(filled)
        column = headings.index(heading)
        if way % 4 == 3:
            bad[place].insert(column, "x")
        else:
            bad[place][column] = ("", "" if heading in free_text else "=CMD|x", "a\0b")[way % 4]
    return bad


def test_a_mended_city_equals_the_city_loaded_right(tmp_path):
    generate(tmp_path, companies=500, seed=23)
    dice, truth = random.Random(23), {}
    for path in sorted((tmp_path / "files").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            headings, *rows = csv.reader(file)
        rows = [["2023-11-30" if cell in IMPOSSIBLE else cell for cell in row] for row in rows]
        truth[path.name] = (headings, rows)
        for folder, content in (("right", rows), ("wrong", spoil(rows, headings, recognise(headings), dice))):
            (tmp_path / folder).mkdir(exist_ok=True)
            with (tmp_path / folder / path.name).open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([headings, *content])
    homes = {folder: tmp_path / f"home_{folder}" for folder in ("right", "wrong")}
    with (
        Tables.open(Settings(home=str(homes["right"]))) as right,
        Tables.open(Settings(home=str(homes["wrong"]))) as wrong,
    ):
        right.secret("ids")
        (homes["wrong"] / "keys").mkdir(mode=0o700)
        (homes["wrong"] / "keys" / "ids.key").hardlink_to(homes["right"] / "keys" / "ids.key")
        assert not any(r.quarantined for r in load_files(right, sorted((tmp_path / "right").glob("*.csv"))))
        reports = load_files(wrong, sorted((tmp_path / "wrong").glob("*.csv")))
        assert all(report.quarantined for report in reports)
        assert facts(wrong) != facts(right)
        for report in sorted(reports, key=lambda report: report.batch):
            sheet, mended = tmp_path / f"{report.source}.xlsx", tmp_path / f"{report.source} mended.xlsx"
            export(wrong, Wanted(source=report.source), sheet)
            names, lines = read_sheet(sheet)
            headings, rows = truth[report.file.name]
            values = [[*line[:3], *rows[int(line[1]) - 1], *[""] * (len(names) - 3 - len(headings))] for line in lines]
            assert [*PLACE, *headings] == names[: 3 + len(headings)]
            write_sheet(mended, names, values)
            reload(wrong, mended)
        assert len(wrong.quarantined()) == 0
        # How sure a decision was depends on the names known when it was made; what was decided must be the same.
        loose = ("decided_at", "score", "probability", "waterfall")
        assert facts(wrong, *loose) == facts(right, *loose)
