"""The synthetic city: same bytes from the same seed, the sources' headings, sound codes, truths the files bear out."""

from __future__ import annotations

import hashlib
import tomllib
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import loaders.synthetic
from graph.errors import ConfigError
from graph.model.identifiers import check_resident_id, check_uscc
from graph.model.phones import normalise_phone
from loaders.synthetic import HEADINGS, generate
from loaders.synthetic import files as files_module

REPO = Path(__file__).resolve().parents[2]
DATA_DATE = date(2026, 6, 30)
BAR_FROM = str(DATA_DATE - timedelta(days=3 * 365))
CODE, ID = "统一社会信用代码", "证件号码"


class City:
    """Files and truth of one generated city, read lazily as text."""

    def __init__(self, out: Path, report) -> None:
        self.out, self.report, self._cache = out, report, {}

    def file(self, name: str) -> pd.DataFrame:
        if name not in self._cache:
            table = pd.read_csv(self.out / "files" / f"{name}.csv", dtype=str, keep_default_na=False)
            for column in table.columns:
                if "信用代码" in column or column == "股东证件号码":
                    codes = check_uscc(pa.array(table[column])).normalised
                    table[column] = pd.Series(codes.to_pylist()).fillna("")
            self._cache[name] = table
        return self._cache[name]

    def truth(self, name: str) -> pd.DataFrame:
        return pq.read_table(self.out / "truth" / f"{name}.parquet").to_pandas()

    def pairs(self, *kinds: str) -> pd.DataFrame:
        plants = self.truth("plants")
        wanted = plants[plants.kind.isin(kinds)][["plant", "kind", "size"]]
        return self.truth("pairs").merge(wanted, on="plant")

    def members(self, *kinds: str) -> pd.DataFrame:
        plants = self.truth("plants")
        return self.truth("members").merge(plants[plants.kind.isin(kinds)], on="plant")

    def tickets(self, *kinds: str) -> pd.DataFrame:
        plants = self.truth("plants")
        mine = self.truth("complaints").merge(plants[plants.kind.isin(kinds)], on="plant")
        return mine.merge(self.file("complaints"), left_on="ticket", right_on="工单编号")


@pytest.fixture(scope="module")
def city(tmp_path_factory) -> City:
    out = tmp_path_factory.mktemp("city")
    return City(out, generate(out, companies=20_000, seed=5))


def digest(folder: Path) -> dict[str, str]:
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def test_same_seed_gives_the_same_bytes_and_another_seed_does_not(tmp_path):
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        generate(tmp_path / name, companies=1_500, seed=seed)
    first, second, other = (digest(tmp_path / name) for name in "abc")
    assert first == second
    assert first.keys() == other.keys()
    assert not {n for n in first if first[n] == other[n]}


def test_headings_are_the_primary_headings_of_the_sources():
    for name, headings in HEADINGS.items():
        source = tomllib.loads((REPO / "loaders" / "sources" / f"{name}.toml").read_text())
        primary = [column["names"][0] for column in source["columns"].values()]
        assert [heading for heading in primary if heading in headings] == list(headings), name


def test_every_file_has_its_headings_and_the_reported_rows(city):
    assert city.report.rows.keys() == HEADINGS.keys()
    for name, headings in HEADINGS.items():
        assert tuple(city.file(name).columns) == headings
        assert len(city.file(name)) == city.report.rows[name] > 0


def test_proportions_are_those_of_the_city(city):
    rows = city.report.rows
    assert rows["registration"] == 20_000
    assert rows["shops"] == pytest.approx(20_000 * 0.06 / 1.27, rel=0.02)
    assert rows["complaints"] == pytest.approx(20_000 * 3 / 1.27, rel=0.25)
    assert 0.4 < city.file("registration")["住所"].nunique() / 20_000 < 0.6
    reps = city.file("registration")["法定代表人证件号码"].value_counts().drop("")
    assert (reps == 1).mean() > 0.6
    assert 12 <= reps.max() <= 60


@pytest.mark.parametrize(("companies", "seed"), [(499, 1), (10_000_001, 1), (2_000, -1)])
def test_sizes_and_seeds_out_of_range_are_refused(tmp_path, companies, seed):
    with pytest.raises(ConfigError, match=r"companies, not|seed is 0"):
        generate(tmp_path, companies=companies, seed=seed)
    assert not list(tmp_path.iterdir())


def test_credit_codes_are_sound_but_for_the_stated_dirt(city):
    table = pd.read_csv(city.out / "files" / "registration.csv", dtype=str, keep_default_na=False)
    check = check_uscc(pa.array(table[CODE]))
    status = pd.Series(check.status.to_pylist()).value_counts(normalize=True)
    assert status["valid"] > 0.99
    assert 0.002 < status["bad_check"] < 0.006
    assert 0 < status["legacy15"] < 0.003
    assert set(status.index) == {"valid", "bad_check", "legacy15"}
    assert 0.003 < (table[CODE] != pd.Series(check.normalised.to_pylist())).mean() < 0.009
    normalised = pd.Series(check.normalised.to_pylist())
    assert normalised.is_unique
    assert set(normalised[normalised.str.len() == 18].str[:8]) == {"91441900", "92441900", "93441900"}


def test_planted_companies_have_sound_codes(city):
    members = city.truth("members")
    plants = city.truth("plants").set_index("plant").kind
    planted = members[(members.scheme == "uscc") & ~members.plant.map(plants).str.startswith("hub_")]
    planted = planted[planted.role.isin(["company", "cause", "post_at", "head"])]
    assert len(planted) > 100
    assert set(check_uscc(pa.array(planted.key)).status.to_pylist()) == {"valid"}


def test_resident_ids_and_phones_are_well_formed(city):
    for name, column in (("registration", "法定代表人证件号码"), ("complaints", "投诉人证件号码"), ("officers", ID)):
        given = city.file(name)[column]
        ids = given[given != ""]
        assert set(check_resident_id(pa.array(ids), today=DATA_DATE).status.to_pylist()) == {"valid"}
    for name in ("registration", "complaints"):
        given = city.file(name)["联系电话"]
        phones = normalise_phone(pa.array(given[given != ""]))
        assert phones.digits.null_count == 0
    assert normalise_phone(pa.array(city.file("registration")["联系电话"])).landline.true_count > 1_000


def test_names_are_built_as_the_register_builds_them(city):
    table = city.file("registration")
    assert table["企业名称"].is_unique
    firms = table[table["企业类型"].str.startswith("有限责任公司(自然人")]
    assert firms["企业名称"].str.endswith("有限公司").all()
    assert firms["企业名称"].str.contains("东莞|广东").all()
    assert table["企业名称"].str.contains("（").sum() > 50 < table["企业名称"].str.contains("(", regex=False).sum()


def test_impossible_dates_are_rare_and_none_lies_after_the_data_date(city):
    days = city.file("complaints")["登记日期"]
    parsed = pd.to_datetime(days, errors="coerce")
    assert 0.0005 < parsed.isna().mean() < 0.004
    assert parsed.max() == pd.Timestamp(DATA_DATE)
    assert parsed.min() >= pd.Timestamp(DATA_DATE) - pd.Timedelta(days=3 * 365)


def test_every_documented_kind_is_planted_more_than_once(city):
    for kind, count in city.report.plants.items():
        assert count >= (1 if kind.startswith("all_bars") else 2), kind
        assert kind.rpartition("_")[0] in loaders.synthetic.__doc__, kind
    assert city.truth("plants").kind.value_counts().to_dict() == city.report.plants


def holdings(city: City) -> dict[str, dict[str, float]]:
    table = city.file("shareholders")
    shares: dict[str, dict[str, float]] = defaultdict(dict)
    for company, holder, percent in zip(table[CODE], table["股东证件号码"], table["持股比例"], strict=True):
        shares[company][holder] = shares[company].get(holder, 0.0) + float(percent.rstrip("%") or 0) / 100
    return shares


def integrated(shares: dict[str, dict[str, float]], holder: str, company: str, depth: int = 6) -> float:
    """Sum over paths, cut at a depth: enough for plants without cycles."""
    if depth == 0:
        return 0.0
    return sum(
        part * (1.0 if owner == holder else integrated(shares, holder, owner, depth - 1))
        for owner, part in shares.get(company, {}).items()
    )


def controlled_by(shares: dict[str, dict[str, float]], head: str) -> set[str]:
    group: set[str] = {head}
    while True:
        more = {c for c, owners in shares.items() if sum(p for o, p in owners.items() if o in group) > 0.5} - group
        if not more:
            return group - {head}
        group |= more


def test_diamonds_reach_a_quarter_only_by_the_sum_over_paths(city):
    shares = holdings(city)
    pairs = city.pairs("diamond")
    assert len(pairs) >= 5
    for pair in pairs.itertuples():
        assert shares[pair.b][pair.a] < 0.25
        assert integrated(shares, pair.a, pair.b) == pytest.approx(pair.percent / 100, abs=1e-9)
        assert pair.percent >= 25


def test_controllers_control_by_the_fixed_point(city):
    shares = holdings(city)
    pairs = city.pairs("control_chain", "joint_control")
    for head, mine in pairs[pairs.relation == "controls"].groupby("a"):
        assert set(mine.b) <= controlled_by(shares, head)
    sixty = pairs[(pairs.percent == 36.0) & (pairs.relation == "controls")]
    assert len(sixty) >= 1
    assert integrated(shares, sixty.iloc[0].a, sixty.iloc[0].b) == pytest.approx(0.36)


def test_cycles_close_in_the_shareholder_file(city):
    shares = holdings(city)
    pairs = city.pairs("cycle", "closed_cycle")
    assert {2, 3} == set(pairs["size"])
    for pair in pairs.itertuples():
        assert shares[pair.b][pair.a] == pytest.approx(pair.percent / 100)
    assert (pairs[pairs.kind == "closed_cycle"].percent == 100).all()


def test_odd_shares_are_in_the_file(city):
    shares = holdings(city)
    assert all(shares[c][c] == pytest.approx(0.15) for c in city.members("self_holding").key)
    assert all(sum(shares[c].values()) == pytest.approx(1.15) for c in city.members("over_100").key)
    table = city.file("shareholders")
    missing = set(table[table["持股比例"] == ""][CODE])
    assert missing == set(city.members("missing_share").key)


LIVE = ["存续", "在业", "歇业", "迁出", "清算"]
MANAGEMENT = ["董事长", "董事", "监事", "经理", "独立董事"]


def known_numbers(city: City) -> dict[tuple[str, str], str]:
    """Resident ID of each name in a company, where any file gives it: there a row with the name alone means it."""
    registration, officers, holders = (city.file(name) for name in ("registration", "officers", "shareholders"))
    named = [
        *zip(registration[CODE], registration["法定代表人"], registration["法定代表人证件号码"], strict=True),
        *zip(officers[CODE], officers["姓名"], officers[ID], strict=True),
        *zip(holders[CODE], holders["股东名称"], holders["股东证件号码"], strict=True),
    ]
    return {(company, name): number for company, name, number in named if number}


def representatives(city: City, rows) -> set[tuple[str, str]]:
    """(person, company) of the representatives in rows of the register."""
    known = known_numbers(city)
    named = zip(rows[CODE], rows["法定代表人"], rows["法定代表人证件号码"], strict=True)
    return {(number or known.get((company, name), ""), company) for company, name, number in named}


def posts(city: City, *, only_rep: bool = False) -> set[tuple[str, str]]:
    """(person, company) of every post in management held on the data date in a live company."""
    registration, officers = city.file("registration"), city.file("officers")
    reps = registration[registration["登记状态"].isin(LIVE)]
    held, known = representatives(city, reps), known_numbers(city)
    if not only_rep:
        now = officers[
            (officers["离任日期"] == "") & officers["职务"].isin(MANAGEMENT) & officers[CODE].isin(reps[CODE])
        ]
        named = zip(now[CODE], now["姓名"], now[ID], strict=True)
        held |= {(number or known.get((company, name), ""), company) for company, name, number in named}
    return {pair for pair in held if pair[0]}


def barred(city: City) -> dict[str, set[tuple[str, str]]]:
    """(person, company that caused it) per ground, read from the files alone."""
    registration, debtors, severe = city.file("registration"), city.file("judgment_debtors"), city.file("severe_list")
    ended = registration[registration["状态日期"] >= BAR_FROM]
    revoked = ended[ended["登记状态"].isin(["吊销未注销", "吊销已注销"])]
    cancelled = ended[ended["登记状态"] == "撤销登记"]
    debtors = debtors[debtors["屏蔽日期"] == ""]
    severe = severe[(severe["移出日期"] == "") & (severe["列入日期"] >= BAR_FROM)]
    return {
        "revoked": representatives(city, revoked),
        "cancelled": representatives(city, cancelled),
        "debtor": set(zip(debtors["被执行人证件号码"], debtors[CODE], strict=True)),
        "severe": set(zip(severe["责任人证件号码"], severe[CODE], strict=True)),
    }


@pytest.mark.parametrize("ground", ["revoked", "cancelled", "debtor", "severe"])
def test_all_bars_are_what_the_files_say(city, ground):
    held = posts(city, only_rep=ground in ("cancelled", "severe"))
    causes: dict[str, set[str]] = defaultdict(set)
    for person, company in barred(city)[ground]:
        causes[person].add(company)
    found = {(p, c) for p, c in held if p in causes and causes[p] - {c}}
    stated, planted = city.pairs(f"all_bars_{ground}"), city.pairs(f"barred_{ground}")
    assert found == set(zip(stated.a, stated.b, strict=True))
    assert set(zip(planted.a, planted.b, strict=True)) <= found
    assert len(planted) > 0 or ground == "cancelled"


def test_the_not_barred_are_free(city):
    held, persons = posts(city), {person for ground in barred(city).values() for person, _ in ground}
    for pair in city.pairs("not_barred").itertuples():
        assert pair.a not in persons or (pair.a, pair.b) not in held


def test_rebirths_share_two_things_with_the_revoked_firm(city):
    table = city.file("registration").drop_duplicates(CODE).set_index(CODE)
    moved = city.file("shops").groupby(["平台代码", "店铺编号"]).size()
    pairs = city.pairs("rebirth")
    for pair in pairs[pairs.relation == "rebirth"].itertuples():
        old, new = table.loc[pair.a], table.loc[pair.b]
        shared = sum(old[c] == new[c] != "" for c in ("法定代表人证件号码", "住所", "联系电话"))
        assert shared >= 2
        assert old["登记状态"] == "吊销未注销"
        assert old["状态日期"] < new["成立日期"]
    assert (moved == 2).sum() == (city.members("rebirth").role == "moved_shop").sum() > 0


def test_hidden_pairs_share_exactly_what_they_say(city):
    table = city.file("registration").drop_duplicates(CODE).set_index(CODE)
    digits = lambda text: int(text.replace("-", ""))  # noqa: E731
    for pair in city.pairs("same_phone", "adjacent_landline", "same_address").itertuples():
        a, b = table.loc[pair.a], table.loc[pair.b]
        assert (a["联系电话"] == b["联系电话"]) == (pair.kind == "same_phone")
        assert (a["住所"] == b["住所"]) == (pair.kind == "same_address")
        if pair.kind == "adjacent_landline":
            assert digits(b["联系电话"]) - digits(a["联系电话"]) == 1


def test_hubs_are_much_larger_than_anything_that_links(city):
    table = city.file("registration")
    full = table[~table["住所"].str.contains("***", regex=False)]
    hubs = city.members("hub_address", "hub_phone")
    addresses, phones = set(hubs[hubs.scheme == "address"].key), set(hubs[hubs.scheme == "phone"].key)
    size = full["住所"].value_counts().drop("")
    assert size[size.index.isin(addresses)].min() > 5 * size[~size.index.isin(addresses)].max()
    size = table["联系电话"].str.replace("-", "").value_counts().drop("")
    assert size[size.index.isin(phones)].min() > 5 * size[~size.index.isin(phones)].max()
    assert 0 < full["住所"].str.contains("集群").sum() < len(full) * 0.1


def test_nominees_own_nothing(city):
    holders = set(city.file("shareholders")["股东证件号码"])
    reps = city.file("registration")["法定代表人证件号码"].value_counts()
    nominees = city.members("nominee")
    people = nominees[nominees.role == "nominee"].key
    assert not holders & set(people)
    assert all(reps[person] >= 12 for person in people)


def complainant(row) -> str:
    if row["投诉人证件号码"]:
        return row["投诉人证件号码"]
    if row["投诉人姓名"] and row["联系电话"]:
        return f"{row['投诉人姓名']}|{row['联系电话']}"
    return f"{row['渠道代码']}|{row['投诉人账号']}"


def test_groups_have_their_stated_density_and_window(city):
    tickets = city.tickets("group")
    tickets = tickets[tickets.role == "attack"]
    members = city.members("group")
    for plant, mine in tickets.groupby("plant"):
        people = set(members[(members.plant == plant) & (members.role == "member")].key)
        targets = (members[(members.plant == plant)].role == "target").sum()
        assert set(mine.apply(complainant, axis=1)) <= people
        stated = mine.iloc[0]
        assert len(people) == stated["size"]
        expected = stated.density * len(people) * targets
        assert len(mine) == pytest.approx(expected, abs=4 * np.sqrt(expected) + 1)
        days = pd.to_datetime(mine["登记日期"])
        merchant = mine["店铺编号"] + mine["被投诉方统一社会信用代码"].str.strip()
        spread = (days.groupby(merchant).max() - days.groupby(merchant).min()).dt.days
        if stated.window_days:
            assert spread.max() < stated.window_days
        if "phone" in stated.shares:
            assert mine["联系电话"].replace("", np.nan).nunique() <= len(people) // 4 + 1


def test_sizes_windows_and_densities_of_groups_cover_the_range(city):
    groups = city.truth("plants").query("kind == 'group'")
    assert groups["size"].min() == 8
    assert groups["size"].max() == 60
    assert groups.density.min() == 0.1
    assert groups.density.max() == 0.8
    assert {3, 14, 60, 180} <= set(groups.window_days)
    assert (groups.shares == "").any()
    assert (groups.shares != "").any()


def test_template_groups_repeat_their_sentences_and_others_do_not(city):
    tickets = city.tickets("group", "incident", "not_detectable")
    tail = tickets["投诉内容"].str[-60:]
    for _, mine in tickets[tickets.role != "camouflage"].groupby("plant"):
        repeated = tail[mine.index].value_counts(normalize=True).max()
        assert repeated == 1.0 if "template" in str(mine.iloc[0].shares) else repeated < 0.2


def test_undetectable_groups_show_no_synchrony(city):
    tickets = city.tickets("not_detectable")
    tickets = tickets[tickets.role == "attack"]
    assert tickets.plant.nunique() >= 2
    for _, mine in tickets.groupby("plant"):
        days = pd.to_datetime(mine["登记日期"])
        assert (days.max() - days.min()).days > 900
        people = mine.apply(complainant, axis=1)
        assert mine["联系电话"].groupby(people).first().replace("", np.nan).dropna().is_unique


def test_incidents_are_one_time_people_with_upheld_complaints(city):
    tickets = city.tickets("incident")
    everything = city.file("complaints").apply(complainant, axis=1).value_counts()
    for _, mine in tickets.groupby("plant"):
        people = mine.apply(complainant, axis=1)
        assert (everything[people] == 1).all()
        assert len(mine) == mine.iloc[0]["size"] >= 25
        assert mine["处理结果"].isin(["立案查处", "调解成功"]).mean() > 0.55
        assert (mine["店铺编号"] != "").all()
        assert mine["店铺编号"].nunique() == 1


def test_abnormal_merchants_exceed_and_others_match_their_expectation(city):
    merchants = city.truth("merchants")
    abnormal = merchants[merchants.multiplier >= 3]
    assert len(abnormal) == city.report.plants["abnormal_merchant"] >= 20
    assert abnormal.honest.sum() == pytest.approx(abnormal.expected.sum(), rel=0.1)
    assert (abnormal.multiplier <= 8).all()
    shops = city.file("shops").drop_duplicates("店铺编号")
    shops["key"] = shops["平台代码"] + ":" + shops["店铺编号"]
    rated = merchants.merge(shops, on="key")
    rated["per_order"] = rated.honest / (rated["近一年订单量"].replace("", np.nan).astype(float) ** 0.85)
    median = rated.groupby(rated.multiplier >= 3).per_order.median()
    assert median[True] > 2.5 * median[False]


def test_groups_attack_only_normal_merchants(city):
    merchants = city.truth("merchants").set_index("key")
    targets = city.members("group", "not_detectable")
    targets = targets[targets.role == "target"].key
    assert (merchants.loc[targets].multiplier == 1).all()
    assert merchants.attacks.sum() == (city.truth("complaints").role == "attack").sum()


def test_contagion_raises_bad_records_several_times(city):
    firms = city.members("contagion")
    firms = set(firms[firms.role == "company"].key)
    bad = pd.concat([city.file("penalties")[CODE], city.file("abnormal_list")[CODE]])
    inside, outside = bad.isin(firms).sum() / len(firms), (~bad.isin(firms)).sum() / 20_000
    assert inside > 3 * outside
    assert inside < 1.5  # a real signal is modest: most firms of a bad controller stay clean in a year


def test_records_refer_to_registered_companies(city):
    known = set(city.file("registration")[CODE])
    for name in ("abnormal_list", "severe_list", "penalties", "inspections", "licences", "credit_repair", "officers"):
        assert set(city.file(name)[CODE]) <= known, name
    repaired = set(city.file("credit_repair")["原文书文号"])
    penalties = city.file("penalties")
    assert repaired == set(penalties[penalties["状态"] == "已修复"]["处罚决定书文号"])


def test_rendering_holds_one_block_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr(files_module, "BLOCK", 1_000)
    peaks = []
    for companies in (4_000, 16_000):
        pool = pa.proxy_memory_pool(pa.default_memory_pool())
        before = pa.default_memory_pool()
        pa.set_memory_pool(pool)
        try:
            generate(tmp_path / str(companies), companies=companies)
        finally:
            pa.set_memory_pool(before)
        peaks.append(pool.max_memory())
    assert peaks[1] < 1.5 * peaks[0]
