"""Names of enterprises taken apart."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.company_names import FORMS, INDUSTRIES, PROVINCES, short_places, split_names
from graph.model.names import name_key

PLACES = ["江门", "惠州", "中山"]


def split(name, places=PLACES):
    found = split_names(pa.array([name], pa.string()), places)
    return tuple(getattr(found, part)[0].as_py() for part in ("region", "trade", "core", "form"))


@pytest.mark.parametrize(
    ("name", "region", "trade", "core", "form"),
    [
        ("江门市青禾星电子科技有限公司", "江门市", "青禾星", "青禾星电子科技", "有限公司"),
        ("广东省江门市青禾星电子科技股份有限公司", "广东省江门市", "青禾星", "青禾星电子科技", "股份有限公司"),
        ("青禾星（江门）贸易有限公司", "江门", "青禾星", "青禾星贸易", "有限公司"),
        ("青禾星(集团)股份有限公司", "", "青禾星", "青禾星", "集团股份有限公司"),
        ("青禾星控股集团有限公司", "", "青禾星", "青禾星控股", "集团有限公司"),
        ("东莞市长安青禾星五金制品厂", "东莞市长安", "青禾星", "青禾星五金制品", "厂"),
        ("东莞市石碣镇青禾星商行", "东莞市石碣镇", "青禾星", "青禾星", "商行"),
        ("中国青禾星（特殊普通合伙）", "中国", "青禾星", "青禾星", "特殊普通合伙"),
        ("岭川县星岭食品有限公司", "岭川县", "星岭", "星岭食品", "有限公司"),  # a place no list has
        ("江门食品有限公司", "江门", "食品", "食品", "有限公司"),  # nothing is taken that leaves too little
        ("科技有限公司", "", "科技", "科技", "有限公司"),
        ("Qinghe Star  Ltd", "", "QINGHESTARLTD", "QINGHESTARLTD", ""),
        ("青禾星", "", "青禾星", "青禾星", ""),
        (None, None, None, None, None),
    ],
)
def test_parts(name, region, trade, core, form):
    assert split(name) == (region, trade, core, form)


@given(
    st.sampled_from(PROVINCES), st.text("青禾星岭柏松澜屿", min_size=2, max_size=4),
    st.lists(st.sampled_from(INDUSTRIES), max_size=2), st.sampled_from(FORMS),
)  # fmt: skip
def test_a_name_built_by_rule_gives_its_trade_name_back(province, trade, industry, form):
    found = split(province + trade + "".join(industry) + form)
    assert found[0] == province
    assert found[1] == trade


@given(st.text(max_size=20))
def test_any_text_is_taken_apart(text):
    region, trade, core, _ = split(text)
    if trade is not None:
        assert core.startswith(trade)
        assert name_key(pa.array([text]))[0].as_py() is not None or trade == ""
        assert region is not None


def test_the_key_forgives_brackets_and_width():
    names = pa.array(["青禾星（江门）有限公司", "青禾星(江门)有限公司 "])
    assert len(split_names(names).key.unique()) == 1


def test_places_lose_their_ending():
    given_ = pa.array(["江门市", "江门", "青禾县", "某某藏族自治州", "甲市", None, ""])
    assert short_places(given_) == ["某某", "江门", "青禾"]
