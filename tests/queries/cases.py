"""Check 3 as data: query → parameters and the rows the invented city answers. Every query has a case with rows.

Rows are written as tuples of the columns named in the case, or whole when a query has few columns.
"""

from datetime import date
from typing import Any, NamedTuple

import fixture_graph as f

ALL_KINDS = ["Company", "Person", "Complainant", "Shop", "Platform", "Address", "Phone"]
RELATIONS = [
    "LEGAL_REP",
    "OFFICER",
    "SHAREHOLDER",
    "REGISTERED_AT",
    "PHONE_OF",
    "OPERATES",
    "ON_PLATFORM",
    "COMPLAINED",
    "HIDDEN_LINK",
]
PATH = {
    "relations": RELATIONS,
    "hub_links": 50,
    "max_hops": 6,
    "limit": 9,
}
FIND = {"kinds": ALL_KINDS, "candidates": 100, "limit": 8}


class Case(NamedTuple):
    """One call and its answer."""

    query: str
    params: dict[str, Any]
    columns: str
    rows: list[tuple[Any, ...]]


CASES = [
    Case(
        "search/by_name",
        {**FIND, "phrase": '"鑫宏达"', "text": "鑫宏达"},
        "id exact prefix",
        [(f.BRANCH, True, True), (f.HONGDA, False, False)],
    ),
    Case(
        "search/by_name", {**FIND, "kinds": ["Shop"], "phrase": '"鑫宏"', "text": "鑫宏"}, "id danger", [(f.SHOP, "")]
    ),
    Case(
        "search/by_code",
        {**FIND, "code": "914419", "text": "914419"},
        "id exact prefix danger links",
        [(f.HONGDA, False, True, "D", 16)],
    ),
    Case("search/by_code", {**FIND, "code": "440301", "text": "440301"}, "id code", [(f.YUANFAN, "440301103097413")]),
    Case("search/by_code", {**FIND, "code": "F_TX", "text": "f_tx"}, "id exact", [(f.PLATFORM, True)]),
    Case(
        "search/by_initials_inside",
        {**FIND, "initials": "xhd"},
        "id exact prefix",
        [(f.BRANCH, True, True), (f.HONGDA, False, False)],
    ),
    Case("search/by_initials", {**FIND, "initials": "xhd"}, "id exact prefix", [(f.BRANCH, True, True)]),
    Case("search/by_initials", {**FIND, "initials": "lr"}, "id kind", [(f.LIN, "Person")]),
    Case(
        "linked_parties/parties",
        {"ids": [f.LIN, f.HONGDA, f.LIN]},
        "id kind name code town status score risk_class links",
        [
            (f.HONGDA, "Company", "东莞市鑫宏达电子有限公司", f.HONGDA, "长安镇", "ACTIVE", 780.0, "D", 16),
            (f.LIN, "Person", "林若溪", "441***********002X", None, None, None, None, 4),
        ],
    ),
    Case(
        "linked_parties/neighbours",
        {"party": f.YUANFAN, "relations": RELATIONS, "symmetric": ["HIDDEN_LINK"], "exclude": [f.COOP], "limit": 5},
        "relation direction total ids",
        [
            ("HIDDEN_LINK", "both", 1, [f.HONGDA]),
            ("PHONE_OF", "in", 1, [f.OFFICE_PHONE]),
            ("REGISTERED_AT", "out", 1, [f.STREET]),
            ("SHAREHOLDER", "in", 2, [f.HONGDA]),
        ],
    ),
    Case(
        "linked_parties/neighbours",
        {"party": f.CLUSTER, "relations": RELATIONS, "symmetric": [], "exclude": [], "limit": 2},
        "relation direction total ids",
        [("REGISTERED_AT", "in", 62, [f.COOP, f.CROWD[0]])],
    ),
    Case(
        "linked_parties/second_ring",
        {
            "sources": [f.SHOP, f.SNACKS, f.ZHAO],
            "shown": [f.SHOP, f.SNACKS, f.ZHAO, f.SUN],
            "limit": 3,
            "relations": ["ON_PLATFORM", "OPERATES", "SHAREHOLDER", "COMPLAINED"],
        },
        "party ties danger",
        [(f.PLATFORM, 2, ""), (f.HONGDA, 1, "D"), (f.BAIHUO, 1, "B")],
    ),
    Case(
        "linked_parties/relations_among",
        {"ids": [f.ZHENG, f.SNACKS, f.WU], "relations": ["COMPLAINED"]},
        "type source target count reports first last",
        [
            ("COMPLAINED", f.WU, f.SNACKS, 1, 1, date(2024, 5, 2), date(2024, 5, 2)),
            ("COMPLAINED", f.ZHENG, f.SNACKS, 2, 1, date(2024, 5, 3), date(2024, 6, 3)),
        ],
    ),
    Case(
        "linked_parties/relations_among",
        {"ids": [f.LIN, f.HONGDA, f.ZHOU, f.YUANFAN], "relations": ["LEGAL_REP", "OFFICER", "HIDDEN_LINK"]},
        "type source valid_from valid_to post rule",
        [
            ("HIDDEN_LINK", f.HONGDA, None, None, None, "same_address"),
            ("HIDDEN_LINK", f.HONGDA, None, None, None, "same_phone"),
            ("LEGAL_REP", f.LIN, date(2015, 3, 2), date(2018, 1, 1), None, None),
            ("LEGAL_REP", f.LIN, date(2020, 6, 1), None, None, None),
            ("OFFICER", f.ZHOU, date(2020, 6, 1), None, "董事", None),
        ],
    ),
    Case(
        "linked_parties/paths",
        {**PATH, "source": f.LIN, "target": f.PLATFORM, "through_hubs": False, "limit": 2},
        "parties hops",
        [([f.LIN, f.HONGDA, f.SHOP, f.PLATFORM], 3), ([f.LIN, f.BAIHUO, f.SNACKS, f.PLATFORM], 3)],
    ),
    Case(
        "linked_parties/paths", {**PATH, "source": f.COOP, "target": f.CROWD[3], "through_hubs": False}, "parties", []
    ),
    Case(
        "linked_parties/paths",
        {**PATH, "source": f.COOP, "target": f.CROWD[3], "through_hubs": True},
        "parties hops",
        [([f.COOP, f.CLUSTER, f.CROWD[3]], 2)],
    ),
    Case(
        "linked_parties/shared_representatives",
        {"company": f.HONGDA, "limit": 9},
        "other person terms",
        [(f.BAIHUO, f.LIN, 2)],
    ),
    Case("linked_parties/shared_representatives_count", {"company": f.HONGDA}, "total", [(1,)]),
    Case(
        "linked_parties/owners",
        {"ids": [f.HONGDA, f.YUANFAN], "limit": 9},
        "owner company percent",
        [(f.HONGDA, f.YUANFAN, 100.0), (f.HAITAO, f.HONGDA, 60.0), (f.LIN, f.HONGDA, 40.0)],
    ),
    Case(
        "linked_parties/holdings",
        {"ids": [f.HAITAO, f.COOP], "limit": 9},
        "owner company percent",
        [(f.HAITAO, f.HONGDA, 60.0)],
    ),
    Case(
        "linked_parties/owners",
        {"ids": [f.YUANFAN], "limit": 9, "as_of": date(2019, 12, 31)},
        "owner percent",
        [(f.HONGDA, 100.0), (f.COOP, 5.0)],
    ),
    Case(
        "linked_parties/holdings",
        {"ids": [f.HAITAO], "limit": 9, "as_of": date(2018, 12, 31)},
        "owner",
        [],
    ),
    Case(
        "linked_parties/neighbours",
        {
            "party": f.HONGDA,
            "relations": ["LEGAL_REP", "OFFICER", "SHAREHOLDER", "OPERATES"],
            "symmetric": [],
            "exclude": [],
            "limit": 5,
            "as_of": date(2015, 3, 2),
        },
        "relation direction ids",
        [("LEGAL_REP", "in", [f.LIN]), ("SHAREHOLDER", "in", [f.LIN]), ("SHAREHOLDER", "out", [f.YUANFAN])],
    ),
    Case(
        "linked_parties/relations_among",
        {"ids": [f.LIN, f.HONGDA], "relations": ["LEGAL_REP"], "as_of": date(2017, 12, 31)},
        "valid_from valid_to",
        [(date(2015, 3, 2), None)],
    ),
    Case(
        "linked_parties/relations_among",
        {"ids": [f.ZHENG, f.SNACKS], "relations": ["COMPLAINED"], "as_of": date(2024, 6, 2)},
        "count reports first last",
        [(1, 0, date(2024, 5, 3), None)],
    ),
    Case(
        "linked_parties/second_ring",
        {"sources": [f.SHOP], "shown": [f.SHOP], "limit": 3, "relations": ["OPERATES"], "as_of": date(2019, 9, 8)},
        "party",
        [],
    ),
    Case(
        "linked_parties/paths",
        {
            **PATH,
            "source": f.HAITAO,
            "target": f.SHOP,
            "through_hubs": False,
            "relations": ["SHAREHOLDER", "OPERATES"],
            "as_of": date(2019, 9, 8),
        },
        "parties",
        [],
    ),
    Case(
        "linked_parties/shared_representatives_count", {"company": f.HONGDA, "as_of": date(2021, 2, 2)}, "total", [(0,)]
    ),
    Case("credit_file/records_of_count", {"company": f.HONGDA, "as_of": date(2023, 6, 30)}, "total", [(1,)]),
    Case("credit_file/records", {"ids": ["r_1"], "as_of": date(2023, 6, 30)}, "id", []),
    Case("credit_file/tickets", {"ids": ["k_tx:5"], "as_of": date(2024, 6, 2)}, "id", []),
    Case("merchants/complaints_count", {"merchant": f.SNACKS, "as_of": date(2024, 5, 2)}, "total", [(1,)]),
    Case(
        "merchants/standing",
        {"merchants": [f.SNACKS], "as_of": date(2024, 5, 2)},
        "received substantiated",
        [(0, 0)],
    ),
    Case("merchants/most_complained_count", {"as_of": date(2024, 5, 1)}, "total", [(1,)]),
    Case("search/by_initials", {**FIND, "initials": "dgsxhddz", "as_of": date(2015, 3, 1)}, "id", []),
    Case("credit_file/facts", {"party": f.PLATFORM}, "id kind", [(f.PLATFORM, "Platform")]),
    Case(
        "credit_file/records_of",
        {"company": f.HONGDA, "skip": 0, "limit": 9},
        "id kind decided amount",
        [("r_1", "penalty", date(2023, 7, 1), 20000.0), ("r_2", "abnormal_list", date(2022, 1, 9), None)],
    ),
    Case("credit_file/records_of", {"company": f.HONGDA, "skip": 1, "limit": 9}, "id", [("r_2",)]),
    Case("credit_file/records_of_count", {"company": f.HONGDA}, "total", [(2,)]),
    Case("credit_file/records", {"ids": ["r_2", "r_2", "r_none"]}, "id status", [("r_2", "withdrawn")]),
    Case(
        "credit_file/tickets",
        {"ids": ["k_tx:3"]},
        "id kind category filed_on outcome",
        [("k_tx:3", "report", "食品", date(2024, 5, 2), "received")],
    ),
    Case(
        "complainants/groups",
        {"skip": 0, "limit": 9},
        "id size tier score",
        [(f.GROUP, 3, "strong", 0.97), ("g_2", 4, "weak", 0.4)],
    ),
    Case("complainants/groups_count", {}, "total", [(2,)]),
    Case("complainants/group", {"group": f.GROUP}, "id probability", [(f.GROUP, 0.9)]),
    Case(
        "complainants/members",
        {"group": f.GROUP, "skip": 0, "limit": 9},
        "id name probability events complaints merchants",
        [(f.SUN, "孙问天", 0.95, 4, 1, 1), (f.QIAN, "钱多鱼", 0.9, 3, 1, 1), (f.ZHENG, "郑合欢", 0.6, 2, 2, 1)],
    ),
    Case("complainants/members_count", {"group": f.GROUP}, "total", [(3,)]),
    Case("complainants/targets", {"group": f.GROUP, "skip": 0, "limit": 9}, "id members", [(f.SHOP, 2), (f.SNACKS, 1)]),
    Case("complainants/targets_count", {"group": f.GROUP}, "total", [(2,)]),
    Case(
        "merchants/complaints",
        {"merchant": f.SNACKS, "skip": 0, "limit": 2},
        "id kind",
        [("k_tx:5", "report"), ("k_tx:4", "complaint")],
    ),
    Case("merchants/complaints_count", {"merchant": f.SNACKS}, "total", [(3,)]),
    Case(
        "merchants/standing",
        {"merchants": [f.SHOP, f.SNACKS, f.HONGDA]},
        "merchant received accepted substantiated complainants suspected suspected_substantiated",
        [(f.HONGDA, 0, 0, 0, 0, 0, 0), (f.SHOP, 2, 1, 1, 2, 2, 1), (f.SNACKS, 1, 1, 1, 1, 1, 1)],
    ),
    Case("merchants/most_complained", {"skip": 0, "limit": 9}, "merchant complainants", [(f.SHOP, 2), (f.SNACKS, 2)]),
    Case("merchants/most_complained_count", {}, "total", [(2,)]),
    Case(
        "leads/leads",
        {"kind": None, "state": None, "skip": 0, "limit": 9},
        "id kind rank state parties",
        [
            ("l_1", "complainant_group", 1, "new", [f.GROUP]),
            ("l_2", "linked_parties", 2, "assigned", [f.HONGDA, f.YUANFAN]),
        ],
    ),
    Case("leads/leads", {"kind": "linked_parties", "state": "assigned", "skip": 0, "limit": 9}, "id", [("l_2",)]),
    Case("leads/leads_count", {"kind": None, "state": "new"}, "total", [(1,)]),
    Case("leads/lead", {"lead": "l_2"}, "id title", [("l_2", "鑫宏达与远帆贸易疑似关联")]),
    Case("leads/of_party", {"party": f.SUN}, "id", [("l_1",)]),
    Case("leads/of_party", {"party": f.YUANFAN}, "id parties", [("l_2", [f.HONGDA, f.YUANFAN])]),
]
