"""The four tables of a complaint screening."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from graph.analytics.events import Events, IntArray
from queries.screen.complaint_words import complainant_reasons, expiry, group_id, iso_day, tier_name

if TYPE_CHECKING:
    from queries.screen.complaints import Screening


def write_files(screening: Screening, out: Path) -> None:
    """Write `complainants.csv`, `merchants.csv`, `groups.csv` and `events.csv`, most suspicious first."""
    tables = {
        "complainants": complainant_rows(screening),
        "merchants": merchant_rows(screening),
        "groups": group_rows(screening),
        "events": event_rows(screening),
    }
    for name, table in tables.items():
        temporary = out / f".{name}.csv.partial"
        csv.write_csv(_guarded(table), temporary)
        temporary.replace(out / f"{name}.csv")


def _guarded(table: pa.Table) -> pa.Table:
    """Put a quote before text that a spreadsheet would run as a formula; signed numbers stay as they are."""
    for i, field in enumerate(table.schema):
        if field.type == pa.string():
            text = table.column(i)
            formula = pc.and_(
                pc.match_substring_regex(text, r"^[=+\-@\t\r]"),
                pc.invert(pc.match_substring_regex(text, r"^[+-]\d[\d.]*$")),
            )
            table = table.set_column(
                i, field.name, pc.if_else(formula, pc.binary_join_element_wise("'", text, ""), text)
            )
    return table


def _ranked(score: np.ndarray, ids: list[str]) -> IntArray:
    """Highest score first, ties by id."""
    return np.lexsort((np.array(ids, dtype=str), -score))


def complainant_rows(screening: Screening) -> pa.Table:
    """`id, score, tier, group, flagged, reasons`; every complainant of the file."""
    found, people = screening.found, screening.data.people
    order = _ranked(found.score, people)
    return pa.table(
        {
            "id": [people[i] for i in order],
            "score": found.score[order],
            "tier": [tier_name(int(found.tier[i])) for i in order],
            "group": [group_id(int(g)) if (g := found.group[i]) >= 0 else "" for i in order],
            "flagged": found.flagged[order],
            "reasons": [complainant_reasons(screening, int(i)) for i in order],
        }
    )


def merchant_rows(screening: Screening) -> pa.Table:
    """`id, seen, expected, ratio, low, high, p, score, flagged, withheld_share, targeted`; every merchant known."""
    judged, names = screening.judged, screening.trade.names
    order = _ranked(judged.score, names)
    return pa.table(
        {
            "id": [names[i] for i in order],
            "seen": screening.seen[order],
            "expected": judged.expected[order],
            "ratio": judged.ratio[order],
            "low": judged.low[order],
            "high": judged.high[order],
            "p": judged.p[order],
            "score": judged.score[order],
            "flagged": judged.flagged[order],
            "withheld_share": judged.withheld_share[order],
            "targeted": judged.targeted[order],
        }
    )


def group_rows(screening: Screening) -> pa.Table:
    """One row per suspected group, clearest first."""
    groups, data = screening.found.groups, screening.data
    return pa.table(
        {
            "group": [group_id(i) for i in range(len(groups))],
            "tier": [g.tier for g in groups],
            "size": [len(g.members) for g in groups],
            "merchants": [len(g.merchants) for g in groups],
            "events": [len(g.events) for g in groups],
            "window_days": [g.window for g in groups],
            "first": [iso_day(g.first_day) for g in groups],
            "last": [iso_day(g.last_day) for g in groups],
            "expires": [iso_day(expiry(g.last_day)) for g in groups],
            "log10_p": [g.log_p / float(np.log(10)) for g in groups],
            "template_share": [g.template_share for g in groups],
            "substantiated_share": pa.array([g.substantiated for g in groups], pa.float64(), from_pandas=True),
            "refused_share": pa.array([g.refused for g in groups], pa.float64(), from_pandas=True),
            "lowered_by": [" ".join(g.lowered) for g in groups],
            "shared": [" ".join(f"{s.name}:{s.people}" for s in g.shared) for g in groups],
            "member_ids": [" ".join(data.people[i] for i in g.members) for g in groups],
            "merchant_ids": [" ".join(data.merchants[i] for i in g.merchants) for g in groups],
        }
    )


def event_rows(screening: Screening) -> pa.Table:
    """One row per event of a group, then one per genuine incident (empty `group`)."""
    found, rows = screening.found, []
    for index, group in enumerate(found.groups):
        rows += [
            _event_row(screening, found.events, int(e), group_id(index), int(m))
            for e, m in zip(group.events, group.event_members, strict=True)
        ]
    rows += [_event_row(screening, screening.incidents, e, "", 0) for e in range(len(screening.incidents))]
    return pa.Table.from_pylist(rows, _EVENT_SCHEMA)


_EVENT_SCHEMA = pa.schema(
    [
        ("group", pa.string()), ("kind", pa.string()), ("value", pa.string()), ("window_days", pa.int64()),
        ("first", pa.string()), ("last", pa.string()), ("seen", pa.int64()), ("expected", pa.float64()),
        ("p", pa.float64()), ("members", pa.int64()),
    ]
)  # fmt: skip


def _event_row(screening: Screening, events: Events, event: int, group: str, members: int) -> dict[str, object]:
    data, channel = screening.data, int(events.channel[event])
    timed = events.window[event] > 0
    kind = data.shared[channel - 1].name if channel else ("burst" if group else "incident") if timed else "history"
    value = int(events.value[event])
    return {
        "group": group,
        "kind": kind,
        "value": data.things[kind][value] if channel else data.merchants[value],
        "window_days": int(events.window[event]),
        "first": iso_day(int(events.first[event])) if timed else "",
        "last": iso_day(int(events.last[event])) if timed else "",
        "seen": int(events.seen[event]),
        "expected": float(events.expected[event]) if timed else None,
        "p": float(np.exp(events.log_p[event])) if timed else None,
        "members": members,
    }
