"""The peer: the same job in pandas and NetworkX, as a competent analyst would write it in a day.

Straightforward on purpose: `read_csv`, `apply`, `merge`, `groupby`, `networkx.Graph`. Nothing is made slow; what
pandas and NetworkX offer vectorised or built in is used that way.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
from scipy import stats

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
OUTER = [pow(3, i, 31) for i in range(17)]
INNER = [3, 7, 9, 10, 5, 8, 4, 2]
WIDE = str.maketrans(
    "０１２３４５６７８９ＡＢＣＤＥＦＧＨＪＫＬＭＮＰＱＲＴＵＷＸＹ", "0123456789ABCDEFGHJKLMNPQRTUWXY"
)


@dataclass
class Answers:
    """What is compared with creditnet, plus the scores, which are the peer's own."""

    companies: int = 0
    valid_codes: int = 0
    control: set[tuple[str, str]] = field(default_factory=set)
    received: dict[str, int] = field(default_factory=dict)
    phone_links: set[tuple[str, str]] = field(default_factory=set)
    representative_links: set[tuple[str, str]] = field(default_factory=set)
    groups: list[set[str]] = field(default_factory=list)
    scores: dict[str, float] = field(default_factory=dict)


def normalise(code: object) -> str:
    """Upper-case, half-width, no blanks."""
    return re.sub(r"\s+", "", str(code).translate(WIDE).upper()) if isinstance(code, str) else ""


def is_valid(code: str) -> bool:
    """Both checks of GB 32100-2015."""
    if len(code) != 18 or any(c not in ALPHABET for c in code):
        return False
    outer = (31 - sum(ALPHABET.index(c) * w for c, w in zip(code, OUTER, strict=False)) % 31) % 31
    if ALPHABET[outer] != code[17]:
        return False
    inner = 11 - sum(int(c, 36) * w for c, w in zip(code[8:16], INNER, strict=True)) % 11
    return code[16] == {10: "X", 11: "0"}.get(inner, str(inner))


def read(folder: Path, name: str) -> pd.DataFrame:
    """One file, all text; codes normalised."""
    frame = pd.read_csv(folder / f"{name}.csv", dtype=str)
    for column in frame.columns:
        if column.endswith("统一社会信用代码") or column == "统一社会信用代码":
            frame[column] = frame[column].map(normalise)
    return frame


def control(holdings: pd.DataFrame) -> set[tuple[str, str]]:
    """(controller, company) for every holder that, with the companies it controls, holds more than half."""
    owned = nx.DiGraph()
    for row in holdings.itertuples():
        if row.owner != row.company:
            before = owned.get_edge_data(row.owner, row.company, {"percent": 0.0})["percent"]
            owned.add_edge(row.owner, row.company, percent=before + row.percent)
    pairs = set()
    for owner in owned.nodes:
        votes: dict[str, float] = defaultdict(float)
        controlled, queue = set(), [owner]
        while queue:
            for _, company, data in owned.out_edges(queue.pop(), data=True):
                votes[company] += data["percent"]
                if votes[company] > 50.000001 and company not in controlled and company != owner:
                    controlled.add(company)
                    queue.append(company)
        pairs |= {(owner, company) for company in controlled}
    return pairs


def shared_links(frame: pd.DataFrame, key: str, limit: int) -> set[tuple[str, str]]:
    """Pairs of companies that share a value held by at most `limit` of them."""
    frame = frame[["company", key]].dropna().drop_duplicates()
    size = frame.groupby(key)["company"].transform("size")
    frame = frame[(size >= 2) & (size <= limit)]
    pairs = frame.merge(frame, on=key)
    pairs = pairs[pairs["company_x"] < pairs["company_y"]]
    return set(zip(pairs["company_x"], pairs["company_y"], strict=True))


def bursts(complaints: pd.DataFrame) -> list[tuple[str, set[str]]]:
    """(merchant, complainants) of each week in which a merchant has far more complaints than is usual for it."""
    complaints = complaints.dropna(subset=["date"]).sort_values("date")
    total = complaints.groupby(complaints["date"].dt.to_period("D")).size()
    level = total.rolling(7, min_periods=1).sum() / total.sum()
    found = []
    for merchant, rows in complaints.groupby("merchant"):
        if len(rows) < 3:
            continue
        dates = rows["date"].tolist()
        for start in dates:
            window = rows[(rows["date"] >= start) & (rows["date"] < start + pd.Timedelta(days=7))]
            expected = max(len(rows) * level.get((start + pd.Timedelta(days=6)).to_period("D"), 0.01), 1e-3)
            if len(window) >= 3 and stats.poisson.sf(len(window) - 1, expected) < 1e-4 / len(dates):
                found.append((merchant, set(window["complainant"])))
    return found


def groups(complaints: pd.DataFrame) -> list[set[str]]:
    """Connected components of complainants who share at least two bursts of different merchants."""
    shared: dict[tuple[str, str], set[str]] = defaultdict(set)
    for merchant, people in bursts(complaints):
        ordered = sorted(people)
        if len(ordered) <= 200:
            for i, a in enumerate(ordered):
                for b in ordered[i + 1 :]:
                    shared[a, b].add(merchant)
    graph = nx.Graph([pair for pair, merchants in shared.items() if len(merchants) >= 2])
    return [c for c in nx.connected_components(graph) if len(c) >= 3]


def merchant_p(complaints: pd.DataFrame, shops: pd.DataFrame) -> pd.Series:
    """Poisson tail of each shop's complaints against the rate of its category."""
    shops = shops.assign(n=shops["shop"].map(complaints["merchant"].value_counts()).fillna(0))
    rate = shops.groupby("category")["n"].transform("sum") / shops.groupby("category")["orders"].transform("sum")
    expected = (rate * shops["orders"]).clip(lower=1e-9)
    return pd.Series(stats.poisson.sf(shops["n"] - 1, expected), index=shops["shop"])


def score(companies: pd.DataFrame, records: dict[str, pd.DataFrame], links: nx.Graph) -> dict[str, float]:
    """Points for a company's own records, a fifth of the sum for those of its linked companies."""
    weight = {"severe_list": 300.0, "abnormal_list": 120.0, "penalties": 60.0, "judgment_debtors": 150.0}
    own: dict[str, float] = defaultdict(float)
    for name, points in weight.items():
        for code, count in records[name]["统一社会信用代码"].value_counts().items():
            own[code] += points * min(count, 3)
    found = {}
    for code in companies["company"]:
        relatives = nx.single_source_shortest_path_length(links, code, cutoff=2) if code in links else {}
        found[code] = 200 + own[code] + 0.2 * min(sum(own[r] for r in relatives if r != code), 500)
    return found


def run(folder: Path) -> Answers:
    """The whole job on one folder of files."""
    answers = Answers()
    registration = read(folder, "registration")
    registration["company"] = registration["统一社会信用代码"]
    registration["valid"] = registration["company"].map(is_valid)
    registration["成立日期"] = pd.to_datetime(registration["成立日期"], errors="coerce", format="%Y-%m-%d")
    registration = registration[registration["company"].str.len() == 18].drop_duplicates("company", keep="last")
    answers.companies, answers.valid_codes = len(registration), int(registration["valid"].sum())

    holders = read(folder, "shareholders")
    held = holders[holders["退出日期"].isna() & holders["持股比例"].notna()]
    holdings = pd.DataFrame({
        "owner": held["股东证件号码"].map(normalise),
        "company": held["统一社会信用代码"],
        "percent": pd.to_numeric(held["持股比例"].str.rstrip("%"), errors="coerce"),
    }).dropna()  # fmt: skip
    holdings = holdings[(holdings["owner"] != "") & (holdings["company"].str.len() == 18)]
    answers.control = control(holdings)

    phones = registration.assign(phone=registration["联系电话"].str.replace(r"\D", "", regex=True))
    answers.phone_links = shared_links(phones, "phone", 10)
    people = registration.assign(rep=registration["法定代表人证件号码"].map(normalise).replace("", np.nan))
    answers.representative_links = shared_links(people, "rep", 20)

    complaints = read(folder, "complaints")
    shop = "s_" + complaints["平台代码"].fillna("") + ":" + complaints["店铺编号"].fillna("")
    by_phone = complaints["投诉人姓名"].fillna("") + complaints["联系电话"].fillna("")
    who = complaints["投诉人证件号码"].map(normalise).replace("", np.nan)
    frame = pd.DataFrame({
        "complainant": who.fillna(by_phone),
        "merchant": shop.where(complaints["店铺编号"].notna(), complaints["被投诉方统一社会信用代码"]),
        "date": pd.to_datetime(complaints["登记日期"], errors="coerce", format="%Y-%m-%d"),
    })  # fmt: skip
    frame = frame.dropna(subset=["date"])  # a complaint without a day cannot be placed in time
    answers.received = frame["merchant"].value_counts().to_dict()
    answers.groups = groups(frame)

    shops = read(folder, "shops")
    merchant_p(frame, pd.DataFrame({
        "shop": "s_" + shops["平台代码"] + ":" + shops["店铺编号"],
        "category": shops["经营类目"],
        "orders": pd.to_numeric(shops["近一年订单量"], errors="coerce").fillna(100.0),
    }).drop_duplicates("shop"))  # fmt: skip

    links = nx.Graph(answers.phone_links | answers.representative_links)
    links.add_edges_from(p for p in answers.control if len(p[0]) == 18)
    records = {n: read(folder, n) for n in ("severe_list", "abnormal_list", "penalties", "judgment_debtors")}
    for name in ("inspections", "licences", "credit_repair", "officers"):
        read(folder, name)
    answers.scores = score(registration, records, links)
    return answers
