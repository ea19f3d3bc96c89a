"""Regions the product knows by name: provinces, and Dongguan's towns. Dongguan has no districts, only these.

Public geography, written down once. The registration region inside a credit code is the region at
registration, possibly abolished since: it is never checked against a list.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from graph.model.text import string_array, tidy_texts

HOME_CITY = "东莞"
HOME_PROVINCE = "广东"
HOME_REGION = "441900"
"""GB/T 2260 code of Dongguan."""

STREETS = ("东城街道", "南城街道", "万江街道", "莞城街道")
TOWNS = (
    "石碣镇", "石龙镇", "茶山镇", "石排镇", "企石镇", "横沥镇", "桥头镇", "谢岗镇", "东坑镇", "常平镇", "寮步镇",
    "樟木头镇", "大朗镇", "黄江镇", "清溪镇", "塘厦镇", "凤岗镇", "大岭山镇", "长安镇", "虎门镇", "厚街镇", "沙田镇",
    "道滘镇", "洪梅镇", "麻涌镇", "望牛墩镇", "中堂镇", "高埗镇",
)  # fmt: skip
ZONES = ("松山湖", "东莞港", "东莞生态园", "滨海湾新区")

TOWN_OF_WORD: dict[str, str] = {
    **{town.removesuffix("镇").removesuffix("街道"): town for town in (*STREETS, *TOWNS)},
    "松山湖": "松山湖",
    "东莞港": "东莞港",
    "虎门港": "东莞港",  # its name until 2016; the word 虎门 in it is not the town
    "生态园": "东莞生态园",
    "滨海湾新区": "滨海湾新区",
    "高步": "高埗镇",  # how 高埗 and 道滘 are typed where the font lacks the character
    "道窖": "道滘镇",
}
"""The word an address uses → the town's full name."""

# RE2 takes the leftmost match and, at one place, the first alternative: longer words stand first.
TOWN_WORDS = "|".join(sorted(TOWN_OF_WORD, key=len, reverse=True))
_TOWN = f"(?P<town>{TOWN_WORDS})"
_OTHER_CITY = r"^(?:中国)?(?:\p{Han}{2,3}省)?(?:\p{Han}{2,4}市)(?:[^场民政]|$)"
_AT_HOME = f"^(?:中国)?(?:{HOME_PROVINCE}省?)?(?:{HOME_CITY}|{TOWN_WORDS})"


def town_of(addresses: pa.Array | pa.ChunkedArray) -> pa.StringArray:
    """Town, street or zone of Dongguan that an address lies in; null if it names none or lies elsewhere.

    An address with two towns (411 of 23,294 in a real register: a road is often named after the next town)
    belongs to the first one named after the city.

    >>> town_of(pa.array(["广东省东莞市南城街道长安路1号", "东莞市虎门镇", "广州市南沙区沙田村", None])).to_pylist()
    ['南城街道', '虎门镇', None, None]
    """
    texts = tidy_texts(string_array(addresses))
    elsewhere = pc.and_(
        pc.match_substring_regex(texts, _OTHER_CITY),
        pc.invert(pc.match_substring_regex(texts, _AT_HOME)),
    )
    word = pc.struct_field(pc.extract_regex(pc.if_else(elsewhere, None, texts), _TOWN), "town")
    words, towns = pa.array(TOWN_OF_WORD.keys()), pa.array(TOWN_OF_WORD.values())
    return towns.take(pc.index_in(word, words))
