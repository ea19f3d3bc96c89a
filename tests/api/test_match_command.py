"""`creditnet match` as a user runs it: files in, files out, errors with their cure."""

import csv
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from api.commands.match_report import WORDS
from graph.settings import Settings
from graph.tables import Tables
from loaders.load import load_files
from loaders.matching.blocking import RULES
from loaders.matching.comparisons import COMPARISONS

LEFT = pa.table(
    {
        "编号": ["A1", "A2", "A3", "A4"],
        "企业名称": ["东莞市青禾星电子有限公司", "东莞市岭川食品有限公司", "江门市柏松机械有限公司", "=1+1厂"],
        "法定代表人": ["章明远", "霁辰", "竹砚墨", ""],
        "成立日期": ["2011-03-04", "2012-05-06", "2013-07-08", ""],
        "住所": ["东莞市东城街道一路1号", "东莞市石碣镇二路2号", "江门市蓬江区三路3号", ""],
    }
)
RIGHT = pa.table(
    {
        "号": ["B1", "B2", "B3", "B4"],
        "名称": ["东莞市青禾星电子股份有限公司", "东莞市澜屿贸易有限公司", "江门市柏松机械有限公司", "=1+1厂"],
        "法人代表": ["章明远", "霁辰", "别人", ""],
        "注册日期": ["2011年3月4日", "2012/5/6", "2001-01-01", ""],
        "注册地址": ["东城区一路1号", "广东省东莞市石碣镇二路2号", "江门市四路4号", ""],
    }
)


def run(*words: str | Path, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from api.cli import main; main()", "--home", str(home), "match", *map(str, words)],
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "160"},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def strangers(side: str, seed: int) -> list[tuple[str, ...]]:
    """A hundred enterprises that the other list has not, none of a day that it has: they show what chance gives."""
    draw, first = random.Random(seed), 1980 + seed

    def word(length: int) -> str:
        return "".join(draw.choices("青禾星岭川柏松澜屿晴朗辰曜霁溪竹砚墨舟帆", k=length))

    return [
        (
            f"{side}x{i}", f"东莞市{word(6)}五金有限公司", word(3),
            f"{draw.randrange(first, 2018, 2)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}",
            f"东莞市{word(3)}路{i}号",
        )
        for i in range(100)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The two lists as CSV."""
    folder = tmp_path_factory.mktemp("lists")
    made = []
    for table, side, seed in ((LEFT, "A", 1), (RIGHT, "B", 2)):
        rows = [*zip(*table.to_pydict().values(), strict=True), *strangers(side, seed)]
        made.append(folder / f"{side}.csv")
        columns = map(pa.array, zip(*rows, strict=True))
        pa_csv.write_csv(pa.table(dict(zip(table.column_names, columns, strict=True))), made[-1])
    return tuple(made)


def test_a_folder_gets_everything(files, tmp_path):
    done = run(*files, "-o", tmp_path / "out", home=tmp_path)
    assert done.returncode == 0, done.stderr
    out = tmp_path / "out"
    matches = rows(out / "matches.csv")
    assert list(matches[0]) == ["left", "right", "probability", "reasons"]
    assert {(row["left"], row["right"]) for row in matches} == {("A1", "B1"), ("A2", "B2")}
    assert "成立日期相同" in matches[1]["reasons"]
    possible = {row["left"]: row for row in rows(out / "possible.csv")}
    assert possible.keys() == {"A3", "A4"}  # only the name agrees
    assert possible["A4"]["left_name"] == "'=1+1厂"  # a spreadsheet shall not run it
    decisions = rows(out / "decisions.csv")
    assert len({row["left"] for row in decisions}) == 104
    assert json.loads(next(row["waterfall"] for row in decisions if row["left"] == "A1"))[0][0] == "prior"
    assert {row["compared"] for row in rows(out / "weights.csv")} >= {"name", "established", "representative"}
    assert "待人工核对" in (out / "report.html").read_text(encoding="utf-8")


def test_a_csv_gets_the_pairs_alone_and_json_the_counts(files, tmp_path):
    done = run(*files, "-o", tmp_path / "pairs.csv", "--json", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert {row["left"] for row in rows(tmp_path / "pairs.csv")} == {"A1", "A2"}
    assert json.loads(done.stdout) == {
        "left": 104, "right": 104, "compared": json.loads(done.stdout)["compared"],
        "match": 2, "possible": 2, "none": 100,
    }  # fmt: skip
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pairs.csv"]


def test_verdicts_of_a_person_win_on_the_next_run(files, tmp_path):
    assert run(*files, "-o", tmp_path / "out", home=tmp_path).returncode == 0
    asked = rows(tmp_path / "out" / "possible.csv")
    for row in asked:
        row.update({"verdict": "同一", "by": "核查员甲"} if row["left"] == "A3" else {})
    asked.append({**asked[0], "left": "A1", "right": "B1", "verdict": "不同", "by": "核查员甲"})
    verdicts = tmp_path / "verdicts.csv"
    with verdicts.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(asked[0]))
        writer.writeheader()
        writer.writerows(asked)
    done = run(*files, "-o", tmp_path / "again", "--decisions", verdicts, home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert {(row["left"], row["right"]) for row in rows(tmp_path / "again" / "matches.csv")} == {
        ("A2", "B2"),
        ("A3", "B3"),
    }
    manual = [row for row in rows(tmp_path / "again" / "decisions.csv") if row["kind"] == "manual"]
    assert {(row["left"], row["decision"], row["decided_by"]) for row in manual} == {
        ("A3", "match", "核查员甲"),
        ("A1", "none", "核查员甲"),
    }


def test_excel_and_parquet_match_like_csv(files, tmp_path):
    book = openpyxl.Workbook()
    for row in [LEFT.column_names, *zip(*LEFT.to_pydict().values(), strict=True)]:
        book.active.append(["'x" if value.startswith("=") else value for value in row])
    book.save(tmp_path / "left.xlsx")
    pq.write_table(pa_csv.read_csv(files[1]), tmp_path / "right.parquet")
    done = run(tmp_path / "left.xlsx", tmp_path / "right.parquet", "-o", tmp_path / "pairs.csv", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert {row["left"] for row in rows(tmp_path / "pairs.csv")} == {"A1", "A2"}


def test_odd_headings_can_be_named(files, tmp_path):
    odd = tmp_path / "odd.csv"
    pa_csv.write_csv(pa_csv.read_csv(files[0]).rename_columns(["编号", "甲", "乙", "成立日期", "住所"]), odd)
    done = run(odd, files[1], "-o", tmp_path / "pairs.csv", "--left-columns", "name=甲,rep=乙", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert {row["left"] for row in rows(tmp_path / "pairs.csv")} == {"A1", "A2"}


def test_the_report_has_a_word_for_whatever_is_compared():
    assert {"prior", *RULES, *(comparison.name for comparison in COMPARISONS)} <= WORDS.keys()


@pytest.mark.parametrize(
    ("left", "words", "code", "cure"),
    [
        ("编号,电话\n1,2\n", (), 3, "name=HEADING"),
        ("编号,名称\n1,甲厂\n1,乙厂\n", (), 3, "occur twice"),
        ("编号,名称\n1,甲厂\n", ("--left-columns", "boss=名称"), 3, "the fields are"),
        ("编号,名称\n1,甲厂\n", ("--left-columns", "name"), 2, "name=HEADING"),
        ("编号,名称\n1,甲厂\n", ("--left-columns", "rep=老板"), 3, "the file has"),
        ("编号,名称\n1,甲厂\n", ("--decisions", "no-such-file.csv"), 3, "no such file"),
        ("", (), 3, "empty"),
    ],
)
def test_errors_say_what_cures_them(files, tmp_path, left, words, code, cure):
    (tmp_path / "left.csv").write_text(left, encoding="utf-8")
    done = run(tmp_path / "left.csv", files[1], "-o", tmp_path / "out", *words, home=tmp_path)
    assert done.returncode == code, done.stderr
    assert cure in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("verdicts", "cure"),
    [
        ("left,right,verdict\nA1,B1,match\n", "no column by"),
        ("left,right,verdict,by\nA1,B1,perhaps,甲\n", "neither match nor none"),
        ("left,right,verdict,by\nA1,B1,match,\n", "nobody signed"),
        ("left,right,verdict,by\nA1,B1,match,甲\nA1,B2,match,乙\n", "take one of them back"),
    ],
)
def test_verdicts_that_cannot_be_followed_are_refused(files, tmp_path, verdicts, cure):
    (tmp_path / "verdicts.csv").write_text(verdicts, encoding="utf-8")
    done = run(*files, "-o", tmp_path / "out", "--decisions", tmp_path / "verdicts.csv", home=tmp_path)
    assert done.returncode == 3, done.stderr
    assert cure in " ".join(done.stderr.split())
    assert not (tmp_path / "out").exists()


def test_decisions_of_a_home_are_listed_made_and_taken_back(tmp_path):
    """What waits for a person goes out as a file, comes back with verdicts, and one of them is taken back."""
    home, asked = tmp_path / "home", tmp_path / "possible.csv"
    company = "东莞市云梯测试有限公司,{},2019-05-06,李试一,存续\n"
    registered = "企业名称,统一社会信用代码,注册日期,法人代表,登记状态\n"
    (tmp_path / "a.csv").write_text(
        registered + company.format("91441900MA000004XT") + company.format("92441900MA0000058P")
    )
    (tmp_path / "b.csv").write_text("工单编号,类型,登记日期,被投诉方名称\n1,投诉,2024-03-02,东莞市云梯测试有限公司\n")
    with Tables.open(Settings(home=str(home))) as tables:
        load_files(tables, [tmp_path / "a.csv", tmp_path / "b.csv"])
        (reference,) = tables.arrow("complaints", ["merchant_id"])["merchant_id"].to_pylist()
        assert run("decisions", "--unsure", "-o", asked, home=home).returncode == 0
        first, second = rows(asked)
        assert (first["left"], second["left"], first["left_name"]) == (reference,) * 2 + ("东莞市云梯测试有限公司",)
        asked.write_text(f"left,right,verdict,by\n{reference},{second['right']},同一,陈试\n", encoding="utf-8")
        assert run("override", "--file", asked, "--no-graph", home=home).returncode == 0
        assert tables.arrow("complaints", ["merchant_id"])["merchant_id"].to_pylist() == [second["right"]]
        manual = json.loads(run("decisions", "--kind", "manual", "--json", home=home).stdout)
        assert (manual["decided_by"], manual["outcome"], manual["stands"]) == ("陈试", "match", True)
        shown = run("decisions", manual["id"], home=home).stdout
        assert "creditnet load: possible" in shown
        assert "陈试: match" in shown
        assert run("undo", manual["id"], "--by", "陈试", "--no-graph", home=home).returncode == 0
        assert tables.arrow("complaints", ["merchant_id"])["merchant_id"].to_pylist() == [reference]
    missing = run("override", reference, home=home)
    assert (missing.returncode, "--verdict one or apart" in missing.stderr) == (3, True)
