"""What the tests of the graph's upkeep share: small files, a store seen from another home, the graph as values."""

import dataclasses

A, B, C = "91441900MA000004XT", "92441900MA0000058P", "91441900MA0000066M"
REGISTRATION = f"""企业名称,统一社会信用代码,注册日期,法人代表,注册资金,注册地址
东莞市云梯测试有限公司,{A},2019-05-06,李试一,100万元,东莞市南城街道测试路1号
东莞市云梯测试店,{B},2018-02-03,王试二,,
"""
COMPLAINTS = f"""工单编号,类型,渠道代码,登记日期,投诉人姓名,联系电话,联系地址,平台代码,店铺编号,被投诉方统一社会信用代码,投诉内容
1,投诉,12315,2024-01-02,周试六,13800001111,测试路9号,pt1,1001,,标签不符合规定
2,投诉,12315,2024-02-02,周试六,13800001111,测试路9号,pt1,1001,,标签不符合规定
3,投诉,12315,2024-03-02,吴试七,13800002222,,,,{A},不发货
"""  # noqa: E501
PENALTY = f"""统一社会信用代码,企业名称,处罚决定书文号,违法行为类型,处罚种类,罚款金额,处罚日期,处罚机关
{A},东莞市云梯测试有限公司,测罚1号,广告违法,罚款,50000,2024-01-15,某局
"""


class Beside:
    """The run's store, seen from another home, so that its memory of publications is that home's."""

    def __init__(self, store, settings):
        self.store = store
        self.settings = dataclasses.replace(settings, neo4j_uri=store.uri)

    def __getattr__(self, name):
        return getattr(self.store, name)


def counts(store):
    return {name: count for name, count in store.counts().items() if count}


def everything(store):
    """All nodes by id and all relationships by their ends and properties, received dates included."""
    nodes = store.read("MATCH (n) RETURN n.id AS id, properties(n) AS held ORDER BY id")
    edges = store.read("MATCH (a)-[r]->(b) RETURN a.id AS a, type(r) AS type, b.id AS b, properties(r) AS held")
    return (
        tuple((row["id"], row["held"]) for row in nodes),
        sorted(repr((row["a"], row["type"], row["b"], sorted(row["held"].items(), key=str))) for row in edges),
    )
