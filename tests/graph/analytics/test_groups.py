"""Groups end to end on invented complaints: what must be found, what must not, and the legal guards."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.analytics.groups import TIERS, complainant_groups
from graph.analytics.shared import SharedThings

PEOPLE, SHOPS, YEAR = 3000, 300, 365


@dataclasses.dataclass
class Case:
    who: np.ndarray
    shop: np.ndarray
    day: np.ndarray

    def plus(self, who, shop, day):
        parts = ((self.who, who), (self.shop, shop), (self.day, day))
        return Case(*(np.concatenate([old, np.asarray(new, np.int64)]) for old, new in parts))


def background(seed=0, rows=6000):
    rng = np.random.default_rng(seed)
    return Case(rng.integers(0, PEOPLE, rows), rng.integers(0, SHOPS, rows), rng.integers(0, YEAR, rows))


def gang(seed=0, accounts=20, shops=15, density=0.5, days=2):
    """Rows of accounts numbered from PEOPLE on that hit each of their shops within a few days of its own."""
    rng = np.random.default_rng(100 + seed)
    account, target = np.nonzero(rng.random((accounts, shops)) < density)
    begin = rng.integers(0, YEAR - days, shops)
    chosen = rng.choice(SHOPS, shops, replace=False)
    return PEOPLE + account, chosen[target], begin[target] + rng.integers(0, days, len(target))


def found(case, **more):
    return complainant_groups(case.who, case.shop, case.day, **more)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_planted_gang_is_found_and_nobody_else(seed):
    result = found(background(seed).plus(*gang(seed)))
    assert set(np.flatnonzero(result.flagged)) == set(range(PEOPLE, PEOPLE + 20))
    assert result.score[PEOPLE:].min() > 0.9
    assert (result.weight[PEOPLE:] < 0.1).all()
    assert [g.tier for g in result.groups if g.tier != "weak"] == ["strong"]


def test_a_group_carries_its_evidence():
    rows = gang(1)
    case = background(1).plus(*rows)
    result = found(case)
    group = result.groups[0]
    assert set(group.merchants) <= set(rows[1])
    assert len(group.merchants) >= 13
    assert rows[2].min() - group.window <= group.first_day <= group.last_day <= rows[2].max() + group.window
    assert (group.event_members >= 2).all()
    for event, inside in zip(group.events, group.event_members, strict=True):
        people = result.events.people(int(event))
        assert np.isin(people, group.members).sum() == inside
        low, high = result.events.first[event], result.events.last[event]
        at = (case.shop == result.events.value[event]) & (case.day >= low) & (case.day <= high)
        assert result.events.seen[event] == len(np.unique(case.who[at]))
    assert (group.member_probability > 0.9).all()
    assert np.isnan(group.substantiated)
    assert all(result.reasons[int(p)][0].seen > result.reasons[int(p)][0].expected for p in group.members)


def test_camouflage_does_not_hide_a_gang():
    rng = np.random.default_rng(9)
    hidden = PEOPLE + np.repeat(np.arange(20), 10)
    case = background(2).plus(*gang(2)).plus(hidden, rng.integers(0, SHOPS, 200), rng.integers(0, YEAR, 200))
    flagged = found(case).flagged
    assert flagged[PEOPLE:].sum() >= 19
    assert flagged[:PEOPLE].sum() == 0


def test_ordinary_complaints_give_no_flags():
    assert not any(found(background(seed)).flagged.any() for seed in range(3))


def test_accounts_without_synchrony_or_anything_shared_are_not_flagged():
    rng = np.random.default_rng(3)
    who, shop, _ = gang(3, density=0.2)
    result = found(background(3).plus(who, shop, rng.integers(0, YEAR, len(who))))
    assert not result.flagged.any()


def test_the_same_shops_without_synchrony_are_listed_as_weak_and_say_so():
    rng = np.random.default_rng(3)
    who, shop, _ = gang(3, density=0.5)
    result = found(background(3).plus(who, shop, rng.integers(0, YEAR, len(who))), windows=(1, 3))
    (group,) = (g for g in result.groups if len(g.members) >= 15)
    assert (group.tier, group.window, group.lowered) == ("weak", 0, ("no_synchrony",))
    assert result.score[PEOPLE:].max() <= 0.05
    assert (result.weight == 1.0).all()
    assert not result.flagged.any()


def test_genuine_mass_incidents_are_not_flagged():
    rng = np.random.default_rng(4)
    case = background(4)
    for _ in range(20):
        people, day = rng.choice(PEOPLE, 60, replace=False), rng.integers(0, YEAR - 3)
        case = case.plus(people, np.full(60, rng.integers(0, SHOPS)), day + rng.integers(0, 3, 60))
    assert not found(case).flagged.any()


def test_a_shared_courier_phone_does_not_merge_people():
    case = background(5)
    courier = SharedThings("phone", np.arange(500), np.zeros(500, np.int64))
    result = found(case, shared=[courier])
    assert not result.flagged.any()
    assert [(cut.name, cut.people) for cut in result.hubs] == [("phone", 500)]


def test_a_phone_shared_by_a_few_does_not_merge_them_either():
    phone = SharedThings("phone", np.arange(10), np.zeros(10, np.int64))
    assert not found(background(5), shared=[phone]).flagged.any()


def test_a_household_with_one_phone_address_and_two_shops_in_common_is_not_flagged():
    family = np.arange(4)
    case = background(6).plus(np.repeat(family, 2), np.tile([3, 8], 4), np.tile([10, 90], 4))
    things = [SharedThings(kind, family, np.zeros(4, np.int64)) for kind in ("phone", "address")]
    assert not found(case, shared=things).flagged.any()


def test_shared_texts_and_accounts_show_a_gang_that_time_does_not():
    rng = np.random.default_rng(7)
    who, shop, _ = gang(7, density=0.2)
    case = background(7).plus(who, shop, rng.integers(0, YEAR, len(who)))
    members = PEOPLE + np.arange(20)
    things = [
        SharedThings("text", members, np.zeros(20, np.int64)),
        SharedThings("text", members[::2], np.ones(10, np.int64)),
        SharedThings("account", members, np.arange(20) // 5),
        SharedThings("address", members, np.arange(20) // 4),
    ]
    plain, helped = found(case), found(case, shared=things)
    assert helped.score[PEOPLE:].sum() > plain.score[PEOPLE:].sum() + 5
    assert {s.name for g in helped.groups for s in g.shared} >= {"text", "account", "address"}


def test_a_genuine_consumer_with_many_upheld_complaints_stays_low():
    case = background(8).plus(*gang(8)).plus(np.zeros(40, np.int64), np.arange(40), np.arange(40) * 9)
    outcome = np.where(case.who == 0, 1, 0)
    result = found(case, outcome=outcome)
    assert result.score[0] < 0.1
    assert not result.flagged[0]


def test_upheld_outcomes_lower_a_member_and_then_the_whole_group():
    case = background(1).plus(*gang(1))
    one = found(case, outcome=np.where(case.who == PEOPLE, 1, -1))
    assert not one.flagged[PEOPLE]
    assert one.score[PEOPLE] < one.score[PEOPLE + 1]
    assert "substantiated_share" in {r.rule for r in one.reasons[PEOPLE]}
    everyone = found(case, outcome=np.where(case.who >= PEOPLE, 1, 0))
    assert everyone.groups[0].tier == "moderate"
    assert everyone.groups[0].lowered == ("substantiated_share",)
    assert not everyone.flagged.any()


def test_complaints_about_harm_lower_the_group():
    case = background(1).plus(*gang(1))
    result = found(case, harm=case.who >= PEOPLE)
    assert result.groups[0].lowered == ("harm_share",)
    assert result.score[PEOPLE:].max() <= 0.5


def test_missing_dates_weaken_but_still_show_a_dense_gang():
    case = background(1).plus(*gang(1, density=0.8))
    undated = complainant_groups(case.who, case.shop, None)
    assert undated.groups[0].window == 0
    assert undated.groups[0].first_day is None
    assert undated.groups[0].lowered == ("no_dates",)
    assert undated.flagged[PEOPLE:].sum() >= 18
    assert undated.flagged[:PEOPLE].sum() == 0


def test_same_input_same_result_whatever_the_order_of_rows():
    case = background(1).plus(*gang(1))
    order = np.random.default_rng(0).permutation(len(case.who))
    one = found(case)
    other = complainant_groups(case.who[order], case.shop[order], case.day[order])
    for name in ("score", "group", "tier", "flagged", "weight"):
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes()
    assert [g.members.tolist() for g in one.groups] == [g.members.tolist() for g in other.groups]


@pytest.mark.parametrize(
    ("who", "shop", "day"),
    [
        ([], [], []),
        ([0], [0], [5]),
        ([0, 0, 1], [0, 0, 0], [5, 5, 5]),
        (list(range(20)), [0] * 20, [7] * 20),
        ([0] * 100_000, [i % 50 for i in range(100_000)], [i % 365 for i in range(100_000)]),
    ],
    ids=["empty", "one row", "one day", "one merchant", "one person 100,000 times"],
)
def test_degenerate_files_give_no_flags(who, shop, day):
    columns = [np.array(c, np.int64) for c in (who, shop, day)]
    result = complainant_groups(*columns, n_complainants=20)
    assert len(result.score) == 20
    assert not result.flagged.any()
    assert result.weight.tolist() == [1.0] * 20


def test_unequal_lengths_are_refused():
    one, two = np.zeros(1, np.int64), np.zeros(2, np.int64)
    with pytest.raises(ValueError, match="same length"):
        complainant_groups(two, two, two, outcome=one)


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 6), st.integers(0, 40)), max_size=80))
def test_results_are_always_consistent(rows):
    who, shop, day = (np.array([r[i] for r in rows], np.int64) for i in range(3))
    result = complainant_groups(who, shop, day, n_complainants=13)
    assert ((result.score >= 0) & (result.score <= 1) & (result.weight >= 0) & (result.weight <= 1)).all()
    assert (result.group[result.flagged] >= 0).all()
    for person in np.flatnonzero(result.group >= 0):
        group = result.groups[result.group[person]]
        assert person in group.members
        assert TIERS[result.tier[person]] == group.tier


def test_people_of_one_town_meet_at_its_shops_and_are_no_gang():
    """30 towns, 85 % of complaints at home: the plain null flags hundreds here."""
    rng = np.random.default_rng(2)
    rows, town = 60_000, 30
    weight = (1 - rng.random(24_000)) ** (-1 / 1.4)
    who = rng.choice(24_000, rows, p=weight / weight.sum())
    at_home = rng.choice(60, rows, p=_falling(rng, 60))
    shop = np.where(rng.random(rows) < 0.85, (who % town) * 60 + at_home, rng.choice(1800, rows, p=_falling(rng, 1800)))
    ordinary = Case(who, shop, rng.integers(0, YEAR, rows))
    assert not found(ordinary).flagged.any()
    account, target = np.nonzero(rng.random((30, 30)) < 0.3)
    day = rng.integers(0, YEAR - 3, 30)[target] + rng.integers(0, 3, len(target))
    flagged = found(ordinary.plus(24_000 + account, rng.choice(1800, 30, replace=False)[target], day)).flagged
    assert flagged[24_000:].sum() >= 29
    assert not flagged[:24_000].any()


def _falling(rng, n):
    weight = rng.pareto(1.2, n) + 0.2
    return weight / weight.sum()


def test_people_active_in_the_same_weeks_meet_in_them_and_are_no_gang():
    """Everybody complains within one month of a life of four years, at the shops in fashion then."""
    rng = np.random.default_rng(1)
    rows, span = 40_000, 1460
    weight = (1 - rng.random(12_000)) ** (-1 / 1.3)
    who = rng.choice(12_000, rows, p=weight / weight.sum())
    day = np.minimum(rng.integers(0, span - 30, 12_000)[who] + rng.exponential(15, rows).astype(np.int64), span - 1)
    draw = rng.choice(900, (rows, 12), p=_falling(rng, 900))
    peak = rng.integers(0, span, 900)
    shop = draw[np.arange(rows), np.argmin(np.abs(peak[draw] - day[:, None]), axis=1)]
    assert found(Case(who, shop, day)).flagged.sum() <= 2


@pytest.mark.parametrize("seed", [0, 1])
def test_a_few_sure_pairs_are_enough_to_find_a_sparse_gang(seed):
    """60 accounts with six complaints each among five of camouflage: seeds of three people must not wither."""
    rng = np.random.default_rng(seed)
    case = Case(rng.integers(0, 16_000, 60_000), rng.integers(0, 1500, 60_000), rng.integers(0, YEAR, 60_000))
    account, target = np.nonzero(rng.random((60, 60)) < 0.1)
    day = rng.integers(0, YEAR - 3, 60)[target] + rng.integers(0, 3, len(target))
    case = case.plus(16_000 + account, rng.choice(1500, 60, replace=False)[target], day)
    hidden = 16_000 + np.repeat(np.arange(60), 5)
    case = case.plus(hidden, rng.integers(0, 1500, 300), rng.integers(0, YEAR, 300))
    flagged = found(case).flagged
    assert flagged[16_000:].sum() >= 54
    assert flagged[:16_000].sum() <= 3


def test_one_off_complainants_are_never_flagged():
    """Fairness: whoever complained about one merchant only cannot have met anybody twice."""
    rng = np.random.default_rng(11)
    once = PEOPLE + 20 + np.arange(200)
    rows = gang(11)
    case = background(11).plus(*rows).plus(once, rng.choice(rows[1], 200), rng.choice(rows[2], 200))
    result = found(case)
    assert result.flagged[PEOPLE : PEOPLE + 20].sum() >= 18
    assert not result.flagged[once].any()


@pytest.mark.parametrize(("kind", "people"), [("agent", 300), ("text", 900), ("phone", 100), ("device", 60)])
def test_clients_of_one_lawyer_or_association_are_no_gang(kind, people):
    """One agent, form, office phone or terminal for all, about three merchants of one affair."""
    clients = PEOPLE + np.arange(people)
    case = background(12)
    for shop in range(3):
        case = case.plus(clients[shop::3], np.full(len(clients[shop::3]), shop), np.full(len(clients[shop::3]), 100))
    result = found(case, shared=[SharedThings(kind, clients, np.zeros(people, np.int64))])
    assert [cut.people for cut in result.hubs] == [people]
    assert not result.flagged.any()


def test_those_for_whom_one_person_complains_are_no_gang():
    """A helper's phone, address and name stand on the complaints of a dozen old people about shops of their own."""
    helped = PEOPLE + np.arange(12)
    rng = np.random.default_rng(13)
    twice = np.repeat(helped, 2)
    case = background(13).plus(twice, rng.integers(0, SHOPS, 24), rng.integers(0, YEAR, 24))
    shared = [SharedThings(kind, helped, np.zeros(12, np.int64)) for kind in ("phone", "address", "agent")]
    assert not found(case, shared=shared).flagged.any()
