"""A small invented snapshot over the invented city: scores with parts, one lead of each kind, a group, a merchant."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

import fixture_graph as city
import pyarrow as pa

from graph.settings import Settings
from queries.results import Evidence, Group, GroupMember, Lead, Merchant, Party
from queries.snapshot.files import Feature, Meta, publish, ranked, write_bodies, write_meta, write_table

ID = "20260630-test"
D = date
BASE = 254.0

FEATURES = (
    Feature("severe_list", "supervision", "列入严重违法失信名单", "在列", "市场监管局", "令 44 号", ("severe_list",)),
    Feature("penalty", "supervision", "行政处罚", "加权次数 {value:.1f}", "综合执法支队", "处罚法", ("penalty",)),
    Feature("linked", "network", "关联企业有不良记录", "经关联路径传导", "图谱·关联传导", "公司法第 265 条"),
    Feature("complaints", "complaints", "投诉举报高于同业", "高于同业 {value:.0f}%", "12315 平台", "消保法"),
    Feature("annual_report", "basic", "按期公示年报", "连续 {value:.0f} 年", "企业信用公示系统", "公示条例"),
)  # fmt: skip
HONGDA_POINTS = (2100, 1655, 1420, 465, -380)
"""Tenths of a point; with the base they sum to 780.0, the score of the fixture graph."""

LEADS = (
    Lead("l_1", "complainant_group", "疑似投诉团伙：孙问天等 3 人", "三人三日内投诉同一网店", 1, "new", 0.93,
         (city.SUN, city.QIAN, city.ZHENG, city.SHOP),
         (Evidence("group_burst", "3 天内，鑫宏数码专营店收到孙问天等 3 人的投诉，平时应约 0.1 人", 3.0, 0.1, 4e-9,
                   D(2024, 5, 1), D(2024, 5, 3), (city.SUN, city.SHOP), ("k_tx:1", "k_tx:2")),)),
    Lead("l_2", "linked_parties", "关联方共担风险：鑫宏达系", "同一实控人，同一电话", 2, "new", 0.8,
         (city.HONGDA, city.YUANFAN), (Evidence("hidden_link", "同一电话（共 2 家，待核实）", 2.0),)),
    Lead("l_3", "abnormal_merchant", "异常商户：安安零食铺", "收到投诉高于同类", 3, "new", None,
         (city.SNACKS,), (Evidence("merchant_rate", "收到投诉 3 件，同类应约 0.4 件", 3.0, 0.4, 1e-3),)),
)  # fmt: skip

GROUPS = (
    Group(city.GROUP, 3, "strong", 0.97, 0.9, D(2024, 5, 1), D(2024, 5, 3),
          (GroupMember(city.SUN, "孙问天", 0.95, 4, 1, 1), GroupMember(city.QIAN, "钱多鱼", 0.9, 3, 1, 1),
           GroupMember(city.ZHENG, "郑合欢", 0.6, 2, 2, 1)),
          (Party(city.SHOP, "Shop", "鑫宏数码专营店"),), LEADS[0].evidence),
)  # fmt: skip

MERCHANTS = (
    Merchant(city.SNACKS, "安安零食铺", "Shop", "食品", 1200.0, "近一年订单", 3, 2, 1, 3.0, 2.9, 0.4, 7.2, 2.0, 18.0,
             1e-3, 0.91, True, True, 0.0, False),
    Merchant(city.SHOP, "鑫宏数码专营店", "Shop", "数码", 12000.0, "近一年订单", 2, 1, 0, 2.0, 0.2, 1.8, 0.1, 0.0,
             1.4, 0.9, 0.2, False, True, 0.9, True, (city.GROUP,)),
)  # fmt: skip


def write(settings: Settings, snapshot_id: str = ID) -> None:
    """Publish it in a home."""
    with publish(settings, snapshot_id) as folder:
        points = [*HONGDA_POINTS, 460]
        scores = {
            "party": [city.HONGDA, city.BAIHUO],
            "score": [780.0, 300.0],
            "risk_class": ["C", "A"],
            "direct_rule": [None, None],
            "peer_group": ["电子·50 人以下", "零售"],
            "peers": [763, 12],
            "peer_percentile": [97.0, 40.0],
            "peer_histogram": [[40, 80, 140, 90, 60, 30, 20, 13], [1, 2, 3, 2, 1, 1, 1, 1]],
            "first": [0, len(HONGDA_POINTS)],
            "items": [len(HONGDA_POINTS), 1],
        }
        write_table(folder, "scores", pa.table(scores))
        rows = {
            "row": range(len(points)),
            "feature": [0, 1, 2, 3, 4, 3],
            "tenths": points,
            "value": [1.0, 2.5, 2.0, 96.0, 5.0, 60.0],
        }
        write_table(folder, "contributions", pa.table({k: list(v) for k, v in rows.items()}))
        found = {"company": [city.HONGDA], "kind": ["penalty"], "id": ["r_1"], "decided": [D(2023, 7, 1)]}
        write_table(folder, "records", pa.table(found))
        path = {"company": [city.HONGDA], "feature": ["linked"], "texts": [["赵一鸣 → 控制（表决权 60%）→ 鑫宏达"]]}
        write_table(folder, "paths", pa.table(path))
        write_bodies(folder, "leads", LEADS, {"kind": [x.kind for x in LEADS]})
        write_bodies(folder, "groups", GROUPS, {})
        write_table(folder, "merchants", ranked(pa.Table.from_pylist([asdict(x) for x in MERCHANTS])))
        named = sorted({p for lead in LEADS for p in lead.parties})
        leads = [[lead.id for lead in LEADS if p in lead.parties] for p in named]
        write_table(folder, "party_leads", pa.table({"party": named, "leads": leads}))
        limits = (400.0, 600.0, 800.0)
        write_meta(
            folder,
            Meta(snapshot_id, D(2026, 6, 30), "s", "1.0", "2026-01", limits, BASE, FEATURES, known=D(2026, 6, 30)),
        )
