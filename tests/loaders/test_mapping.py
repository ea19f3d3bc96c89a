"""Source mappings: recognition by columns, aliases, and mistakes in a TOML."""

import pytest

from graph.errors import ConfigError, MissingColumns, UnknownSource
from loaders.mapping import heading_key, parse_mapping
from loaders.recognise import known_sources, recognise, require_columns, source_named, sources
from loaders.rows import BUILDERS

CITY = {
    "registration": "统一社会信用代码,企业名称,企业类型,登记状态,成立日期,核准日期,法定代表人",
    "shareholders": "统一社会信用代码,企业名称,股东名称,股东类型,股东证件号码,持股比例,认缴出资额,入股日期,退出日期",
    "officers": "统一社会信用代码,企业名称,姓名,证件号码,职务,任职日期,离任日期",
    "shops": "平台代码,平台名称,店铺编号,店铺名称,店铺网址,经营者统一社会信用代码,公示执照统一社会信用代码,经营类目",
    "complaints": "工单编号,类型,渠道代码,登记日期,投诉人姓名,投诉人证件号码,投诉人账号,被投诉方统一社会信用代码",
    "abnormal_list": "统一社会信用代码,企业名称,列入原因,列入日期,列入决定机关,列入文号,移出日期,移出原因,法律依据",
    "severe_list": "统一社会信用代码,企业名称,列入事由,列入日期,列入机关,列入文号,移出日期,法律依据,责任人姓名",
    "penalties": "统一社会信用代码,企业名称,处罚决定书文号,违法行为类型,处罚种类,罚款金额,处罚日期,处罚机关",
    "judgment_debtors": "统一社会信用代码,被执行人名称,被执行人证件号码,案号,执行法院,立案日期,发布日期",
    "inspections": "统一社会信用代码,企业名称,检查事项,检查机关,检查日期,检查结果,文书编号",
    "licences": "统一社会信用代码,企业名称,许可证编号,许可内容,许可机关,有效期自,有效期至",
    "credit_repair": "统一社会信用代码,企业名称,原文书文号,修复决定文号,修复日期,修复机关",
    "changes": "统一社会信用代码,企业名称,变更事项,变更前内容,变更后内容,变更日期",
    "representatives": "统一社会信用代码,企业名称,姓名,法定代表人标志,职务,身份证件号码,固定电话,移动电话",
    "company_numbers": "企业名称,统一社会信用代码,工商登记码,组织机构代码",
    "contributions": "统一社会信用代码,年报年度,股东/发起人名称,累计认缴额",
    "equity_changes": "统一社会信用代码,股东,股权变更日期,变更前股权比例,变更后股权比例",
    "annual_reports": "统一社会信用代码,企业名称,年报年度,年报id,年度报告日期,营运状况,参保人数,联系电话",
    "annual_shops": "统一社会信用代码,企业名称(字号名称),网站(网店)名称,网站(网店)网址,所属平台名称",
    "insured_staff": "统一社会信用代码,单位名称,应收年月,月参保总人数",
    "household_marks": "统一社会信用代码,企业名称,经营异常标记id,标记日期,恢复日期",
    "platform_complaints": "平台代码,投诉单号,店铺编号,店铺名称,投诉时间,买家账号,买家手机,投诉内容,处理结果",
    "listed_roles": "company_id,role_code,role,person_name",
    "listed_roles_raw": "id,gpdm,zwdm,name",
    "listed_holdings": "company_id,holder_id,holder_kind,holder_name,rank,shares,pct",
    "listed_holdings_raw": "id,gpdm,order,name,gdcg,gdcgbl",
}


@pytest.mark.parametrize(("name", "headings"), CITY.items(), ids=CITY)
def test_recognised_by_columns(name, headings):
    columns = headings.split(",")
    assert recognise(columns).name == name
    assert not recognise(columns).unmapped(columns)
    assert recognise(list(reversed(columns))).name == name


def test_open_register_headings():
    text = "企业名称,统一社会信用代码,注册日期,企业类型,法人代表,注册资金,经营范围,所在省份,地区,注册地址"
    columns = text.split(",")
    assert recognise(columns).locate(columns)["established"] == "注册日期"
    assert recognise(columns).name == "registration"


def test_english_headings():
    columns = ["Credit_Code", "Name", "Established", "Legal Rep", "Capital"]
    assert recognise(columns).locate(columns)["rep"] == "Legal Rep"


def test_width_case_blanks_and_units_do_not_matter():
    assert heading_key("Ｃredit_Code ") == heading_key("credit code")
    assert heading_key("持股比例(%)") == heading_key("持股 比例")


def test_the_heading_to_the_letter_goes_before_the_one_without_its_brackets():
    columns = [
        "统一社会信用代码",
        "列入日期",
        "列入原因",
        "作出决定机关(移出)",
        "作出决定机关(列入)",
        "企业名称(字号名称)",
    ]
    located = recognise(columns).locate(columns)
    assert (located["department"], located["removal_department"]) == ("作出决定机关(列入)", "作出决定机关(移出)")
    assert located["name"] == "企业名称(字号名称)"
    both = ["行业代码(中文)", "行业代码"]
    assert source_named("registration").locate(both) == {"industry": "行业代码"}


def test_an_older_number_stands_in_for_the_credit_code():
    registration = source_named("registration")
    assert registration.locate(["注册号", "统一社会信用代码"]) == {"code": "统一社会信用代码", "older": "注册号"}
    assert registration.locate(["注册号"]) == {"code": "注册号", "older": "注册号"}
    assert "统一社会信用代码" in registration.missing(["企业名称"])


def test_unknown_columns_name_near_misses():
    with pytest.raises(UnknownSource, match=r"penalties .*lacks 处罚决定书文号"):
        recognise(["统一社会信用代码", "处罚种类", "处罚日期"])


def test_nothing_alike():
    with pytest.raises(UnknownSource, match="Nearest: none"):
        recognise(["x", "y"])


def test_required_columns():
    with pytest.raises(MissingColumns, match=r"f\.csv.*处罚决定书文号"):
        require_columns(source_named("penalties"), ["统一社会信用代码"], "f.csv")


def test_every_source_names_a_builder_and_every_builder_a_source():
    assert {m.builder for m in sources().values()} == set(BUILDERS)


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ({"names": ["a"], "check": "colour"}, "names no check 'colour'"),
        ({"names": ["a"], "requierd": True}, "unknown keys"),
        ({}, "gives no names"),
    ],
)
def test_mistakes_in_a_toml_are_named(column, message):
    content = {"title": "t", "department": "d", "builder": "shops", "order": 1, "columns": {"x": column}}
    with pytest.raises(ConfigError, match=message):
        parse_mapping("mine", content)


def test_one_heading_cannot_mean_two_fields():
    columns = {"x": {"names": ["a"]}, "y": {"names": ["A "]}}
    content = {"title": "t", "department": "d", "builder": "shops", "order": 1, "columns": columns}
    with pytest.raises(ConfigError, match="stands for x and y"):
        parse_mapping("mine", content)


MINE = """extends = "penalties"
department = "某部门"

[columns.document]
names = ["决定号"]
[columns.violation]
names = ["企业名称"]
"""


def test_a_mapping_extends_another(tmp_path):
    (tmp_path / "mine.toml").write_text(MINE, "utf-8")
    mine = known_sources(tmp_path)["mine"]
    penalties = source_named("penalties")
    assert (mine.title, mine.department, mine.builder) == (penalties.title, "某部门", "penalties")
    assert {c.name for c in mine.columns} == {c.name for c in penalties.columns}
    # the rest of a column stays; a heading given to another field is taken from the one that had it
    columns = ["统一社会信用代码", "决定号", "处罚日期", "企业名称"]
    assert mine.locate(columns) == dict(zip(["code", "document", "decided", "violation"], columns, strict=True))
    assert next(c for c in mine.columns if c.name == "document").filled
    assert recognise(columns, known_sources(tmp_path)).name == "mine"


def test_of_two_that_fit_alike_the_mapping_of_the_office_goes_first(tmp_path):
    (tmp_path / "ours.toml").write_text('extends = "inspections"\ndepartment = "某部门"', "utf-8")
    columns = CITY["inspections"].split(",")
    assert recognise(columns, known_sources(tmp_path)).department == "某部门"


def test_a_folder_that_is_not_there_brings_no_mapping(tmp_path):
    assert known_sources(tmp_path / "sources") == sources()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("extends = 'penalty'", "extends 'penalty', which is not there"),
        ("title", "not TOML"),
        ("extends = 'penalties'\nbulider = 'x'", r"unknown keys \['bulider'\]"),
        ("extends = 'penalties'\n[columns.fine]\ncheck = 'capital'", r"\[columns.fine\] gives no names"),
        ("extends = 'penalties'\n[columns.amount]\nnames = ['a']\n[columns.basis]\nnames = ['A']", "stands for"),
    ],
)
def test_mistakes_in_an_office_mapping_name_its_file(tmp_path, text, message):
    path = tmp_path / "mine.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=rf"mine\.toml: .*{message}"):
        known_sources(path)
    with pytest.raises(ConfigError, match="cannot be read"):
        known_sources(tmp_path / "absent.toml")
