"""Occasions that complainants share: bursts of a merchant, its whole history, shared texts, phones, addresses."""

from __future__ import annotations

from collections import Counter
from math import log

import numpy as np
import pandas as pd

from peer.tails import poisson_tail

WINDOWS = (1, 3, 7, 30, 90, 180)
LIMITS = {"template_hash": 300, "phone_id": 20, "address_id": 20}
"""Most people that may share one text, phone, address before it is a hub."""


def bursts(filed: pd.DataFrame, windows: tuple[int, ...] = WINDOWS) -> pd.DataFrame:
    """Local best windows of every merchant, for each length: who complained in them, how many were to be expected.

    A person counts once per window. Filtering the frame for every complaint and window took 377 CPU-seconds for one
    length on the city of 127,000 companies: hence two pointers over each merchant's days.
    """
    rows = filed.drop_duplicates(["merchant", "day", "person"]).sort_values(["merchant", "day", "person"])
    first = rows["day"].min()
    volume = np.concatenate([[0], np.cumsum(np.bincount(rows["day"] - first))]).tolist()
    found = []
    for merchant, group in rows.groupby("merchant"):
        if len(group) > 1:
            days, people = (group["day"] - first).tolist(), group["person"].tolist()
            for width in windows:
                found += [(width, merchant, *w) for w in _best(days, people, width, volume)]
    columns = ["window", "value", "first", "last", "seen", "expected", "tests", "members"]
    events = pd.DataFrame(found, columns=columns).sort_values(["window", "value", "first"], ignore_index=True)
    events[["first", "last"]] += first
    tail = poisson_tail(events["seen"].to_numpy(), events["expected"].to_numpy())
    events["log_p"] = np.minimum(0.0, tail + np.log(events["tests"].to_numpy()))
    return events.assign(channel="merchant")


def _best(days: list[int], people: list[int], width: int, volume: list[int]) -> list[tuple]:
    windows = []
    inside: Counter[int] = Counter()
    i = j = 0
    while i < len(days):
        while j < len(days) and days[j] < days[i] + width:
            inside[people[j]] += 1
            j += 1
        seen = len(inside)
        until = min(days[i] + width, len(volume) - 1)
        expected = len(days) * (volume[until] - volume[days[i]]) / volume[-1]
        gain = seen * log(seen / expected) - (seen - expected) if seen >= 2 and seen > expected else 0.0
        windows.append((days[i], i, j, seen, expected, gain))
        here = days[i]
        while i < len(days) and days[i] == here:
            inside[people[i]] -= 1
            if not inside[people[i]]:
                del inside[people[i]]
            i += 1
    return [
        (day, days[to - 1], seen, expected, len(windows), sorted(set(people[at:to])))
        for a, (day, at, to, seen, expected, gain) in enumerate(windows)
        if gain > 0 and _is_best(windows, a, day, gain, width)
    ]


def _is_best(windows: list[tuple], a: int, day: int, gain: float, width: int) -> bool:
    """No overlapping window has a larger likelihood ratio."""
    b = a - 1
    while b >= 0 and windows[b][0] > day - width:
        if windows[b][5] >= gain:
            return False
        b -= 1
    b = a + 1
    while b < len(windows) and windows[b][0] < day + width:
        if windows[b][5] > gain:
            return False
        b += 1
    return True


def histories(filed: pd.DataFrame) -> pd.DataFrame:
    """Each merchant's whole history as one occasion."""
    return _groups(filed[["merchant", "person"]], "merchant", "merchant", len(filed))


def shared(filed: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """Texts, phones, addresses that at least two people used; and who used which."""
    uses = {c: filed[["person", c]].dropna().drop_duplicates() for c in LIMITS}
    return pd.concat([_groups(u, c, c, LIMITS[c]) for c, u in uses.items()], ignore_index=True), uses


def _groups(pairs: pd.DataFrame, column: str, channel: str, limit: int) -> pd.DataFrame:
    members = pairs.drop_duplicates().sort_values("person").groupby(column)["person"].agg(list)
    size = members.str.len()
    members = members[(size >= 2) & (size <= limit)]
    return pd.DataFrame({
        "window": 0, "value": members.index, "first": 0, "last": 0, "seen": members.str.len().to_numpy(),
        "expected": 0.0, "tests": 1, "members": members.to_numpy(), "log_p": 0.0, "channel": channel,
    })  # fmt: skip


def once_each(events: pd.DataFrame) -> pd.DataFrame:
    """Let a person count once per merchant, in its most surprising occasion: two regulars are no gang."""
    rows = events[["value", "log_p", "members"]].rename_axis("event").reset_index().explode("members")
    rows = rows.sort_values(["members", "value", "log_p", "event"]).drop_duplicates(["members", "value"])
    members = rows.sort_values(["event", "members"]).groupby("event")["members"].agg(list)
    kept = events.copy()
    kept["members"] = members.reindex(events.index).map(lambda m: m if isinstance(m, list) else [])
    return kept
