"""Groups of complainants with their evidence, and how credible each complainant is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import networkx as nx
import numpy as np
import pandas as pd
from scipy import special

from peer.bursts import WINDOWS, bursts, histories, once_each, shared
from peer.growth import Activity, Grown, Net, validated_pairs

STRENGTH = {"strong": 1.0, "moderate": 0.8, "weak": 0.05}
DOWN = {"strong": "moderate", "moderate": "weak", "weak": "weak"}
DOMESTIC = {"phone_id", "address_id"}


@dataclass
class Group:
    """A group as it is shown."""

    id: str
    members: dict[str, float]
    """Probability of belonging."""
    meetings: dict[str, int]
    merchants: list[str]
    events: pd.DataFrame
    tier: str
    log_p: float
    shared: list[tuple[str, int]]
    templated: float
    refused: float
    lowered: list[str]
    score: float = 0.0


@dataclass
class Groups:
    """All groups and what follows for each complainant."""

    found: list[Group] = field(default_factory=list)
    people: pd.DataFrame = field(default_factory=pd.DataFrame)
    """By complainant: score, flagged, weight, tier, group."""


def find_groups(complaints: pd.DataFrame) -> Groups:
    """Bursts on six scales and whole histories → validated pairs → grown groups → tiers, scores, weights."""
    code, ids = pd.factorize(complaints["complainant_id"], sort=True)
    merchant, merchants = pd.factorize(complaints["merchant_id"], sort=True)
    filed = complaints.assign(person=code, merchant=merchant)
    dated = filed[filed["filed_on"].notna()]
    dated = dated.assign(day=(dated["filed_on"] - pd.Timestamp(0)).dt.days)
    things, uses = shared(filed)
    occasions = pd.concat([bursts(dated), histories(dated)], ignore_index=True)
    activity = _activity(dated, uses, len(ids))
    forms = []
    for window in (*WINDOWS, 0):
        at_scale = once_each(occasions[occasions["window"] == window].reset_index(drop=True))
        forms += _of_scale(window, pd.concat([at_scale, things], ignore_index=True), activity, dated)
    counter = _counter_signals(dated, len(ids))
    return _describe(_merge(forms), counter, ids, merchants)


def _activity(filed: pd.DataFrame, uses: dict[str, pd.DataFrame], n: int) -> pd.Series:
    """Distinct merchants and shared things per person."""
    total = filed.drop_duplicates(["person", "merchant"])["person"].value_counts()
    for used in uses.values():
        total = total.add(used["person"].value_counts(), fill_value=0)
    return total.reindex(range(n), fill_value=0).astype(float)


def _of_scale(
    window: int, events: pd.DataFrame, activity: pd.Series, dated: pd.DataFrame
) -> list[tuple[Grown, pd.DataFrame]]:
    rows = events["members"].explode().dropna().rename("person").rename_axis("event").reset_index()
    size = events["members"].str.len()
    pairs = validated_pairs(rows, size, activity)
    net = Net(window, rows, events, Activity(dated, activity, window))
    seeds = sorted((c for c in nx.connected_components(pairs) if len(c) >= 3), key=min)
    grown = (net.grow(seed) for seed in seeds)
    return [(g, events.loc[g.events]) for g in grown if g is not None and g.log_p <= np.log(0.05)]


def _merge(forms: list[tuple[Grown, pd.DataFrame]]) -> list[list[tuple[Grown, pd.DataFrame]]]:
    """Forms of one group on several scales, those with dates first, then the clearest."""
    merged: list[tuple[set[int], list]] = []
    for form in sorted(forms, key=lambda f: (f[0].window == 0, f[0].log_p, f[0].window, sorted(f[0].members))):
        members = form[0].members
        home = next((m for m in merged if 2 * len(m[0] & members) >= len(members)), None)
        if home is None:
            merged.append((set(members), [form]))
        else:
            home[0].update(members)
            home[1].append(form)
    return [forms for _, forms in merged]


def mostly(yes: np.ndarray, no: np.ndarray) -> np.ndarray:
    """Above one half with 95 % posterior probability."""
    return special.betainc(1.0 + yes, 1.0 + no, 0.5) < 0.05


def _counter_signals(filed: pd.DataFrame, n: int) -> pd.DataFrame:
    """Per person: complaints, substantiated, rejected, about harm; and what speaks for the person."""
    marks = pd.DataFrame({
        "person": filed["person"], "total": 1,
        "good": filed["outcome"].isin(["substantiated", "settled"]).astype(int),
        "bad": filed["outcome"].isin(["refused", "terminated", "withdrawn"]).astype(int),
        "harm": filed["harm"].astype(int),
    })  # fmt: skip
    counts = marks.groupby("person").sum().reindex(range(n), fill_value=0)
    vouched = mostly(counts["good"], counts["bad"]) | mostly(counts["harm"], counts["total"] - counts["harm"])
    return counts.assign(factor=np.where(vouched, 0.5, 1.0))


def _tier(log_p: float, members: int, merchants: int, kinds: list[str]) -> str:
    """How much independent evidence there is."""
    personal = [k for k in kinds if k not in DOMESTIC]
    evidence = merchants + len(personal) + (len(personal) < len(kinds))
    if log_p > -12.0 or evidence < 4 or (merchants < 2 and not (members >= 5 and len(set(personal)) >= 2)):
        return "weak"
    return "strong" if log_p <= -25.0 and members >= 5 and evidence >= 5 else "moderate"


def _describe(merged: list[list], counter: pd.DataFrame, ids: pd.Index, merchants: pd.Index) -> Groups:
    people = pd.DataFrame({
        "score": 0.0, "weight": 1.0, "flagged": False, "group": pd.Series(pd.NA, index=range(len(ids)), dtype="str"),
        "tier": pd.Series(pd.NA, index=range(len(ids)), dtype="str"),
    })  # fmt: skip
    groups = []
    for forms in merged:
        probability: dict[int, float] = {}
        meetings: dict[int, int] = {}
        for form, _ in forms:
            for p, x in form.probability.items():
                probability[p] = max(probability.get(p, 0.0), x)
                meetings[p] = max(meetings.get(p, 0), form.overlap[p])
        group = _group(forms, probability, meetings, counter, ids, merchants)
        _credit(people, group, probability, counter, set().union(*(f.members for f, _ in forms)))
        groups.append(group)
    people.index = ids
    for group in groups:
        group.score = float(people.loc[list(group.members), "score"].max())
    return Groups(sorted(groups, key=lambda g: (-g.score, -len(g.members), g.id)), people)


def _group(
    forms: list, probability: dict[int, float], meetings: dict[int, int], counter: pd.DataFrame,
    ids: pd.Index, merchants: pd.Index,
) -> Group:  # fmt: skip
    best, events = forms[0]
    members = sorted(set().union(*(f.members for f, _ in forms)))
    bought = events[events["channel"] == "merchant"]
    hit = sorted(set(bought["value"]))
    things = events[events["channel"] != "merchant"]
    kinds = list(things["channel"])
    texts = (
        set().union(*things.loc[things["channel"] == "template_hash", "members"]) if "template_hash" in kinds else set()
    )
    tier = _tier(best.log_p, len(members), len(hit), kinds)
    own = counter.loc[members].sum()
    lowered = [
        reason for reason, yes, no in (
            ("substantiated_share", own["good"], own["bad"]), ("harm_share", own["harm"], own["total"] - own["harm"])
        ) if mostly(yes, no)
    ]  # fmt: skip
    if lowered:
        tier = DOWN[tier]
    if best.window == 0 and all(k in DOMESTIC for k in kinds):
        tier, lowered = "weak", [*lowered, "no_synchrony"]
    names = [ids[p] for p in members]
    decided = own["good"] + own["bad"]
    return Group(
        "g_" + hashlib.blake2b("\n".join(sorted(names)).encode(), digest_size=9).hexdigest(),
        {ids[p]: probability[p] for p in members},
        {ids[p]: meetings[p] for p in members},
        [merchants[m] for m in hit],
        bought.assign(merchant=[merchants[m] for m in bought["value"]],
                      together=[best.support[e] for e in bought.index]).sort_values("log_p", kind="stable"),
        tier,
        best.log_p,
        [(k, best.support[e]) for e, k in zip(things.index, kinds, strict=True)],
        len(texts & set(members)) / len(members),
        own["bad"] / decided if decided else float("nan"),
        lowered,
    )  # fmt: skip


def _credit(
    people: pd.DataFrame, group: Group, probability: dict[int, float], counter: pd.DataFrame, members: set[int]
) -> None:
    """Scores and weights of everyone who meets the group; membership of those who have none yet."""
    who = sorted(probability)
    value = STRENGTH[group.tier] * np.array([probability[p] for p in who]) * counter.loc[who, "factor"].to_numpy()
    people.loc[who, "score"] = np.maximum(people.loc[who, "score"], value)
    if group.tier != "weak":
        people.loc[who, "weight"] = np.minimum(people.loc[who, "weight"], 1.0 - value)
    own = [p for p in members if pd.isna(people.at[p, "group"])]
    people.loc[own, "group"], people.loc[own, "tier"] = group.id, group.tier
    people.loc[own, "flagged"] = (group.tier != "weak") & (counter.loc[own, "factor"] == 1.0)
