import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graph.analytics.templates import text_families

FORM = "本人于{day}在该店购买的{goods}标签未标注生产日期，违反食品安全法第六十七条，要求退一赔十，订单号{order}。"
OTHERS = [
    "孩子吃了以后一直拉肚子，医院说是急性肠胃炎，商家到现在都不肯接电话，请帮帮我们。",
    "买的空调装上三天就不制冷了，维修师傅来了两次都没修好，想退货店家一直拖着不办。",
    "健身房突然关门，会员卡里还剩下半年的课没有上，老板说过几天处理结果再也找不到人。",
]


def test_a_filled_in_form_is_one_family_whatever_its_blanks():
    forms = [FORM.format(day=d, goods=g, order=1000 + d) for d, g in enumerate(["饼干", "蜂蜜", "牛肉干", "茶叶"])]
    assert text_families([*forms, *OTHERS]).tolist() == [0, 0, 0, 0, -1, -1, -1]


def test_short_and_missing_texts_belong_to_no_family():
    assert text_families(["质量问题要求退款", "质量问题要求退款", "", None]).tolist() == [-1, -1, -1, -1]


def test_equal_texts_are_always_one_family_and_numbered_by_appearance():
    assert text_families([OTHERS[1], OTHERS[0], OTHERS[0], OTHERS[1]]).tolist() == [0, 1, 1, 0]


def test_nothing():
    assert text_families([]).tolist() == []


@given(st.lists(st.text(max_size=40), max_size=12))
def test_families_have_two_texts_and_equal_texts_agree(texts):
    family = text_families(texts)
    numbers = family[family >= 0]
    assert (np.bincount(numbers) >= 2).all()
    plain = ["".join(t.split()) for t in texts]
    for i, text in enumerate(plain):
        assert all(family[i] == family[j] for j in range(i) if plain[j] == text)
