"""Who may read what. Golden test 23: a role without permission sees masks, wherever an answer goes."""

import json
from dataclasses import asdict, is_dataclass, replace
from typing import get_args

import fixture_graph as f
import pytest

from queries import complainants, leads
from queries.credit_file import credit_file, records
from queries.linked_parties import ego, expand, ownership_tree, paths
from queries.masking import NAMED_ROLES, WITHHELD, Role, complainant_alias, mask, mask_name, searchable
from queries.parties import parties
from queries.results import Contribution, Evidence, Lead, Network, Party, Record, Relation
from queries.search import search

MASKED = sorted(set(get_args(Role)) - NAMED_ROLES)
EVERYONE = [f.LIN, f.ZHAO, f.ZHOU, f.SUN, f.QIAN, f.WU, f.ZHENG]


def text(answer):
    """Everything an answer holds, as it would leave by the API."""
    plain = [asdict(a) if is_dataclass(a) else a for a in (answer if isinstance(answer, tuple) else (answer,))]
    return json.dumps(plain, ensure_ascii=False, default=str)


# what is asked → how
ANSWERS = {
    "search": lambda s: search(s, "孙问天"),
    "ego of a person": lambda s: ego(s, f.LIN),
    "ego of a complainant": lambda s: ego(s, f.SUN),
    "ego of an informant": lambda s: ego(s, f.WU),
    "ego of a shop": lambda s: ego(s, f.SNACKS),
    "ego of a phone": lambda s: ego(s, f.SHARED_PHONE),
    "ego of a delivery address": lambda s: ego(s, f.PARCEL),
    "expand": lambda s: expand(s, f.SHOP, exclude=[f.HONGDA]),
    "ownership": lambda s: ownership_tree(s, f.HONGDA),
    "path with a person": lambda s: paths(s, f.ZHAO, f.YUANFAN),
    "path from a complainant": lambda s: paths(s, f.SUN, f.LIN),
    "path over a shared phone": lambda s: paths(s, f.SUN, f.QIAN),
    "path over a report": lambda s: paths(s, f.WU, f.BAIHUO),
    "file of a person": lambda s: credit_file(s, f.LIN),
    "file of a complainant": lambda s: credit_file(s, f.SUN),
    "file of a shop": lambda s: credit_file(s, f.SNACKS),
    "file of a company": lambda s: credit_file(s, f.HONGDA),
    "group": lambda s: complainants.group(s, f.GROUP),
    "picture of a group": lambda s: complainants.group_network(s, f.GROUP),
    "leads": lambda s: leads.leads(s),
    "records": lambda s: records(s, ["k_tx:1", "k_tx:3", "r_1"]),
}


@pytest.mark.neo4j
@pytest.mark.parametrize("role", MASKED)
@pytest.mark.parametrize("ask", ANSWERS.values(), ids=ANSWERS)
def test_no_full_name_leaves(city, role, ask):
    answer = ask(city)
    masked = mask(answer, role)
    assert type(masked) is type(answer)
    assert [name for name in f.FULL_NAMES if name in text(masked)] == []


@pytest.mark.neo4j
@pytest.mark.parametrize("role", sorted(NAMED_ROLES))
@pytest.mark.parametrize("ask", ANSWERS.values(), ids=ANSWERS)
def test_analysts_and_supervisors_read_all(city, role, ask):
    answer = ask(city)
    assert mask(answer, role) == answer


@pytest.mark.neo4j
def test_the_answers_above_do_hold_names(city):
    """Else the test on masked roles could not fail."""
    whole = "".join(text(ask(city)) for ask in ANSWERS.values())
    assert [name for name in f.FULL_NAMES if name not in whole] == []


@pytest.mark.neo4j
def test_an_informant_is_nowhere(city):
    net, file = mask(ego(city, f.SNACKS), "viewer"), mask(credit_file(city, f.SNACKS), "system")
    assert f.WU not in text(net)
    assert f.WU not in text(file)
    assert f.WU not in net.positions
    assert f.WU in text(mask(ego(city, f.SNACKS), "analyst"))


@pytest.mark.neo4j
def test_an_informant_who_also_complained_is_shown_as_complainant_only(city):
    net = mask(ego(city, f.SNACKS), "viewer")
    relation = next(r for r in net.relations if r.source == f.ZHENG)
    assert (relation.origin, relation.count, relation.valid_from) == ("complaint", 1, None)


@pytest.mark.neo4j
def test_counts_say_what_is_still_shown(city):
    before = {(c.type, c.direction): c for c in ego(city, f.SNACKS).counts}["COMPLAINED", "in"]
    after = {(c.type, c.direction): c for c in mask(ego(city, f.SNACKS), "viewer").counts}["COMPLAINED", "in"]
    assert (before.shown, after.shown, after.total) == (2, 1, 2)


@pytest.mark.neo4j
def test_a_complainant_is_a_number_without_contact(city):
    net = mask(ego(city, f.SUN), "viewer")
    shown = {p.id: p for p in net.parties}
    assert (shown[f.SUN].name, shown[f.SUN].code) == ("投诉人aa1111", None)
    assert not {f.SHARED_PHONE, f.PARCEL} & set(shown)
    assert not {"PHONE_OF", "DELIVERED_TO"} & {r.type for r in net.relations}
    facts = mask(credit_file(city, f.SUN), "viewer").facts
    assert (facts["name"], facts["id_masked"]) == ("投诉人aa1111", None)


@pytest.mark.neo4j
def test_a_company_keeps_its_phone_and_a_person_the_masked_number(city):
    net = mask(ego(city, f.HONGDA), "viewer")
    assert f.OFFICE_PHONE in {p.id for p in net.parties}
    facts = mask(credit_file(city, f.LIN), "viewer").facts
    assert (facts["name"], facts["id_masked"]) == ("林*", "441***********002X")


@pytest.mark.neo4j
def test_a_path_over_what_is_withheld_is_withheld(city):
    answer = mask(paths(city, f.SUN, f.QIAN, relations=["PHONE_OF"]), "viewer")
    assert (answer.hops, answer.paths, answer.texts) == (None, (), (WITHHELD,))
    assert {p.id for p in answer.network.parties} == {f.SUN, f.QIAN} == set(answer.network.positions)


@pytest.mark.neo4j
def test_of_several_paths_only_the_withheld_ones_go(city):
    answer = paths(city, f.SUN, f.QIAN, limit=9)
    masked = mask(answer, "auditor")
    assert (len(answer.paths), len(masked.paths), masked.hops) == (3, 1, 2)
    assert masked.texts == (
        "投诉人aa1111投诉鑫宏数码专营店1件（首次2024-05-01）；投诉人bb2222投诉鑫宏数码专营店1件（首次2024-05-01）",
    )


@pytest.mark.neo4j
def test_a_path_over_a_mixed_relation_tells_of_the_complaint_only(city):
    answer = paths(city, f.ZHENG, f.SNACKS)
    assert answer.texts == ("郑合欢投诉举报安安零食铺2件（首次2024-05-03）",)
    assert mask(answer, "viewer").texts == ("投诉人dd4444投诉安安零食铺1件",)


@pytest.mark.neo4j
def test_no_path_reads_the_same_for_everyone(city):
    answer = paths(city, f.COOP, f.CROWD[0])
    assert mask(answer, "viewer") == answer


@pytest.mark.neo4j
def test_names_in_the_prose_of_a_lead(city):
    lead = Lead(
        id="l_3", kind="barred_person", title="林若溪任职受限", summary="林若溪与孙问天相识", rank=1, state="new",
        confidence=None, parties=(f.LIN, f.SUN),
        evidence=(Evidence("barred", "林若溪在被吊销企业任职", params={"person": "林若溪", "n": 3}),),
    )  # fmt: skip
    masked = mask(lead, "viewer", known=parties(city, lead.parties))
    assert (masked.title, masked.summary) == ("林*任职受限", "林*与投诉人aa1111相识")
    assert masked.evidence[0].text == "林*在被吊销企业任职"
    assert masked.evidence[0].params == {"person": "林*", "n": 3}
    assert mask(lead, "supervisor", known=parties(city, lead.parties)) == lead


def test_prose_of_scores_and_records():
    lin = Party("p_1", "Person", "林若溪")
    item = Contribution(
        "barred", "关联关系", "林若溪任职", 50.0, None, "林若溪被限制", "x", path=("林若溪担任甲公司…",)
    )
    masked = mask((item, Record("r_9", "penalty", "处罚林若溪"), lin), "viewer")
    assert "林若溪" not in text(masked)
    assert (masked[0].path, masked[0].points) == (("林*担任甲公司…",), 50.0)


def test_a_name_two_people_bear_does_not_point_to_one_of_them():
    people = (Party("p_1", "Person", "王伟明"), Party("q_ab12cd34", "Complainant", "王伟明"))
    masked = mask((*people, Record("r_9", "penalty", "王伟明")), "viewer")
    assert [p.name for p in masked[:2]] == ["王*", "投诉人ab12cd"]
    assert masked[2].title == "王*"


def test_a_longer_name_is_replaced_whole():
    people = (Party("p_1", "Person", "欧阳"), Party("p_2", "Person", "欧阳锋"))
    assert mask((*people, Record("r_9", "x", "欧阳锋")), "viewer")[2].title == "欧*"


def test_an_unknown_role_reads_no_names():
    assert mask(Party("p_1", "Person", "林若溪"), "visitor").name == "林*"


def test_what_is_public_stays():
    firm = Party("o_1", "Company", "东莞市林若溪商行", code="x", score=3.0)
    assert mask(firm, "viewer") == firm
    assert mask({"rows": [firm], "n": 3}, "viewer") == {"rows": [firm], "n": 3}


def test_a_party_that_other_relations_hold_stays():
    people = (Party("s_1", "Shop", "店"), Party("q_1", "Complainant", "孙问天"), Party("q_2", "Complainant", "吴声远"))
    complained = Relation("a", "COMPLAINED", "q_1", "s_1", "recorded", origin="complaint")
    reported = Relation("b", "COMPLAINED", "q_1", "s_2", "recorded", origin="report")
    net = Network("s_1", people, (complained, reported), {p.id: (0.0, 0.0) for p in people})
    masked = mask(net, "viewer")
    assert [p.id for p in masked.parties] == ["s_1", "q_1", "q_2"]
    assert mask(replace(net, relations=(reported,)), "viewer").parties == (
        people[0],
        Party("q_2", "Complainant", "投诉人2"),
    )


def test_search_by_complainant_is_for_those_who_read_names():
    assert "Complainant" in searchable("analyst")
    assert "Complainant" not in searchable("viewer")
    assert set(searchable("system")) | {"Complainant"} == set(searchable("supervisor"))


def test_short_forms():
    assert mask_name("") == "*"
    assert complainant_alias("q_12") == "投诉人12"
