"""Hidden links: companies that share a phone, an address, a person. Leads to be verified, with the hubs taken out.

Hub rules decide everything: in a real graph of listed companies, joining by person names alone puts 61,131 of 61,147
parties into one component. So every rule has a limit above which a shared value links nobody, and below it the
strength falls with the number of companies that share it. What was cut is reported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numba
import numpy as np

from graph.analytics.arrays import BoolArray, FloatArray, IntArray, distinct, group_rows, runs


@dataclass(frozen=True, slots=True)
class Rule:
    """A named hidden-link rule; its numbers are configuration, its pattern is known from penalty cases."""

    name: str
    title: str
    grade: Literal["hard", "suspicious"]
    strength: float
    """Strength of a value shared by exactly two companies, 0–1."""
    hub_limit: int
    """A value shared by more companies links nobody."""
    source: str


_CASES = "公司法 (2023) 第 265 条第 (四) 项；处罚案例所见的识别规则（据摘录，待核对官方文本）"

RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule("same_phone", "联系电话相同", "hard", 1.0, 20, _CASES),
        Rule("adjacent_landline", "固定电话号码相邻", "hard", 0.7, 6, _CASES),
        Rule("same_email", "电子邮箱相同", "hard", 1.0, 20, _CASES),
        Rule("same_email_domain", "自有邮箱域名相同", "hard", 0.8, 20, _CASES),
        Rule("same_address", "登记地址相同（标准化后）", "hard", 0.8, 20, _CASES),
        Rule("same_person", "法定代表人或高级管理人员相同", "hard", 1.0, 30, _CASES),
        Rule("same_building", "位于同一楼宇", "suspicious", 0.2, 10, _CASES),
        Rule("same_minor_shareholder", "有共同的小股东", "suspicious", 0.4, 15, _CASES),
        Rule("former_person", "与曾任法定代表人相同", "suspicious", 0.4, 15, _CASES),
        Rule(
            "same_contact", "登记联络员相同", "suspicious", 0.5, 10, "市场主体登记管理条例实施细则第 6 条（备案事项）"
        ),
    )
}
"""Rules by name. Strengths and limits are judgements with the product's owner; change them here, not in calls."""


@dataclass(frozen=True, slots=True)
class Links:
    """Pairs of entities (a < b, each pair once per shared value) and the values that were cut as hubs.

    Attributes
    ----------
    a, b, value : (k,) int
    strength : (k,) float
        0–1, after the discount for values that several entities share.
    cut_value, cut_size : (h,) int
        Values not used and how many entities share each.
    cut_exempt : (h,) bool
        Cut because the value is named exempt (a cluster-registration address, a state investor), not for its size.
    """

    rule: str
    a: IntArray
    b: IntArray
    value: IntArray
    strength: FloatArray
    cut_value: IntArray
    cut_size: IntArray
    cut_exempt: BoolArray

    def __len__(self) -> int:
        return len(self.a)


def shared_value_links(
    entity: IntArray,
    value: IntArray,
    n: int,
    *,
    rule: Rule,
    hub_limit: int | None = None,
    exempt: BoolArray | None = None,
) -> Links:
    """Link the entities that share a value, but not through hubs.

    d entities sharing a value give d(d − 1)/2 pairs of strength ``rule.strength · 2/d``: two companies with one
    phone are linked at full strength, twenty at a tenth of it.

    Parameters
    ----------
    entity, value : (m,) int
        Who has which value (phone, address, person); repetitions count once. Entities 0 … n − 1.
    n : int
        Number of entities.
    rule : Rule
        From `RULES`.
    hub_limit : int, optional
        Instead of the rule's own limit.
    exempt : (values,) bool, optional
        Values that never link anybody: cluster-registration and cut addresses, state investors, custodians.

    Returns
    -------
    Links

    Examples
    --------
    Phone 7 is shared by companies 0 and 2; phone 8 by four companies, above the limit of three:

    >>> links = shared_value_links(
    ...     np.array([2, 0, 0, 1, 2, 3]), np.array([7, 7, 8, 8, 8, 8]), 4, rule=RULES["same_phone"], hub_limit=3)
    >>> links.a.tolist(), links.b.tolist(), links.strength.tolist(), links.cut_value.tolist(), links.cut_size.tolist()
    ([0], [2], [1.0], [8], [4])

    Notes
    -----
    Pairs are bounded by ``hub_limit / 2`` times the rows. Nothing is linked through a value that only one entity has.

    References
    ----------
    公司法 (2023) art. 265(4); rules known from penalty cases, see `RULES`.
    """
    limit = rule.hub_limit if hub_limit is None else hub_limit
    pair = distinct(value.astype(np.int64) * max(n, 1) + entity)
    by_value, who = np.divmod(pair, max(n, 1))
    values, start = runs(by_value)
    size = np.diff(start)
    freed = np.zeros(len(values), np.bool_) if exempt is None else exempt[values]
    cut = (size > 1) & ((size > limit) | freed)
    used = np.where(cut, 0, size)
    a, b, shared = _pairs(who, start, used, int((used * (used - 1) // 2).sum()))
    order = group_rows(b, n)[1]
    order = order[group_rows(a[order], n)[1]]  # by a, then b, then value, as the pairs came
    a, b, shared = a[order], b[order], shared[order]
    strength = rule.strength * 2.0 / size[shared]
    return Links(rule.name, a, b, values[shared], strength, values[cut], size[cut], freed[cut])


@numba.njit(cache=True)
def _pairs(
    who: IntArray, start: IntArray, used: IntArray, pairs: int
) -> tuple[IntArray, IntArray, IntArray]:  # pragma: no cover - compiled
    """All pairs among the first `used` entities of each value, and the position of the value."""
    a, b, shared = np.empty(pairs, np.int64), np.empty(pairs, np.int64), np.empty(pairs, np.int64)
    found = 0
    for v in range(len(used)):
        for i in range(start[v], start[v] + used[v]):
            for j in range(i + 1, start[v] + used[v]):
                a[found], b[found], shared[found] = who[i], who[j], v
                found += 1
    return a, b, shared


def adjacent_landlines(
    entity: IntArray, number: IntArray, n: int, *, rule: Rule = RULES["adjacent_landline"], gap: int = 1
) -> Links:
    """Link entities whose land-line numbers follow each other (…4750, …4751).

    Numbers no more than `gap` apart form a run; a run behaves like one shared value, so the block of numbers of an
    office tower is cut as a hub by the rule's limit.

    Parameters
    ----------
    entity : (m,) int
    number : (m,) int
        Digits with area code, as an integer. Several entities with one number are linked too.
    n : int
        Number of entities.
    gap : int
        Largest difference of neighbours.

    Returns
    -------
    Links
        `value` is the lowest number of the run.

    Examples
    --------
    >>> links = adjacent_landlines(np.array([0, 1, 2]), np.array([76922224751, 76922224750, 76922229999]), 3)
    >>> links.a.tolist(), links.b.tolist(), links.value.tolist()
    ([0], [1], [76922224750])
    """
    if not len(number):
        return shared_value_links(entity, number, n, rule=rule)
    order = np.argsort(number, kind="stable")
    opens = np.concatenate([[True], np.diff(number[order]) > gap])
    run = np.cumsum(opens) - 1
    lowest = number[order][opens]
    links = shared_value_links(entity[order], run, n, rule=rule)
    return Links(
        links.rule, links.a, links.b, lowest[links.value], links.strength,
        lowest[links.cut_value], links.cut_size, links.cut_exempt,
    )  # fmt: skip


def combine_links(links: tuple[Links, ...], n: int) -> tuple[IntArray, IntArray, FloatArray]:
    """Fold all rules into one strength per pair: 1 − Π(1 − strength), as if each were an independent hint.

    Examples
    --------
    >>> one = shared_value_links(np.array([0, 1]), np.array([5, 5]), 2, rule=RULES["same_address"])
    >>> two = shared_value_links(np.array([0, 1]), np.array([9, 9]), 2, rule=RULES["same_minor_shareholder"])
    >>> a, b, strength = combine_links((one, two), 2)
    >>> strength.round(2).tolist()
    [0.88]
    """
    a, b = (np.concatenate([np.empty(0, np.int64), *(getattr(x, end) for x in links)]) for end in "ab")
    strength = np.concatenate([np.empty(0), *(x.strength for x in links)])
    pair, row = np.unique(a * n + b, return_inverse=True)
    doubt = np.bincount(row, weights=np.log1p(-np.minimum(strength, 1.0 - 1e-9)), minlength=len(pair))
    return pair // max(n, 1), pair % max(n, 1), -np.expm1(doubt)
