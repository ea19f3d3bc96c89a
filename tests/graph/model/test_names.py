"""Names, addresses and towns: invented ones for the rules, the real register for counts."""

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as csv
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.addresses import normalise_address
from graph.model.names import is_placeholder, name_initials, name_key, normalise_name
from graph.model.regions import STREETS, TOWNS, ZONES, town_of


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("东莞市莞测实业（集团）有限公司", "东莞市莞测实业(集团)有限公司"),
        (" 东莞市 莞测 有限公司\u3000", "东莞市莞测有限公司"),
        ("ＡＢＣ  电子（东莞） 有限公司", "ABC电子(东莞)有限公司"),
        ("Acme   Trading  Co., Ltd", "Acme Trading Co., Ltd"),
        ("莞测\u200b有限\ufeff公司\n", "莞测有限公司"),
        ("\ue000莞测", "\ue000莞测"),
        ("N/A", None),
        ("无", None),
        (" ", None),
        (None, None),
    ],
)
def test_names_get_one_spelling(written, name):
    assert normalise_name(pa.array([written], pa.string())).to_pylist() == [name]


def test_keys_join_spellings():
    spellings = ["莞测(集团)有限公司", "莞测（集团）有限公司", "莞测·集团 有限公司", "莞测集团有限公司"]
    assert name_key(pa.array(spellings)).unique().to_pylist() == ["莞测集团有限公司"]
    assert name_key(pa.array(["Acme-Co. a_b"])).to_pylist() == ["ACMECOAB"]


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("东莞市长安车行", "dgscach"),
        ("A1电子（东莞）有限公司", "a1dzdgyxgs"),
        ("曾重庆", "zcq"),
        ("〇", "l"),
        ("🀄《》", None),
        ("", None),
        (None, None),
    ],
)
def test_initials(name, initials):
    assert name_initials(pa.array([name], pa.string())).to_pylist() == [initials]


@given(st.lists(st.one_of(st.none(), st.text(max_size=8)), max_size=8))
def test_initials_of_a_column_are_those_of_each_name(names):
    column = name_initials(pa.array(names, pa.string())).to_pylist()
    assert column == [name_initials(pa.array([name], pa.string()))[0].as_py() for name in names]
    chunked = pa.chunked_array([pa.array(names[:2], pa.string()), pa.array(names[2:], pa.string())])
    assert name_initials(chunked).to_pylist() == column


@pytest.mark.parametrize(
    "name",
    [
        "第一名",
        "第五名",
        "供应商一",
        "供应商1",
        "供应商A",
        "客户二",
        "单位1",
        "A公司",
        "公司1",
        "公司",
        "A",
        "某公司",
        "自然人1",
        "其他",
    ],
)
def test_placeholders_name_nobody(name):
    assert is_placeholder(pa.array([name])).to_pylist() == [True]


@pytest.mark.parametrize(
    "name",
    ["东莞市莞测公司", "一品客户服务公司", "A股投资公司", "王一", "公司治理研究院", "第一医药公司", "客户联合公司"],
)
def test_real_names_are_no_placeholders(name):
    assert is_placeholder(pa.array([name])).to_pylist() == [False]


@pytest.mark.parametrize(
    "same",
    [
        [
            "广东省东莞市东城区莞测路１２号Ａ座二楼",
            "东莞市东城街道莞测路12号A栋2层",
            "东城街道办事处莞测路12号A幢第二层",
        ],
        ["东莞市长安镇莞测村三巷5号", "广东东莞长安镇莞测村3巷5号", "中国广东省东莞市长安镇莞测村 三巷 5号"],
        ["东莞市松山湖高新技术产业开发区莞测路3号楼十二楼1201房", "松山湖莞测路3栋12楼1201室"],
        ["长安镇莞测路1号之一", "长安镇莞测路1号之1"],
        ["长安镇莞测路二十三号一百零五室", "长安镇莞测路23号105房"],
        ["长安镇莞测路1号（集群注册）", "长安镇莞测路1号"],
        ["长安镇莞测路1号（莞测大厦）", "长安镇莞测路1号莞测大厦"],
    ],
)
def test_spellings_of_one_address_are_one(same):
    assert len(normalise_address(pa.array(same)).text.unique()) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("东莞市长安镇莞测路1号", "东莞市虎门镇莞测路1号"),
        ("广州市天河区莞测路1号", "东莞市天河区莞测路1号"),
        ("长安镇莞测路1号2楼", "长安镇莞测路1号3楼"),
        ("长安镇莞测路11号", "长安镇莞测路1号"),
        ("长安镇五金城1号", "长安镇三金城1号"),
    ],
)
def test_different_places_stay_different(one, other):
    assert len(normalise_address(pa.array([one, other])).text.unique()) == 2


def test_other_provinces_lose_their_name_only_before_a_city():
    assert normalise_address(pa.array(["江苏省测州市一路1号", "测州市1路1号"])).text.unique().to_pylist() == [
        "测州市1路1号"
    ]


@pytest.mark.parametrize(
    ("address", "building"),
    [
        ("东莞市南城街道莞测路200号莞测国际A栋1203室", "南城街道莞测路200号莞测国际A栋"),
        ("东莞市长安镇莞测路1号2楼203号", "长安镇莞测路1号"),
        ("东莞市长安镇莞测大厦A座1203", "长安镇莞测大厦A栋"),
        ("东莞市长安镇莞测路12幢501", "长安镇莞测路12栋"),
        ("东莞市长安镇莞测商业中心三楼", "长安镇莞测商业中心"),
        ("东莞市长安镇莞测工业区", None),
        (None, None),
    ],
)
def test_building_ends_before_floor_and_room(address, building):
    assert normalise_address(pa.array([address], pa.string())).building.to_pylist() == [building]


def test_cluster_and_cut_addresses_are_marked():
    found = normalise_address(pa.array(["长安镇1号(集群注册)", "东莞市长安镇***", "长安镇1号", "无", None]))
    assert found.cluster.to_pylist() == [True, True, False, False, None]
    assert found.text.to_pylist()[3:] == [None, None]


def test_dongguan_has_36_towns_streets_and_zones():
    assert len({*STREETS, *TOWNS, *ZONES}) == 36


@pytest.mark.parametrize("town", [*STREETS, *TOWNS, *ZONES])
def test_every_town_is_found_by_its_name(town):
    assert town_of(pa.array([f"广东省东莞市{town}莞测路1号", f"东莞市{town}", town])).to_pylist() == [town] * 3


@pytest.mark.parametrize(
    ("address", "town"),
    [
        ("东莞市南城区长安路1号", "南城街道"),
        ("东莞市莞城东城中路1号", "莞城街道"),
        ("东莞市大岭山镇", "大岭山镇"),
        ("东莞市沙田镇虎门港莞测路", "沙田镇"),
        ("东莞市虎门港莞测路", "东莞港"),
        ("东莞市高步镇", "高埗镇"),
        ("南城市场1号", "南城街道"),
        ("广州市南沙区沙田村", None),
        ("湖南省测州市长安镇", None),
        ("东莞市莞测路", None),
        (None, None),
    ],
)
def test_the_first_town_after_the_city_counts(address, town):
    assert town_of(pa.array([address], pa.string())).to_pylist() == [town]


@pytest.mark.real_data
def test_real_addresses(real_data):
    addresses = csv.read_csv(real_data / "registry" / "dongguan.csv")["注册地址"]
    found = normalise_address(addresses)
    assert found.text.null_count == 43, "as many as say N/A"
    assert pc.sum(found.cluster).as_py() == 634 + 1_072, "集群 and ***"
    towns = town_of(addresses)
    assert len(towns) - towns.null_count >= 23_174
    assert len(towns.unique().drop_null()) >= 33
