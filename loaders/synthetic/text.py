"""Texts of the city, rendered block by block from indices: names, addresses, complaints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from loaders.synthetic import words
from loaders.synthetic.draw import NONE, Ints, mix, permute, split_radix


def pick(table: Sequence[str], index: Ints) -> pa.StringArray:
    """Take words by index; a negative index gives null."""
    where = pa.array(np.maximum(index, 0), mask=index < 0)
    return pa.array(list(table), pa.string()).take(where)


def number(values: Ints) -> pa.StringArray:
    """Whole numbers as text; negative is null."""
    return pa.array(values, mask=values < 0).cast(pa.string())


def join(*parts: pa.StringArray | str) -> pa.StringArray:
    """Concatenate columns and constants row by row; null anywhere gives null."""
    return pc.binary_join_element_wise(*(p if isinstance(p, pa.Array) else pa.scalar(p) for p in parts), "")


def day_text(days: Ints) -> pa.StringArray:
    """Days since 1970 as YYYY-MM-DD; negative is null."""
    return pa.array(days.astype(np.int32), mask=days < 0).cast(pa.date32()).cast(pa.string())


def choose(condition: Any, yes: pa.StringArray | str | None, no: pa.StringArray | str | None) -> pa.StringArray:  # noqa: ANN401
    """Row by row `yes` where the NumPy or Arrow condition holds, else `no`."""
    either = (v if isinstance(v, pa.Array) else pa.scalar(v, pa.string()) for v in (yes, no))
    return pc.if_else(pa.array(condition), *either)


def person_names(seed: int, serial: Ints) -> pa.StringArray:
    """Invented names of two or three characters; namesakes happen, as in life."""
    surname = pick(words.SURNAMES, mix(seed, 1, serial, len(words.SURNAMES)))
    first = pick(words.GIVEN_FIRST, mix(seed, 2, serial, len(words.GIVEN_FIRST)))
    last = pick(words.GIVEN_LAST, mix(seed, 3, serial, len(words.GIVEN_LAST)))
    return join(surname, choose(mix(seed, 4, serial, 5) > 0, first, ""), last)


def company_marks(seed: int, index: Ints) -> tuple[pa.StringArray, Ints]:
    """The 字号 of a company and its 地区 slot; the pair is unique in the city."""
    sizes = (3, len(words.MARK_FIRST), len(words.MARK_MIDDLE), len(words.MARK_LAST))
    capacity = int(np.prod(sizes))
    place, first, middle, last = split_radix(permute(seed, index % capacity, capacity), *sizes)
    fourth = pick(words.MARK_LAST, np.where(index < capacity, -1, index // capacity - 1))
    mark = join(pick(words.MARK_FIRST, first), pick(words.MARK_MIDDLE, middle), pick(words.MARK_LAST, last))
    return join(mark, pc.fill_null(fourth, "")), place


def company_names(seed: int, index: Ints, kind: Ints, industry: Ints, parent: Ints) -> pa.StringArray:
    """地区 + 字号 + 行业 + 形式, e.g. 东莞市鑫宏达五金制品有限公司; a branch carries its parent's name first."""
    household = kind == words.HOUSEHOLD
    base = np.where(parent >= 0, parent, index)
    mark, place = company_marks(seed, base)
    trade = choose(
        household,
        pick([i[2] for i in words.INDUSTRIES], industry),
        pick([i[0] for i in words.INDUSTRIES], industry),
    )
    form = pick([k[1] for k in words.KINDS], np.where(kind == words.BRANCH, words.LIMITED, kind))
    branch = join(pick(words.TOWNS, mix(seed, 5, index, len(words.TOWNS))), number(index % 1000), "分公司")
    town = pick(words.TOWNS, mix(seed, 5, index, len(words.TOWNS)))
    before = choose(household, join("东莞市", town), pick(words.PLACE_BEFORE, place))
    bracketed = ~household & (mix(seed, 7, base, 12) == 0)
    before, inside = choose(bracketed, "", before), choose(bracketed, "(东莞)", "")
    return join(before, mark, trade, inside, form, choose(kind == words.BRANCH, branch, ""))


def address_texts(seed: int, index: Ints, cluster: Ints) -> pa.StringArray:
    """Business addresses, one per index. `cluster` 1: the text says 集群注册; 2: a cluster that does not say so."""
    roads = len(words.ROAD_FIRST), len(words.ROAD_LAST)
    town, first, last, house, floor, room = split_radix(
        permute(seed, index, len(words.TOWNS) * roads[0] * roads[1] * 400 * 30 * 60),
        len(words.TOWNS), *roads, 400, 30, 60,
    )  # fmt: skip
    street = join(
        "广东省东莞市", pick(words.TOWNS, town), pick(words.ROAD_FIRST, first), pick(words.ROAD_LAST, last),
        number(house + 1), "号",
    )  # fmt: skip
    suite = join(number(floor + 1), "楼", number((floor + 1) * 100 + room + 1), "室")
    suffix = choose(cluster == 1, "(集群注册)", "")
    return join(street, choose(mix(seed, 6, index, 3) == 0, "", suite), suffix)


def home_texts(seed: int, index: Ints) -> pa.StringArray:
    """Delivery addresses of complainants."""
    town, estate, block, floor, room = split_radix(
        permute(seed + 1, index, len(words.TOWNS) * 900 * 40 * 32 * 8), len(words.TOWNS), 900, 40, 32, 8
    )
    first = pick(words.MARK_FIRST, estate // 30 % len(words.MARK_FIRST))
    last = pick(words.MARK_LAST, estate % 30)
    return join(
        "广东省东莞市", pick(words.TOWNS, town), first, last, "花园", number(block + 1), "栋",
        number((floor + 1) * 100 + room + 1), "房",
    )  # fmt: skip


def complaint_texts(seed: int, ticket: Ints, category: Ints, harm: Ints) -> pa.StringArray:
    """What honest consumers write: own words, own order number, sometimes an injury."""
    goods, fault = goods_and_faults(seed, ticket, category)
    text = join(
        pick(words.OPENINGS, mix(seed, 11, ticket, len(words.OPENINGS))), goods, "，", fault,
        pick((*words.HARM_WORDS, ""), np.where(harm > 0, mix(seed, 12, ticket, 4), 4)),
        pick(words.DETAILS, mix(seed, 13, ticket, len(words.DETAILS))),
        pick((*words.DETAILS, ""), mix(seed, 14, ticket, len(words.DETAILS) + 1)),
        pick(words.DEMANDS, mix(seed, 15, ticket, len(words.DEMANDS))),
    )  # fmt: skip
    order = join("订单号", number(10**11 + mix(seed, 16, ticket, 9 * 10**11)))
    return join(text, choose(mix(seed, 17, ticket, 3) > 0, order, ""))


def goods_and_faults(seed: int, ticket: Ints, category: Ints) -> tuple[pa.StringArray, pa.StringArray]:
    """Goods and fault of each ticket, within its category."""
    goods = [g for _, row, _ in words.CATEGORIES for g in row]
    faults = [f for _, _, row in words.CATEGORIES for f in row]
    many = np.array([len(row) for _, row, _ in words.CATEGORIES])
    few = np.array([len(row) for _, _, row in words.CATEGORIES])
    at = (np.cumsum(many) - many)[category] + mix(seed, 18, ticket, 1 << 30) % many[category]
    fault_at = (np.cumsum(few) - few)[category] + mix(seed, 19, ticket, 1 << 30) % few[category]
    return pick(goods, at), pick(faults, fault_at)


def template_texts(seed: int, ticket: Ints, category: Ints, template: Ints) -> pa.StringArray:
    """What a group with a template writes: fixed legal sentences, changing goods and order number."""
    goods, _ = goods_and_faults(seed, ticket, category)
    body = np.unique(template)
    body = body[body >= 0]
    rendered = ["".join(_sentences(seed, int(t))) for t in body]
    order = number(10**11 + mix(seed, 16, ticket, 9 * 10**11))
    return join(
        "投诉人购买",
        goods,
        "，订单号",
        order,
        "。",
        pick(rendered, np.where(template >= 0, np.searchsorted(body, template), NONE)),
    )


def _sentences(seed: int, template: int) -> list[str]:
    chosen = np.random.default_rng([seed, 97, template]).permutation(len(words.LEGAL_SENTENCES))[:5]
    return [words.LEGAL_SENTENCES[i] for i in chosen]
