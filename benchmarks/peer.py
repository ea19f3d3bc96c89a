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
WINDOWS = (1, 3, 7, 30, 90, 180)
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
    """(merchant, complainants) of each window in which a merchant has far more complaints than is usual for it."""
    rows = complaints.dropna(subset=["date"]).sort_values(["merchant", "date"]).reset_index(drop=True)
    daily = rows.groupby("date").size().asfreq("D", fill_value=0)
    total = rows.groupby("merchant")["date"].transform("size")
    found = []
    for days in WINDOWS:
        seen = rows.assign(one=1).groupby("merchant").rolling(f"{days}D", on="date")["one"].sum().to_numpy()
        share = daily.rolling(days, min_periods=1).sum() / len(rows)
        expected = total * rows["date"].map(share).clip(lower=1e-6)
        p = stats.poisson.sf(seen - 1, expected) * total
        for at in np.flatnonzero((seen >= 3) & (p < 1e-4)):
            end = rows.at[at, "date"]
            first = at - int(seen[at]) + 1
            members = rows.loc[first:at, "complainant"]
            inside = rows.loc[first:at, "date"] > end - pd.Timedelta(days=days)
            found.append((rows.at[at, "merchant"], set(members[inside])))
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


def beneficial_owners(holdings: pd.DataFrame, people: set[str]) -> set[tuple[str, str]]:
    """(person, company) with 25 % or more, summed over all paths upward; no path visits a company twice."""
    owners = nx.DiGraph()
    for row in holdings.itertuples():
        owners.add_edge(row.company, row.owner, share=row.percent / 100)
    found = set()
    for company in [n for n in owners if n not in people]:
        share: dict[str, float] = defaultdict(float)
        stack = [(company, 1.0, {company})]
        while stack:
            node, part, seen = stack.pop()
            for _, owner, data in owners.out_edges(node, data=True):
                if owner not in seen and part * data["share"] > 1e-4:
                    share[owner] += part * data["share"]
                    stack.append((owner, part * data["share"], seen | {owner}))
        found |= {(owner, company) for owner, value in share.items() if owner in people and value >= 0.25 - 1e-9}
    return found


def barred(registration: pd.DataFrame, officers: pd.DataFrame, debtors: pd.DataFrame) -> pd.DataFrame:
    """Posts of people who represented a company revoked within three years, or are listed debtors."""
    present = officers[officers["离任日期"].isna()]
    representing = registration.rename(columns={"法定代表人证件号码": "person"})[["company", "person"]]
    serving = present.rename(columns={"统一社会信用代码": "company", "证件号码": "person"})[["company", "person"]]
    posts = pd.concat([representing, serving]).dropna()
    ended = registration[registration["登记状态"].str.contains("吊销|撤销", na=False)]
    since = pd.to_datetime(ended["状态日期"], errors="coerce", format="%Y-%m-%d")
    revoked = ended[since > since.max() - pd.DateOffset(years=3)]["法定代表人证件号码"]
    bars = pd.concat([revoked, debtors["被执行人证件号码"]]).dropna().drop_duplicates().to_frame("person")
    return posts.merge(bars, on="person")


def addresses(registration: pd.DataFrame) -> set[tuple[str, str]]:
    """Pairs of companies at one address after simple normalisation, cluster offices left out."""
    text = registration["住所"].str.normalize("NFKC").str.replace(r"[\s()（）]|^广东省|^东莞市", "", regex=True)
    kept = registration.assign(address=text.where(~text.str.contains("集群|\\*\\*\\*", na=False)))
    return shared_links(kept, "address", 20)


def templates(complaints: pd.DataFrame) -> pd.Series:
    """Family of each text: what is left when digits and punctuation go."""
    return complaints["投诉内容"].fillna("").str.replace(r"[\d\W]+", "", regex=True).map(hash)


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

    phones = registration.assign(
        phone=registration["联系电话"].str.normalize("NFKC").str.replace(r"\D", "", regex=True)
    )
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

    templates(complaints)
    beneficial_owners(holdings, set(held.loc[held["股东类型"] == "自然人", "股东证件号码"].map(normalise)))
    barred(registration, read(folder, "officers"), read(folder, "judgment_debtors"))
    links = nx.Graph(addresses(registration))
    links.add_edges_from(answers.phone_links | answers.representative_links)
    nx.pagerank(links, personalization=dict.fromkeys(links, 1.0))
    links.add_edges_from(p for p in answers.control if len(p[0]) == 18)
    records = {n: read(folder, n) for n in ("severe_list", "abnormal_list", "penalties", "judgment_debtors")}
    for name in ("inspections", "licences", "credit_repair"):
        read(folder, name)
    answers.scores = score(registration, records, links)
    return answers
