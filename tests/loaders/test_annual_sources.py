"""Annual reports, shops, contributions, changes of equity, and the smaller tables of the register."""

import datetime as dt

import pytest

from loaders.load import load_files

A, B = "91441900MA000004XT", "92441900MA0000058P"
ID = "11010519491231002X"
DAY = dt.date
REGISTERED = f"""统一社会信用代码,注册号,企业名称,企业类型,成立日期,法定代表人,法定代表人证件号码,参保人数,经营范围
{A},440301103097413,东莞市云梯测试有限公司,有限责任公司,2015-05-06,李试一,{ID},3,零售
"""


@pytest.fixture
def load(tables, csv_file):
    return lambda name, text: load_files(tables, [csv_file(name, text)])[0]


def held(rows):
    names = {row["id"]: row["name"] for row in (*rows("persons"), *rows("companies"))}
    found = [(names[r["from_id"]], r["percent"], r["valid_from"], r["valid_to"]) for r in rows("shareholdings")]
    return sorted(found, key=lambda row: (row[0], row[2] or DAY.min))


def test_registration_keeps_the_older_number_as_an_alias(load, rows):
    load("registration.csv", REGISTERED)
    (alias,) = rows("aliases")
    assert (alias["id"], alias["entity_id"]) == ("reg15:440301103097413", A)
    (company,) = rows("companies")
    assert company["id"] == A


def test_annual_report(load, rows):
    load("registration.csv", REGISTERED)
    report = load(
        "annual.csv",
        f"""统一社会信用代码,企业名称,年报年度,年报id,年度报告日期,营运状况,参保人数,联系电话,资产总额
{A},东莞市云梯测试有限公司,2022,y22,2023-05-06,开业,8,0769-22001100,100
{A},东莞市云梯测试有限公司,2021,y21,2022-05-06,开业,20,0769-22001111,100
{B},东莞市南城测试店,2022,z22,2023-05-07,歇业,,,
""",
    )
    assert (report.source, report.loaded, report.unmapped) == ("annual_reports", 3, ("资产总额",))
    records = {row["document"]: row for row in rows("credit_records")}
    assert records["y22"]["kind"] == "annual_report"
    assert (records["y22"]["title"], records["y22"]["result"]) == ("2022年度报告", "开业")
    assert records["y22"]["public_to"] is None
    companies = {row["id"]: row for row in rows("companies")}
    assert (companies[A]["staff"], companies[A]["scope"]) == (8, "零售")  # the rest stays as registered
    assert companies[B]["name"] == "东莞市南城测试店"
    assert [row["digits"] for row in rows("phones")] == ["076922001100"]  # that of the last report


def test_shops_of_the_annual_report(load, rows):
    load(
        "shops.csv",
        f"""平台代码,平台名称,店铺编号,店铺名称,店铺网址,经营者统一社会信用代码,开店日期
pt1,测试商城,1001,云梯测试旗舰店,https://www.shop.example/1001/,{A},2020-01-01
pt1,测试商城,1002,云梯测试专营店,,,2020-01-01
""",
    )
    report = load(
        "sites.csv",
        f"""统一社会信用代码,企业名称（字号名称）,年报年度,网站（网店）名称,网站（网店）网址,所属平台名称
{A},东莞市云梯测试有限公司,2022,自家店,shop.example/1001,测试商城
{A},东莞市云梯测试有限公司,2022,云梯测试专营店,,测试商城
{A},东莞市云梯测试有限公司,2022,云梯测试官网,https://yt.example,
{A},东莞市云梯测试有限公司,2022,云梯测试小店,,别的商城
{A},东莞市云梯测试有限公司,2022,,,
""",
    )
    assert (report.source, report.loaded, report.reasons) == ("annual_shops", 4, {"no_shop": 1})
    operated = {row["to_id"]: row["valid_from"] for row in rows("operates")}
    assert operated.pop("s_pt1:1001") == DAY(2020, 1, 1)  # known already: nothing to add
    assert operated.pop("s_pt1:1002") is None
    new = {row["id"]: row for row in rows("shops") if row["id"] in operated}
    assert {(row["name"], row["platform"]) for row in new.values()} == {
        ("云梯测试官网", None),
        ("云梯测试小店", "f_别的商城"),
    }
    assert {row["id"] for row in rows("platforms")} == {"f_pt1", "f_别的商城"}
    assert len(rows("on_platform")) == 3


def test_contributions_by_year(load, rows):
    load("registration.csv", REGISTERED)
    report = load(
        "holders.csv",
        f"""统一社会信用代码,年报年度,股东/发起人名称,累计认缴额,累计实缴额
{A},2021,李试一,60,60
{A},2021,王试二,140,0
{A},2022,李试一,50,50
{A},2022,东莞市石龙测试投资有限公司,100,0
{A},2022,东莞市石龙测试投资有限公司,50,0
{B},2022,赵试三,,
{B},2022,钱试四,10,
""",
    )
    assert (report.source, report.loaded) == ("contributions", 7)
    assert held(rows) == [
        ("东莞市石龙测试投资有限公司", 75, None, None),
        ("李试一", 25, None, None),
        ("王试二", 70, None, DAY(2022, 12, 31)),
        ("赵试三", None, None, None),
        ("钱试四", None, None, None),
    ]
    # the representative, known by resident ID, and the shareholder of that name are one person
    assert len([row for row in rows("persons") if row["name"] == "李试一"]) == 1


def test_a_year_that_cannot_be_is_none(load, rows):
    load("registration.csv", REGISTERED)
    text = f"统一社会信用代码,年报年度,股东,认缴出资额\n{A},0,李试一,60\n{A},99999999,王试二,40\n{A},2022,赵试三,1\n"
    report = load("holders.csv", text)
    assert (report.loaded, report.warnings) == (3, {"bad_year": 2})
    assert {name for name, *_ in held(rows)} == {"李试一", "王试二", "赵试三"}


def test_contributions_leave_what_the_register_says(load, rows):
    load(
        "shareholders.csv",
        f"""统一社会信用代码,企业名称,股东名称,股东类型,股东证件号码,持股比例,认缴出资额,入股日期
{A},东莞市云梯测试有限公司,李试一,自然人,{ID},61,,2016-01-01
{A},东莞市云梯测试有限公司,王试二,自然人,,,,2016-01-01
""",
    )
    load("holders.csv", f"统一社会信用代码,股东,认缴出资额\n{A},李试一,60\n{A},王试二,40\n")
    assert held(rows) == [("李试一", 61, DAY(2016, 1, 1), None), ("王试二", 40, DAY(2016, 1, 1), None)]


EQUITY = f"""统一社会信用代码,股东,股权变更日期,公示日期,变更前股权比例,变更后股权比例
{A},李试一,2018-01-01,,100,60
{A},李试一,2020-01-01,,60,30%
{A},王试二,2018-01-01,,0,40
{A},王试二,2020-01-01,,40,0
{A},赵试三,2020-01-01,,,70
"""


def test_equity_changes_alone(load, rows):
    report = load("equity.csv", EQUITY)
    assert (report.source, report.loaded) == ("equity_changes", 5)
    assert held(rows) == [
        ("李试一", 100, None, DAY(2018, 1, 1)),
        ("李试一", 60, DAY(2018, 1, 1), DAY(2020, 1, 1)),
        ("李试一", 30, DAY(2020, 1, 1), None),
        ("王试二", 40, DAY(2018, 1, 1), DAY(2020, 1, 1)),
        ("赵试三", 70, DAY(2020, 1, 1), None),
    ]


def test_equity_changes_beside_the_register(load, rows):
    load(
        "shareholders.csv",
        f"""统一社会信用代码,企业名称,股东名称,股东类型,股东证件号码,持股比例
{A},东莞市云梯测试有限公司,李试一,自然人,{ID},30
{A},东莞市云梯测试有限公司,王试二,自然人,,40
""",
    )
    load("equity.csv", EQUITY)
    assert held(rows) == [
        ("李试一", 30, None, None),  # the register's own, by resident ID: the last change says the same
        ("李试一", 60, DAY(2018, 1, 1), DAY(2020, 1, 1)),
        ("王试二", 40, None, DAY(2018, 1, 1)),  # the register was behind: he sold all of it
        ("王试二", 40, DAY(2018, 1, 1), DAY(2020, 1, 1)),
        ("赵试三", 70, DAY(2020, 1, 1), None),
    ]


def test_household_marks(load, rows):
    report = load(
        "marks.csv",
        f"""统一社会信用代码,企业名称（字号名称）,经营异常标记id,标记日期,是否恢复,恢复日期
{B},东莞市南城测试店,m1,2022-01-02,是,2022-03-04
{B},东莞市南城测试店,m2,2023-01-02,否,
""",
    )
    assert report.source == "household_marks"
    found = {row["document"]: (row["kind"], row["title"], row["use_to"]) for row in rows("credit_records")}
    assert found == {
        "m1": ("abnormal_list", "标记为经营异常状态", DAY(2022, 3, 4)),
        "m2": ("abnormal_list", "标记为经营异常状态", None),
    }


def test_insured_staff_of_the_last_month(load, rows):
    load("registration.csv", REGISTERED)
    text = f"统一社会信用代码,单位名称,应收年月,月参保总人数\n{A},,202312,5\n{A},,202401,0\n{A},,202311,9\n"
    report = load("staff.csv", text)
    assert (report.source, report.superseded) == ("insured_staff", 1)
    (company,) = rows("companies")
    assert (company["staff"], company["name"]) == (0, "东莞市云梯测试有限公司")


def test_other_numbers_of_companies(load, rows):
    head = "企业名称,统一社会信用代码,工商登记码,组织机构代码,税务登记号"
    report = load("numbers.csv", f"{head}\n东莞市云梯测试有限公司,{A},440301103097413,13830295-X,1\n")
    assert (report.source, report.unmapped) == ("company_numbers", ("税务登记号",))
    assert {row["scheme"]: row["entity_id"] for row in rows("aliases")} == {"reg15": A, "org9": A}


def test_representatives(load, rows):
    load("registration.csv", REGISTERED)
    report = load(
        "reps.csv",
        f"""统一社会信用代码,企业名称,姓名,法定代表人标志,职务,身份证件号码,固定电话,移动电话
{A},东莞市云梯测试有限公司,李试一,1,执行董事,{ID},0769-22001100,13800001234
{A},东莞市云梯测试有限公司,王试二,0,监事,,,13800001234
{B},东莞市南城测试店,赵试三,是,,,,
""",
    )
    assert (report.source, report.loaded) == ("representatives", 3)
    assert sorted(row["to_id"] for row in rows("legal_reps")) == sorted([A, B])
    assert [(row["post_kind"], row["to_id"]) for row in rows("officers")] == [("supervisor", A)]
    assert len(rows("phones")) == len(rows("phone_of")) == 2


def test_platform_complaints(load, rows):
    report = load(
        "disputes.csv",
        """平台代码,投诉单号,店铺编号,店铺名称,投诉时间,买家账号,买家手机,收货地址,投诉内容,处理结果
pt1,1,1001,云梯测试旗舰店,2024-01-02 10:11:12,buyer00017,13800001111,测试路9号,尺码不对,协商一致
pt1,2,1001,云梯测试旗舰店,2024-01-03,buyer00018,,,颜色不对,待定
pt1,3,,,2024-01-03,buyer00018,,,颜色不对,
""",
    )
    assert (report.source, report.loaded, report.reasons) == ("platform_complaints", 2, {"no_merchant": 1})
    assert report.warnings == {"bad_outcome": 1}
    found = {row["id"]: row for row in rows("complaints")}
    assert (found["k_pt1:1"]["kind"], found["k_pt1:1"]["channel"]) == ("complaint", "pt1")
    assert found["k_pt1:1"]["outcome"] == "settled"
    assert {row["merchant_id"] for row in found.values()} == {"s_pt1:1001"}
    assert [row["identified_by"] for row in rows("complainants")] == ["account", "account"]


def test_complaint_against_a_company_that_is_only_named(load, rows):
    load("registration.csv", REGISTERED)
    report = load(
        "complaints.csv",
        """工单编号,类型,登记日期,投诉人姓名,联系电话,被投诉方名称,投诉内容
1,投诉,2024-01-02,周试六,13800001111,东莞市云梯测试有限公司,不退款
2,举报,2024-01-02,周试六,13800001111,东莞市无名测试商行,不退款
3,投诉,2024-01-02,周试六,13800001111,,不退款
""",
    )
    assert (report.source, report.loaded, report.reasons) == ("complaints", 2, {"no_merchant": 1})
    merchants = {row["id"]: row["merchant_id"] for row in rows("complaints")}
    names = {row["id"]: row["name"] for row in rows("companies")}
    assert merchants["k_12315:1"] == A
    assert names[merchants["k_12315:2"]] == "东莞市无名测试商行"
