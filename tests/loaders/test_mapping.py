"""Source mappings: recognition by columns, aliases, and mistakes in a TOML."""

import pytest

from graph.errors import ConfigError, MissingColumns, UnknownSource
from loaders.explain import explain, recognition
from loaders.mapping import heading_key, parse_mapping, recognise, require_columns, source_named, sources
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
        ({}, "names"),
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


def test_explain(csv_file):
    path = csv_file("a.csv", CITY["inspections"] + ",备注\n")
    found = recognition(path)
    assert (found.source, found.title, found.unmapped) == ("inspections", "双随机抽查结果", ("备注",))
    assert found.columns["检查结果"] == "result"
    assert not found.missing
    assert all(found.others.values())  # each of the others lacks something
    assert "检查结果 → result" in explain(path)
    assert "not used: 备注" in explain(path)


def test_explain_of_a_named_source_says_what_is_missing(csv_file):
    found = recognition(csv_file("a.csv", "统一社会信用代码\n"), source="licences")
    assert found.missing == ("许可证编号", "许可机关", "有效期自")
    assert found.absent == ("企业名称", "许可内容", "有效期至")
