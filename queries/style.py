"""How parties and relations look, the same in page exports, notebooks and reports (never colour alone)."""

from __future__ import annotations

import re
from dataclasses import dataclass

NOTICE = "本图为线索，不是处罚依据"
"""A lead, not grounds for a penalty: on every picture and export."""


@dataclass(frozen=True, slots=True)
class KindStyle:
    """Shape (in pyvis' words), colour and Chinese name of a party kind."""

    shape: str
    colour: str
    name: str


KINDS: dict[str, KindStyle] = {
    "Company": KindStyle("square", "#2457c5", "企业"),
    "Person": KindStyle("dot", "#6b4bbd", "自然人"),
    "Shop": KindStyle("triangleDown", "#0f7f78", "网店"),
    "Platform": KindStyle("hexagon", "#44546a", "平台"),
    "Complainant": KindStyle("diamond", "#b5500b", "投诉人"),
    "Address": KindStyle("dot", "#6b7788", "地址"),
    "Phone": KindStyle("dot", "#8a94a3", "电话"),
}

RINGS: dict[str, tuple[str, int]] = {"D": ("#b91c1c", 4), "C": ("#d97706", 3)}
"""Ring of the elevated classes: colour and width. A and B carry their letter in lists only."""

RELATIONS: dict[str, tuple[str, str]] = {
    "LEGAL_REP": ("法定代表人", "#2b5fd0"),
    "OFFICER": ("任职", "#5b7fd6"),
    "SHAREHOLDER": ("股东", "#6b4bbd"),
    "REGISTERED_AT": ("住所", "#8a94a3"),
    "PHONE_OF": ("联系电话", "#8a94a3"),
    "OPERATES": ("开办网店", "#0f8a6a"),
    "ON_PLATFORM": ("入驻平台", "#6b7788"),
    "BRANCH_OF": ("分支机构", "#3f6fae"),
    "COMPLAINED": ("投诉", "#c2590c"),
    "DELIVERED_TO": ("联系地址", "#8a94a3"),
    "CONTROLS": ("疑似实际控制，待核实", "#7a1fa2"),
    "HIDDEN_LINK": ("疑似关联，待核实", "#b0186b"),
    "MEMBER_OF": ("疑似同一团伙，待核实", "#b0186b"),
}
"""Chinese name and colour of each relation; inferred ones say that they are to be verified."""

_CITY = re.compile(r"^(?:广东省?|东莞市?|东莞市?[^市区]{2,3}镇)+")
_FORM = re.compile(r"(?:股份|责任)?有限(?:责任)?公司$|[（(][^）)]*[)）]$")


def short_name(name: str, most: int = 9) -> str:
    """Name as pictures show it: without city and company form; lists and tooltips keep the full one.

    >>> short_name("东莞市鑫宏达五金制品有限公司"), short_name("李平"), short_name("东莞市有限公司")
    ('鑫宏达五金制品', '李平', '东莞市有限公司')
    """
    bare = _FORM.sub("", _CITY.sub("", name)) or name
    return bare if len(bare) <= most else f"{bare[: most - 1]}…"


DASHES: dict[str, list[int] | bool] = {"recorded": False, "inferred": [7, 5], "context": [2, 4]}
