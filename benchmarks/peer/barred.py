"""Posts that the law forbids their holder, and companies that look like the continuation of an ended one."""

from __future__ import annotations

import pandas as pd

from graph.analytics.barred import ARTICLES
from peer.tables import Tables

ENDED = ["REVOKED", "REVOKED_DEREG", "CANCELLED"]
ALLOWED = {article.key: set(article.posts) for article in ARTICLES}
YEARS = {article.key: article.years for article in ARTICLES}
FAR = pd.Timestamp("2200-01-01")
LONG_AGO = pd.Timestamp("1700-01-01")


def find_barred(tables: Tables, day: pd.Timestamp) -> pd.DataFrame:
    """One row per post and bar that meet on the day."""
    both = _posts(tables).merge(_bars(tables), on="person", suffixes=("", "_bar"))
    both = both.sort_values(["company", "person", "post", "first", "company_bar", "first_bar", "article", "record"])
    first = both[["first", "first_bar"]].max(axis=1)
    until = both[["until", "until_bar"]].min(axis=1)
    other = both["company"] != both["company_bar"].fillna("")
    allowed = both.apply(lambda row: row["post"] in ALLOWED[row["article"]], axis=1)
    return both[(first < until) & (first <= day) & (day < until) & other & allowed].reset_index(drop=True)


def _posts(tables: Tables) -> pd.DataFrame:
    led = tables["legal_reps"].assign(post="legal_rep")
    held = tables["officers"].assign(post=tables["officers"]["post_kind"])
    posts = pd.concat([led, held], ignore_index=True)
    gone = tables["companies"].set_index("id")["status"].isin([*ENDED, "DEREG", "FORCED_DEREG"])
    posts = posts[posts["to_id"].map(gone) == False]  # noqa: E712 - unknown companies have no posts either
    return pd.DataFrame({
        "person": posts["from_id"], "company": posts["to_id"], "post": posts["post"],
        "first": posts["valid_from"].fillna(LONG_AGO), "until": posts["valid_to"].fillna(FAR),
    })  # fmt: skip


def _bars(tables: Tables) -> pd.DataFrame:
    """Revoked and cancelled companies and severe listings bar their representative of that day; debts their debtor."""
    companies, records = tables["companies"], tables["credit_records"]
    records = records[~records["status"].isin(["withdrawn", "repaired"])]
    began = records["valid_from"].fillna(records["decided"])
    ended = companies[companies["status"].isin(ENDED) & companies["status_since"].notna()]
    by_company = pd.concat([
        pd.DataFrame({"company": ended["id"], "first": ended["status_since"], "end": pd.NaT, "record": None,
                      "article": ended["status"].map({"CANCELLED": "false_registration"}).fillna("revoked")}),
        _of_records(records, began, (records["kind"] == "severe_list") & records["person_id"].isna(), "severe_list"),
    ])  # fmt: skip
    led = tables["legal_reps"]
    led = led.assign(since=led["valid_from"].fillna(LONG_AGO), until=led["valid_to"].fillna(FAR))
    through = by_company.drop(columns="person", errors="ignore").merge(led, left_on="company", right_on="to_id")
    through = through[(through["since"] <= through["first"]) & (through["until"] > through["first"])]
    through = through.assign(person=through["from_id"])[["person", "company", "first", "end", "record", "article"]]
    named = records["person_id"].notna()
    bars = pd.concat([
        through,
        _of_records(records, began, (records["kind"] == "severe_list") & named, "severe_list"),
        _of_records(records, began, (records["kind"] == "judgment_debtor") & named, "judgment_debtor"),
    ], ignore_index=True)  # fmt: skip
    bars = bars[bars["first"].notna()]
    later = bars["first"] + pd.DateOffset(years=3)
    lasting = bars["article"].map(YEARS) == 0
    return bars.assign(until=later.mask(lasting, pd.to_datetime(bars["end"]).fillna(FAR))).drop(columns="end")


def _of_records(records: pd.DataFrame, began: pd.Series, rows: pd.Series, article: str) -> pd.DataFrame:
    found = records[rows]
    return pd.DataFrame({
        "person": found["person_id"], "company": found["company_id"], "first": began[rows], "end": found["valid_to"],
        "record": found["id"], "article": article,
    })  # fmt: skip


def find_rebirths(tables: Tables) -> pd.DataFrame:
    """New companies that share two kinds of things with one that ended or was severe-listed shortly before."""
    companies, records = tables["companies"], tables["credit_records"]
    gone = companies[companies["status"].isin(ENDED) & companies["status_since"].notna()]
    severe = records[records["kind"] == "severe_list"]
    ended = pd.concat([
        pd.DataFrame({"old": gone["id"], "day": gone["status_since"]}),
        pd.DataFrame({"old": severe["company_id"], "day": severe["valid_from"].fillna(severe["decided"])}),
    ]).dropna()  # fmt: skip
    known = set(companies["id"])
    shared = []
    for kind, rows in _traits(tables).items():
        rows = rows.dropna().drop_duplicates()
        rows = rows[rows["company"].isin(known)]
        rows = rows[rows.groupby("value")["company"].transform("size") <= 20]
        old = rows[rows["company"].isin(set(ended["old"]))].rename(columns={"company": "old"})
        both = old.merge(rows.rename(columns={"company": "new"}), on="value")
        shared.append(both[both["old"] != both["new"]][["old", "new"]].drop_duplicates().assign(kind=kind))
    kinds = pd.concat(shared).groupby(["old", "new"])["kind"].agg(list).reset_index()
    pairs = kinds[kinds["kind"].str.len() >= 2].merge(ended, on="old")
    began = pairs["new"].map(companies.set_index("id")["established"])
    pairs["gap"] = (began - pairs["day"]).dt.days
    pairs = pairs[pairs["gap"].between(-90, 366)]
    pairs = pairs.assign(size=-pairs["kind"].str.len(), far=pairs["gap"].abs()).sort_values(["far", "gap"])
    pairs = pairs.drop_duplicates(["old", "new"])
    return pairs.sort_values(["size", "far", "old", "new"], ignore_index=True)


def _traits(tables: Tables) -> dict[str, pd.DataFrame]:
    large = tables["shareholdings"]
    large = large[(large["percent"] >= 25) & large["from_id"].str.startswith("p_")]
    of = {"to_id": "company", "from_id": "value"}
    at = {"from_id": "company", "to_id": "value"}
    addresses = tables["addresses"]
    cluster = set(addresses.loc[addresses["cluster"].astype(bool), "id"])
    housed = tables["registered_at"]
    ends = ["from_id", "to_id"]
    return {
        "person": pd.concat([tables["legal_reps"][ends], large[ends]]).rename(columns=of),
        "address": housed[~housed["to_id"].isin(cluster)][ends].rename(columns=at),
        "phone": tables["phone_of"][ends].rename(columns=of),
        "shop": tables["operates"][ends].rename(columns=at),
    }
