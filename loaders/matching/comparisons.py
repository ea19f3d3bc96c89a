"""What is compared, and what the outcomes are: one table, strongest level first.

A pair gets one level of every comparison. `m`, the share of true pairs at a level, starts from the figures here and
is then estimated from the files at hand (`loaders.matching.weights`); the figures decide alone only where a file
is too small to tell. A level with a `frequency` column is weighed by how common the shared value is: the same
rare trade name is strong, the same common one is weak.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from loaders.matching.comparators import FloatArray, Grams, IntArray, compare_persons, cosines, weigh_grams
from loaders.matching.records import Records

Levels = npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Level:
    """One outcome.

    `m`: prior share among true pairs that changed little and those that changed much; `agrees`: how many agreements
    it counts for; `own`: affiliates do not share it, so it may carry a merge; `frequency`: column whose value the
    pair shares.
    """

    says: str
    m: tuple[float, float]
    agrees: int = 0
    own: bool = False
    frequency: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One thing compared; `level_of` gives each pair its level, -1 where a side says nothing."""

    name: str
    level_of: Callable[[Sides, IntArray, IntArray], Levels]
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class Sides:
    """Both lists with what comparing needs to be computed once."""

    left: Records
    right: Records
    grams: Mapping[str, tuple[Grams, Grams]]
    frequency: Mapping[str, FloatArray]
    """Column → share of all records that hold the value of each right record; the pair itself counts once."""

    @classmethod
    def of(cls, left: Records, right: Records) -> Sides:
        """Weigh the texts and count the values of two lists."""
        grams = {name: weigh_grams(left.column(name), right.column(name)) for name in ("core", "address", "scope")}
        shared = {level.frequency for comparison in COMPARISONS for level in comparison.levels if level.frequency}
        return cls(left, right, grams, {name: _frequency(left, right, name) for name in sorted(shared)})

    def both(self, name: str, i: IntArray, j: IntArray) -> tuple[pa.Array, pa.Array]:
        """A column of both sides, pair by pair."""
        return self.left.column(name).take(pa.array(i)), self.right.column(name).take(pa.array(j))

    def equal(self, name: str, i: IntArray, j: IntArray) -> npt.NDArray[np.bool_]:
        """Whether both sides say the same."""
        return _true(pc.equal(*self.both(name, i, j)))

    def known(self, name: str, i: IntArray, j: IntArray) -> npt.NDArray[np.bool_]:
        """Whether both sides say anything."""
        a, b = self.both(name, i, j)
        return _true(pc.and_(a.is_valid(), b.is_valid()))

    def cosine(self, name: str, i: IntArray, j: IntArray) -> FloatArray:
        """How alike the texts of both sides are; 0 where one is missing."""
        return np.nan_to_num(cosines(*self.grams[name], i, j))


def _true(values: pa.Array) -> npt.NDArray[np.bool_]:
    return np.asarray(pc.fill_null(values, False).to_numpy(zero_copy_only=False), bool)


def _frequency(left: Records, right: Records, name: str) -> FloatArray:
    values = pa.chunked_array([left.column(name), right.column(name)]).drop_null()
    counts = pc.value_counts(values)
    at = pc.index_in(right.column(name), counts.field("values"))
    times = pc.fill_null(counts.field("counts").take(at), 2).to_numpy(zero_copy_only=False)
    return np.asarray(np.maximum(times - 1, 1) / max(len(values), 1), float)


def _first_true(known: npt.NDArray[np.bool_], *conditions: npt.NDArray[np.bool_]) -> Levels:
    """Number of the first condition that holds, one more than the last if none does, -1 where unknown."""
    level = np.select(conditions, range(len(conditions)), len(conditions)).astype(np.int8)
    level[~known] = -1
    return level


def _name(sides: Sides, i: IntArray, j: IntArray) -> Levels:
    alike = sides.cosine("core", i, j)
    return _first_true(
        sides.known("name", i, j),
        sides.equal("name", i, j),
        sides.equal("core", i, j),
        _called_alike(sides, i, j),
        sides.equal("trade", i, j),
        alike >= 0.5,
        alike >= 0.2,
    )


def _called_alike(sides: Sides, i: IntArray, j: IntArray) -> npt.NDArray[np.bool_]:
    """Whether a short or former name of one side is the name, core or trade name of the other."""
    return _holds(sides.left, i, sides.right, j) | _holds(sides.right, j, sides.left, i)


def _holds(one: Records, rows: IntArray, other: Records, others: IntArray) -> npt.NDArray[np.bool_]:
    """Whether a list of other names of one side holds a name of the other."""
    found = np.zeros(len(rows), bool)
    for listed in ("aliases", "alias_cores"):
        names = one.column(listed).take(pa.array(rows))
        if not len(names.flatten()):
            continue
        pair = pc.list_parent_indices(names)
        for called in ("name", "core", "trade"):
            theirs = other.column(called).take(pa.array(others)).take(pair)
            np.logical_or.at(found, pair.to_numpy(), _true(pc.equal(names.flatten(), theirs)))
    return found


def _representative(sides: Sides, i: IntArray, j: IntArray) -> Levels:
    return compare_persons(*sides.both("rep", i, j))


def _established(sides: Sides, i: IntArray, j: IntArray) -> Levels:
    a, b = sides.both("established", i, j)
    apart = np.abs(pc.fill_null(pc.days_between(a, b), 0).to_numpy(zero_copy_only=False))
    return _first_true(sides.known("established", i, j), apart == 0, apart <= 31, apart <= 366)


def _capital(sides: Sides, i: IntArray, j: IntArray) -> Levels:
    a, b = (np.asarray(side.to_numpy(zero_copy_only=False), float) for side in sides.both("amount", i, j))
    comparable = sides.equal("currency", i, j) & sides.known("amount", i, j)
    near = 2 * np.minimum(a, b) >= np.maximum(a, b)
    return _first_true(comparable, sides.equal("capital", i, j), near)


def _address(sides: Sides, i: IntArray, j: IntArray) -> Levels:
    alike = sides.cosine("address", i, j)
    return _first_true(
        sides.known("address", i, j),
        sides.equal("address", i, j),
        sides.equal("building", i, j),
        *(alike >= limit for limit in (0.8, 0.5, 0.25)),
    )


def _place(sides: Sides, i: IntArray, j: IntArray) -> Levels:
    known = sides.known("city", i, j) | sides.known("province", i, j)
    return _first_true(known, sides.equal("city", i, j), sides.equal("province", i, j))


def _scope(sides: Sides, i: IntArray, j: IntArray) -> Levels:
    alike = sides.cosine("scope", i, j)
    return _first_true(sides.known("scope", i, j), *(alike >= limit for limit in (0.8, 0.6, 0.4, 0.2)))


def _same(name: str) -> Callable[[Sides, IntArray, IntArray], Levels]:
    return lambda sides, i, j: _first_true(sides.known(name, i, j), sides.equal(name, i, j))


COMPARISONS: tuple[Comparison, ...] = (
    Comparison("code", _same("code"), (
        Level("统一社会信用代码相同", (0.99, 0.95), agrees=2, own=True, frequency="code"),
        Level("统一社会信用代码不同", (0.01, 0.05)))),
    Comparison("name", _name, (
        Level("名称相同", (0.93, 0.1), agrees=1, own=True, frequency="name"),
        Level("除地区和组织形式外名称相同", (0.02, 0.1), agrees=1, frequency="core"),
        Level("简称或曾用名相同", (0.02, 0.1), agrees=1, frequency="trade"),
        Level("字号相同", (0.01, 0.1), agrees=1, frequency="trade"),
        Level("名称相近", (0.01, 0.1)),
        Level("名称略有相似", (0.005, 0.1)),
        Level("名称不同", (0.005, 0.4)))),
    Comparison("established", _established, (
        Level("成立日期相同", (0.97, 0.97), agrees=1, own=True, frequency="established"),
        Level("成立日期相差一月以内", (0.01, 0.01)),
        Level("成立日期相差一年以内", (0.01, 0.01)),
        Level("成立日期不同", (0.01, 0.01)))),
    Comparison("representative", _representative, (
        Level("法定代表人同名", (0.75, 0.4), agrees=1, frequency="rep"),
        Level("法定代表人姓名一字之差或同音", (0.01, 0.01)),
        Level("法定代表人不同", (0.24, 0.59)))),
    Comparison("address", _address, (
        Level("住所相同", (0.5, 0.35), agrees=1, frequency="address"),
        Level("同一楼宇或门牌", (0.2, 0.15), agrees=1, frequency="building"),
        Level("住所非常相近", (0.1, 0.05), agrees=1),
        Level("住所相近", (0.05, 0.05)),
        Level("住所略有相似", (0.05, 0.1)),
        Level("住所不同", (0.1, 0.3)))),
    Comparison("capital", _capital, (
        Level("注册资本相同", (0.6, 0.3), agrees=1, frequency="capital"),
        Level("注册资本相差一倍以内", (0.3, 0.3)),
        Level("注册资本不同", (0.1, 0.4)))),
    Comparison("phone", _same("phone"), (
        Level("电话相同", (0.5, 0.3), agrees=1, frequency="phone"),
        Level("电话不同", (0.5, 0.7)))),
    Comparison("scope", _scope, (
        Level("经营范围几乎相同", (0.4, 0.2)),
        Level("经营范围大部分相同", (0.2, 0.1)),
        Level("经营范围部分相同", (0.2, 0.2)),
        Level("经营范围少部分相同", (0.1, 0.2)),
        Level("经营范围不同", (0.1, 0.3)))),
    Comparison("place", _place, (
        Level("同一城市", (0.85, 0.75), frequency="city"),
        Level("同一省份", (0.12, 0.17), frequency="province"),
        Level("不同省份", (0.03, 0.08)))),
)  # fmt: skip
"""All comparisons in the order they are shown."""
