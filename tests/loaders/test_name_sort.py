"""What a name alone tells of whose it is."""

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.checks import _special_sort, name_sort


@pytest.mark.parametrize(
    ("name", "sort"),
    [
        ("东莞市莞测实业有限公司", "organisation"),
        ("莞测银行", "organisation"),
        ("莞测一号证券投资基金", "fund"),
        ("莞测基金", "person"),  # four characters: told from a person only by a listed ending
        ("丁莞测", "person"),
        ("丁", "placeholder"),
        ("莞测·阿里木江", "person"),
        ("NP-00a1", "person"),
        ("X-00a1", "unknown"),
        ("x-00a1", "organisation"),
        ("供应商一", "placeholder"),
        ("第12345678901名", "placeholder"),
        ("a公司", "placeholder"),
        ("ı公司", "placeholder"),
        (None, "organisation"),
    ],
)
def test_sorts(name, sort):
    assert name_sort(pa.array([name], pa.string())).to_pylist() == [sort]


PARTS = [*"第大某甲丁A1a一九·-fX", "NP-", "X-", "供应商", "公司", "基金", "名", "其他", "银行", "莞测"]


@given(st.lists(st.one_of(st.lists(st.sampled_from(PARTS), max_size=6).map("".join), st.text(max_size=6))))
def test_the_first_look_misses_no_name_that_needs_the_close_one(names):
    column = pa.array(names, pa.string())
    otherwise = pc.if_else(
        pc.fill_null(pc.match_substring_regex(column, "基金|组合|分红"), False), "fund", "organisation"
    )
    assert name_sort(column).to_pylist() == _special_sort(column, otherwise).to_pylist()
