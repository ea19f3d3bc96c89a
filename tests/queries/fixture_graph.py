"""A small invented city in which every kind and property of the model occurs. All names are made up.

::

    林若溪 ──法定代表人──► 鑫宏达 (D) ──经营──► 鑫宏数码店 ──► 淘享网
       └──经营者──► 鑫宏百货 (B) ─经营─► 安安零食铺 ──┘   ▲ ▲ ▲
    海涛集团 ──60 %──► 鑫宏达 ──100 %──► 远帆贸易          投诉 ×4 人，其中三人疑似一个团伙
    鑫宏达、鑫宏百货、远帆贸易 同一地址；61 家小店挤在一个集群地址（枢纽）
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from graph.model import kinds
from graph.model.kinds import PROVENANCE, SCORE_PROPERTIES, table_schema
from graph.model.properties import NodeKind, RelationshipKind

D = date
HONGDA, BAIHUO, COOP = "91441900MA000004XT", "92441900MA0000058P", "93441900MA0000066F"
YUANFAN, HAITAO, BRANCH = "o_440301103097413", "o_5", "o_6"
LIN, ZHAO, ZHOU = "p_01", "p_02", "p_03"
SUN, QIAN, WU, ZHENG = "q_aa1111", "q_bb2222", "q_cc3333", "q_dd4444"
SHOP, SNACKS, PLATFORM = "s_tx:1", "s_tx:2", "f_tx"
STREET, CLUSTER, PARCEL = "a_1", "a_hub", "a_2"
OFFICE_PHONE, SHARED_PHONE = "t_1", "t_2"
GROUP = "g_1"
CROWD = [f"o_x{i:02}" for i in range(61)]
"""Small shops at the cluster address: more than a hub may have."""

FULL_NAMES = ("林若溪", "赵一鸣", "周同尘", "孙问天", "钱多鱼", "吴声远", "郑合欢")
"""Names of the natural persons: must not leave through a masked answer."""

NODES: Mapping[NodeKind, list[dict[str, Any]]] = {
    kinds.COMPANY: [
        {
            "id": HONGDA,
            "name": "东莞市鑫宏达电子有限公司",
            "name_initials": "dgsxhddzyxgs",
            "uscc": HONGDA,
            "status": "ACTIVE",
            "legacy_code": "441900000000017",
            "town": "长安镇",
            "established": D(2015, 3, 2),
            "capital": 5e6,
        },
        {"id": BAIHUO, "name": "东莞市长安鑫宏百货店", "name_initials": "dgscaxhbhd", "uscc": BAIHUO, "town": "长安镇"},
        {
            "id": COOP,
            "name": "东莞市茶山种植专业合作社",
            "name_initials": "dgscszzzyhzs",
            "uscc": COOP,
            "town": "茶山镇",
        },
        {
            "id": YUANFAN,
            "name": "深圳市远帆贸易有限公司",
            "name_initials": "szsyfmyyxgs",
            "legacy_code": "440301103097413",
        },
        {"id": HAITAO, "name": "海涛集团", "name_initials": "htjt", "status": "ACTIVE"},
        {"id": BRANCH, "name": "鑫宏达", "name_initials": "xhd", "status": "REVOKED"},
        *({"id": id_, "name": f"小店{id_[3:]}号", "name_initials": f"xd{id_[3:]}h"} for id_ in CROWD),
    ],
    kinds.PERSON: [
        {"id": LIN, "name": "林若溪", "name_initials": "lrx", "id_masked": "441***********002X"},
        {"id": ZHAO, "name": "赵一鸣", "name_initials": "zym"},
        {"id": ZHOU, "name": "周同尘", "name_initials": "ztc"},
    ],
    kinds.COMPLAINANT: [
        {"id": SUN, "name": "孙问天", "name_initials": "swt", "id_masked": "442***********0011"},
        {"id": QIAN, "name": "钱多鱼", "name_initials": "qdy"},
        {"id": WU, "name": "吴声远", "name_initials": "wsy"},
        {"id": ZHENG, "name": "郑合欢", "name_initials": "zhh"},
    ],
    kinds.SHOP: [
        {"id": SHOP, "name": "鑫宏数码专营店", "name_initials": "xhsmzyd", "platform": PLATFORM, "orders": 12_000},
        {"id": SNACKS, "name": "安安零食铺", "name_initials": "aalsp", "platform": PLATFORM},
    ],
    kinds.PLATFORM: [{"id": PLATFORM, "name": "淘享网", "name_initials": "txw"}],
    kinds.ADDRESS: [
        {"id": STREET, "name": "东莞市长安镇乌沙路1号", "building": "长安镇乌沙路1号"},
        {"id": CLUSTER, "name": "东莞市松山湖集群注册楼", "cluster": True},
        {"id": PARCEL, "name": "东莞市虎门镇快递柜2号"},
    ],
    kinds.PHONE: [
        {"id": OFFICE_PHONE, "name": "0769****4751", "landline": True},
        {"id": SHARED_PHONE, "name": "138****1234"},
    ],
    kinds.COMPLAINT: [
        {"id": "k_tx:1", "kind": "complaint", "category": "数码", "filed_on": D(2024, 5, 1), "outcome": "refused"},
        {"id": "k_tx:2", "kind": "complaint", "category": "数码", "filed_on": D(2024, 5, 1), "outcome": "settled"},
        {"id": "k_tx:3", "kind": "report", "category": "食品", "filed_on": D(2024, 5, 2), "outcome": "received"},
        {
            "id": "k_tx:4",
            "kind": "complaint",
            "category": "食品",
            "filed_on": D(2024, 5, 3),
            "outcome": "substantiated",
        },
        {"id": "k_tx:5", "kind": "report", "category": "食品", "filed_on": D(2024, 6, 3), "outcome": "received"},
    ],
    kinds.CREDIT_RECORD: [
        {
            "id": "r_1",
            "kind": "penalty",
            "title": "销售不合格充电器，罚款二万元",
            "document": "东市监罚〔2023〕7号",
            "decided": D(2023, 7, 1),
            "amount": 2e4,
            "status": "in_force",
        },
        {
            "id": "r_2",
            "kind": "abnormal_list",
            "result": "通过登记的住所无法联系",
            "decided": D(2022, 1, 9),
            "status": "withdrawn",
        },
    ],
    kinds.GROUP: [
        {"id": GROUP, "size": 3, "tier": "strong", "score": 0.97, "probability": 0.9},
        {"id": "g_2", "size": 4, "tier": "weak", "score": 0.4, "probability": 0.5},
    ],
    kinds.LEAD: [
        {"id": "l_1", "kind": "complainant_group", "title": "疑似职业索赔团伙", "rank": 1, "state": "new"},
        {"id": "l_2", "kind": "linked_parties", "title": "鑫宏达与远帆贸易疑似关联", "rank": 2, "state": "assigned"},
    ],
}

Edge = tuple[str, str] | tuple[str, str, dict[str, Any]]

RELATIONSHIPS: Mapping[RelationshipKind, list[Edge]] = {
    kinds.LEGAL_REP: [
        (LIN, HONGDA, {"valid_from": D(2015, 3, 2), "valid_to": D(2018, 1, 1)}),
        (LIN, HONGDA, {"valid_from": D(2020, 6, 1)}),
        (LIN, BAIHUO, {"valid_from": D(2021, 2, 3)}),
        (HAITAO, BRANCH),
    ],
    kinds.OFFICER: [(ZHOU, HONGDA, {"post": "董事", "post_kind": "director", "valid_from": D(2020, 6, 1)})],
    kinds.SHAREHOLDER: [
        (HAITAO, HONGDA, {"percent": 60.0, "valid_from": D(2019, 1, 1)}),
        (LIN, HONGDA, {"percent": 40.0, "valid_from": D(2015, 3, 2)}),
        (ZHAO, HAITAO, {"percent": 100.0}),
        (HONGDA, YUANFAN, {"percent": 100.0}),
        (COOP, YUANFAN, {"percent": 5.0, "valid_to": D(2020, 1, 1)}),
    ],
    kinds.REGISTERED_AT: [
        (HONGDA, STREET),
        (BAIHUO, STREET),
        (YUANFAN, STREET),
        (COOP, CLUSTER),
        *((id_, CLUSTER) for id_ in CROWD),
    ],
    kinds.PHONE_OF: [(OFFICE_PHONE, HONGDA), (OFFICE_PHONE, YUANFAN), (SHARED_PHONE, SUN), (SHARED_PHONE, QIAN)],
    kinds.OPERATES: [(HONGDA, SHOP, {"valid_from": D(2019, 9, 9)}), (BAIHUO, SNACKS)],
    kinds.ON_PLATFORM: [(SHOP, PLATFORM), (SNACKS, PLATFORM)],
    kinds.BRANCH_OF: [(BRANCH, HONGDA)],
    kinds.FILED: [(SUN, "k_tx:1"), (QIAN, "k_tx:2"), (WU, "k_tx:3"), (ZHENG, "k_tx:4"), (ZHENG, "k_tx:5")],
    kinds.AGAINST: [("k_tx:1", SHOP), ("k_tx:2", SHOP), ("k_tx:3", SNACKS), ("k_tx:4", SNACKS), ("k_tx:5", SNACKS)],
    kinds.COMPLAINED: [
        (SUN, SHOP, {"count": 1, "first": D(2024, 5, 1), "last": D(2024, 5, 1)}),
        (QIAN, SHOP, {"count": 1, "first": D(2024, 5, 1), "last": D(2024, 5, 1)}),
        (WU, SNACKS, {"count": 1, "first": D(2024, 5, 2), "last": D(2024, 5, 2)}),
        (ZHENG, SNACKS, {"count": 2, "first": D(2024, 5, 3), "last": D(2024, 6, 3)}),
    ],
    kinds.DELIVERED_TO: [(SUN, PARCEL), (QIAN, PARCEL)],
    kinds.HAS_RECORD: [(HONGDA, "r_1"), (HONGDA, "r_2")],
    kinds.MEMBER_OF: [
        (SUN, GROUP, {"probability": 0.95, "events": 4}),
        (QIAN, GROUP, {"probability": 0.9, "events": 3}),
        (ZHENG, GROUP, {"probability": 0.6, "events": 2}),
    ],
    kinds.CONTROLS: [
        (ZHAO, HAITAO, {"percent": 100.0, "integrated": 100.0}),
        (HAITAO, HONGDA, {"percent": 60.0, "integrated": 60.0}),
    ],
    kinds.HIDDEN_LINK: [
        (HONGDA, YUANFAN, {"rule": "same_address", "strength": 0.5, "shared": STREET}),
        (HONGDA, YUANFAN, {"rule": "same_phone", "strength": 0.8, "shared": OFFICE_PHONE}),
    ],
    kinds.CONCERNS: [("l_1", GROUP), ("l_2", HONGDA), ("l_2", YUANFAN)],
}

SCORES: Mapping[str, list[dict[str, Any]]] = {
    "Company": [
        {"id": HONGDA, "score": 780.0, "risk_class": "D", "links": 14},
        {"id": BAIHUO, "score": 300.0, "risk_class": "B", "links": 3},
        {"id": COOP, "score": 90.0, "risk_class": "A", "links": 2},
    ]
}

_SAMPLES: Mapping[pa.DataType, object] = {
    pa.string(): "样本",
    pa.date32(): D(2021, 1, 1),
    pa.float64(): 1.0,
    pa.int64(): 1,
    pa.bool_(): False,
}


def node_table(kind: NodeKind) -> pa.Table:
    """Rows of one kind; the first has a value in every property, so that every name is known to the database."""
    first, *others = NODES[kind]
    return _table(kind, [{**_sample(kind), **first}, *others])


def relationship_table(kind: RelationshipKind) -> pa.Table:
    """Rows of one relationship kind with its ends."""
    return _table(kind, [{"from_id": edge[0], "to_id": edge[1], **_given(edge)} for edge in RELATIONSHIPS[kind]])


def load(store: Any) -> None:
    """Load the whole city, findings and scores included, into a database that has its schema."""
    for node in NODES:
        store.upsert_nodes(node, node_table(node))
    for relationship in RELATIONSHIPS:
        store.upsert_relationships(relationship, relationship_table(relationship))
    for label, rows in SCORES.items():
        store.set_properties(label, SCORE_PROPERTIES, pa.Table.from_pylist(rows, schema=_score_schema()))


def _score_schema() -> pa.Schema:
    return pa.schema([("id", pa.string()), *((p.name, p.type) for p in SCORE_PROPERTIES)])


def _given(edge: Edge) -> dict[str, Any]:
    return edge[2] if len(edge) == 3 else {}


def _table(kind: NodeKind | RelationshipKind, rows: Iterable[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=table_schema(kind))


def _sample(kind: NodeKind) -> dict[str, Any]:
    """A value for every property; days of the interval are left out, so that the fact still holds."""
    names = (*kind.properties, *(p for p in PROVENANCE if p.name != "valid_to"))
    return {p.name: _SAMPLES[p.type] for p in names}
