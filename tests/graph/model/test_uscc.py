"""The credit-code checker: every code and trap of the standard that we know, an independent oracle, real registers."""

import random
import string
from collections import Counter

import pyarrow as pa
import pyarrow.csv as csv
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.kinds import CODE_STATUSES
from graph.model.legacy import check_org9, check_reg15, legacy_scheme
from graph.model.uscc import ALPHABET, check_uscc, uscc_status

LARGE = [
    "91110000600037341L",
    "914403001922038216",
    "9144030071526726XG",
    "91440300192317458F",
    "91330100799655058B",
    "91440400192548256N",
    "91440606722473344C",
]
OTHER_DEPARTMENTS = ["N2441900MF00000131", "Y1441900MB00000271", "A1110000MJ0000034G"]
HOUSEHOLDS = ["91441900MA000004XT", "92441900MA0000058P", "93441900MA0000066F"]


def statuses(codes):
    return check_uscc(pa.array(codes, pa.string())).status.to_pylist()


def reference_status(code):
    """The two checks as the standard words them, one character at a time."""
    total = sum(ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(code[:17]))
    if ALPHABET[(31 - total % 31) % 31] != code[17]:
        return "bad_check"
    inner = 11 - sum(w * int(c, 36) for w, c in zip((3, 7, 9, 10, 5, 8, 4, 2), code[8:16], strict=True)) % 11
    return "valid" if {10: "X", 11: "0"}.get(inner, str(inner)) == code[16] else "valid_outer_only"


def build(head, body):
    """A valid code from its first 8 characters and the 8 of its organisation code."""
    inner = 11 - sum(w * int(c, 36) for w, c in zip((3, 7, 9, 10, 5, 8, 4, 2), body, strict=True)) % 11
    code = head + body + {10: "X", 11: "0"}.get(inner, str(inner))
    total = sum(ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(code))
    return code + ALPHABET[(31 - total % 31) % 31]


@pytest.mark.parametrize("code", LARGE + OTHER_DEPARTMENTS + HOUSEHOLDS)
def test_known_good_codes_pass_both_checks(code):
    assert uscc_status(code) == "valid"


@pytest.mark.parametrize("code", ["91441900MA000033XT", "91441900MA000062XT"])
def test_inner_check_catches_what_the_outer_misses(code):
    assert uscc_status(code) == "valid_outer_only"


def test_outer_check_alone_can_fail():
    assert uscc_status("91441900MA000004X0") == "bad_check"


@pytest.mark.parametrize("region", ["449999", "000000", "442527", "999999"])
def test_no_code_is_rejected_for_its_region(region):
    assert uscc_status(build("91" + region, "MA00A1B2")) == "valid"


@pytest.mark.parametrize(
    "written",
    [
        "91441900ma000004xt",
        "  91441900MA000004XT\t",
        "91441900 MA00 0004XT",
        "９１４４１９００ＭＡ００００04ＸＴ",
        "\ufeff91441900MA000004XT",
    ],
)
def test_normalised_before_checked(written):
    result = check_uscc(pa.array([written]))
    assert result.status.to_pylist() == ["valid"]
    assert result.normalised.to_pylist() == ["91441900MA000004XT"]


def test_misread_letters_are_only_suggested():
    result = check_uscc(pa.array(["9I441900MAOOO004XT", "91441900MA000004XT", "91441900MAOOO0O4XX"]))
    assert result.normalised.to_pylist() == ["9I441900MAOOO004XT", "91441900MA000004XT", "91441900MAOOO0O4XX"]
    assert result.status.to_pylist() == ["bad_format", "valid", "bad_format"]
    assert result.suggestion.to_pylist() == ["91441900MA000004XT", None, None]


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("440301103097413", "legacy15"),
        ("110108000000016", "legacy15"),
        ("440301103448669", "legacy15"),
        ("440301103097414", "bad_check"),
        ("441900NA000123X", "legacy15"),
        ("32011na1234567x", "bad_format"),
        ("MA000004-X", "org9"),
        ("MA000004X", "org9"),
        ("MA0000041", "bad_check"),
        ("MA000004—X", "org9"),
        ("H-4601043500387-21", "bad_format"),
        ("3201112300080", "bad_format"),
        ("9144190012345678", "bad_format"),
        ("企合粤莞总字第000001号", "bad_format"),
        ("91441900MA000004XTT", "bad_format"),
        ("91441900SA000004XT", "bad_format"),
        ("", "missing"),
        ("无", "missing"),
        ("N/A", "missing"),
        (" - ", "missing"),
        (None, "missing"),
    ],
)
def test_everything_else_gets_its_status(code, status):
    assert uscc_status(code) == status


def test_a_column_keeps_every_row_in_place():
    mixed = [*LARGE, None, "440301103097413", " ", "91441900ma000004xt", "第", *HOUSEHOLDS]
    assert statuses(mixed) == [uscc_status(code) for code in mixed]
    sliced = pa.array(["x", *mixed, "y"]).slice(1, len(mixed))
    assert check_uscc(sliced).status.to_pylist() == statuses(mixed)
    chunked = pa.chunked_array([pa.array(mixed[:3]), pa.array([], pa.string()), pa.array(mixed[3:])])
    assert check_uscc(chunked).status.to_pylist() == statuses(mixed)


def test_empty_columns():
    assert statuses([]) == []
    assert check_uscc(pa.chunked_array([], pa.string())).status.to_pylist() == []


def test_more_rows_than_a_block():
    codes = [*LARGE, "91441900MA000033XT"] * 10_000
    assert Counter(statuses(codes)) == {"valid": 70_000, "valid_outer_only": 10_000}


@given(st.lists(st.text(ALPHABET, min_size=18, max_size=18), max_size=20))
def test_both_checks_agree_with_the_wording_of_the_standard(codes):
    assert statuses(codes) == [reference_status(code) for code in codes]


@given(st.lists(st.one_of(st.none(), st.text(max_size=20)), max_size=20))
def test_any_text_gets_a_known_status(texts):
    assert set(statuses(texts)) <= set(CODE_STATUSES)


@given(st.text(string.digits + "ABCDEFGH", min_size=8, max_size=8), st.integers(0, 17), st.sampled_from(ALPHABET))
def test_single_substitutions_are_always_seen(body, place, other):
    code = build("91441900", body)
    changed = code[:place] + other + code[place + 1 :]
    assert uscc_status(code) == "valid"
    assert (uscc_status(changed) == "valid") == (changed == code)


def test_double_substitutions_that_slip_through_are_rare():
    """Both checks let 0.26 % of random double substitutions in positions 9–18 pass, the outer alone 3.35 %."""
    draw = random.Random(7)
    changed = []
    for _ in range(20_000):
        code = list(build("91441900", "".join(draw.choices(ALPHABET, k=8))))
        for place in draw.sample(range(8, 18), 2):
            code[place] = draw.choice(ALPHABET.replace(code[place], ""))
        changed.append("".join(code))
    count = Counter(statuses(changed))
    assert count["valid"] / len(changed) < 0.005
    assert 0.025 < (count["valid"] + count["valid_outer_only"]) / len(changed) < 0.042


@pytest.mark.parametrize(
    ("number", "scheme"),
    [
        ("440301103097413", "reg15"),
        ("320111na000080x", "reg15_alnum"),
        ("3201112300080", "reg13"),
        ("MA000004-X", "org9"),
        ("企合粤莞总字第000001号", "document"),
        ("企独粤莞总字第000001", "document"),
        ("无", None),
        ("91441900MA000004XT", None),
    ],
)
def test_older_numbers_are_told_apart(number, scheme):
    assert legacy_scheme(pa.array([number])).to_pylist() == [scheme]


def test_older_numbers_have_checks_of_their_own():
    assert check_reg15(pa.array(["440301103097413", "440301103097431", "441900NA000123X", "1", None])).to_pylist() == [
        True,
        False,
        False,
        False,
        None,
    ]
    assert check_org9(pa.array(["MA000004-X", "MA000004X", "MA0000041", "无", None])).to_pylist() == [
        True,
        True,
        False,
        False,
        None,
    ]


def register(path):
    return csv.read_csv(path, convert_options=csv.ConvertOptions(column_types={"统一社会信用代码": pa.string()}))


@pytest.mark.real_data
def test_real_register(real_data):
    result = check_uscc(register(real_data / "registry" / "dongguan.csv")["统一社会信用代码"])
    assert Counter(result.status.to_pylist()) == {"valid": 23_294}


@pytest.mark.real_data
def test_real_malformed_codes_each_get_their_outcome(real_data):
    codes = register(real_data / "registry" / "malformed_codes.csv")["统一社会信用代码"]
    kinds = register(real_data / "registry" / "malformed_codes_kind.csv")["kind"].to_pylist()
    outcome = Counter(zip(kinds, check_uscc(codes).status.to_pylist(), legacy_scheme(codes).to_pylist(), strict=True))
    assert outcome == {
        ("old_15_digit", "legacy15", "reg15"): 3_377,
        ("old_15_alnum", "legacy15", "reg15_alnum"): 333,
        ("old_13_digit", "bad_format", "reg13"): 239,
        ("lowercase_valid", "valid", None): 147,
        ("check_digit_fails", "bad_check", None): 91,
        ("other", "bad_format", "document"): 9,
        ("other", "missing", None): 6,
        ("other", "bad_format", None): 2,
        ("org_code_9", "org9", "org9"): 2,
        ("bad_character", "bad_format", None): 1,
    }
