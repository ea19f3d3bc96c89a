"""What is said of a file before it is loaded, and the draft of a mapping for one that no source knows."""

import random
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.draft import draft
from loaders.explain import ColumnView, Recognition, meaning, recognition
from loaders.load import load_files
from loaders.mapping import Column
from loaders.propose import Look
from loaders.read import read_any
from loaders.recognise import known_sources, source_named, sources
from loaders.synthetic import generate

A, B = "91441900MA000004XT", "92441900MA0000058P"
INSPECTIONS = f"""统一社会信用代码,企业名称,检查事项,检查机关,检查日期,检查结果,文书编号,备注
{A},东莞市云梯测试有限公司,年报公示,某局,2024-05-06,未发现问题,测检1号,
{A},东莞市云梯测试有限公司,年报公示,某局,2024-02-30,未发现问题,测检2号,李试一
,,年报公示,某局,2024-05-06,未发现问题,测检3号,
{A},少一列
"""


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("city")
    generate(folder, companies=500, seed=5)
    return folder / "files"


@pytest.fixture
def look_at(tables, csv_file):
    return lambda text, **named: recognition(csv_file("a.csv", text), tables, **named)


def test_a_known_file(look_at):
    found = look_at(INSPECTIONS)
    assert (found.mapping.name, found.certain, found.missing) == ("inspections", True, ())
    assert (found.format, found.encoding, found.delimiter, found.records) == ("csv", "utf-8", ",", 4)
    views = {view.heading: view for view in found.columns}
    assert (views["检查日期"].field, views["检查日期"].how) == ("decided", "heading")
    assert (views["检查日期"].shape, views["检查日期"].holds) == ("9999-99-99", "67% days")
    assert (views["备注"].field, views["备注"].how) == ("", "")
    assert views["统一社会信用代码"].holds == "100% unified social credit codes or registration numbers"
    assert found.judged == 4
    assert found.refused == {"bad_decided": 1, "no_company": 1, "wrong_field_count": 1}
    assert all(lacks for name, lacks in found.others.items())


def test_nothing_is_loaded_and_no_value_is_shown(look_at, tables):
    found = look_at(INSPECTIONS)
    assert not tables.batches()
    for text in ("李试一", "测检1号", A):
        assert text not in repr(found.columns) + draft(found)


def test_a_named_source_says_what_is_missing(look_at):
    found = look_at("统一社会信用代码\n", source="licences")
    assert [c.usual for c in found.missing] == ["许可证编号", "许可机关", "有效期自"]
    assert [c.usual for c in found.absent] == ["企业名称", "许可内容", "有效期至"]
    assert (found.judged, found.refused) == (0, {})
    assert [meaning(c) for c in found.missing] == ["document numbers", "authorities", "days"]


def test_meaning_of_a_closed_list_and_of_text():
    assert meaning(Column("x", ("x",), "codes", codes={"投诉": "complaint", "举报": "report"})) == "one of 投诉, 举报"
    assert meaning(Column("x", ("x",))) == "text"


RENAMED = {
    "统一社会信用代码": "信用代码",
    "企业名称": "单位全称",
    "企业类型": "类别",
    "登记状态": "目前状态",
    "成立日期": "成立时间",
    "核准日期": "核准时间",
    "法定代表人": "法人",
    "法定代表人证件号码": "法人身份证",
    "注册资本": "注册资本金（元）",
    "住所": "详细地址",
    "联系电话": "联系方式",
}


def shuffled(path, names, seed):
    """The file with its columns in another order and under other headings, separated by tabs."""
    table = read_any(path).table
    order = list(table.column_names)
    random.Random(seed).shuffle(order)
    records = zip(*table.select(order).to_pydict().values(), strict=True)
    rows = [[names.get(heading, heading) for heading in order], *records]
    return "".join("\t".join(row) + "\n" for row in rows)


def test_the_draft_of_a_renamed_and_shuffled_registration_loads_it(city, tables, csv_file, tmp_path):
    odd = csv_file("odd.csv", shuffled(city / "registration.csv", RENAMED, 3), "gb18030")
    found = recognition(odd, tables)
    assert (found.mapping.name, found.certain, found.encoding) == ("registration", False, "gb18030")
    (tmp_path / "ours.toml").write_text(draft(found), "utf-8")
    known = known_sources(tmp_path / "ours.toml")
    located = known["ours"].locate(odd.read_text("gb18030").splitlines()[0].split("\t"))
    right = source_named("registration").locate([*RENAMED, "参保人数"])
    assert {field: located[field] for field in right} == {f: RENAMED.get(h, h) for f, h in right.items()}
    (report,) = load_files(tables, [odd], known=known)
    assert (report.source, report.quarantined) == ("ours", 0)
    assert len(tables.arrow("companies")) == report.loaded > 400
    assert tables.arrow("legal_reps").num_rows > 400


def test_headings_that_say_nothing_leave_the_content(city):
    names = ("registration", "officers", "complaints", "judgment_debtors", "penalties")
    for name in names:
        table = read_any(city / f"{name}.csv").table
        look = Look(table.rename_columns([f"c{i}" for i in range(len(table.column_names))]))
        best = look.best(sources())
        assert best.name == name
        found = {p.field: table.column_names[int(p.heading[1:])] for p in look.proposals(best)}
        told = ("code", "name", "person", "person_number", "address", "rep", "type", "status", "document", "basis")
        right = best.locate(table.column_names)
        assert {f: found.get(f) for f in told if f in right} == {f: right[f] for f in told if f in right}


def test_what_is_only_supposed_says_so(look_at):
    text = draft(look_at(f"代码甲,检查时间,结论\n{A},2024-05-06,未发现问题\n", source="inspections"))
    assert '[columns.code]\nnames = ["代码甲"]  # supposed: 100% of the values\n' in text
    assert '[columns.decided]\nnames = ["检查时间"]  # supposed: 100% of the values, heading alike\n' in text
    assert '[columns.title]  # text\nnames = ["检查事项"]\n' in text  # required: the office gives the heading
    assert "#   结论: 汉×5\n" in text
    assert set(tomllib.loads(text)["columns"]) == {"code", "decided", "title", "result"}


@given(name=st.text(min_size=1), headings=st.lists(st.text(min_size=1), max_size=3, unique=True))
def test_any_heading_gives_a_draft_that_is_toml(name, headings):
    fields = [column.name for column in source_named("penalties").columns]
    views = [ColumnView(h, f, "supposed", "", 1.0, "") for h, f in zip(headings, fields, strict=False)]
    unused = ColumnView(name, "", "", "", 0.0, name)
    file = Path(name.replace("/", "").replace("\0", "") or "f")
    found = Recognition(
        file, "csv", "utf-8", ",", 0, (), source_named("penalties"), False, (*views, unused), (), (), {}, 0, {}, {}
    )
    columns = tomllib.loads(draft(found)).get("columns", {})
    assert {f: spec["names"] for f, spec in columns.items()} == {f: [h] for h, f in zip(headings, fields, strict=False)}
