"""Capital, dates, phones, masks and keyed hashes."""

import datetime as dt
import hashlib
import re
from collections import Counter

import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.capital import parse_capital
from graph.model.dates import _parse, parse_dates
from graph.model.hashing import keyed_hash, plain_hash
from graph.model.masks import mask_id, mask_name, mask_phone, mask_text
from graph.model.phones import _LANDLINE, _digits, normalise_phone
from graph.model.text import is_missing


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("500(万元人民币)", 5e6, "CNY"),
        ("500(万元(人民币))", 5e6, "CNY"),
        ("500万人民币", 5e6, "CNY"),
        ("500万元人民币", 5e6, "CNY"),
        ("1,125(万元人民币)", 11.25e6, "CNY"),
        ("1,125,000(万元)", 11.25e9, "CNY"),
        ("125.3000(万元人民币)", 1_253_000, "CNY"),
        ("1,125.5(万香港元)", 11_255_000, "HKD"),
        ("30(万元(港币))", 3e5, "HKD"),
        ("30万港元", 3e5, "HKD"),
        ("30万港币", 3e5, "HKD"),
        ("30(万美元)", 3e5, "USD"),
        ("30(万元(美元))", 3e5, "USD"),
        ("30(万元美元)", 3e5, "USD"),
        ("3,000(万日元)", 3e7, "JPY"),
        ("3,000(万元(日元))", 3e7, "JPY"),
        ("1,000(万元(欧元))", 1e7, "EUR"),
        ("1,000(万)", 1e7, "CNY"),
        ("10（万元）", 1e5, "CNY"),
        ("10( 万人民币元)", 1e5, "CNY"),
        ("10(万人民币 )", 1e5, "CNY"),
        ("10人民币元", 10, "CNY"),
        ("10()", 10, "CNY"),
        ("10", 10, "CNY"),
        ("１０万元", 1e5, "CNY"),
        ("人民币10万元整", 1e5, "CNY"),
        ("注册资本：1.2亿元", 1.2e8, "CNY"),
        ("¥1,000.50", 1000.5, "CNY"),
        ("15(万新加坡元)", 15e4, "SGD"),
        ("15(万印度卢比)", 15e4, None),
        ("0(万元)", 0, "CNY"),
        ("-", None, None),
        ("N/A", None, None),
        ("其他", None, None),
        ("（万元）", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_capital(text, amount, currency):
    found = parse_capital(pa.array([text], pa.string()))
    assert (found.amount.to_pylist(), found.currency.to_pylist()) == ([amount], [currency])


@pytest.mark.real_data
def test_every_capital_of_a_real_register_is_read(real_data):
    column = csv.read_csv(real_data / "registry" / "dongguan.csv")["注册资金"]
    found = parse_capital(column)
    unread = [text for text, amount in zip(column.to_pylist(), found.amount.to_pylist(), strict=True) if amount is None]
    assert Counter(unread) == {"N/A": 3_190, "-": 1}
    assert set(found.currency.drop_null().to_pylist()) == {"CNY", "HKD", "USD", "JPY", "EUR"}


@pytest.mark.real_data
def test_nearly_every_capital_of_three_million_is_read(real_data):
    column = pq.read_table(real_data / "registry" / "full_structure.parquet", columns=["capital"])["capital"]
    found = parse_capital(column)
    unread = Counter(
        re.sub(r"\d+", "9", text)
        for text, amount in zip(column.to_pylist(), found.amount.to_pylist(), strict=True)
        if amount is None and not is_missing(text)
    )
    assert sum(unread.values()) < 300, "aggregated shapes only"


@pytest.mark.parametrize(
    ("text", "day", "status"),
    [
        *(
            (text, dt.date(2024, 1, 5), "valid")
            for text in (
                "2024-01-05",
                "2024/1/5",
                "2024.1.5",
                "20240105",
                "2024年1月5日",
                "2024年01月05号",
                "2024-01-05 10:30:00",
                "2024-01-05T10:30:00Z",
                "2024/1/5 8:00",
                "20240105103000",
                " 2024-1-5 ",
                "２０２４－０１－０５",
                "45296",
                "45296.5",
            )
        ),
        ("2024-02-29", dt.date(2024, 2, 29), "valid"),
        ("2023-02-29", None, "impossible"),
        ("2024-13-01", None, "impossible"),
        ("0201-01-05", None, "impossible"),
        ("20240230", None, "impossible"),
        ("0000-00-00", None, "impossible"),
        ("9999-12-31", None, "open"),
        ("长期", None, "open"),
        ("N/A", None, "missing"),
        ("", None, "missing"),
        (None, None, "missing"),
        ("2024", None, "unreadable"),
        ("2024-01", None, "unreadable"),
        ("5.1.2024", None, "unreadable"),
        ("2024-01-055", None, "unreadable"),
        ("soon", None, "unreadable"),
        ("1704412800000", None, "unreadable"),
    ],
)
def test_dates(text, day, status):
    found = parse_dates(pa.array([text], pa.string()))
    assert (found.day.to_pylist(), found.status.to_pylist()) == ([day], [status])


@given(st.dates(dt.date(1800, 1, 1), dt.date(2998, 12, 31)))
def test_every_day_survives_its_spellings(day):
    spellings = [
        f"{day:%Y-%m-%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        f"{day.year}/{day.month}/{day.day}",
    ]
    assert parse_dates(pa.array(spellings)).day.to_pylist() == [day] * 4


def test_columns_of_dates_pass_through():
    stamps = pa.chunked_array([pa.array([dt.datetime(2024, 1, 5, 10, tzinfo=dt.UTC), None], pa.timestamp("us", "UTC"))])
    found = parse_dates(stamps)
    assert found.day.to_pylist() == [dt.date(2024, 1, 5), None]
    assert found.status.to_pylist() == ["valid", "missing"]


@pytest.mark.parametrize(
    ("text", "digits", "landline"),
    [
        ("13800001234", "13800001234", False),
        ("138 0000 1234", "13800001234", False),
        ("+86-138-0000-1234", "13800001234", False),
        ("8613800001234", "13800001234", False),
        ("013800001234", "13800001234", False),
        ("１３８００００１２３４", "13800001234", False),
        ("0769-88881234", "076988881234", True),
        ("(0769) 8888-1234", "076988881234", True),
        ("+86 769 88881234", "076988881234", True),
        ("88881234", "076988881234", True),
        ("0769-88881234转801", "076988881234", True),
        ("0769-88881234/13800001234", "076988881234", True),
        ("010-88881234", "01088881234", True),
        ("400-123-4567", "4001234567", False),
        ("12315", "12315", False),
        ("无", None, None),
        ("1380000123", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_phones(text, digits, landline):
    found = normalise_phone(pa.array([text], pa.string()))
    assert (found.digits.to_pylist(), found.landline.to_pylist()) == ([digits], [landline])


def rarely(*usual):
    """Texts of the usual shapes, the same with one thing changed, and any text."""
    common = st.one_of(*(st.from_regex(shape, fullmatch=True) for shape in usual))
    changed = st.tuples(common, st.integers(0, 14), st.sampled_from(list("０1x-— \u0661/()+\u200b\n"))).map(
        lambda parts: parts[0][: parts[1]] + parts[2] + parts[0][parts[1] + 1 :]
    )
    return st.lists(st.one_of(common, changed, st.none(), st.text(max_size=14)), max_size=12)


@given(rarely(r"1[3-9][0-9]{9}", r"0[0-9]{11}", r"0[0-9]{3}-[0-9]{8}", r"0086-[0-9]{8}", r"01[3-9][0-9]{9}"))
def test_usual_numbers_are_read_as_single_ones_are(texts):
    found = normalise_phone(pa.array(["x", *texts], pa.string()).slice(1))
    digits = [None if text is None else _digits(text) for text in texts]
    assert found.digits.to_pylist() == digits
    assert found.landline.to_pylist() == [None if d is None else _LANDLINE.fullmatch(d) is not None for d in digits]


@given(rarely(r"[0-9]{4}-[01][0-9]-[0-3][0-9]", r"(1[789]|2[09])[0-9]{2}-(02|12)-(28|29|31)"))
def test_usual_dates_are_read_as_single_ones_are(texts):
    found = parse_dates(pa.array(["x", *texts], pa.string()).slice(1))
    read = [(None, "missing") if text is None else _parse(text) for text in texts]
    assert list(zip(found.day.to_pylist(), found.status.to_pylist(), strict=True)) == read


@given(st.lists(st.one_of(st.none(), st.text(max_size=20)), max_size=8))
def test_masks_of_any_text(texts):
    column = pa.array(texts, pa.string())
    phone = [t if t is None else f"{t[:3]}****{t[-4:]}" if len(t) >= 10 else f"****{t[-2:]}" for t in texts]
    number = [
        t if t is None else f"{t[:3]}{'*' * (len(t) - 7)}{t[-4:]}" if len(t) > 10 else "*" * len(t) for t in texts
    ]
    assert mask_phone(column).to_pylist() == phone
    assert mask_id(column).to_pylist() == number


def test_masks_hide_the_middle():
    assert mask_phone(pa.array(["13800001234", "12315", None])).to_pylist() == ["138****1234", "****15", None]
    assert mask_id(pa.array(["11010519491231002X", "12345", None])).to_pylist() == ["110***********002X", "*****", None]
    assert mask_name(pa.array(["欧阳某某", ""])).to_pylist() == ["欧*", "*"]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话13800001234，请回", "电话138****1234，请回"),
        ("身份证11010519491231002X号", "身份证110***********002X号"),
        ("13800001234", "138****1234"),
        ("许可证编号：13800001234", "许可证编号：13800001234"),
        ("地块13800001234号", "地块13800001234号"),
        ("宗地号13800001234", "宗地号13800001234"),
        ("粤食药准字第13800001234", "粤食药准字第13800001234"),
        ("许可证已发，请致电13800001234", "许可证已发，请致电138****1234"),
        ("单号213800001234", "单号213800001234"),
        ("编号A13800001234", "编号A13800001234"),
        ("", ""),
    ],
)
def test_free_text_masks_numbers_that_are_telephones(text, masked):
    assert mask_text(pa.array([text])).to_pylist() == [masked]


@pytest.mark.real_data
def test_digit_runs_of_a_real_register_are_no_telephones(real_data):
    """Two scopes or addresses hold runs that look like mobile numbers and are plot and permit numbers."""
    table = csv.read_csv(real_data / "registry" / "dongguan.csv")
    for column in ("经营范围", "注册地址"):
        texts = table[column]
        changed = sum(a != b for a, b in zip(texts.to_pylist(), mask_text(texts).to_pylist(), strict=True))
        assert changed == 0, column


def test_hashes_depend_on_value_and_key_only():
    first = keyed_hash(pa.array(["a", "b", "a", None]), b"k" * 32, "p_").to_pylist()
    assert first[0] == first[2] != first[1]
    assert first[3] is None
    assert re.fullmatch(r"p_[0-9a-f]{24}", first[0])
    assert keyed_hash(pa.array(["a"]), b"l" * 32, "p_").to_pylist()[0] != first[0]
    assert keyed_hash(pa.array(["a"]), b"k" * 32, "q_").to_pylist()[0][2:] != first[0][2:]
    assert plain_hash(pa.array(["a"]), "a_").to_pylist() != plain_hash(pa.array(["b"]), "a_").to_pylist()


@given(st.lists(st.one_of(st.none(), st.text(max_size=200)), max_size=8), st.binary(max_size=64))
def test_hashes_are_those_of_blake2b(texts, key):
    known = [hashlib.blake2b((t or "").encode(), digest_size=12, key=key, person=b"q_").hexdigest() for t in texts]
    digests = [None if text is None else f"q_{digest}" for text, digest in zip(texts, known, strict=True)]
    assert keyed_hash(pa.array(["x", *texts], pa.string()).slice(1), key, "q_").to_pylist() == digests
