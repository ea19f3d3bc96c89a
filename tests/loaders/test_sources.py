"""Each source of the city: small files with invented content, and the facts they must give."""

import datetime as dt

import pytest

from loaders.load import load_files

A, B, C = "91441900MA000004XT", "92441900MA0000058P", "93441900MA0000066F"
ID = "11010519491231002X"
DAY = dt.date

REGISTRATION = f"""统一社会信用代码,企业名称,企业类型,登记状态,成立日期,核准日期,法定代表人,法定代表人证件号码,注册资本,行业代码,登记机关代码,住所,联系电话,参保人数,经营范围,隶属企业统一社会信用代码,状态日期,法定代表人任职日期,国有投资主体
{A},东莞市云梯测试有限公司,有限责任公司,存续,2019-05-06,2020-01-01,李试一,{ID},100万元人民币,C3911,441900,东莞市南城街道测试路1号A栋2楼,0769-22001100,12,生产测试用具〓,,,2019-05-06,否
{B},东莞市南城云梯测试店,个体工商户,注销,2018-02-03,,王试二,,,F5211,441900,南城街道测试路1号A栋3楼,13800001234,,零售,{A},2022-03-04,,否
,东莞市无号测试厂,个人独资企业,吊销未注销,2001-02-30,,N/A,,,,441900,,,,,,,,
{A},东莞市云梯测试有限公司,有限责任公司,存续,2019-05-06,2021-01-01,李试一,{ID},200万元人民币,C3911,441900,东莞市南城街道测试路1号A栋2楼,0769-22001100,15,生产测试用具,,,2019-05-06,否
"""  # noqa: E501


def load(tables, csv_file, name, text):
    return load_files(tables, [csv_file(name, text)])[0]


def by_id(rows, key="id"):
    return {row[key]: row for row in rows}


def test_registration(tables, csv_file, rows):
    report = load(tables, csv_file, "registration.csv", REGISTRATION)
    assert (report.source, report.read, report.loaded, report.quarantined) == ("registration", 4, 4, 0)
    assert report.superseded == 1  # the second record of one company in one file
    assert report.warnings == {"bad_established": 1, "code_missing": 1}
    companies = by_id(rows("companies"))
    assert len(companies) == 3
    one = companies[A]
    assert (one["capital"], one["staff"], one["line"], one["town"]) == (2_000_000, 15, 4, "南城街道")
    assert (one["name_initials"], one["region"], one["code_status"]) == ("dgsytcsyxgs", "441900", "valid")
    assert (companies[B]["status"], companies[B]["valid_to"]) == ("DEREG", DAY(2022, 3, 4))
    unnumbered = next(row for row in companies.values() if row["uscc"] is None)
    assert unnumbered["id"].startswith("o_")
    assert (unnumbered["entity_type"], unnumbered["established"]) == ("sole_proprietorship", None)
    assert [(r["from_id"], r["to_id"]) for r in rows("branches")] == [(B, A)]
    assert {p["identified_by"] for p in rows("persons")} == {"resident_id", "company"}
    assert len(rows("phones")) == len(rows("phone_of")) == 2
    assert len({a["building"] for a in rows("addresses")}) == 1
    assert len(rows("legal_reps")) == 2


@pytest.mark.parametrize(
    ("written", "kind", "heading"),
    [
        ("有限责任公司(自然人独资)", "company", "法定代表人"),
        ("股份有限公司(上市)", "company", "法定代表人"),
        ("有限责任公司分公司", "branch", "负责人"),
        ("内资非公司企业法人", "non_company_legal_person", "法定代表人"),
        ("非公司企业分支机构", "branch", "负责人"),
        ("全民所有制", "non_company_legal_person", "法定代表人"),
        ("个人独资企业", "sole_proprietorship", "投资人"),
        ("个人独资企业分支机构", "branch", "负责人"),
        ("有限合伙企业", "partnership", "执行事务合伙人"),
        ("农民专业合作社联合社", "cooperative", "法定代表人"),
        ("个体工商户", "household", "经营者"),
        ("外国(地区)公司分支机构", "foreign_branch", "首席代表"),
    ],
)
def test_types_of_market_entities(tables, csv_file, rows, written, kind, heading):
    """Each type of 《市场主体登记管理条例》 art. 2, under the heading its register has for who represents it."""
    text = f"统一社会信用代码,企业名称,企业类型,成立日期,{heading}\n{A},东莞市云梯测试社,{written},2019-05-06,李试一\n"
    load(tables, csv_file, "registration.csv", text)
    assert [row["entity_type"] for row in rows("companies")] == [kind]
    assert [row["to_id"] for row in rows("legal_reps")] == [A]


def test_old_number_becomes_alias(tables, csv_file, rows):
    text = "企业名称,统一社会信用代码,注册日期,法人代表\n东莞市旧号测试厂,440301103097413,1999-01-02,赵试三\n"
    load(tables, csv_file, "old.csv", text)
    (company,) = rows("companies")
    assert (company["id"], company["legacy_code"], company["uscc"]) == (
        "o_440301103097413", "440301103097413", None)  # fmt: skip
    (alias,) = rows("aliases")
    assert (alias["id"], alias["entity_id"]) == ("reg15:440301103097413", "o_440301103097413")


def test_shareholders(tables, csv_file, rows):
    load(tables, csv_file, "registration.csv", REGISTRATION)
    report = load(
        tables,
        csv_file,
        "shareholders.csv",
        f"""统一社会信用代码,企业名称,股东名称,股东类型,股东证件号码,持股比例,认缴出资额,入股日期,退出日期
{A},东莞市云梯测试有限公司,李试一,自然人,{ID},60%,60万元,2019-05-06,
{A},东莞市云梯测试有限公司,东莞市石龙测试合作社,企业,{C},35.5,35.5万元,2019-05-06,2021-01-01
{A},东莞市云梯测试有限公司,东莞市无号测试厂,企业,,4.5,,,
{A},东莞市云梯测试有限公司,第一名,其他,,1,,,
{A},东莞市云梯测试有限公司,李试一,自然人,{ID},160,,,
{A},东莞市云梯测试有限公司,东莞市云梯测试有限公司,企业,{A},1,,,
""",
    )
    assert (report.read, report.loaded, report.quarantined) == (6, 4, 2)
    assert report.reasons == {"placeholder_name": 1, "bad_percent": 1}
    held = {row["from_id"]: row for row in rows("shareholdings")}
    representative = next(row["from_id"] for row in rows("legal_reps") if row["to_id"] == A)
    unnumbered = next(row["id"] for row in rows("companies") if row["name"] == "东莞市无号测试厂")
    assert {k: v["percent"] for k, v in held.items()} == {representative: 60, C: 35.5, unnumbered: 4.5, A: 1}
    assert held[C]["valid_to"] == DAY(2021, 1, 1)
    stub = by_id(rows("companies"))[C]
    assert (stub["name"], stub["status"], stub["entity_type"]) == ("东莞市石龙测试合作社", None, "cooperative")


def test_stub_never_replaces_a_registered_company(tables, csv_file, rows):
    load(tables, csv_file, "registration.csv", REGISTRATION)
    text = f"统一社会信用代码,检查事项,检查机关,检查日期,检查结果\n{A},年报,某局,2024-05-06,未发现问题\n"
    load(tables, csv_file, "inspections.csv", text)
    assert by_id(rows("companies"))[A]["capital"] == 2_000_000


def test_officers(tables, csv_file, rows):
    report = load(
        tables,
        csv_file,
        "officers.csv",
        f"""统一社会信用代码,企业名称,姓名,证件号码,职务,任职日期,离任日期
{A},东莞市云梯测试有限公司,李试一,{ID},董事长,2019-05-06,
{A},东莞市云梯测试有限公司,李试一,{ID},经理,2019-05-06,
{A},东莞市云梯测试有限公司,钱试四,,法定代表人(历任),2015-01-01,2019-05-06
{A},东莞市云梯测试有限公司,孙试五,,独立董事,2020-01-01,
{B},东莞市南城云梯测试店,钱试四,,登记联络员,,
""",
    )
    assert (report.read, report.loaded) == (5, 5)
    kinds = [row["post_kind"] for row in rows("officers")]
    assert sorted(kinds) == ["contact", "director", "independent_director", "officer"]
    (led,) = rows("legal_reps")
    assert (led["valid_from"], led["valid_to"]) == (DAY(2015, 1, 1), DAY(2019, 5, 6))
    # one name in two companies is two persons: a name alone never merges
    assert len({row["id"] for row in rows("persons") if row["name"] == "钱试四"}) == 2


def test_shops(tables, csv_file, rows):
    load(
        tables,
        csv_file,
        "shops.csv",
        f"""平台代码,平台名称,店铺编号,店铺名称,店铺网址,经营者统一社会信用代码,公示执照统一社会信用代码,经营类目,近一年订单量,开店日期,关店日期,经营起始日期,经营终止日期
pt1,测试商城,1001,云梯测试旗舰店,https://shop.example/1001,{A},{A},食品,1200,2020-01-01,,2020-01-01,
pt1,测试商城,1001,云梯测试旗舰店,https://shop.example/1001,{B},{A},食品,1200,2020-01-01,,2018-01-01,2019-12-31
""",
    )
    (shop,) = rows("shops")
    assert (shop["id"], shop["platform"], shop["orders"]) == ("s_pt1:1001", "f_pt1", 1200)
    assert [(r["from_id"], r["valid_to"]) for r in rows("operates")] == [(A, None), (B, DAY(2019, 12, 31))]
    assert [r["to_id"] for r in rows("on_platform")] == ["f_pt1"]


COMPLAINTS = f"""工单编号,类型,渠道代码,登记日期,投诉人姓名,投诉人证件号码,投诉人账号,联系电话,联系地址,平台代码,店铺编号,被投诉方统一社会信用代码,商品类目,索赔金额,投诉内容,处理结果,办结日期
1,投诉,12315,2024-01-02,周试六,{ID},,13800001111,测试路9号,pt1,1001,,食品,1000,本人于2024年1月1日购买的食品标签不符合规定要求赔偿1000元,调解成功,2024-02-01
2,举报,12315,2024-01-03,吴试七,,,13800001111,测试路9号,pt1,1001,,食品,500,本人于2023年9月9日购买的食品标签不符合规定要求赔偿500元,不予受理,
3,投诉,pt1,2024-01-04,,,buyer00017,,,pt1,2002,,服装,,"尺码不对,
穿后皮肤过敏就医",立案查处,
4,投诉,12315,2024-01-05,周试六,,,13800001111,,,,{A},其他,,短,,
5,投诉,12315,2024-01-06,郑试八,,,,,,,,其他,,没有对象,,
6,其他,12315,2024-01-06,郑试八,,,,,pt1,1001,,其他,,类型不明,,
7,投诉,12315,不详,郑试八,,,,,pt1,1001,,其他,,没有日期,,
"""  # noqa: E501


def test_one_template_in_two_files_is_one(tables, csv_file, rows):
    """Each file said for itself which texts come twice in it: a campaign of two months was none."""
    head, first, second = COMPLAINTS.splitlines()[:3]
    load(tables, csv_file, "january.csv", f"{head}\n{first}\n")
    load(tables, csv_file, "february.csv", f"{head}\n{second}\n")
    january, february = rows("complaints")
    assert january["template_hash"] == february["template_hash"] is not None


def test_complaints(tables, csv_file, rows):
    report = load(tables, csv_file, "complaints.csv", COMPLAINTS)
    assert (report.read, report.loaded) == (7, 4)
    assert report.reasons == {"no_merchant": 1, "bad_kind": 1, "no_filed": 1}
    found = by_id(rows("complaints"))
    assert found["k_12315:1"]["template_hash"] == found["k_12315:2"]["template_hash"] is not None
    assert found["k_pt1:3"]["harm"]
    assert "\n" in found["k_pt1:3"]["text"]
    assert found["k_12315:4"]["merchant_id"] == A
    assert [row["identified_by"] for row in rows("complainants")].count("phone") == 2
    # the shared phone merges nobody: an ID, a name with that phone, another name with it, an account
    assert len({row["complainant_id"] for row in found.values()}) == 4
    assert {row["id"] for row in rows("shops")} == {"s_pt1:1001", "s_pt1:2002"}
    assert len(rows("phones")) == 1
    assert len(rows("phone_of")) == 3


PENALTIES = f"""统一社会信用代码,企业名称,处罚决定书文号,违法行为类型,处罚种类,罚款金额,处罚日期,处罚机关,法律依据,公示截止日期,状态
{A},东莞市云梯测试有限公司,测罚1号,广告违法,罚款,50000,2024-01-15,某局,某法第1条,,有效
{A},东莞市云梯测试有限公司,测罚2号,标签违法,罚款,2000,2024-01-15,某局,某法第2条,,有效
{A},东莞市云梯测试有限公司,测罚3号,标签违法,警告,,2024-01-15,某局,某法第3条,,有效
{A},东莞市云梯测试有限公司,测罚4号,无照经营,责令停产停业,,2024-01-15,某局,某法第4条,2028-01-15,有效
{A},东莞市云梯测试有限公司,测罚5号,广告违法,罚款,50000,2024-01-15,某局,某法第1条,,已撤销
"""  # noqa: E501


def test_penalty_clocks(tables, csv_file, rows):
    load(tables, csv_file, "penalties.csv", PENALTIES)
    found = by_id(rows("credit_records"), "document")
    decided = DAY(2024, 1, 15)
    assert {name: row["public_to"] for name, row in found.items()} == {
        "测罚1号": DAY(2027, 1, 15),  # three years
        "测罚2号": DAY(2024, 4, 15),  # low fine: three months
        "测罚3号": decided,  # a warning is never public
        "测罚4号": DAY(2028, 1, 15),  # as stated by the department
        "测罚5号": decided,  # annulled: gone from view
    }
    assert found["测罚3号"]["use_to"] == DAY(2025, 1, 15)
    assert found["测罚5号"]["use_to"] == decided
    assert found["测罚5号"]["status"] == "withdrawn"


def test_repair_supersedes_the_original(tables, csv_file, rows):
    load(tables, csv_file, "penalties.csv", PENALTIES)
    before = by_id(rows("credit_records"), "document")["测罚1号"]
    report = load(
        tables,
        csv_file,
        "credit_repair.csv",
        f"""统一社会信用代码,企业名称,原文书文号,修复决定文号,修复日期,修复机关
{A},东莞市云梯测试有限公司,测罚1号,测修1号,2025-03-01,某局
{B},东莞市南城云梯测试店,测罚1号,测修2号,2025-03-01,某局
""",
    )
    assert (report.loaded, report.superseded, report.reasons) == (1, 1, {"original_unknown": 1})
    after = by_id(rows("credit_records"), "document")["测罚1号"]
    changed = {k: v for k, v in after.items() if v != before[k]}
    assert changed.keys() <= {"status", "status_since", "public_to", "use_to", "source", "line"}
    assert (after["status"], after["public_to"], after["use_to"]) == (
        "repaired", DAY(2025, 3, 1), DAY(2025, 3, 1))  # fmt: skip


def test_listings(tables, csv_file, rows):
    load(
        tables,
        csv_file,
        "abnormal_list.csv",
        f"""统一社会信用代码,企业名称,列入原因,列入日期,列入决定机关,列入文号,移出日期,移出原因,法律依据
{A},东莞市云梯测试有限公司,未按规定公示年报,2022-07-08,某局,测异1号,2023-01-01,补报,某条例
{B},东莞市南城云梯测试店,通过登记的住所无法联系,2022-07-08,某局,,,,某条例
{B},东莞市南城云梯测试店,未按规定公示年报,2022-07-08,某局,,,,某条例
""",
    )
    load(
        tables,
        csv_file,
        "severe_list.csv",
        f"""统一社会信用代码,企业名称,列入事由,列入日期,列入机关,列入文号,移出日期,法律依据,责任人姓名,责任人证件号码
{C},东莞市石龙测试合作社,生产不合格食品情节严重,2023-02-28,某局,测严1号,,某办法,李试一,{ID}
""",
    )
    records = rows("credit_records")
    assert len(records) == 4  # without a document number the ground tells two listings of one day apart
    removed = next(r for r in records if r["document"] == "测异1号")
    assert (removed["public_to"], removed["valid_to"]) == (DAY(2023, 1, 1), DAY(2023, 1, 1))
    assert [r["public_to"] for r in records if r["company_id"] == B] == [None, None]
    severe = next(r for r in records if r["kind"] == "severe_list")
    assert severe["public_to"] == DAY(2026, 2, 28)
    assert severe["person_id"] in {p["id"] for p in rows("persons")}


def test_judgment_debtors(tables, csv_file, rows):
    report = load(
        tables,
        csv_file,
        "judgment_debtors.csv",
        f"""统一社会信用代码,被执行人名称,被执行人证件号码,案号,执行法院,立案日期,发布日期,失信行为情形,履行情况,屏蔽日期
{A},东莞市云梯测试有限公司,,(2023)测1号,某法院,2023-01-01,2023-02-01,有能力而拒不履行,全部未履行,
,李试一,{ID},(2023)测2号,某法院,2023-01-01,2023-02-01,有能力而拒不履行,全部未履行,2023-09-09
,王试二,,(2023)测3号,某法院,2023-01-01,2023-02-01,有能力而拒不履行,全部未履行,
""",
    )
    assert report.reasons == {"nobody_identified": 1}
    found = by_id(rows("credit_records"), "document")
    assert found["(2023)测1号"]["company_id"] == A
    assert found["(2023)测1号"]["public_to"] == DAY(2025, 2, 1)
    person = found["(2023)测2号"]
    assert (person["company_id"], person["use_to"]) == (None, DAY(2023, 9, 9))
    assert person["person_id"] == rows("persons")[0]["id"]


def test_inspections_and_licences(tables, csv_file, rows):
    load(
        tables,
        csv_file,
        "inspections.csv",
        f"""统一社会信用代码,企业名称,检查事项,检查机关,检查日期,检查结果,文书编号
{A},东莞市云梯测试有限公司,年报公示,某局,2024-05-06,未发现问题,测检1号
""",
    )
    load(
        tables,
        csv_file,
        "licences.csv",
        f"""统一社会信用代码,企业名称,许可证编号,许可内容,许可机关,有效期自,有效期至
{A},东莞市云梯测试有限公司,测许1号,食品经营许可,某局,2021-01-01,2026-01-01
{A},东莞市云梯测试有限公司,测许2号,食品生产许可,某局,2021-01-01,长期
""",
    )
    found = by_id(rows("credit_records"), "document")
    assert (found["测检1号"]["result"], found["测检1号"]["public_to"]) == ("未发现问题", DAY(2027, 5, 6))
    assert (found["测许1号"]["public_to"], found["测许2号"]["public_to"]) == (DAY(2026, 1, 1), None)


def test_newer_registration_ends_what_it_replaces(tables, csv_file, rows):
    def register(name, approved, rep, address):
        text = f"统一社会信用代码,企业名称,成立日期,核准日期,法定代表人,住所\n{A},东莞市云梯测试有限公司,2019-05-06,"
        return load(tables, csv_file, name, f"{text}{approved},{rep},{address}\n")

    register("first.csv", "2020-01-01", "李试一", "南城街道测试路1号")
    register("second.csv", "2022-02-02", "王试二", "")
    led = sorted((row["valid_to"] or DAY.max) for row in rows("legal_reps"))
    assert led == [DAY(2022, 2, 2), DAY.max]
    assert [row["valid_to"] for row in rows("registered_at")] == [None]  # no address given: nothing ends
    register("third.csv", "2023-03-03", "王试二", "东城街道测试路2号")
    assert sorted((row["valid_to"] or DAY.max) for row in rows("registered_at")) == [DAY(2023, 3, 3), DAY.max]
    assert len(rows("legal_reps")) == 2


def test_enterprise_as_representative_becomes_a_company(tables, csv_file, rows):
    text = f"统一社会信用代码,企业名称,成立日期,法定代表人\n{A},云梯合伙企业,2019-05-06,东莞市石龙测试投资有限公司\n"
    load(tables, csv_file, "registration.csv", text)
    (led,) = rows("legal_reps")
    assert by_id(rows("companies"))[led["from_id"]]["name"] == "东莞市石龙测试投资有限公司"
    assert not rows("persons")
