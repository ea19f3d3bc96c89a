"""Two invented lists with known pairs, for the tests of matching.

`lists(...)` builds a small list (left) and a larger register (right) from a seed: enterprises that changed little,
some that were renamed, some that moved or changed their representative, and, beside nearly every one of them, what
must not be taken for it: a subsidiary with its trade name, representative and address. Characters, places and
persons are drawn at random; nobody in them exists.
"""

import random
from dataclasses import dataclass, field

import pyarrow as pa
import pytest

CHARACTERS = "青禾星岭川柏松澜屿晴朗辰曜霁溪竹砚墨舟帆棠桐榆槐枫荷莲菱芷兰蕙芳苓茗"
BUSINESSES = ("科技", "电子", "贸易", "实业", "食品", "机械", "建材", "服饰", "物流", "医药", "环保科技", "电器")
CITIES = ("东莞", "江门", "惠州", "中山", "佛山")
GOODS = ("螺丝", "齿轮", "茶叶", "灯具", "纸箱", "鞋底", "药材", "水泵", "阀芯", "拉链", "滤网", "砂轮", "油漆", "面粉")
LEFT = ("编号", "企业名称", "简称", "法定代表人", "成立日期", "注册资本", "省份", "城市", "住所", "经营范围")
RIGHT = ("号", "名称", "注册日期", "法人代表", "注册资金", "所在省份", "地区", "注册地址", "经营范围")


@dataclass
class Lists:
    """The two lists and the pairs that are one enterprise; `renamed` are the left ids whose name changed wholly."""

    left: pa.Table
    right: pa.Table
    truth: dict[str, str]
    renamed: set[str] = field(default_factory=set)


class Maker:
    """Draws enterprises."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)

    def word(self, low: int, high: int) -> str:
        return "".join(self.draw.choices(CHARACTERS, k=self.draw.randint(low, high)))

    def goods(self) -> str:
        return "、".join(f"{self.draw.choice(('销售', '加工', '生产', '研发'))}{g}" for g in self.draw.sample(GOODS, 5))

    def firm(self) -> dict[str, str]:
        city, trade = self.draw.choice(CITIES), self.word(2, 4)
        return {
            "trade": trade,
            "name": f"{city}市{trade}{self.draw.choice(BUSINESSES)}有限公司",
            "rep": self.word(2, 3),
            "date": f"{self.draw.randint(1995, 2018)}-{self.draw.randint(1, 12):02}-{self.draw.randint(1, 28):02}",
            "capital": f"{self.draw.randint(1, 500) * 10}",
            "city": city,
            "address": f"{city}市{self.word(2, 2)}镇{self.word(2, 3)}路{self.draw.randint(1, 300)}号",
            "scope": self.goods(),
        }

    def renamed(self, firm: dict[str, str]) -> dict[str, str]:
        """The same enterprise under another name, with other goods; its day, address and person stayed."""
        return {**firm, "name": self.firm()["name"], "scope": self.goods()}

    def subsidiary(self, firm: dict[str, str]) -> dict[str, str]:
        """Another enterprise that shares whatever affiliates share."""
        other = self.firm()
        name = f"{firm['city']}市{firm['trade']}{self.draw.choice(BUSINESSES)}销售有限公司"
        return {**firm, "name": name, "date": other["date"], "capital": other["capital"]}


def left_row(number: int, f: dict[str, str]) -> tuple[str, ...]:
    amount = f"{f['capital']}0000"
    return (
        f"A{number}",
        f["name"],
        f["trade"],
        f["rep"],
        f["date"],
        amount,
        "广东省",
        f["city"],
        f["address"],
        f["scope"],
    )


def right_row(number: int, f: dict[str, str]) -> tuple[str, ...]:
    capital = f"{f['capital']}(万元人民币)"
    return (
        f"B{number}",
        f["name"],
        f["date"],
        f["rep"],
        capital,
        "广东",
        f["city"],
        f"广东省{f['address']}",
        f["scope"],
    )


def table(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> pa.Table:
    return pa.table(dict(zip(headings, map(pa.array, zip(*rows, strict=True)), strict=True)))


@pytest.fixture(scope="session")
def lists():
    """Function (seed, known, strangers) → Lists."""

    def make(seed: int = 1, known: int = 200, strangers: int = 1500) -> Lists:
        maker = Maker(seed)
        firms = [maker.firm() for _ in range(2 * known)]
        left = [left_row(i, firm) for i, firm in enumerate(firms)]
        truth, renamed, right = {}, set(), []
        for i, firm in enumerate(firms):
            if i % 2:  # no partner, but a subsidiary that looks like one
                right.append(maker.subsidiary(firm))
                continue
            truth[f"A{i}"] = f"B{len(right)}"
            if i % 20 == 0:
                renamed.add(f"A{i}")
                firm = maker.renamed(firm)
            elif i % 8 == 0:
                firm = {**firm, "rep": maker.word(2, 3)}
            right.append(firm)
            right.append(maker.subsidiary(firm))
        right += [maker.firm() for _ in range(strangers)]
        rows = [right_row(j, firm) for j, firm in enumerate(right)]
        return Lists(table(LEFT, left), table(RIGHT, rows), truth, renamed)

    return make


@pytest.fixture(scope="session")
def small(lists):
    return lists()
