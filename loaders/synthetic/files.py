"""The departments' files, rendered block by block: registers, shops, complaints. Records are in `records.py`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from loaders.synthetic import dirt, keys, text, words
from loaders.synthetic.city import COMPANY, DATA_DATE, PERSON, City
from loaders.synthetic.draw import NONE, Ints, mix, rng
from loaders.synthetic.market import BY_ACCOUNT, Market

BLOCK = 65_536
"""Rows rendered at once; about 60 MB of text at most."""

_HEADINGS = """
registration:
  统一社会信用代码 企业名称 企业类型 登记状态 成立日期 核准日期 法定代表人 法定代表人证件号码
  注册资本 行业代码 登记机关代码 住所 联系电话 参保人数 经营范围 隶属企业统一社会信用代码
  状态日期 法定代表人任职日期 国有投资主体
shareholders:
  统一社会信用代码 企业名称 股东名称 股东类型 股东证件号码 持股比例 认缴出资额 入股日期 退出日期
officers:
  统一社会信用代码 企业名称 姓名 证件号码 职务 任职日期 离任日期
shops:
  平台代码 平台名称 店铺编号 店铺名称 店铺网址 经营者统一社会信用代码 公示执照统一社会信用代码
  经营类目 近一年订单量 开店日期 关店日期 经营起始日期 经营终止日期
complaints:
  工单编号 类型 渠道代码 登记日期 投诉人姓名 投诉人证件号码 投诉人账号 联系电话 联系地址
  平台代码 店铺编号 被投诉方统一社会信用代码 商品类目 索赔金额 投诉内容 处理结果 办结日期
abnormal_list:
  统一社会信用代码 企业名称 列入原因 列入日期 列入决定机关 列入文号 移出日期 移出原因 法律依据
severe_list:
  统一社会信用代码 企业名称 列入事由 列入日期 列入机关 列入文号 移出日期 法律依据 责任人姓名
  责任人证件号码
penalties:
  统一社会信用代码 企业名称 处罚决定书文号 违法行为类型 处罚种类 罚款金额 处罚日期 处罚机关
  法律依据 公示截止日期 状态
judgment_debtors:
  统一社会信用代码 被执行人名称 被执行人证件号码 案号 执行法院 立案日期 发布日期 失信行为情形
  履行情况 屏蔽日期
inspections:
  统一社会信用代码 企业名称 检查事项 检查机关 检查日期 检查结果 文书编号
licences:
  统一社会信用代码 企业名称 许可证编号 许可内容 许可机关 有效期自 有效期至
credit_repair:
  统一社会信用代码 企业名称 原文书文号 修复决定文号 修复日期 修复机关
"""
HEADINGS: dict[str, tuple[str, ...]] = {
    name: tuple(columns.split()) for name, columns in re.findall(r"(\w+):\n((?:  .+\n)+)", _HEADINGS)
}
"""Headings of each file, in order: the primary headings of `loaders/sources`."""

SMALL_SHOP = 500
"""Yearly orders below which a platform may not report them."""


class Sheet:
    """One CSV file that grows block by block."""

    def __init__(self, folder: Path, name: str) -> None:
        self.schema = pa.schema([(h, pa.string()) for h in HEADINGS[name]])
        options = pa.csv.WriteOptions(quoting_style="needed")
        self._writer = pa.csv.CSVWriter(folder / f"{name}.csv", self.schema, write_options=options)
        self.rows = 0

    def write(self, *columns: pa.Array) -> None:
        """Append a block, columns in the order of the headings."""
        texts = [c if pa.types.is_string(c.type) else c.cast(pa.string()) for c in columns]
        self._writer.write_table(pa.table(texts, schema=self.schema))
        self.rows += len(columns[0])

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()


@contextmanager
def sheets(folder: Path, *names: str) -> Iterator[list[Sheet]]:
    """Open several files and close them whatever happens."""
    opened = [Sheet(folder, name) for name in names]
    try:
        yield opened
    finally:
        for sheet in opened:
            sheet.close()


def blocks(size: int) -> Iterator[tuple[int, Ints]]:
    """Block number and row indices."""
    for number, start in enumerate(range(0, size, BLOCK)):
        yield number, np.arange(start, min(start + BLOCK, size))


def constant(value: str | None, like: Sequence[object] | Ints | pa.Array) -> pa.StringArray:
    """A column of one value."""
    return pa.repeat(pa.scalar(value, pa.string()), len(like))


def write_registration(city: City, folder: Path) -> dict[str, int]:
    """Companies of any type with their representative, address and phone."""
    c = city.companies
    with sheets(folder, "registration") as (sheet,):
        for number, at in blocks(len(c)):
            random, spare = rng(city.seed, 80, number), keys.sound(city, at)
            industry = c.industry[at]
            established = text.day_text(c.established[at])
            address = dirt.missing(random, keys.addresses(city, c.address[at]), 0.001, spare)
            cut = text.join("东莞市", text.pick(words.TOWNS, mix(city.seed, 5, at, len(words.TOWNS))), "***")
            hidden = (c.kind[at] == words.HOUSEHOLD) & (mix(city.seed, 81, at, 25) == 0) & ~spare
            sheet.write(
                dirt.codes(random, keys.company_codes(city, at)),
                dirt.brackets(random, keys.company_names(city, at)),
                text.pick([k[0] for k in words.KINDS], c.kind[at]),
                text.pick(words.STATUSES, c.status[at]),
                dirt.dates(random, established, spare),
                text.day_text(np.maximum(np.maximum(c.established[at], c.status_day[at]), c.rep_since[at])),
                keys.person_names(city, c.rep[at]),
                keys.person_ids(city, np.where(keys.rep_id_lost(city, at), NONE, c.rep[at])),
                _capital(city, at),
                text.pick([i[1] for i in words.INDUSTRIES], industry),
                constant("441900", at),
                text.choose(hidden, cut, address),
                keys.phones(city, c.phone[at]),
                text.number(np.where(c.kind[at] == words.HOUSEHOLD, NONE, c.staff[at])),
                text.pick([i[3] for i in words.INDUSTRIES], industry),
                _codes_or_null(city, c.parent[at]),
                text.day_text(c.status_day[at]),
                text.day_text(c.rep_since[at]),
                text.pick(("否", "是"), c.state[at].astype(np.int64)),
            )
    return {"registration": sheet.rows}


def _codes_or_null(city: City, index: Ints) -> pa.StringArray:
    return text.choose(index >= 0, keys.company_codes(city, np.maximum(index, 0)), None)


def _capital(city: City, at: Ints) -> pa.StringArray:
    """Registered capital in the shapes registers have it."""
    form = text.pick(("万元人民币", "万(元)", "万人民币", "(万元人民币)", ""), mix(city.seed, 82, at, 4))
    plain = text.join(text.number(city.companies.capital[at]), form)
    hong_kong = text.join(text.number(city.companies.capital[at]), "万港币")
    return text.choose(mix(city.seed, 83, at, 100) == 0, hong_kong, plain)


def write_shareholders(city: City, folder: Path) -> dict[str, int]:
    """Holdings; a negative share is one that was never stated."""
    h = city.holdings
    with sheets(folder, "shareholders") as (sheet,):
        for number, at in blocks(len(h)):
            random, row = rng(city.seed, 81, number), h.take(at)
            person, holder = row["holder_kind"] == PERSON, row["holder"]
            who = np.where(row["holder_kind"] == COMPANY, holder, 0)
            share = row["percent"]
            percent = pc.cast(pa.array(share / 100, mask=share < 0), pa.string())
            sign = text.pick(("%", ""), mix(city.seed, 84, at, 3) // 2)
            capital = city.companies.capital[row["company"]] * np.maximum(share, 0) / 10_000
            sheet.write(
                dirt.codes(random, keys.company_codes(city, row["company"])),
                dirt.brackets(random, keys.company_names(city, row["company"])),
                text.choose(
                    person, keys.person_names(city, np.where(person, holder, 0)), keys.company_names(city, who)
                ),
                text.pick(("自然人", "企业", "其他"), row["holder_kind"]),
                text.choose(person, keys.person_ids(city, np.where(person, holder, 0)), keys.company_codes(city, who)),
                text.join(percent, sign),
                text.choose(share >= 0, text.join(pa.array(capital.round(2)).cast(pa.string()), "万元"), None),
                text.day_text(row["since"]),
                text.day_text(row["until"]),
            )
    return {"shareholders": sheet.rows}


def write_officers(city: City, folder: Path) -> dict[str, int]:
    """Posts with their terms."""
    o = city.officers
    with sheets(folder, "officers") as (sheet,):
        for number, at in blocks(len(o)):
            random, row = rng(city.seed, 82, number), o.take(at)
            sheet.write(
                dirt.codes(random, keys.company_codes(city, row["company"])),
                dirt.brackets(random, keys.company_names(city, row["company"])),
                keys.person_names(city, row["person"]),
                keys.person_ids(city, np.where(keys.officer_id_lost(city, at), NONE, row["person"])),
                text.pick(words.POSTS, row["post"]),
                text.day_text(row["since"]),
                text.day_text(row["until"]),
            )
    return {"officers": sheet.rows}


def write_shops(city: City, folder: Path) -> dict[str, int]:
    """Shops, one row per operator: a shop that moved to another licence has a row for each."""
    shops, moves = city.shops, city.moves
    with sheets(folder, "shops") as (sheet,):
        for number, at in blocks(len(shops) + len(moves)):
            shop = np.where(at < len(shops), at, moves["shop"][np.maximum(at - len(shops), 0)] if len(moves) else at)
            moved = at >= len(shops)
            late = np.maximum(at - len(shops), 0)[moved]
            owner, licence = shops.owner[shop], shops.licence[shop]
            since, until = shops.since[shop], shops.until[shop]
            owner[moved] = licence[moved] = moves["owner"][late]
            since[moved], until[moved] = moves["since"][late], NONE
            random = rng(city.seed, 83, number)
            domains = [p[0].lower() for p in words.PLATFORMS]
            platform, code = shops.platform[shop], keys.shop_numbers(city, shop)
            mark, _ = text.company_marks(city.seed + 2, shop)
            category = text.pick([row[0] for row in words.CATEGORIES], shops.category[shop])
            sheet.write(
                text.pick([p[0] for p in words.PLATFORMS], platform),
                text.pick([p[1] for p in words.PLATFORMS], platform),
                code,
                text.join(mark, category, text.pick(words.SHOP_FORMS, mix(city.seed, 85, shop, 4))),
                text.join("https://", text.pick(domains, platform), ".example/shop/", code),
                dirt.codes(random, keys.company_codes(city, owner)),
                keys.company_codes(city, licence),
                category,
                _orders(city, shop),
                text.day_text(shops.opened[shop]),
                text.day_text(shops.closed[shop]),
                text.day_text(since),
                text.day_text(until),
            )  # fmt: skip
    return {"shops": sheet.rows}


def _orders(city: City, shop: Ints) -> pa.StringArray:
    """Orders of the last twelve months; platforms leave them out for an eighth of the small shops."""
    orders = city.shops.orders[shop]
    return text.number(np.where((mix(city.seed, 86, shop, 8) == 0) & (orders < SMALL_SHOP), NONE, orders))


def write_complaints(city: City, market: Market, folder: Path) -> tuple[dict[str, int], Ints]:
    """Complaints in the order of their days; also returns that order."""
    events = market.events
    order = np.lexsort((rng(city.seed, 84).random(len(events)), events["day"])).astype(np.int64)
    with sheets(folder, "complaints") as (sheet,):
        for number, at in blocks(len(order)):
            _complaint_block(city, market, sheet, at, events.take(order[at]), rng(city.seed, 85, number))
    return {"complaints": sheet.rows}, order


def _complaint_block(
    city: City, market: Market, sheet: Sheet, ticket: Ints, row: dict[str, Ints], random: np.random.Generator
) -> None:
    shops, seed, who, honest = len(city.shops), city.seed, row["complainant"], row["plant"] < 0
    at_shop = row["merchant"] < shops
    shop, firm = np.where(at_shop, row["merchant"], 0), np.where(at_shop, 0, row["merchant"] - shops)
    category = np.where(at_shop, city.shops.category[shop], mix(seed, 87, firm, len(words.CATEGORIES)))
    platform = text.pick([p[0] for p in words.PLATFORMS], city.shops.platform[shop])
    account = market.complainants.scheme[who] == BY_ACCOUNT
    by_platform = at_shop & ~account & (mix(seed, 88, ticket, 2) == 0)
    name = keys.complainant_names(city, who)
    sheet.write(
        keys.tickets(city, ticket, row["day"]),
        text.pick(("投诉", "举报"), (mix(seed, 89, ticket, 10) < np.where(row["role"] == 1, 4, 1)).astype(np.int64)),
        text.choose(by_platform, platform, words.HOTLINE),
        dirt.dates(random, text.day_text(row["day"]), ~honest),
        text.choose(account, None, name),
        keys.complainant_ids(city, market.complainants, who),
        text.choose(account | (mix(seed, 90, who, 4) == 0), keys.accounts(city, who), None),
        text.choose(account & (mix(seed, 91, who, 2) == 0), None, keys.phones(city, row["phone"])),
        dirt.missing(random, text.home_texts(seed, row["home"]), 0.05, ~honest),
        text.choose(at_shop, platform, None),
        text.choose(at_shop, keys.shop_numbers(city, shop), None),
        text.choose(at_shop, None, dirt.codes(random, keys.company_codes(city, firm))),
        text.pick([c[0] for c in words.CATEGORIES], category),
        dirt.missing(random, _amount(city, ticket, row), 0.1, np.zeros(len(ticket), dtype=bool)),
        text.choose(
            row["template"] >= 0,
            text.template_texts(seed, ticket, category, row["template"]),
            text.complaint_texts(seed, ticket, category, row["harm"]),
        ),
        *_outcome(city, ticket, row),
    )


def _amount(city: City, ticket: Ints, row: dict[str, Ints]) -> pa.StringArray:
    """Sum claimed in yuan: groups ask for the statutory 500 or 1,000, others for what they paid."""
    paid = (np.exp(3.0 + mix(city.seed, 92, ticket, 4_000) / 1_000) * 100).astype(np.int64) / 100
    asked = np.where(mix(city.seed, 93, ticket, 2) == 0, 1_000.0, 500.0)
    return pa.array(np.where(row["role"] == 1, asked, paid)).cast(pa.string())


def _outcome(city: City, ticket: Ints, row: dict[str, Ints]) -> tuple[pa.StringArray, pa.StringArray]:
    closed = row["day"] + 5 + mix(city.seed, 94, ticket, 60)
    open_still = (closed > DATA_DATE) | (row["outcome"] == words.RECEIVED)
    outcome = np.where(open_still, words.RECEIVED, row["outcome"])
    return text.pick(words.OUTCOMES, outcome), text.day_text(np.where(open_still, NONE, closed))
