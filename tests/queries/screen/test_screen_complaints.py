"""A screening end to end on a small invented file: exact columns, Chinese headings, missing things, edges."""

import csv
import re
from datetime import date
from html.parser import HTMLParser

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import csv as pa_csv

from graph.errors import MissingColumns, UnreadableFile
from queries.evaluate.measures import area_under_curve, average_precision
from queries.screen.complaints import screen, screen_complaints

FORM = "所售商品标签未标注生产日期，违反食品安全法，要求退一赔十，订单号{}，请依法处理。"
HEADINGS = {
    "complainants.csv": ["id", "score", "tier", "group", "flagged", "reasons"],
    "merchants.csv": [
        "id", "seen", "expected", "ratio", "low", "high", "p", "score", "flagged", "withheld_share", "targeted",
    ],
}  # fmt: skip


def invented(chinese=False, dates=True):
    """800 people, 150 shops; 10 accounts that hit 12 shops within two days each; one shop with a genuine incident."""
    rng = np.random.default_rng(3)
    who = [f"顾客{i}" for i in rng.integers(0, 800, 1500)]
    shop = [f"店{i}" for i in rng.integers(0, 150, 1500)]
    day = rng.integers(0, 365, 1500).tolist()
    for account, target in zip(*np.nonzero(rng.random((10, 12)) < 0.7), strict=True):
        who.append(f"虚构{account}")
        shop.append(f"店{target}")
        day.append(int(30 + 20 * target + rng.integers(0, 2)))
    who += [f"旅客{i}" for i in range(40)]
    shop += ["店99"] * 40
    day += rng.integers(200, 202, 40).tolist()
    fake = [w.startswith("虚构") for w in who]
    names = ("投诉人", "店铺编号", "登记日期", "投诉内容", "联系电话", "处理结果") if chinese else (
        "complainant", "merchant", "date", "text", "phone", "outcome",
    )  # fmt: skip
    columns = [
        who,
        shop,
        [str(np.datetime64("2025-01-01") + d) for d in day],
        [FORM.format(i) if f else None for i, f in enumerate(fake)],
        ["4001234567" if i % 3 == 0 else None for i in range(len(who))],
        ["终止调解" if f else "调解成功" if i % 2 else "" for i, f in enumerate(fake)],
    ]
    table = pa.table(dict(zip(names, columns, strict=True)))
    return table if dates else table.drop_columns([names[2]])


def trade():
    return pa.table(
        {
            "merchant": [f"店{i}" for i in range(160)],
            "orders": [str(900 + i) for i in range(160)],
            "industry": ["零售", "餐饮"] * 80,
        }
    )


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    out = tmp_path_factory.mktemp("screen") / "new folder"
    screen_complaints(invented(), out, trade())
    return out


@pytest.mark.parametrize("name", HEADINGS)
def test_columns_are_exactly_those_promised(written, name):
    assert list(rows_of(written / name)[0]) == HEADINGS[name]


def test_the_gang_is_on_top_and_flagged_with_its_reasons(written):
    rows = rows_of(written / "complainants.csv")
    assert {r["id"] for r in rows[:10]} == {f"虚构{i}" for i in range(10)}
    assert {r["id"] for r in rows if r["flagged"] == "true"} == {f"虚构{i}" for i in range(10)}
    assert all((r["tier"], r["group"]) == ("strong", "G1") and "随机预期" in r["reasons"] for r in rows[:10])
    assert [float(r["score"]) for r in rows] == sorted((float(r["score"]) for r in rows), reverse=True)
    assert len(rows) == len({r["id"] for r in rows})


def test_every_merchant_has_a_row_and_the_attacked_are_targeted_not_flagged(written):
    rows = {r["id"]: r for r in rows_of(written / "merchants.csv")}
    assert set(rows) == {f"店{i}" for i in range(160)}
    attacked = [rows[f"店{i}"] for i in range(12)]
    assert sum(r["targeted"] == "true" for r in attacked) >= 10
    assert not any(r["flagged"] == "true" for r in attacked)
    assert rows["店99"]["flagged"] == "true"
    assert float(rows["店99"]["withheld_share"]) < 0.001
    assert all(float(r["low"]) <= float(r["ratio"]) <= float(r["high"]) for r in rows.values())


def test_groups_and_events_show_seen_against_expected(written):
    (group,) = (g for g in rows_of(written / "groups.csv") if g["tier"] != "weak")
    assert set(group["member_ids"].split()) == {f"虚构{i}" for i in range(10)}
    assert group["template_share"] == "1"
    assert group["refused_share"] == "1"
    events = [e for e in rows_of(written / "events.csv") if e["group"] == group["group"]]
    assert {e["kind"] for e in events} == {"burst", "text"}
    assert all(float(e["seen"]) > float(e["expected"]) for e in events if e["kind"] == "burst")
    assert all(int(e["members"]) <= int(e["seen"]) for e in events)


def test_a_genuine_incident_is_listed_as_such(written):
    incidents = [e for e in rows_of(written / "events.csv") if e["kind"] == "incident"]
    assert [(e["value"], e["group"]) for e in incidents] == [("店99", "")]
    assert int(incidents[0]["seen"]) >= 39


class _Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.outside = []
        self.open = []

    def handle_starttag(self, tag, attrs):
        self.outside += [v for k, v in attrs if k in {"src", "href"} or (v or "").startswith("http")]
        self.open.append(tag)

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            pass


def test_the_report_is_self_contained_and_says_what_it_is(written):
    page = (written / "report.html").read_text(encoding="utf-8")
    parser = _Links()
    parser.feed(page)
    assert parser.outside == []
    assert "<script" not in page
    assert page.count("线索，不是处罚依据") >= 2
    assert re.findall(r"G\d+ <span class=\"tier\">疑似", page)
    assert "时间轴" in page
    assert "店99" in page


def test_chinese_headings_give_the_same_answer(written, tmp_path):
    screen_complaints(invented(chinese=True), tmp_path, trade())
    for name in ("complainants.csv", "merchants.csv", "groups.csv", "events.csv", "report.html"):
        assert (tmp_path / name).read_bytes() == (written / name).read_bytes()


def test_names_from_the_file_cannot_break_the_page(tmp_path):
    table = invented()
    evil = [w.replace("虚构", "<script>alert(1)</script>") for w in table["complainant"].to_pylist()]
    screen_complaints(table.set_column(0, "complainant", pa.array(evil)), tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_text_that_a_spreadsheet_would_run_is_quoted(tmp_path):
    names = ["=1+1", "+8613800000000", "-5", "@sum", "普通"]
    screen_complaints(pa.table({"complainant": names, "merchant": ["店"] * 5, "date": ["2026-01-01"] * 5}), tmp_path)
    assert {r["id"] for r in rows_of(tmp_path / "complainants.csv")} == {
        "'=1+1",
        "+8613800000000",
        "-5",
        "'@sum",
        "普通",
    }
    assert not list(tmp_path.glob(".*"))


def test_a_missing_date_column_is_allowed_and_said_to_weaken(tmp_path):
    screening = screen_complaints(invented(dates=False), tmp_path)
    assert any("没有可读日期" in note and "减弱" in note for note in screening.notes)
    assert "没有可读日期" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert list(rows_of(tmp_path / "complainants.csv")[0]) == HEADINGS["complainants.csv"]


def test_some_unreadable_dates_are_counted_and_the_rest_still_used():
    table = invented()
    dates = ["去年" if i % 50 == 0 else d for i, d in enumerate(table["date"].to_pylist())]
    screening = screen(table.set_column(2, "date", pa.array(dates)))
    assert any(note.startswith("33 条投诉没有可读日期") for note in screening.notes)
    assert screening.found.flagged.sum() == 10


def test_without_a_merchants_file_the_missing_exposure_is_said():
    assert any("未提供订单量" in note for note in screen(invented()).notes)


def test_a_phone_of_hundreds_is_cut_and_said():
    screening = screen(invented())
    assert [(cut.name, cut.limit) for cut in screening.found.hubs] == [("phone", 20)]
    assert any("已按上限排除" in note for note in screening.notes)


def test_complaints_about_oneself_and_one_row_files_are_harmless(tmp_path):
    table = pa.table({"complainant": ["甲"], "merchant": ["甲"], "date": ["2026-01-01"]})
    screening = screen_complaints(table, tmp_path)
    assert [r["id"] for r in rows_of(tmp_path / "complainants.csv")] == ["甲"]
    assert [r["id"] for r in rows_of(tmp_path / "merchants.csv")] == ["甲"]
    assert not screening.found.flagged.any()


def test_rows_without_a_party_are_counted_and_left_out():
    table = pa.table({"complainant": ["甲", "", None], "merchant": ["乙", "乙", "乙"], "date": [None] * 3})
    screening = screen(table)
    assert screening.data.people == ["甲"]
    assert any(note.startswith("2 行缺少投诉人或商家") for note in screening.notes)


def test_merchants_not_in_the_merchants_file_are_judged_by_the_median():
    screening = screen(invented(), trade().slice(0, 100))
    assert len(screening.trade.names) == 150
    assert any("50 家缺失，按中位数" in note for note in screening.notes)


def test_a_missing_column_is_named_with_its_cure():
    with pytest.raises(MissingColumns, match="no column for merchant: the file has complainant, date"):
        screen(pa.table({"complainant": ["甲"], "date": ["2026-01-01"]}))


def test_a_file_without_usable_rows_is_refused():
    with pytest.raises(UnreadableFile, match="no row has both"):
        screen(pa.table({"complainant": pa.array([], pa.string()), "merchant": pa.array([], pa.string())}))


def file_of(who, shop, day):
    """A complaints file; days are counted from 2025-01-01."""
    dates = np.datetime64("2025-01-01") + np.asarray(day, np.int64)
    return pa.table(
        {"complainant": [f"p{w}" for w in who], "merchant": [f"m{s}" for s in shop], "date": dates.astype(str)}
    )


def ordinary(rows=3000, people=1500, shops=200, span=365):
    rng = np.random.default_rng(5)
    return rng.integers(0, people, rows), rng.integers(0, shops, rows), rng.integers(0, span, rows)


def test_a_file_of_one_day_and_a_file_of_equal_dates_flag_nobody():
    who, shop, day = ordinary()
    assert not screen(file_of(who, shop, day * 0)).found.flagged.any()
    assert not screen(file_of(who[:30], shop[:30], day[:30] * 0)).found.flagged.any()


def test_everybody_complains_about_themselves_only():
    who, _, day = ordinary()
    assert not screen(file_of(who, who, day)).found.flagged.any()


def test_each_complainant_knows_one_merchant_only():
    who, _, day = ordinary()
    assert not screen(file_of(who, who % 7, day)).found.flagged.any()


def test_half_of_all_complaints_about_one_merchant_are_no_gang():
    who, shop, day = ordinary()
    screening = screen(file_of(who, np.where(np.arange(len(who)) % 2, 0, shop), day))
    assert not screening.found.flagged.any()
    assert screening.seen_all.max() > 1400


def test_a_million_complaints_by_one_person_are_one_person():
    who, shop, day = ordinary()
    rows = np.arange(1_000_000)
    screening = screen(
        file_of(np.append(who, 0 * rows), np.append(shop, rows % 200), np.append(day, rows // 200 % 365))
    )
    assert not screening.found.flagged.any()


def test_dates_in_the_future_are_said_and_not_used():
    who, shop, day = ordinary(rows=300)
    table = file_of(who, shop, np.where(np.arange(300) < 40, 4000, day))
    screening = screen(table, today=date(2026, 1, 31))
    assert any(note.startswith("40 条投诉的日期晚于今天") for note in screening.notes)
    assert screening.data.dated.sum() == 260


@pytest.mark.parametrize("kind", ["account", "device", "agent", "image"])
def test_things_shared_beyond_a_household_are_read_and_shown(kind, tmp_path):
    table = invented()
    things = [f"X {i % 2}" if w.startswith("虚构") else None for i, w in enumerate(table["complainant"].to_pylist())]
    screening = screen_complaints(table.append_column(kind, pa.array(things)), tmp_path)
    assert kind in {s.name for g in screening.found.groups for s in g.shared}
    assert f"{kind}:" in (tmp_path / "groups.csv").read_text(encoding="utf-8")


def test_outcomes_give_a_second_opinion_that_changes_no_score(written):
    beliefs = {row["id"]: float(row["dishonest"]) for row in rows_of(written / "beliefs.csv")}
    gang = [p for name, p in beliefs.items() if name.startswith("虚构")]
    others = [p for name, p in beliefs.items() if not name.startswith("虚构")]
    assert min(gang) > 0.9
    assert np.mean(others) < 0.5
    plain = screen(invented().drop_columns(["outcome"]))
    assert plain.opinion is None


def test_a_tier_states_when_it_expires(written):
    first = rows_of(written / "groups.csv")[0]
    assert first["expires"] == first["last"].replace("2025", "2026")


@pytest.mark.real_data
def test_raters_who_lie_are_ranked_by_what_they_give(real_data):
    """As FraudEagle (AUC .907, AP .923), without a word of the labels; received ratings would leak them."""
    edges = pa_csv.read_csv(real_data / "ratings" / "edges.csv")
    columns = (edges[name].cast(pa.string()) for name in ("user", "item", "timestamp", "rating"))
    screening = screen(pa.table(dict(zip(("complainant", "merchant", "date", "rating"), columns, strict=True))))
    labels = pa_csv.read_csv(real_data / "ratings" / "labels_user.csv")
    known = dict(zip(labels["id"].cast(pa.string()).to_pylist(), labels["label"].to_pylist(), strict=True))
    judged = [i for i, name in enumerate(screening.data.people) if name in known and screening.opinion.statements[i]]
    lies = np.array([known[screening.data.people[i]] == 1 for i in judged])
    dishonest = screening.opinion.beliefs.dishonest[judged]
    assert area_under_curve(dishonest, lies) >= 0.90
    assert average_precision(dishonest, lies) >= 0.91
    flagged = screening.found.flagged[judged]
    assert lies[flagged].mean() >= 0.9  # people who act together, found without ratings or labels
