"""What each rule says in the officer's language. A parameter that is a number keeps its unit in the text."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "group_burst": "{days} 天内，{merchant} 收到 {seen:.0f} 人的投诉，其中该团伙 {members} 人；"
    "按平时水平应约 {expected:.2f} 人（p={p:.1g}）",
    "group_history": "该团伙 {seen:.0f} 人都投诉过 {merchant}（不计时间先后）",
    "group_together": "{seen:.0f} 名成员在 {merchants} 个被投诉方上同时出现，"
    "偶然形成这样一组的概率约为 10 的 {exponent:.0f} 次方",
    "group_shared": "{seen:.0f} 名成员共用同一{thing}（单独不能认定为同一人）",
    "group_template": "{percent:.0f}% 的成员使用近似相同的投诉文本",
    "group_refused": "成员已办结的投诉中 {percent:.0f}% 未获受理、终止调解或撤回",
    "counter_substantiated_share": "成员的投诉多数查证属实，已据此降低等级",
    "counter_no_synchrony": "成员只是投诉过同样的商家，时间上没有同步，已据此降低等级",
    "counter_no_dates": "投诉没有日期，无法检验时间上的同步，已据此降低等级",
    "counter_harm_share": "成员的投诉多数涉及人身安全，已据此降低等级",
    "merchant_rate": "收到投诉 {seen:.1f} 件（按投诉人可信度加权），同类（{peer}）同等规模应约 {expected:.1f} 件，"
    "为其 {ratio:.1f} 倍（90% 区间 {low:.1f}–{high:.1f}）",
    "merchant_all": "不剔除疑似滥用投诉时为 {seen:.0f} 件；其中 {percent:.0f}% 因疑似团伙投诉而未计入",
    "merchant_counts": "近 {months} 个月收到投诉 {received} 件，受理 {accepted} 件，查证属实 {substantiated} 件",
    "merchant_reports": "另有举报 {reports} 件：举报与投诉分别办理，不因举报人身份打折，线索均须核查",
    "merchant_exposure": "规模依据：{basis}",
    "incident_burst": "{days} 天内 {seen:.0f} 名互不相关的投诉人投诉，按平时水平应约 {expected:.2f} 人（p={p:.1g}）",
    "shop_licence_ended": "网店仍在营业，其经营者 {company} 自 {first} 起已{status}",
    "shop_licence_listed": "网店的经营者 {company} 自 {first} 起在{kind}",
    "shop_licence_differs": "网店公示的执照为 {shown}（{whose}），登记的经营者为 {company}",
    "shop_operator_changed": "近 {months} 个月内经营者变更 {seen:.0f} 次：{operators}",
    "shop_several_licences": "同一网店同时登记在 {seen:.0f} 个经营者名下：{operators}",
    "licence_many_shops": "{company} 名下有 {seen:.0f} 家营业中的网店",
    "platform_silent": "平台最近一次报送网店名单为 {last}；近 {months} 个月有 {complaints} 件投诉涉及该平台的网店，"
    "其中 {seen:.0f} 家不在名单中",
    "platform_unreported": "平台从未报送网店名单；近 {months} 个月有 {complaints} 件投诉涉及该平台的 {seen:.0f} 家网店",
    "barred": "{person}于 {first} 起在 {company} 任{post}；{reason}",
    "rebirth": "{company} 在 {old} {ended}{when}登记，与其有相同的{shared}（待核实）",
    "linked_bad": "{company}：{count} 项不良记录",
    "track_record": "同一{unit}的其他企业发生不良事件 {seen:.0f} 次，按平均应 {expected:.1f} 次，"
    "为其 {ratio:.1f} 倍（90% 区间 {low:.1f}–{high:.1f}）",
}

LOWERS: dict[str, str] = {
    "group_burst": "同期出现公共事件（促销、召回、停业），投诉人互不相关",
    "group_history": "这些商家本来就拥有共同的顾客群",
    "group_together": "投诉查证属实、涉及人身安全，或成员有日常消费记录",
    "group_shared": "家庭、同事、律师事务所、快递点等合法共用",
    "group_template": "使用消费者协会或平台提供的范本",
    "group_refused": "未获受理出于程序原因",
    "merchant_rate": "实际经营规模大于所用的规模依据",
    "merchant_counts": "投诉未查证属实",
    "incident_burst": "投诉人事后查明互有联系",
    "shop_licence_ended": "网店已关闭或已变更经营主体而平台未更新",
    "shop_licence_listed": "已移出名录",
    "shop_licence_differs": "两份数据的日期不同，期间合法变更",
    "shop_operator_changed": "同一经营者在其自有企业之间变更",
    "shop_several_licences": "其中一方的终止日期未报送",
    "licence_many_shops": "连锁或代运营企业",
    "platform_silent": "名单已报送而尚未导入",
    "platform_unreported": "名单已报送而尚未导入",
    "barred": "对被吊销等不负有个人责任的，不受此限",
    "rebirth": "不同的人合法承租同一地址、承接同一号码",
    "linked_bad": "记录已修复、撤销或企业有异议",
    "track_record": "企业由前任控制人经营期间发生",
}
"""What would lower each suspicion; asked of the officer who checks the lead."""

UNKNOWN_DAY = "不详日期"
THINGS = {"phone": "联系电话", "address": "地址", "text": "投诉文本", "account": "账号"}
POSTS = {
    "legal_rep": "法定代表人", "director": "董事", "supervisor": "监事", "officer": "高级管理人员",
    "independent_director": "独立董事", "secretary": "董事会秘书", "contact": "登记联络员",
}  # fmt: skip
STATUSES = {
    "REVOKED": "被吊销", "REVOKED_DEREG": "被吊销并注销", "CANCELLED": "被撤销登记", "DEREG": "注销",
    "FORCED_DEREG": "被强制注销",
}  # fmt: skip
NOT_REGISTERED = "登记中无此代码"
LISTED = "列入严重违法失信名单"
LISTS = {"abnormal_list": "经营异常名录", "severe_list": "严重违法失信名单"}
