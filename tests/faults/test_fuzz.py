"""No file makes a command end in a traceback: what cannot be read is an error that says so, what can is counted.

Files are drawn by Hypothesis (`drawn_files`): real-looking ones of every source and form with damaged bytes, random
bytes, tables of odd values. A load either takes every record, as loaded or quarantined, or writes nothing.
"""

import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))  # tests are no package, so modules they share are found by path

import drawn_files as drawn

from api.cli import main
from graph.errors import ConfigError, InputError
from graph.settings import Settings
from graph.tables import Tables
from loaders.draft import draft
from loaders.explain import recognition
from loaders.load import load_files
from loaders.read import read_any
from loaders.recognise import known_sources, sources
from loaders.synthetic import generate
from queries.screen.complaints import screen_complaints
from queries.screen.ownership import screen_ownership

FEW = settings(max_examples=25)
"""A load takes 70 ms, so each test takes two seconds. While it was written, it ran with hundreds (docs/faults.md)."""
ROWS = 12
"""Records of each file of the synthetic city that are damaged: enough for all kinds of values, and quick."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The first records of every file of a synthetic city, in every form."""
    folder = tmp_path_factory.mktemp("city")
    generate(folder, companies=500, seed=6)
    found = []
    for path in sorted((folder / "files").iterdir()):
        table = read_any(path).table.slice(0, ROWS)
        rows = [table.column_names, *map(list, zip(*table.to_pydict().values(), strict=True))]
        found += [write(rows) for write in drawn.FORMS.values()]
    return found


@pytest.fixture
def load(tmp_path_factory):
    """Load, explain and draft one file in a new home."""

    def look(content, source=None):
        folder = tmp_path_factory.mktemp("fuzz")
        path = folder / "file.dat"
        path.write_bytes(content)
        with Tables.open(Settings(home=str(folder / "home"))) as tables:
            _load(tables, path, source)
            _explain(tables, path, source)

    return look


def _load(tables, path, source):
    try:
        (report,) = load_files(tables, [path], source=source)
    except InputError as error:
        message = str(error)
    else:
        assert report.read == report.loaded + report.quarantined
        assert report.quarantined == len(tables.quarantined()) == sum(report.reasons.values())
        return
    assert str(path) in message
    assert tables.batches() == []


def _explain(tables, path, source):
    before = len(tables.batches())
    try:
        found = recognition(path, tables, source=source)
    except InputError:
        return
    assert len(tables.batches()) == before
    text = draft(found)
    tomllib.loads(text)
    mapping = path.with_name("mapping.toml")
    mapping.write_text(text, "utf-8")
    known_sources(mapping)


@FEW
@given(data=st.data())
def test_damaged_files(load, whole, data):
    load(data.draw(drawn.damaged(whole)))


@FEW
@given(content=drawn.random_bytes)
def test_random_bytes(load, content):
    load(content)


@FEW
@given(content=drawn.tables_of_a_source())
def test_odd_values_in_the_columns_of_a_source(load, content):
    load(content)


@FEW
@given(content=drawn.random_tables(), source=st.sampled_from([None, *sorted(sources())]))
def test_tables_of_no_source(load, content, source):
    load(content, source)


COMPLAINTS = ["投诉人", "店铺编号", "登记日期", "处理结果", "联系电话", "联系地址", "投诉内容", "索赔金额", "平台代码"]
HOLDINGS = ["股东", "被投资企业", "持股比例", "股东类型"]


@st.composite
def rows_of(draw, names):
    used = draw(st.sampled_from([names, names[:3], names[:2]]))
    few = st.lists(drawn.odd, min_size=1, max_size=4).map(st.sampled_from)
    values = draw(st.lists(few, min_size=len(used), max_size=len(used)))
    rows = draw(st.lists(st.tuples(*values).map(list), max_size=12))
    return drawn.written(draw(st.sampled_from(["csv", "xlsx", "parquet"])), [used, *rows])


@FEW
@given(content=rows_of(COMPLAINTS), merchants=st.none() | rows_of(["店铺编号", "订单量", "行业", "规模", "平台"]))
def test_screening_of_complaints(tmp_path_factory, content, merchants):
    folder = tmp_path_factory.mktemp("screen")
    _screened(folder, content, lambda table, more: screen_complaints(table, folder / "out", more), merchants)


@FEW
@given(content=rows_of(HOLDINGS))
def test_screening_of_ownership(tmp_path_factory, content):
    folder = tmp_path_factory.mktemp("screen")
    _screened(folder, content, lambda table, _: screen_ownership(table, folder / "out"))


def _screened(folder, content, screen, more=None):
    (folder / "a.dat").write_bytes(content)
    (folder / "b.dat").write_bytes(more or b"")
    try:
        screen(read_any(folder / "a.dat").table, read_any(folder / "b.dat").table if more else None)
    except InputError:
        return
    assert (folder / "out" / "report.html").exists()


@FEW
@given(data=st.data())
def test_the_command_line_ends_with_a_documented_code(tmp_path_factory, whole, data):
    content = data.draw(drawn.damaged(whole) | drawn.random_bytes | drawn.random_tables())
    folder = tmp_path_factory.mktemp("cli")
    (folder / "a.dat").write_bytes(content)
    words = data.draw(
        st.sampled_from(
            [
                ["load", "--no-graph", "a.dat"],
                ["load", "--no-graph", "--json", "."],
                ["load", "--explain", "a.dat", "--draft", "new.toml"],
                ["load", "--no-graph", "--mapping", "a.dat", "a.dat"],
                ["screen", "complaints", "a.dat", "-o", "out"],
                ["screen", "ownership", "a.dat", "-o", "out"],
            ]
        )
    )
    assert exit_code(folder, words) in (0, InputError.exit_code, ConfigError.exit_code)


def exit_code(folder, words):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("CREDITNET_HOME", "")  # so that it is as before when the command has set it
        patch.setattr(sys, "argv", ["creditnet", "--home", str(folder / "home"), *words])
        try:
            main()
        except SystemExit as ended:
            return ended.code
