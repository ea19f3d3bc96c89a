"""Screen one file of complaints, no database: suspected groups, credibility, abnormal merchants, incidents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.analytics.events import Events, FloatArray, IntArray
from graph.analytics.groups import GroupResult, complainant_groups
from graph.analytics.incidents import genuine_incidents
from graph.analytics.merchants import MerchantResult, abnormal_merchants
from graph.analytics.shared import SharedThings
from graph.analytics.statistics import BoolArray
from graph.analytics.templates import text_families
from graph.errors import UnreadableFile
from queries.screen.complaint_beliefs import SecondOpinion, second_opinion, write_beliefs
from queries.screen.complaint_columns import (
    ALIASES,
    HARM,
    MERCHANT_ALIASES,
    NO_DAY,
    by_distinct,
    day_of,
    digits_of,
    outcome_of,
    plain_address,
    plain_value,
    recognise_columns,
)
from queries.screen.complaint_files import write_files
from queries.screen.complaint_report import report_page
from queries.screen.report import write_text
from queries.texts import pairing_limit

NO_ORDERS = "未提供订单量，各商家按相同交易量比较"
SHARED = {
    "phone": digits_of, "address": plain_address,
    "account": plain_value, "device": plain_value, "agent": plain_value, "image": plain_value,
}  # fmt: skip
"""Columns of things that people may share, and how a cell is made comparable."""


@dataclass(frozen=True, slots=True)
class Complaints:
    """A complaints file as arrays. `who` and `whom` are positions in `people` and `merchants`."""

    people: list[str]
    merchants: list[str]
    who: IntArray
    whom: IntArray
    day: IntArray
    outcome: IntArray | None
    rating: FloatArray | None
    harm: BoolArray | None
    shared: tuple[SharedThings, ...]
    things: dict[str, list[str]]
    dropped: int
    future: int

    @property
    def dated(self) -> BoolArray:
        """Which complaints have a readable date."""
        return np.asarray(self.day != NO_DAY)


@dataclass(frozen=True, slots=True)
class Trade:
    """What is known of the merchants, in the order of `names`: exposure with its basis, peer levels."""

    names: list[str]
    exposure: FloatArray
    basis: str
    peer: IntArray


@dataclass(frozen=True, slots=True)
class Screening:
    """Everything a screening found, and what weakens it (`notes`, in Chinese, for the reader)."""

    data: Complaints
    trade: Trade
    found: GroupResult
    judged: MerchantResult
    seen: FloatArray
    seen_all: FloatArray
    incidents: Events
    opinion: SecondOpinion | None
    notes: tuple[str, ...]


def screen_complaints(
    complaints: pa.Table, out: Path, merchants: pa.Table | None = None, today: date | None = None
) -> Screening:
    """Screen complaints and write `complainants.csv`, `merchants.csv`, `groups.csv`, `events.csv`, `report.html`.

    Where there are ratings or outcomes, `beliefs.csv` holds a second opinion.

    Parameters
    ----------
    complaints
        Columns `complainant, merchant, date` and, if there, `rating, outcome, phone, address, account, device,
        agent, image, text, platform` under any of the names in `ALIASES`. A missing date is allowed and weakens the
        result.
    out
        Folder to write into; created if absent.
    merchants
        `merchant` and, if there, `orders, industry, size, platform`; each of its merchants gets a row.
    today
        Later dates are slips and count as unreadable; None takes the day of the call.

    Raises
    ------
    MissingColumns
        If there is no column for the complainant or the merchant.
    UnreadableFile
        If no row has both.
    """
    screening = screen(complaints, merchants, today)
    out.mkdir(parents=True, exist_ok=True)
    write_files(screening, out)
    if screening.opinion:
        write_beliefs(screening.opinion, screening.data.people, out)
    write_text(out / "report.html", report_page(screening))
    return screening


def screen(complaints: pa.Table, merchants: pa.Table | None = None, today: date | None = None) -> Screening:
    """Do the screening without writing anything; see `screen_complaints`."""
    recognised = recognise_columns(complaints, ALIASES, ("complainant", "merchant"))
    data = read_complaints(recognised, today or date.today())  # noqa: DTZ011 - the officer's day, not a moment
    trade = read_trade(data, merchants)
    found = _groups(data)
    rows = _distinct_occasions(data)
    seen_all = np.bincount(data.whom[rows], minlength=len(trade.names)).astype(np.float64)
    weight = found.weight[data.who[rows]]
    seen = np.bincount(data.whom[rows], weights=weight, minlength=len(trade.names)).astype(np.float64)
    judged = abnormal_merchants(seen_all, seen, trade.exposure, trade.peer)
    opinion, incidents = second_opinion(data), _incidents(data, found)
    notes = _notes(data, trade, found)
    if opinion:
        notes = (*notes, opinion.note)
    return Screening(data, trade, found, judged, seen, seen_all, incidents, opinion, notes)


def read_complaints(table: pa.Table, today: date) -> Complaints:
    """Turn the recognised columns into arrays; rows without complainant or merchant are left out and counted."""
    usable = pc.and_(pc.is_valid(table["complainant"]), pc.is_valid(table["merchant"]))
    rows = table.filter(usable)
    if not rows.num_rows:
        raise UnreadableFile("no row has both a complainant and a merchant; check the columns and the delimiter")
    people, who = _coded(rows["complainant"])
    merchants, whom = _coded(rows["merchant"])
    day = by_distinct(rows["date"], day_of, NO_DAY) if "date" in rows.column_names else np.full(len(who), NO_DAY)
    future = day > (today - date(1970, 1, 1)).days
    day[future] = NO_DAY
    outcome = by_distinct(rows["outcome"], outcome_of, 0) if "outcome" in rows.column_names else None
    rating = np.array([_number(t) for t in rows["rating"].to_pylist()]) if "rating" in rows.column_names else None
    harm = None
    if "text" in rows.column_names:
        harm = np.asarray(pc.match_substring_regex(rows["text"], HARM).fill_null(False).to_numpy())
    shared, things = _shared_things(rows, who)
    dropped = table.num_rows - rows.num_rows
    return Complaints(
        people, merchants, who, whom, day, outcome, rating, harm, shared, things, dropped, int(future.sum())
    )


def _coded(column: pa.ChunkedArray) -> tuple[list[str], IntArray]:
    coded = column.combine_chunks().dictionary_encode()
    return coded.dictionary.to_pylist(), coded.indices.to_numpy(zero_copy_only=False).astype(np.int64)


def _shared_things(rows: pa.Table, who: IntArray) -> tuple[tuple[SharedThings, ...], dict[str, list[str]]]:
    """Phones, addresses, accounts … and text families as shared things, and how each value is shown."""
    found, shown = [], {}
    for name, plain in SHARED.items():
        if name in rows.column_names:
            values: dict[str, int] = {"": -1}
            code = by_distinct(rows[name], lambda t, p=plain, v=values: v.setdefault(p(t), len(v)), -1)  # type: ignore[misc]
            found.append(SharedThings(name, who[code >= 0], code[code >= 0]))
            shown[name] = list(values)
    if "text" in rows.column_names:
        texts = rows["text"].to_pylist()
        family = text_families(texts)
        first = dict(zip(family[::-1].tolist(), reversed(texts), strict=True))
        found.append(SharedThings("text", who[family >= 0], family[family >= 0]))
        shown["text"] = [first[i] for i in range(int(family.max(initial=-1)) + 1)]
    return tuple(found), shown


def read_trade(data: Complaints, table: pa.Table | None) -> Trade:
    """Exposure and peers of every merchant of the merchants file, and of those only complained about."""
    if table is None:
        n = len(data.merchants)
        return Trade(data.merchants, np.ones(n), NO_ORDERS, np.zeros(n, np.int64))
    extra = recognise_columns(table, MERCHANT_ALIASES, ("merchant",))
    extra = extra.filter(pc.is_valid(extra["merchant"]))
    listed = extra["merchant"].to_pylist()
    position = {name: i for i, name in enumerate(dict.fromkeys([*data.merchants, *listed]))}
    names, at = list(position), np.array([position[name] for name in listed], np.int64)
    exposure, basis = _exposure(extra, at, len(names))
    return Trade(names, exposure, basis, _peers(extra, at, len(names)))


def _exposure(extra: pa.Table, at: IntArray, n: int) -> tuple[FloatArray, str]:
    """Orders per merchant; the median where they are not known."""
    orders = np.full(n, np.nan)
    if "orders" in extra.column_names:
        orders[at] = [_number(text) for text in extra["orders"].to_pylist()]
    known = orders[orders > 0]
    if not len(known):
        return np.ones(n), NO_ORDERS
    missing = int((~(orders > 0)).sum())
    basis = "订单量" + (f"（{missing} 家缺失，按中位数 {np.median(known):g} 计）" if missing else "")
    return np.where(orders > 0, orders, np.median(known)), basis


def _number(text: str | None) -> float:
    try:
        return float((text or "nan").replace(",", ""))
    except ValueError:
        return float("nan")


def _peers(extra: pa.Table, at: IntArray, n: int) -> IntArray:
    """Peer levels, finest first: industry x size x platform, industry x size, industry."""
    keys = [name for name in ("industry", "size", "platform") if name in extra.column_names]
    codes = np.zeros((n, len(keys) + 1), np.int64)
    for j, name in enumerate(keys):
        codes[at, j] = _coded(extra[name].fill_null(""))[1] + 1
    levels = [np.unique(codes[:, : depth + 1], axis=0, return_inverse=True)[1] for depth in reversed(range(len(keys)))]
    return np.stack([*levels, np.zeros(n, np.int64)], axis=1)


def _groups(data: Complaints) -> GroupResult:
    """Groups among the dated complaints; among all of them, without time, if none has a date."""
    rows = np.flatnonzero(data.dated) if data.dated.any() else np.arange(len(data.who))
    return complainant_groups(
        data.who[rows],
        data.whom[rows],
        data.day[rows] if data.dated.any() else None,
        shared=data.shared,
        outcome=None if data.outcome is None else data.outcome[rows],
        harm=None if data.harm is None else data.harm[rows],
        n_complainants=len(data.people),
    )


def _distinct_occasions(data: Complaints) -> IntArray:
    """One row per person, merchant and day: several tickets about one dispute count once."""
    return np.unique(np.stack([data.whom, data.who, data.day]), axis=1, return_index=True)[1]


def _incidents(data: Complaints, found: GroupResult) -> Events:
    rows = np.flatnonzero(data.dated)
    return genuine_incidents(data.who[rows], data.whom[rows], data.day[rows], found.flagged)


def _notes(data: Complaints, trade: Trade, found: GroupResult) -> tuple[str, ...]:
    notes = [f"交易量依据：{trade.basis}。"]
    if data.dropped:
        notes.append(f"{data.dropped} 行缺少投诉人或商家，未使用。")
    if data.future:
        notes.append(f"{data.future} 条投诉的日期晚于今天，视为误填，日期未使用。")
    missing = int((~data.dated).sum())
    if missing == len(data.who):
        notes.append("全部投诉没有可读日期：只能比较投诉过的商家，无法检验时间上的同步，结果明显减弱。")
    elif missing:
        notes.append(f"{missing} 条投诉没有可读日期，未参加时间同步检验，结果因此减弱。")
    if found.hubs:
        notes.append(
            f"{len(found.hubs)} 个电话、地址、账号、设备、代理人、图片或文本由过多投诉人共用（如快递电话、格式文本），"
            "已按上限排除，不作为关联依据。"
        )
    notes += [f"{pairing_limit(*limit)}。" for limit in found.limits]
    if not found.flagged.any():
        notes.append("未发现可检出的团伙。没有时间同步、也没有共用信息的团伙，用本方法无法检出。")
    return tuple(notes)
