"""Levels of the comparisons, case by case."""

import numpy as np
import pyarrow as pa
import pytest

from loaders.matching.comparisons import COMPARISONS, Sides
from loaders.matching.records import read_pair
from loaders.matching.weights import gather


def says(name: str, left: dict[str, str], right: dict[str, str]) -> str | None:
    """What a comparison says about two records."""
    rows = [pa.Table.from_pylist([{"号": "1", "名称": "青禾厂", **row}]) for row in (left, right)]
    found = gather(Sides.of(*read_pair(*rows)), np.array([0]), np.array([0]))
    at = [comparison.name for comparison in COMPARISONS].index(name)
    level = int(found.level[0, at])
    return COMPARISONS[at].levels[level].says if level >= 0 else None


@pytest.mark.parametrize(
    ("name", "left", "right", "expected"),
    [
        ("name", {"名称": "东莞市青禾电子有限公司"}, {"名称": "东莞市青禾电子有限公司"}, "名称相同"),
        ("name", {"名称": "东莞市青禾电子有限公司"}, {"名称": "青禾电子股份有限公司"}, "除地区和组织形式外名称相同"),
        ("name", {"名称": "星岭有限公司", "简称": "青禾"}, {"名称": "青禾电子有限公司"}, "简称或曾用名相同"),
        (
            "name",
            {"名称": "青禾电子有限公司"},
            {"名称": "星岭厂", "曾用名": "青禾电子有限公司；柏松厂"},
            "简称或曾用名相同",
        ),
        ("name", {"名称": "青禾电子有限公司"}, {"名称": "青禾贸易有限公司"}, "字号相同"),
        ("name", {"名称": "青禾电子有限公司"}, {"名称": "柏松贸易有限公司"}, "名称不同"),
        ("established", {"成立日期": "2011-03-04"}, {"成立日期": "2011年3月4日"}, "成立日期相同"),
        ("established", {"成立日期": "2011-03-04"}, {"成立日期": "2011-04-03"}, "成立日期相差一月以内"),
        ("established", {"成立日期": "2011-03-04"}, {"成立日期": "2012-03-03"}, "成立日期相差一年以内"),
        ("established", {"成立日期": "2011-03-04"}, {"成立日期": "1999-01-01"}, "成立日期不同"),
        ("established", {"成立日期": "2011-03-04"}, {"成立日期": "2011-02-30"}, None),  # a day that never was
        ("capital", {"注册资本": "1000000"}, {"注册资本": "100(万元人民币)"}, "注册资本相同"),
        ("capital", {"注册资本": "100万元"}, {"注册资本": "150万元"}, "注册资本相差一倍以内"),
        ("capital", {"注册资本": "100万元"}, {"注册资本": "999万元"}, "注册资本不同"),
        ("capital", {"注册资本": "100万美元"}, {"注册资本": "100万元"}, None),  # two currencies cannot be compared
        ("address", {"住所": "东莞市东城区一路1号A座二楼"}, {"住所": "东城街道一路1号A栋2层"}, "住所相同"),
        ("address", {"住所": "东莞市石碣镇一路1号8楼"}, {"住所": "东莞市石碣镇一路1号9楼"}, "同一楼宇或门牌"),
        ("address", {"住所": "东莞市石碣镇***"}, {"住所": "东莞市石碣镇***"}, None),
        ("place", {"城市": "江门市"}, {"城市": "江门"}, "同一城市"),
        ("place", {"省份": "广东省", "城市": "江门"}, {"省份": "广东"}, "同一省份"),
        ("place", {"省份": "广东"}, {"省份": "湖南省"}, "不同省份"),
        ("place", {}, {"省份": "湖南省"}, None),
        ("phone", {"联系电话": "0769-88881234"}, {"联系电话": "88881234"}, "电话相同"),
        ("scope", {"经营范围": "销售螺丝、加工齿轮"}, {"经营范围": "加工齿轮，销售螺丝。"}, "经营范围几乎相同"),
        ("scope", {"经营范围": "销售螺丝"}, {"经营范围": "种植茶叶"}, "经营范围不同"),
        ("representative", {"法定代表人": "章明远"}, {"法定代表人": "张明远"}, "法定代表人姓名一字之差或同音"),
    ],
)
def test_what_is_said(name, left, right, expected):
    assert says(name, left, right) == expected


def test_a_code_speaks_only_if_it_is_one():
    code = "91441900MA000004XT"  # constructed, passes both checks
    assert says("code", {"统一社会信用代码": code}, {"统一社会信用代码": code.lower()}) == "统一社会信用代码相同"
    assert says("code", {"统一社会信用代码": code}, {"统一社会信用代码": code[:-1] + "0"}) is None
