"""The command line: help that teaches, errors with a cure and a documented exit code, JSON for machines."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main
from typer.core import TyperGroup

from api.cli import EXIT_CODES, app
from graph.errors import CreditnetError
from graph.settings import Settings
from graph.tables import Tables
from loaders.load import load_files
from loaders.sheet import read_sheet, write_sheet


def commands(command: object, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every command's words."""
    if isinstance(command, TyperGroup):
        return [found for name, inner in command.commands.items() for found in commands(inner, (*path, name))]
    return [path]


def creditnet(*words: str, home: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does, in its own process."""
    return subprocess.run(
        [sys.executable, "-c", "from api.cli import main; main()", "--home", str(home), *words],
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "160", **env},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize("words", commands(typer.main.get_command(app)), ids=" ".join)
def test_every_command_explains_itself(words: tuple[str, ...], tmp_path: Path) -> None:
    run = creditnet(*words, "--help", home=tmp_path)
    assert run.returncode == 0, run.stderr
    assert "Usage:" in run.stdout


def test_every_exit_code_is_documented() -> None:
    def tree(error: type[CreditnetError]) -> set[int]:
        return {error.exit_code}.union(*(tree(e) for e in error.__subclasses__()))

    assert all(f"{code} " in EXIT_CODES for code in tree(CreditnetError))


@pytest.mark.parametrize(
    ("words", "code", "cure"),
    [
        (("load", "no-such-file.csv"), 3, "no such file"),
        (("refresh", "--no-graph"), 7, "creditnet load"),
        (("refresh", "--no-graph", "--as-of", "3000-01-01"), 3, "still to come"),
        (("refresh", "--no-graph", "--known-on", "2026-01-01"), 3, "--as-of"),
        (("score", "x"), 7, "creditnet refresh"),
        (("score", "x", "--as-of", "2026-01-01"), 7, "refresh --as-of 2026-01-01"),
        (("check", "--truth"), 8, "creditnet demo"),
        (("check", "--api", "ftp://x"), 2, "http"),
        (("token", "create", "--role", "king"), 3, "viewer"),
        (("token", "revoke", "abc"), 8, "token list"),
        (("loads", "undo", "99"), 8, "99"),
        (("quarantine", "show", "1", "1"), 8, "creditnet quarantine"),
        (("quarantine", "export", "a.xlsx"), 8, "no such row"),
        (("load", ".", "--source", "shops", "--mapping", "a.toml"), 3, "leave out --source"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_errors_say_what_cures_them(words: tuple[str, ...], code: int, cure: str, tmp_path: Path) -> None:
    run = creditnet(*words, home=tmp_path)
    assert run.returncode == code, run.stderr
    assert cure in run.stderr
    assert "Traceback" not in run.stderr


def test_a_demo_never_touches_a_home_with_data(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "manifest.sqlite").touch()
    run = creditnet("demo", "--no-serve", home=tmp_path)
    assert run.returncode == 2
    assert "another home" in run.stderr


def test_a_token_is_shown_once_on_stdout_alone(tmp_path: Path) -> None:
    run = creditnet("token", "create", "--role", "analyst", home=tmp_path)
    token = run.stdout.strip()
    assert token.startswith("cn_")
    listed = creditnet("token", "list", home=tmp_path).stdout
    assert "analyst" in listed
    assert token.split("_", 2)[2] not in listed


def test_json_lines_are_json(tmp_path: Path) -> None:
    assert [json.loads(line) for line in creditnet("loads", "--json", home=tmp_path).stdout.splitlines()] == []


INSPECTION = "统一社会信用代码,检查事项,检查日期,检查结果\n91441900MA000004XT,x,2024-02-03,好\n"


def test_a_batch_is_listed_taken_back_and_brought_back(tmp_path: Path) -> None:
    file, home = tmp_path / "a.csv", tmp_path / "h"
    file.write_text(INSPECTION, "utf-8")
    with Tables.open(Settings(home=str(home))) as tables:
        load_files(tables, [file])
    for words, undone in (((), False), (("undo", "1", "--no-graph"), True), (("redo", "1", "--no-graph"), False)):
        run = creditnet("loads", *words, "--json", home=home)
        assert run.returncode == 0, run.stderr
        (batch,) = map(json.loads, run.stdout.splitlines())
        assert (batch["id"], batch["source"], batch["file"], batch["read"], batch["loaded"], batch["undone"]) == (
            1, "inspections", "a.csv", 1, 1, undone,
        )  # fmt: skip


def test_no_undo_while_the_tables_are_published_or_loaded(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(INSPECTION, "utf-8")
    with Tables.open(Settings(home=str(tmp_path / "h"))) as tables, tables.lock("publishing the graph"):
        for words in (("loads", "undo", "1"), ("load", str(file), "--no-graph")):
            run = creditnet(*words, home=tmp_path / "h")
            assert run.returncode == 4
            assert "(publishing the graph); wait until it is done" in run.stderr


def test_from_quarantine_to_a_sheet_and_back(tmp_path: Path) -> None:
    file, sheet, home = tmp_path / "a.csv", tmp_path / "to-mend.xlsx", tmp_path / "h"
    file.write_text(INSPECTION.replace("2024-02-03", "2024-02-30"), "utf-8")
    with Tables.open(Settings(home=str(home))) as tables:
        load_files(tables, [file])
    listed = creditnet("quarantine", "--reason", "bad_decided", "--json", home=home).stdout
    assert {"batch": 1, "file": "a.csv", "line": 1}.items() <= json.loads(listed).items()
    assert "91441900MA000004XT" not in listed
    assert "    检查日期: 2024-02-30" in creditnet("quarantine", "show", "1", "1", home=home).stdout
    assert creditnet("quarantine", "export", str(sheet), home=home).returncode == 0
    headings, rows = read_sheet(sheet)
    sheet.unlink()
    write_sheet(sheet, headings, [[cell.replace("2024-02-30", "2024-02-03") for cell in row] for row in rows])
    run = creditnet("quarantine", "reload", str(sheet), "--no-graph", "--json", home=home)
    assert (run.returncode, json.loads(run.stdout)["loaded"]) == (0, 1), run.stderr
    counted = json.loads(creditnet("quarantine", "counts", "--json", home=home).stdout)
    assert (counted["source"], counted["rows"], counted["reloaded"]) == ("inspections", 1, 1)


ODD = (
    "单号,代码,检查时间,结论\n1,91441900MA000004XT,2024-05-06,未发现问题\n2,91441900MA000004XT,2024-05-07,未发现问题\n"
)


def test_an_unknown_file_is_explained_drafted_and_loaded_with_the_draft(tmp_path: Path) -> None:
    file, draft = tmp_path / "odd.csv", tmp_path / "odd.toml"
    file.write_text(ODD, "utf-8")
    run = creditnet(
        "load", "--source", "inspections", "--explain", str(file), "--draft", str(draft), home=tmp_path / "h"
    )
    assert run.returncode == 0, run.stderr
    assert "missing, required: 检查日期 (decided): days; perhaps 检查时间" in run.stdout
    assert "91441900MA000004XT" not in run.stdout + draft.read_text("utf-8")
    again = creditnet("load", "--explain", str(file), "--draft", str(draft), home=tmp_path / "h")
    assert (again.returncode, "is there already" in again.stderr) == (3, True)
    edited = draft.read_text("utf-8").replace('["检查事项"]', '["单号"]').replace('["检查结果"]', '["结论"]')
    mine = tmp_path / "h" / "sources" / "mine.toml"
    mine.parent.mkdir()
    mine.write_text(edited, "utf-8")
    run = creditnet("load", "--no-graph", "--json", str(file), home=tmp_path / "h")
    assert run.returncode == 0, run.stderr
    report = json.loads(run.stdout)
    assert (report["source"], report["loaded"], report["quarantined"]) == ("mine", 2, 0)
    run = creditnet("load", "--no-graph", "--json", "--mapping", str(mine), str(file), home=tmp_path / "other")
    assert (json.loads(run.stdout)["source"], json.loads(run.stdout)["loaded"]) == ("mine", 2)


def test_a_folder_is_loaded_without_what_lies_elsewhere(tmp_path: Path) -> None:
    folder, file = tmp_path / "delivered", tmp_path / "odd.csv"
    folder.mkdir()
    (folder / ".DS_Store").write_text("x")
    (folder / "a.csv").write_text(ODD, "utf-8")
    (folder / "b.csv").symlink_to("a.csv")
    file.write_text(ODD, "utf-8")
    words = ("load", "--source", "inspections", "--explain", str(folder))
    run = creditnet(*words, home=tmp_path / "h")
    assert (run.returncode, run.stdout.count("2 records")) == (0, 2), run.stderr
    (folder / "c.csv").symlink_to(file)
    run = creditnet(*words, home=tmp_path / "h")
    assert (run.returncode, "c.csv: is a link out of the folder" in run.stderr) == (3, True)


def test_explain_names_what_would_be_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    text = "统一社会信用代码,检查事项,检查日期,检查结果\n91441900MA000004XT,x,2024-02-30,好\n,x,2024-02-03,好\n"
    file.write_text(text, "utf-8")
    run = creditnet("load", "--explain", str(file), home=tmp_path / "h")
    assert run.returncode == 0, run.stderr
    assert "source inspections (双随机抽查结果" in run.stdout
    assert "of the first 2 records 2 go to quarantine" in run.stdout
    assert "no_company: gives neither code nor name of the company" in run.stdout


def test_leads_are_listed_and_decided_on_the_command_line(tmp_path: Path) -> None:
    import small_snapshot

    small_snapshot.write(Settings(home=str(tmp_path)))
    assert "l_3" in creditnet("leads", "list", home=tmp_path).stdout
    refused = creditnet("leads", "dismiss", "l_3", "--reason", "bored", home=tmp_path)
    assert refused.returncode == 3
    assert "no_violation" in refused.stderr
    assert "dismissed · too_weak" in creditnet("leads", "dismiss", "l_3", "--reason", "too_weak", home=tmp_path).stderr
    assert creditnet("leads", "show", "l_none", home=tmp_path).returncode == 8
    kept = [json.loads(line)["id"] for line in creditnet("leads", "list", "--json", home=tmp_path).stdout.splitlines()]
    assert kept == ["l_1", "l_2"]
    assert "dismiss too_weak" in creditnet("leads", "show", "l_3", home=tmp_path).stdout
    assert "abnormal_merchant" not in creditnet("leads", "calibration", home=tmp_path).stdout  # it stated no confidence
