"""Barred persons in post: posts that the law forbids their holder. The best single detector of shell swapping."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.analytics.arrays import IntArray

FOREVER = np.iinfo(np.int64).max
"""Day number of an interval that has no end yet."""


@dataclass(frozen=True, slots=True)
class Article:
    """One legal bar: which fact bars a person from which posts, for how long, by which article."""

    key: str
    law: str
    article: str
    text: str
    years: int
    """Length of the bar from the day of the fact; 0 = as long as the fact itself lasts."""
    posts: tuple[str, ...]


_MANAGEMENT = ("legal_rep", "director", "supervisor", "officer", "independent_director")

ARTICLES: tuple[Article, ...] = (
    Article(
        "revoked", "公司法 (2023)；市场主体登记管理条例", "公司法第 178 条第 1 款第 (四) 项；条例第 12 条第 (四) 项",
        "担任因违法被吊销营业执照、责令关闭的公司、企业的法定代表人，并负有个人责任的，自被吊销、责令关闭之日起未逾三年，"
        "不得担任公司的董事、监事、高级管理人员和法定代表人。", 3, _MANAGEMENT,
    ),
    Article(
        "false_registration", "市场主体登记管理条例", "第 40 条第 3 款",
        "因虚假市场主体登记被撤销的，其直接责任人自市场主体登记被撤销之日起三年内不得再次申请市场主体登记。", 3,
        ("legal_rep",),
    ),
    Article(
        "judgment_debtor", "公司法 (2023)", "第 178 条第 1 款第 (五) 项；法定代表人见第 10 条",
        "个人因所负数额较大债务到期未清偿被人民法院列为失信被执行人的，不得担任公司的董事、监事、高级管理人员。"
        "法定代表人由董事或者经理担任。", 0,
        _MANAGEMENT,
    ),
    Article(
        "severe_list", "企业信息公示暂行条例 (2014)", "第 17 条",
        "被列入严重违法企业名单的企业的法定代表人、负责人，三年内不得担任其他企业的法定代表人、负责人。", 3,
        ("legal_rep",),
    ),
)  # fmt: skip
"""The bars a graph can check. The texts render the articles in substance, laws as of April 2025 (公示条例: its
text of 2014, amended since). Some demand personal responsibility, which a person must establish: a match is a lead."""


@dataclass(frozen=True, slots=True)
class BarredPosts:
    """One row per post and bar that meet: positions in the posts and bars given, and the days they overlap."""

    post: IntArray
    bar: IntArray
    first: IntArray
    until: IntArray
    """First day on which they no longer overlap; `FOREVER` = no end known."""

    def __len__(self) -> int:
        return len(self.post)


def bar_until(day: IntArray, article: IntArray, fact_end: IntArray) -> IntArray:
    """Return the first day on which each bar is over.

    Parameters
    ----------
    day : (m,) int
        Days since 1970-01-01 on which the bars began.
    article : (m,) int
        Positions in `ARTICLES`.
    fact_end : (m,) int
        First day on which the fact no longer held (the debtor delisted), `FOREVER` if it still does. Ends the bars
        that last as long as the fact.

    Examples
    --------
    >>> start = np.array(["2024-02-29", "2024-02-29"], "datetime64[D]").astype(np.int64)
    >>> end = bar_until(start, np.array([0, 2]), np.array([FOREVER, start[1] + 100]))
    >>> str(end[0].astype("datetime64[D]")), int(end[1] - start[1])
    ('2027-02-28', 100)
    """
    date = day.astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    within = date - month.astype("datetime64[D]")
    years = np.array([a.years for a in ARTICLES])[article]
    later = month + 12 * years
    # 29 February plus three years is 28 February: the day must not run into the next month.
    last = (later + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
    anniversary = np.minimum(later.astype("datetime64[D]") + within, last).astype(np.int64)
    return np.where(years > 0, anniversary, fact_end)


def barred_persons(
    post_person: IntArray, post_company: IntArray, post_kind: IntArray, post_first: IntArray, post_until: IntArray,
    bar_person: IntArray, bar_company: IntArray, bar_article: IntArray, bar_first: IntArray, bar_until: IntArray,
    *, post_names: tuple[str, ...], as_of: int | None = None,
) -> BarredPosts:  # fmt: skip
    """Find posts held by persons whom a law bars from them.

    Parameters
    ----------
    post_person, post_company, post_kind : (p,) int
        Who holds which post where; the kind is a position in `post_names`.
    post_first, post_until : (p,) int
        Days since 1970-01-01, the second exclusive; unknown start = a very small number, no end = `FOREVER`.
    bar_person, bar_company, bar_article : (b,) int
        Whom which article of `ARTICLES` bars because of which company (−1 = no company, a personal debt).
    bar_first, bar_until : (b,) int
        Days; see `bar_until`.
    post_names : tuple of str
        Post kinds by code, in the words of `Article.posts`; others are never barred.
    as_of : int, optional
        Only what overlaps on this day; without it every overlap ever.

    Returns
    -------
    BarredPosts
        A post in the very company that caused the bar does not count: the bar concerns other posts.

    Examples
    --------
    Person 4 represented company 0, revoked on day 100, and represents company 1 since day 200:

    >>> hit = barred_persons(
    ...     np.array([4, 4]), np.array([0, 1]), np.array([0, 0]), np.array([0, 200]), np.array([FOREVER, FOREVER]),
    ...     np.array([4]), np.array([0]), np.array([0]), np.array([100]), np.array([1195]), post_names=("legal_rep",))
    >>> hit.post.tolist(), hit.bar.tolist(), hit.first.tolist(), hit.until.tolist()
    ([1], [0], [200], [1195])

    References
    ----------
    `ARTICLES`.
    """
    post, bar = _same_person(post_person, bar_person)
    first = np.maximum(post_first[post], bar_first[bar])
    until = np.minimum(post_until[post], bar_until[bar])
    allowed = np.array([[name in article.posts for name in post_names] for article in ARTICLES])
    meets = (first < until) & (post_company[post] != bar_company[bar]) & allowed[bar_article[bar], post_kind[post]]
    if as_of is not None:
        meets &= (first <= as_of) & (as_of < until)
    return BarredPosts(post[meets], bar[meets], first[meets], until[meets])


def _same_person(posts: IntArray, bars: IntArray) -> tuple[IntArray, IntArray]:
    """All pairs (post, bar) of one person, by post, then bar."""
    order = np.argsort(bars, kind="stable")
    low, high = (np.searchsorted(bars[order], posts, side=side) for side in ("left", "right"))
    count = high - low
    post = np.repeat(np.arange(len(posts)), count)
    offset = np.arange(len(post)) - np.repeat(np.cumsum(count) - count, count)
    return post, order[np.repeat(low, count) + offset]
