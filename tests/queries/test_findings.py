"""Groups, merchants and leads as they were written back to Neo4j."""

import fixture_graph as f
import pytest

from graph.errors import NotFound
from queries import complainants, leads, merchants

pytestmark = pytest.mark.neo4j


def test_groups(city):
    assert [(g.id, g.tier, g.members) for g in complainants.groups(city)] == [
        (f.GROUP, "strong", ()),
        ("g_2", "weak", ()),
    ]
    assert [g.id for g in complainants.groups(city, skip=1)] == ["g_2"]
    assert complainants.groups_count(city) == 2


def test_one_group(city):
    group = complainants.group(city, f.GROUP)
    assert [(m.name, m.probability) for m in group.members] == [("孙问天", 0.95), ("钱多鱼", 0.9), ("郑合欢", 0.6)]
    assert [p.id for p in group.merchants] == [f.SHOP, f.SNACKS]
    assert (complainants.members_count(city, f.GROUP), complainants.targets_count(city, f.GROUP)) == (3, 2)


def test_no_such_group(city):
    with pytest.raises(NotFound, match="g_9"):
        complainants.group(city, "g_9")


def test_picture_of_a_group(city):
    net = complainants.group_network(city, f.GROUP)
    assert [p.id for p in net.parties] == [f.SUN, f.QIAN, f.ZHENG, f.SHOP, f.SNACKS]
    assert {r.type for r in net.relations} == {"COMPLAINED"}
    assert (net.centre, net.truncated, set(net.positions)) == (None, False, {p.id for p in net.parties})


def test_picture_of_a_group_is_capped(city):
    net = complainants.group_network(city, f.GROUP, limit=2)
    assert ([p.id for p in net.parties], net.truncated) == ([f.SUN, f.SHOP], True)


def test_complaints_are_counted_apart(city):
    shop, snacks, firm = merchants.counts(city, [f.SHOP, f.SNACKS, f.HONGDA])
    assert (shop.received, shop.accepted, shop.substantiated, shop.suspected) == (2, 1, 1, 2)  # settled
    assert (snacks.received, snacks.complainants, snacks.suspected_substantiated) == (1, 1, 1), (
        "reports are not counted"
    )
    assert (firm.merchant, firm.received) == (f.HONGDA, 0)


def test_most_complained(city):
    assert [c.merchant for c in merchants.most_complained(city)] == [f.SHOP, f.SNACKS]
    assert merchants.most_complained_count(city) == 2


def test_complaints_of_a_merchant_do_not_say_who(city):
    found = merchants.complaints(city, f.SNACKS)
    assert [r.id for r in found] == ["k_tx:5", "k_tx:4", "k_tx:3"]
    assert merchants.complaints_count(city, f.SNACKS) == 3
    assert not any(q in repr(found) for q in (f.WU, f.ZHENG))


def test_leads(city):
    assert [x.id for x in leads.leads(city)] == ["l_1", "l_2"]
    assert [x.id for x in leads.leads(city, state="assigned")] == ["l_2"]
    assert leads.leads_count(city, kind="linked_parties") == 1
    assert leads.lead(city, "l_2").parties == (f.HONGDA, f.YUANFAN)
    with pytest.raises(NotFound, match="l_9"):
        leads.lead(city, "l_9")
