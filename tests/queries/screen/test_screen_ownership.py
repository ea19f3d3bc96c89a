"""`screen ownership`: the files it writes, the spellings it understands, the inputs it refuses."""

from __future__ import annotations

import csv
from pathlib import Path
from xml.etree import ElementTree

import pyarrow as pa
import pyarrow.csv
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import InputError, MissingColumns
from queries.screen.holdings_file import read_holdings
from queries.screen.ownership import screen_ownership
from queries.screen.ownership_report import TREE_NODES
from queries.screen.report import decimal


def holdings(*rows: tuple[str, str, str], headings: tuple[str, ...] = ("owner", "company", "percent")) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(headings)
    return pa.table({h: pa.array(c, pa.string()) for h, c in zip(headings, columns, strict=True)})


def screen(out: Path, *rows, **options) -> dict[str, list[dict[str, str]]]:
    screen_ownership(holdings(*rows, **options), out)
    return {f.stem: rows_of(f) for f in sorted(out.glob("*.csv"))}


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_files_and_their_exact_columns(tmp_path):
    result = screen_ownership(holdings(("P", "A", "60"), ("A", "B", "60")), tmp_path / "new" / "folder")
    heads = {f.name: f.read_text(encoding="utf-8").splitlines()[0] for f in result.files if f.suffix == ".csv"}
    assert heads["control.csv"] == "company,controller,via,percent"
    assert heads["ownership.csv"] == "owner,company,direct,integrated"
    assert set(heads) == {"control.csv", "ownership.csv", "beneficial_owners.csv", "cycles.csv"}
    assert sorted(p.name for p in (tmp_path / "new" / "folder").iterdir()) == sorted(f.name for f in result.files)


def test_chain_is_controlled_though_owned_by_a_third(tmp_path):
    found = screen(tmp_path, ("P", "A", "60"), ("A", "B", "60"))
    assert found["control"] == [
        {"company": "A", "controller": "P", "via": "", "percent": "60"},
        {"company": "B", "controller": "P", "via": "A", "percent": "60"},
        {"company": "B", "controller": "A", "via": "", "percent": "60"},
    ]
    assert {(r["owner"], r["company"]): (r["direct"], r["integrated"]) for r in found["ownership"]} == {
        ("P", "A"): ("60", "60"),
        ("A", "B"): ("60", "60"),
        ("P", "B"): ("0", "36"),
    }
    assert [(r["company"], r["owner"], r["percent"], r["basis"]) for r in found["beneficial_owners"]] == [
        ("A", "P", "60", "ownership"),
        ("B", "P", "36", "ownership"),
    ]


def test_closed_ring_is_listed_and_nobody_owns_it(tmp_path):
    found = screen(tmp_path, ("A", "B", "100"), ("B", "A", "100"))
    assert [(r["cycle"], r["owner"], r["company"], r["closed"]) for r in found["cycles"]] == [
        ("1", "A", "B", "yes"),
        ("1", "B", "A", "yes"),
    ]
    assert all(r["owner"] == "" and r["basis"] == "not_found" for r in found["beneficial_owners"])
    assert all(r["company"] != r["controller"] for r in found["control"])


def test_self_holding_shares_above_100_and_unstated_shares_are_marked(tmp_path):
    rows = ("P", "A", "75"), ("A", "A", "25"), ("P", "B", "90"), ("Q", "B", "60"), ("P", "C", ""), ("Q", "C", "30")
    found = screen(tmp_path, *rows)
    shares = {(r["owner"], r["company"]): r["integrated"] for r in found["ownership"]}
    assert shares == {
        ("P", "A"): "100", ("A", "A"): "25", ("P", "B"): "60", ("Q", "B"): "40", ("P", "C"): "", ("Q", "C"): "30",
    }  # fmt: skip
    remark = {r["company"]: r["remark"] for r in found["beneficial_owners"]}
    assert "150.00%" in remark["B"]
    assert "未记载" in remark["C"]
    assert [r["members"] for r in found["cycles"]] == ["1"]


def test_declared_unknown_owner_stays_verbatim_and_is_nobody(tmp_path):
    rows = ("未知", "甲公司", "80", ""), ("未知", "乙公司", "", ""), ("某某", "丙公司", "10", "unknown")
    found = screen(tmp_path, *rows, headings=("owner", "company", "percent", "owner_kind"))
    assert [(r["company"], r["owner"], r["basis"], r["unknown"]) for r in found["beneficial_owners"]] == [
        ("甲公司", "", "declared_unknown", "80"),
        ("乙公司", "", "declared_unknown", "0"),
        ("丙公司", "", "declared_unknown", "10"),
    ]
    assert "某某" in found["beneficial_owners"][2]["remark"]
    assert {r["owner"] for r in found["ownership"]} == {"未知", "某某"}
    assert read_holdings(holdings(("未知", "甲公司", "80"), ("未知", "乙公司", "5"))).unknown.sum() == 2


def test_owner_kinds_decide_who_is_a_person(tmp_path):
    rows = ("甲", "乙", "60", "企业"), ("丁", "丙", "60", "自然人"), ("华", "戊", "100", "国有")
    found = screen(tmp_path, *rows, headings=("股东名称", "企业名称", "持股比例（%）", "股东类型"))
    assert [(r["company"], r["owner"], r["explained"]) for r in found["beneficial_owners"]] == [
        ("乙", "", "0"), ("丙", "丁", "60"), ("戊", "", "100"),
    ]  # fmt: skip


def test_without_kinds_organisations_are_known_by_their_names():
    file = read_holdings(holdings(("Alpha Holdings Ltd", "A", "50"), ("东江投资中心", "A", "20"), ("Jane", "A", "30")))
    assert [n for n, p in zip(file.names, file.person, strict=True) if p] == ["Jane"]
    assert any("没有股东类型列" in note for note in file.notes)


@pytest.mark.parametrize(
    ("texts", "percents"),
    [
        (["0.6", "0.4", "1"], [60, 40, 100]),
        (["60", "40%", "100.0"], [60, 40, 100]),
        (["６０％", "40 %", "35,5"], [60, 40, 35.5]),
        (["60", "0.3", "0.2"], [60, 0.3, 0.2]),  # a small holder among percents
        (["0.6%", "0.5%", "0.2%"], [0.6, 0.5, 0.2]),
    ],
)
def test_spellings_of_percents(texts, percents):
    companies = ["A", "A", "A"] if texts[1] == "0.3" else ["A", "A", "B"]
    owners = ["P", "Q", "R"]
    file = read_holdings(holdings(*zip(owners, companies, texts, strict=True)))
    assert file.percent.tolist() == pytest.approx(percents)


def test_fractions_are_said_to_be_fractions():
    file = read_holdings(holdings(("P", "A", "0.6"), ("Q", "A", "0.4")))
    assert any("小数" in note for note in file.notes)


def test_mixed_fractions_and_percents_are_refused_with_the_cure(tmp_path):
    with pytest.raises(InputError, match=r"row 2.*mixed|mixed.*row 2"):
        screen_ownership(holdings(("P", "A", "0.6"), ("P", "B", "60")), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_bad_percents_are_set_aside_and_named():
    file = read_holdings(
        holdings(("P", "A", "-5"), ("Q", "A", "half"), ("R", "A", "NaN"), ("S", "A", "inf"), ("T", "A", "20"))
    )
    assert [p == p for p in file.percent] == [False, False, False, False, True]
    assert any("负数" in n and "第 2 行" in n for n in file.notes)
    assert any("无法识别" in n and "第 3、5 行" in n for n in file.notes)
    assert any("没有持股比例" in n for n in file.notes)


def test_rows_without_owner_or_company_are_left_out_and_counted():
    file = read_holdings(holdings(("", "A", "5"), ("P", "", "5"), ("P", "A", "5")))
    assert len(file.owner) == 1
    assert any("2 条记录" in n and "第 2、3 行" in n for n in file.notes)


def test_rows_repeated_word_for_word_count_once_others_add_up():
    file = read_holdings(holdings(("P", "A", "40"), ("P", "A", "40"), ("P", "A", "15")))
    assert file.percent.tolist() == [40, 15]
    assert any("完全相同" in n and "第 3 行" in n for n in file.notes)


def test_unknown_in_many_words_but_no_company_of_that_name():
    owners = "未知股东（境外）", "Unknown-1", "informationUnknownToPublisher", "未知数科技有限公司", "张未知"
    file = read_holdings(holdings(*((owner, "A", "10") for owner in owners)))
    assert [n for n, lost in zip(file.names, file.unknown, strict=True) if lost] == list(owners[:3])


def test_small_holders_alone_in_a_company_are_mentioned():
    file = read_holdings(holdings(("P", "A", "0.3"), ("P", "B", "60")))
    assert any("0.3%" in n for n in file.notes)


@pytest.mark.parametrize("rows", [(), (("", "", ""),)])
def test_nothing_usable_is_refused(rows):
    with pytest.raises(InputError, match="no usable row"):
        read_holdings(holdings(*rows))


def test_missing_columns_are_named():
    with pytest.raises(MissingColumns, match="percent"):
        read_holdings(holdings(("P", "A"), headings=("股东", "企业")))


def test_text_that_a_spreadsheet_would_run_is_quoted(tmp_path):
    found = screen(tmp_path, ("=cmd()", "A", "60"))
    assert found["control"][0]["controller"] == "'=cmd()"


def test_report_stands_alone_and_draws_the_controllers(tmp_path):
    rows = [("张<某>", "甲公司", "60"), *(("甲公司", f"子公司{i}", "100") for i in range(TREE_NODES + 5))]
    screen_ownership(holdings(*rows), tmp_path)
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "http" not in html
    assert "<script" not in html
    assert "张<某>" not in html
    assert "不是处罚依据" in html
    assert "图中略去 6 家" in html
    svg = ElementTree.fromstring(html[html.index("<svg") : html.index("</svg>") + 6])
    assert len(svg.findall("g")) == TREE_NODES + 1
    assert {g.find("title").text for g in svg.findall("g")} >= {"张<某>", "甲公司"}


def test_report_draws_companies_that_hold_each_other(tmp_path):
    rows = ("P", "A", "51"), ("P", "B", "20"), ("A", "B", "40"), ("B", "A", "45")
    screen_ownership(holdings(*rows), tmp_path)
    assert (tmp_path / "report.html").read_text(encoding="utf-8").count("<rect") == 3


def test_same_input_gives_the_same_bytes(tmp_path):
    rows = ("P", "A", "60"), ("Q", "A", "40"), ("A", "B", "30"), ("B", "A", "1"), ("P", "B", "25")
    for name in "ab":
        screen_ownership(holdings(*rows), tmp_path / name)
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


TEXTS = st.sampled_from(
    [
        "",
        " ",
        "甲公司",
        "甲公司 ",
        "张某",
        "未知",
        "unknown",
        "0.5",
        "60",
        "１００％",
        "-3",
        "nan",
        "inf",
        "1e400",
        "=x",
        "<b>",
        "\x00",
        "a\nb",
    ]
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS, TEXTS), max_size=8))
def test_any_text_ends_in_files_or_in_a_clear_refusal(tmp_path, rows):
    table = holdings(*rows, headings=("owner", "company", "percent", "owner_kind"))
    try:
        result = screen_ownership(table, tmp_path)
    except InputError:
        assert not any(tmp_path.glob(".*.partial"))
    else:
        assert all(float(r["integrated"] or 0) <= 100 for r in rows_of(tmp_path / "ownership.csv"))
        assert all(r["company"] != r["controller"] for r in rows_of(tmp_path / "control.csv"))
        assert result.holdings > 0


def test_decimals_have_no_negative_zero():
    assert decimal(-0.0) == "0"


@pytest.mark.real_data
def test_listed_companies_with_their_one_cycle_and_self_holding(tmp_path, real_data):
    raw = pyarrow.csv.read_csv(
        real_data / "listed" / "holdings.csv", convert_options=pyarrow.csv.ConvertOptions(strings_can_be_null=False)
    )
    table = pa.table({name: raw[name].cast(pa.string()) for name in ("holder_id", "company_id", "pct", "holder_kind")})
    result = screen_ownership(table, tmp_path)
    rings = {row["cycle"]: row["members"] for row in rows_of(tmp_path / "cycles.csv")}
    assert sorted(rings.values()) == ["1", "2"]
    assert result.holdings == 33_296
    assert all(float(row["integrated"] or 0) <= 100 for row in rows_of(tmp_path / "ownership.csv"))
