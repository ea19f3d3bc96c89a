"""Names of Chinese enterprises taken apart: region, trade name (字号), industry, form of organisation.

A name is built by rule (企业名称登记管理规定 art. 6): region + trade name + industry or line of business + form.
The trade name is the part that tells firms apart; the other three are shared by thousands.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from graph.model.names import name_key, normalise_name
from graph.model.regions import HOME_CITY, STREETS, TOWNS
from graph.model.text import map_distinct

FORMS = (
    "股份有限责任公司", "股份有限公司", "有限责任公司", "有限公司", "股份公司", "集团公司", "总公司", "分公司", "公司",
    "个人独资企业", "特殊普通合伙", "普通合伙", "有限合伙", "合伙企业", "企业", "联合社", "专业合作社", "合作社",
    "联营厂", "总厂", "分厂", "厂", "集团", "经营部", "服务部", "门市部", "销售部", "加工部", "工作室", "事务所",
    "商行", "商店", "商场", "分店", "店", "中心", "研究院", "研究所", "分行", "支行", "分社", "代表处", "办事处",
    "分部",
)  # fmt: skip
"""Forms of organisation as names end in them; the longest that fits counts."""

PROVINCES = (
    "北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海", "江苏", "浙江", "安徽", "福建", "江西",
    "山东", "河南", "湖北", "湖南", "广东", "广西", "海南", "重庆", "四川", "贵州", "云南", "西藏", "陕西", "甘肃",
    "青海", "宁夏", "新疆", "台湾", "香港", "澳门",
)  # fmt: skip
"""First level of GB/T 2260, short."""

_BUSINESS = """
科技 技术 高新技术 高科技 信息 信息技术 信息科技 网络 网络科技 软件 系统 智能 智能科技 数据 数字
互联网 电子 电子科技 电子商务 电器 电气 电力 电工 电机 电缆 电线 电源 电池 光电 光学 光电子 半导体
微电子 集成电路 通信 通讯 仪器 仪表 自动化 机器人 机械 机电 机床 装备 设备 重工 重型机械 精密
精密机械 模具 五金 五金制品 轴承 阀门 泵业 工具 工业 实业 产业 制造 加工 工程 建设 建筑 建筑工程
建材 建筑材料 装饰 装饰材料 装潢 设计 园林 环境 环境科技 环保 环保科技 生态 水务 水利 水泥 玻璃
陶瓷 钢铁 钢构 金属 有色金属 铝业 铜业 矿业 煤业 煤炭 能源 新能源 石油 石化 化工 化学 化纤 化肥
农化 材料 新材料 高分子 塑料 塑胶 橡胶 涂料 颜料 医药 药业 制药 生物 生物技术 生物科技 生物制药
医疗 医疗器械 健康 保健品 食品 饮料 酒业 酿酒 乳业 茶业 粮油 农业 牧业 渔业 林业 种业 饲料 水产
农产品 纺织 服装 服饰 制衣 鞋业 皮革 针织 家纺 家具 家居 家电 木业 纸业 包装 包装制品 印刷 文具
玩具 礼品 工艺品 珠宝 首饰 日用品 化妆品 汽车 汽车零部件 汽车配件 汽配 摩托车 车业 航空 航天 船舶
船业 铁路 交通 运输 物流 货运 港口 高速公路 公路 投资 控股 投资控股 资产管理 资本 金融 证券 银行
保险 期货 信托 基金管理 租赁 担保 典当 小额贷款 管理 企业管理 管理咨询 咨询 顾问 服务 物业 物业管理
物业服务 房地产 房地产开发 置业 地产 开发 发展 商业 商贸 贸易 进出口 进出口贸易 国际贸易 经贸 工贸
百货 超市 连锁 零售 供应链 供应链管理 餐饮 酒店 旅游 旅游开发 文化 文化传播 文化传媒 传媒 广告 影视
影业 出版 教育 培训 体育 人力资源 劳务 保安 检测 认证 检验 股份 集团 国际 控制 科学 应用 制品
用品 产品 配件 器材 器械 零部件 元件 器件 照明 灯饰 热电 燃气 热力 供热 供水 自来水 新能源科技
动力 传动 液压 铸造 锻造 线缆 电梯 空调 制冷 消防 安防 安全 导航 卫星 遥感 测绘 勘察 地质 爆破
民爆
"""
INDUSTRIES = tuple(_BUSINESS.split())
"""Words for lines of business as names use them; a run of them before the form is the industry."""

_PLACE_ENDING = "(?:省|市|自治区|特别行政区|地区|自治州|县|区|镇|街道)?"
_BRACKETED = re.compile(r"\(([^()]*)\)")
_FORM = re.compile(f"(?:集团)?(?:{'|'.join(FORMS)})$")
_NOT_WORD = re.compile(r"[\W_]+")
_INDUSTRY = re.compile(f"(?:{'|'.join(sorted(INDUSTRIES, key=len, reverse=True))})+$")
_ANY_PLACE = re.compile(r"^[\u4e00-\u9fff]{2,3}(?:省|市|县|自治区|自治州|自治县)(?=[\u4e00-\u9fff]{2})")
_SHORTEST = 2
"""Characters a trade name has at least; what would leave less is not taken off."""


@dataclass(frozen=True, slots=True)
class CompanyNames:
    """Parts of each name, null where the name is null: `key` letters, digits and characters only; `region` as
    written; `trade` the trade name; `core` trade name and industry together; `form` the form of organisation.
    """

    key: pa.StringArray
    region: pa.StringArray
    trade: pa.StringArray
    core: pa.StringArray
    form: pa.StringArray


def split_names(values: pa.Array | pa.ChunkedArray, places: Sequence[str] = ()) -> CompanyNames:
    """Take names of enterprises apart.

    Parameters
    ----------
    values : pa.Array
        Names, any spelling.
    places : sequence of str
        Names of cities and counties, short, that a name may begin with, beside the provinces and the home city's
        towns: usually what the file's own column of cities holds.

    Examples
    --------
    >>> found = split_names(pa.array(["广东青禾星测试科技股份有限公司", "青禾星（江门）贸易有限公司", None]), ["江门"])
    >>> found.region.to_pylist(), found.trade.to_pylist(), found.form.to_pylist()
    (['广东', '江门', None], ['青禾星测试', '青禾星', None], ['股份有限公司', '有限公司', None])
    >>> found.core.to_pylist()
    ['青禾星测试科技', '青禾星贸易', None]

    References
    ----------
    《企业名称登记管理规定》(State Council decree 734, 2020), art. 6.
    """
    region = _region_pattern(places)
    names = normalise_name(values)
    parts = map_distinct(names, functools.partial(_split, region=region), pa.struct(_PART_TYPES))
    return CompanyNames(name_key(names), *parts.flatten())


_PART_TYPES = [(name, pa.string()) for name in ("region", "trade", "core", "form")]


def short_places(values: pa.Array | pa.ChunkedArray) -> list[str]:
    """Distinct places without their ending, at least two characters long, ready for `split_names`.

    >>> short_places(pa.array(["江门市", "江门", "某某自治州", None]))
    ['某某', '江门']
    """
    ending = re.compile(r"(?:省|市|地区|(?:[\u4e00-\u9fff]族)*自治[区州县]|县|区)$")
    names = {ending.sub("", text) for text in normalise_name(values).unique().to_pylist() if text}
    return sorted(name for name in names if len(name) >= _SHORTEST)


def _region_pattern(places: Sequence[str]) -> re.Pattern[str]:
    towns = (word.removesuffix("街道").removesuffix("镇") for word in (*STREETS, *TOWNS))
    words = sorted({*places, *PROVINCES, HOME_CITY, *towns, "中国"}, key=len, reverse=True)
    return re.compile(f"^(?:{'|'.join(map(re.escape, words))}){_PLACE_ENDING}")


def _split(name: str, region: re.Pattern[str]) -> tuple[str, str, str, str]:
    name = name.upper()
    places = [inside for inside in _BRACKETED.findall(name) if (found := region.match(inside)) and found[0] == inside]
    bare = _NOT_WORD.sub("", _BRACKETED.sub(lambda found: "" if found[1] in places else found[1], name))
    rest, form = _without(_FORM, bare)
    while True:
        shorter, place = _without(region, rest)
        if not place:
            shorter, place = _without(_ANY_PLACE, rest)
        if not place:
            break
        places.append(place)
        rest = shorter
    trade, _ = _without(_INDUSTRY, rest)
    return "".join(places), trade, rest, form


def _without(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    """The text without what the pattern finds, and what it found; nothing goes if too little would stay."""
    found = pattern.search(text)
    if found is None or len(text) - len(found[0]) < _SHORTEST:
        return text, ""
    return text[: found.start()] + text[found.end() :], found[0]
