"""Surroundings, one step more, shared representatives, ownership."""

from datetime import date

import fixture_graph as f
import pytest

from graph.errors import NotFound, QueryError
from graph.model.kinds import DERIVED, FINDINGS, TABLED
from queries.linked_parties import (
    ego,
    expand,
    ownership_tree,
    shared_representatives,
    shared_representatives_count,
)
from queries.linked_parties.ego import Ring, nearest
from queries.linked_parties.relations import _WORDS, PARTY_RELATIONS, bundle, describe
from queries.results import Party, Relation, RelationCount

pytestmark = pytest.mark.neo4j


def ids(network):
    return [p.id for p in network.parties]


def test_ego_shows_neighbours_and_a_second_ring(city):
    net = ego(city, f.HONGDA)
    assert ids(net)[0] == net.centre == f.HONGDA
    assert set(ids(net)[1:9]) == {f.LIN, f.ZHOU, f.HAITAO, f.YUANFAN, f.STREET, f.OFFICE_PHONE, f.SHOP, f.BRANCH}
    assert set(ids(net)[9:]) == {f.BAIHUO, f.COOP, f.ZHAO}
    assert set(net.positions) == set(ids(net))
    assert net.positions[f.HONGDA] == (0.0, 0.0)
    assert not net.truncated


def test_ego_counts_what_it_shows(city):
    counts = {(c.type, c.direction): (c.shown, c.total) for c in ego(city, f.HONGDA).counts}
    assert counts["SHAREHOLDER", "in"] == (2, 2)
    assert counts["SHAREHOLDER", "out"] == (1, 1)
    assert counts["HIDDEN_LINK", "both"] == (1, 1)
    assert counts["LEGAL_REP", "in"] == (1, 1), "two terms of one person are one linked party"


def test_ego_takes_from_every_relation_in_turn(city):
    net = ego(city, f.HONGDA, limit=4)
    assert ids(net) == [f.HONGDA, f.LIN, f.ZHOU, f.HAITAO]
    assert net.truncated
    assert RelationCount("REGISTERED_AT", "out", total=1, shown=0) in net.counts


def test_a_hub_is_not_expanded_unasked(city):
    for hub, total in ((f.CLUSTER, 62), (f.PLATFORM, 2)):
        net = ego(city, hub)
        assert ids(net) == [hub]
        assert [(c.total, c.shown, c.hub) for c in net.counts] == [(total, 0, True)]
        assert ids(expand(city, hub)) == [hub]


def test_a_hub_is_shown_but_not_passed_through(city):
    assert set(ids(ego(city, f.COOP))) == {f.COOP, f.CLUSTER, f.YUANFAN, f.HONGDA, f.STREET, f.OFFICE_PHONE}
    assert not set(f.CROWD) & set(ids(ego(city, f.COOP)))


def test_expanding_a_hub_when_asked_says_how_many_are_left(city):
    net = expand(city, f.CLUSTER, cross_hub=True)
    assert ids(net) == [f.CLUSTER, f.COOP, *f.CROWD[:24]]
    assert net.counts == (RelationCount("REGISTERED_AT", "in", total=62, shown=25, hub=True),)
    assert net.truncated
    more = expand(city, f.CLUSTER, cross_hub=True, exclude=ids(net)[1:])
    assert ids(more) == [f.CLUSTER, *f.CROWD[24:49]]
    assert more.counts[0].shown == 50


def test_expand_one_relation_and_not_what_is_there(city):
    net = expand(city, f.HONGDA, relation="SHAREHOLDER", exclude=[f.HAITAO])
    assert ids(net) == [f.HONGDA, f.LIN, f.YUANFAN]
    assert {c.shown for c in net.counts if c.type == "SHAREHOLDER" and c.direction == "in"} == {2}
    assert all({r.source, r.target} & {f.LIN, f.YUANFAN} for r in net.relations)


def test_expand_links_new_parties_to_those_in_the_picture(city):
    net = expand(city, f.SHOP, relation="ON_PLATFORM", exclude=[f.SNACKS])
    assert {r.id for r in net.relations} == {
        f"ON_PLATFORM:{f.SHOP}:{f.PLATFORM}",
        f"ON_PLATFORM:{f.SNACKS}:{f.PLATFORM}",
    }


def test_relation_ids_are_stable_and_tell_terms_apart(city):
    found = {r.id: r for r in ego(city, f.HONGDA).relations if r.type == "LEGAL_REP" and r.target == f.HONGDA}
    assert set(found) == {f"LEGAL_REP:{f.LIN}:{f.HONGDA}:2015-03-02", f"LEGAL_REP:{f.LIN}:{f.HONGDA}:2020-06-01"}


def test_complaints_are_one_relation_a_pair(city):
    relation = next(r for r in ego(city, f.ZHENG).relations if r.source == f.ZHENG)
    assert (relation.id, relation.count, relation.origin) == (
        f"COMPLAINED:{f.ZHENG}:{f.SNACKS}",
        2,
        "complaint, report",
    )


def test_rules_behind_one_suspected_link_are_one_relation(city):
    (link,) = (r for r in ego(city, f.HONGDA).relations if r.type == "HIDDEN_LINK")
    assert (link.id, link.label, link.count) == (f"HIDDEN_LINK:{f.HONGDA}:{f.YUANFAN}", "same_address、same_phone", 2)


def test_standing_comes_from_the_model(city):
    standing = {r.type: r.standing for r in ego(city, f.HONGDA).relations}
    assert (standing["SHAREHOLDER"], standing["HIDDEN_LINK"], standing["PHONE_OF"]) == (
        "recorded",
        "inferred",
        "context",
    )


@pytest.mark.parametrize("ask", [ego, expand, ownership_tree])
def test_nobody(city, ask):
    with pytest.raises(NotFound, match="o_nobody"):
        ask(city, "o_nobody")


def test_no_such_relation(city):
    with pytest.raises(QueryError, match="FRIEND is no relation"):
        expand(city, f.HONGDA, relation="FRIEND")


def test_shared_representatives(city):
    (link,) = shared_representatives(city, f.HONGDA)
    assert (link.other, link.person, link.terms) == (f.BAIHUO, f.LIN, 2)
    assert shared_representatives_count(city, f.HONGDA) == 1


def test_ownership_tree(city):
    net = ownership_tree(city, f.HONGDA)
    rows = {id_: y for id_, (_, y) in net.positions.items()}
    assert rows == {f.HONGDA: 0, f.HAITAO: -1, f.LIN: -1, f.ZHAO: -2, f.YUANFAN: 1}
    assert {(r.source, r.percent) for r in net.relations} == {
        (f.HAITAO, 60.0),
        (f.LIN, 40.0),
        (f.ZHAO, 100.0),
        (f.HONGDA, 100.0),
    }
    assert not net.truncated


def test_ownership_tree_says_when_it_is_cut(city):
    assert ownership_tree(city, f.HONGDA, depth=1).truncated
    assert ids(ownership_tree(city, f.HONGDA, limit=2)) == [f.HONGDA, f.HAITAO]
    assert ownership_tree(city, f.HONGDA, limit=2).truncated


def test_relations_with_one_id_are_bundled():
    row = {
        "type": "OFFICER",
        "source": "p",
        "target": "c",
        "valid_from": None,
        "valid_to": None,
        "first": None,
        "last": None,
        "origin": "x",
        "percent": None,
        "rule": None,
        "count": None,
        "reports": 0,
    }
    (relation,) = bundle([{**row, "post": "董事"}, {**row, "post": "经理"}])
    assert (relation.id, relation.label, relation.count) == ("OFFICER:p:c", "董事、经理", 2)


def test_every_relation_between_parties_has_words():
    assert set(_WORDS) == set(PARTY_RELATIONS)
    between = {k.type for k in (*TABLED, *DERIVED, *FINDINGS)}
    assert between - set(PARTY_RELATIONS) == {"FILED", "AGAINST", "HAS_RECORD", "MEMBER_OF", "CONCERNS"}


SENTENCES = {
    "a suspected link, by the title of its rule": (
        Relation("x", "HIDDEN_LINK", "a", "b", "inferred", label="same_phone"),
        "甲与乙疑似关联（联系电话相同）（推断，待核实）",
    ),
    "control": (
        Relation("x", "CONTROLS", "a", "b", "inferred", percent=60.0),
        "甲疑似控制乙（表决权60%）（推断，待核实）",
    ),
    "a post that ended": (
        Relation(
            "x", "OFFICER", "a", "b", "recorded", label="董事", valid_from=date(2020, 1, 2), valid_to=date(2021, 3, 4)
        ),
        "甲任职于乙（董事）（2020-01-02至2021-03-04）",
    ),
    "a holding that ended on a day, begun on an unknown one": (
        Relation("x", "SHAREHOLDER", "a", "b", "recorded", percent=12.5, valid_to=date(2021, 3, 4)),
        "甲持有乙的股份12.5%（至2021-03-04）",
    ),
    "reports are not complaints": (
        Relation("x", "COMPLAINED", "a", "b", "recorded", count=2, origin="report"),
        "甲举报乙2件",
    ),
    "a name that is not known": (Relation("x", "BRANCH_OF", "a", "z", "recorded"), "甲是z的分支机构"),
}


@pytest.mark.parametrize(("relation", "sentence"), SENTENCES.values(), ids=SENTENCES)
def test_a_relation_reads_as_a_sentence(relation, sentence):
    assert describe(relation, {"a": "甲", "b": "乙"}) == sentence


def test_neighbours_are_taken_in_turn_without_repetition():
    firm = Party("c", "Company", "甲")
    rings = [Ring("A", "in", 9, ["1", "2", "3"]), Ring("B", "in", 2, ["2", "4"])]
    assert nearest(firm, rings, 3) == ["1", "2", "4"]
    assert nearest(firm, rings, 0) == []
