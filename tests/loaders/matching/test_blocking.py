"""Candidate pairs: none of the true ones lost, none twice, too common keys reported."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from loaders.matching.blocking import RULES, candidates
from loaders.matching.records import Records, read_pair

SOME = st.sampled_from(["", "甲", "乙", "丙"])
ROWS = st.lists(st.fixed_dictionaries({"名称": SOME, "法定代表人": SOME, "城市": SOME}), min_size=1, max_size=6)


def pair(left: list[dict[str, str]], right: list[dict[str, str]]) -> tuple[Records, Records]:
    return read_pair(*(pa.Table.from_pylist([{"号": str(i), **row} for i, row in enumerate(r)]) for r in (left, right)))


def keys(records: Records) -> list[set[tuple[str, str]]]:
    """Rule and key of every record, by plain Python."""
    found = [set() for _ in range(len(records))]
    for rule, columns in RULES.items():
        for column in columns(records):
            for row, value in enumerate(column.to_pylist()):
                for key in value if isinstance(value, list) else [value]:
                    if key:
                        found[row].add((rule, key))
    return found


@given(ROWS, ROWS)
def test_pairs_are_those_that_share_a_key(left, right):
    a, b = pair(left, right)
    found = candidates(a, b)
    expected = [(i, j) for i, x in enumerate(keys(a)) for j, y in enumerate(keys(b)) if x & y]
    assert list(zip(found.left.tolist(), found.right.tolist(), strict=True)) == expected


def test_no_true_pair_is_lost(small):
    a, b = read_pair(small.left, small.right)
    found = candidates(a, b)
    ids = a.ids.take(pa.array(found.left)).to_pylist(), b.ids.take(pa.array(found.right)).to_pylist()
    assert small.truth.items() - {*zip(*ids, strict=True)} == set()
    assert len(found) < len(a) * len(b) / 50


def test_renamed_enterprises_are_found_by_what_stays(small):
    a, b = read_pair(small.left, small.right)
    found = candidates(a, b)
    assert {"established", "representative", "address"} <= found.found_by.keys()


def test_a_key_too_common_is_left_out_and_counted():
    rows = [{"名称": f"青禾{c}厂", "法定代表人": "章明远"} for c in "甲乙丙丁戊"]
    a, b = pair(rows, rows)
    found = candidates(a, b, pairs_per_key=24)
    assert found.skipped["representative"] == 1
    assert len(found) == 5  # each only with its namesake
    assert len(candidates(a, b, pairs_per_key=25)) == 25


def test_a_former_name_meets_the_present_one():
    a, b = pair(
        [{"名称": "东莞市星岭电子有限公司", "曾用名": "东莞市青禾电子有限公司;东莞市柏松电子有限公司"}],
        [{"名称": "东莞市柏松电子有限公司"}],
    )
    assert len(candidates(a, b)) == 1


def test_cluster_addresses_and_cut_ones_make_no_pairs():
    a, b = pair(
        [{"名称": "青禾厂", "住所": "东莞市东城街道一路1号集群注册"}, {"名称": "星岭厂", "住所": "东莞市石碣镇***"}],
        [{"名称": "柏松厂", "住所": "东莞市东城街道一路1号集群注册"}, {"名称": "澜屿厂", "住所": "东莞市石碣镇***"}],
    )
    assert len(candidates(a, b)) == 0
