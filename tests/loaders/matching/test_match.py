"""Matching as a whole: what is merged, what is asked, what is left alone."""

import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import InputError, MissingColumns
from loaders.matching import Decision, match_tables, override, undo
from loaders.matching.match import THRESHOLD

NOON = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)
NAME = st.text("青禾星岭川柏松澜", min_size=2, max_size=5)


def merged(found) -> dict[str, str]:
    return {d.left.removeprefix("left:"): d.right.removeprefix("right:") for d in found.of("match")}


def listed(rows: list[dict[str, str]]) -> pa.Table:
    return pa.table({name: pa.array([row.get(name, "") for row in rows]) for name in rows[0]})


@pytest.fixture(scope="module")
def found(small):
    return match_tables(small.left, small.right, at=NOON)


def test_known_pairs_are_merged_and_nothing_else(small, found):
    pairs = merged(found)
    assert {left: right for left, right in pairs.items() if small.truth.get(left) != right} == {}
    assert len(pairs) / len(small.truth) >= 0.99


def test_renamed_enterprises_are_found(small, found):
    assert len(small.renamed) == 20
    assert small.renamed - merged(found).keys() == set()


def test_every_left_record_is_decided_once(small, found):
    matched = [d.left for d in found.of("match")]
    alone = [d.left for d in found.of("none")]
    asked = {d.left for d in found.of("possible")}
    assert sorted([*matched, *alone, *asked]) == sorted(f"left:{id_}" for id_ in small.left["编号"].to_pylist())


def test_the_waterfall_sums_to_the_score(found):
    for decision in (*found.of("match"), *found.of("possible")):
        assert sum(step.bits for step in decision.waterfall) == pytest.approx(decision.score)


def test_order_of_rows_changes_no_decision(small, found):
    turned = match_tables(small.left[::-1], small.right[::-1], at=NOON)
    assert merged(turned) == merged(found)
    assert {d.id for d in turned.decisions} == {d.id for d in found.decisions}


def test_headings_that_nobody_knows_can_be_named(small, found):
    odd = small.left.rename_columns(["编号", "甲", *small.left.column_names[2:]])
    assert merged(match_tables(odd, small.right, left_columns={"name": "甲"}, at=NOON)) == merged(found)


@given(st.lists(NAME, min_size=1, max_size=12, unique=True), st.lists(NAME, min_size=1, max_size=12, unique=True))
def test_a_name_alone_never_merges(left, right):
    rows = [[{"号": str(i), "名称": f"{name}有限公司"} for i, name in enumerate(names)] for names in (left, right)]
    found = match_tables(*map(listed, rows), at=NOON)
    assert found.of("match") == []
    same = {(left.index(name), right.index(name)) for name in {*left} & {*right}}
    assert same <= {(int(d.left[5:]), int(d.right[6:])) for d in found.of("possible")}


@settings(max_examples=20)
@given(st.integers(0, 1000), st.sampled_from(["法定代表人", "城市", "住所"]))
def test_what_agrees_only_in_name_or_day_is_left_to_a_person(lists, seed, field):
    """Among hundreds of clear pairs one that agrees in its name, and in nothing else but what is not said."""
    made = lists(seed % 3, 60, 100)
    name = f"东莞市{'青禾星'}独此{seed}有限公司"
    absent = dict.fromkeys(made.left.column_names, "")
    left = pa.concat_tables([made.left, listed([{**absent, "编号": "X", "企业名称": name, field: "独一"}])])
    right = pa.concat_tables(
        [made.right, listed([{**dict.fromkeys(made.right.column_names, ""), "号": "Y", "名称": name}])]
    )
    about = [d for d in match_tables(left, right, at=NOON).decisions if d.left == "left:X"]
    assert [(d.outcome, d.right) for d in about] == [("possible", "right:Y")]


def test_two_equally_good_partners_are_both_asked_about(small):
    """A twin registered on the same day by the same person at the same address under a name of its own."""
    at = small.right["号"].to_pylist().index(small.truth["A0"])  # A0 was renamed: its name decides nothing
    twin = {name: small.right[name][at].as_py() for name in small.right.column_names}
    right = pa.concat_tables([small.right, listed([{**twin, "号": "twin", "名称": "东莞市独此一家有限公司"}])])
    about = [d for d in match_tables(small.left, right, at=NOON).decisions if d.left == "left:A0"]
    assert {(d.outcome, d.right) for d in about} == {
        ("possible", f"right:{small.truth['A0']}"),
        ("possible", "right:twin"),
    }
    assert all(d.probability <= 0.5 for d in about)


def test_a_person_can_forbid_a_pair_and_take_that_back(small, found):
    no = override("left:A2", f"right:{small.truth['A2']}", "none", by="核查员甲", at=NOON)
    again = match_tables(small.left, small.right, manual=[no], at=NOON)
    assert "A2" not in merged(again)
    assert merged(again) == {left: right for left, right in merged(found).items() if left != "A2"}
    assert [d.kind for d in again.decisions if d.id == no.id] == ["manual"]
    back = match_tables(small.left, small.right, manual=[no, undo(no, by="核查员乙", at=NOON)], at=NOON)
    assert merged(back) == merged(found)


def test_a_person_can_join_what_nothing_joins(small, found):
    stranger = f"right:{small.right['号'][-1].as_py()}"
    yes = override("left:A1", stranger, "match", by="核查员甲", at=NOON)
    again = match_tables(small.left, small.right, manual=[yes], at=NOON)
    assert merged(again) == {**merged(found), "A1": stranger.removeprefix("right:")}
    assert [d for d in again.decisions if d.left == "left:A1"] == [yes]


def test_a_partner_given_away_by_a_person_is_not_given_twice(small):
    yes = override("left:A1", f"right:{small.truth['A2']}", "match", by="核查员甲", at=NOON)
    pairs = merged(match_tables(small.left, small.right, manual=[yes], at=NOON))
    assert pairs["A1"] == small.truth["A2"]
    assert "A2" not in pairs


def test_persons_who_contradict_each_other_are_told(small):
    said = [override("left:A1", f"right:B{n}", "match", by=f"核查员{n}", at=NOON) for n in (1, 2)]
    with pytest.raises(InputError, match="take one of them back"):
        match_tables(small.left, small.right, manual=said)


def test_a_decision_about_records_of_another_list_is_passed_over(small, found):
    other = override("left:A2", "elsewhere:1", "match", by="核查员甲", at=NOON)
    assert merged(match_tables(small.left, small.right, manual=[other], at=NOON)) == merged(found)


def test_a_low_threshold_still_gives_each_record_one_partner(small):
    pairs = merged(match_tables(small.left, small.right, threshold=0.0, at=NOON))
    assert len({*pairs.values()}) == len(pairs)
    assert len(pairs) >= len(small.truth)


def test_a_threshold_of_one_merges_less(small, found):
    strict = merged(match_tables(small.left, small.right, threshold=1.0, at=NOON))
    assert strict.items() <= merged(found).items()
    assert THRESHOLD < 1


def test_equal_ids_of_two_lists_are_two_records():
    rows = [{"号": "1", "名称": "东莞市青禾星有限公司", "成立日期": "2011-03-04", "法定代表人": "柏松澜"}]
    found = match_tables(listed(rows), listed(rows), at=NOON)
    assert [(d.left, d.right) for d in found.decisions] == [("left:1", "right:1")]


@pytest.mark.parametrize(
    ("left", "says"),
    [
        ({"号": ["1"], "电话": ["2"]}, "name=HEADING"),
        ({"号": ["1", "1"], "名称": ["甲厂", "乙厂"]}, "occur twice"),
        ({"号": ["1", ""], "名称": ["甲厂", "乙厂"]}, "no id"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused_with_the_cure(left, says):
    good = pa.table({"号": ["1"], "名称": ["甲厂"]})
    with pytest.raises(InputError, match=says):
        match_tables(pa.table({k: pa.array(v) for k, v in left.items()}), good)


def test_a_heading_named_wrongly_is_refused():
    good = pa.table({"号": ["1"], "名称": ["甲厂"]})
    with pytest.raises(MissingColumns, match="the file has 号, 名称"):
        match_tables(good, good, left_columns={"rep": "老板"})
    with pytest.raises(InputError, match="the fields are"):
        match_tables(good, good, right_columns={"boss": "名称"})


def test_a_list_without_rows_is_matched_with_nothing():
    good = pa.table({"号": ["1"], "名称": ["甲厂"]})
    assert [d.outcome for d in match_tables(good, good[:0]).decisions] == ["none"]
    assert match_tables(good[:0], good).decisions == ()


def test_the_decision_says_who_and_when(found):
    decision: Decision = found.of("match")[0]
    assert (decision.kind, decision.decided_by, decision.decided_at) == ("auto", "creditnet match", NOON)
