"""What each rule says in English; the names of laws, posts and things are those of `zh`, translated."""

from __future__ import annotations

import re

from queries.texts import zh

TEXTS: dict[str, str] = {
    "group_burst": "within {days} days {seen:.0f} people complained about {merchant}, {members} of them of this group; "
    "about {expected:.2f} were to be expected (p={p:.1g})",
    "group_history": "{seen:.0f} of this group complained about {merchant} (whenever that was)",
    "group_together": "{seen:.0f} members meet at {merchants} merchants; "
    "by chance such a group comes about with a probability of about 10 to the {exponent:.0f}",
    "group_shared": "{seen:.0f} members share one {thing} (which alone does not make them one person)",
    "group_template": "{percent:.0f}% of the members use nearly the same wording",
    "group_refused": "{percent:.0f}% of the members' closed complaints were not accepted, ended or withdrawn",
    "counter_substantiated_share": "most complaints of the members were substantiated: the tier is lowered",
    "counter_no_synchrony": "the members complained about the same merchants at different times: the tier is lowered",
    "counter_no_dates": "the complaints have no dates, so synchrony cannot be tested: the tier is lowered",
    "counter_harm_share": "most complaints of the members concern personal safety: the tier is lowered",
    "merchant_rate": "{seen:.1f} complaints (weighted by credibility); for peers ({peer}) of that size about "
    "{expected:.1f}: {ratio:.1f} times as many (90% interval {low:.1f}–{high:.1f})",
    "merchant_all": "{seen:.0f} with suspected abusive complaints, of which {percent:.0f}% were set aside",
    "merchant_counts": "in {months} months {received} complaints received, {accepted} accepted, "
    "{substantiated} substantiated",
    "merchant_reports": "{reports} reports of violations besides: another procedure; every clue is checked, "
    "whoever gave it",
    "merchant_exposure": "size of business taken from: {basis}",
    "incident_burst": "within {days} days {seen:.0f} unrelated people complained; about {expected:.2f} were to be "
    "expected (p={p:.1g})",
    "shop_licence_ended": "the shop is open, while its operator {company} has been {status} since {first}",
    "shop_licence_listed": "the shop's operator {company} has been on the {kind} since {first}",
    "shop_licence_differs": "the shop shows the licence {shown} ({whose}); its registered operator is {company}",
    "shop_operator_changed": "the operator changed {seen:.0f} times within {months} months: {operators}",
    "shop_several_licences": "one shop stands in the name of {seen:.0f} operators at once: {operators}",
    "licence_many_shops": "{company} operates {seen:.0f} open shops",
    "platform_silent": "the platform reported its shops on {last} at last; in {months} months {complaints} complaints "
    "concern shops of it, {seen:.0f} of which are not on that list",
    "platform_unreported": "the platform never reported its shops; in {months} months {complaints} complaints concern "
    "{seen:.0f} shops of it",
    "barred": "{person} has been {post} of {company} since {first}; {reason}",
    "rebirth": "{company} was registered {when} {old} was {ended}, with the same {shared} (to be verified)",
    "linked_bad": "{company}: {count} adverse records",
    "track_record": "the other companies of the same {unit} had {seen:.0f} adverse events against {expected:.1f} on "
    "average: {ratio:.1f} times as many (90% interval {low:.1f}–{high:.1f})",
}

LOWERS: dict[str, str] = {
    "group_burst": "a public event of that time (sale, recall, closing) and unrelated complainants",
    "group_history": "the merchants share their customers anyway",
    "group_together": "complaints substantiated or about safety, or members who buy there day by day",
    "group_shared": "a family, colleagues, a law firm or parcel station that shares it by right",
    "group_template": "a form offered by a consumer association or platform",
    "group_refused": "refused for reasons of procedure",
    "merchant_rate": "a business larger than the figure used for its size",
    "merchant_counts": "complaints that were not substantiated",
    "incident_burst": "complainants who prove to be connected",
    "shop_licence_ended": "the shop was closed or changed hands and the platform has not updated it",
    "shop_licence_listed": "removed from the list",
    "shop_licence_differs": "the two sources are of different days, with a lawful change between",
    "shop_operator_changed": "one operator moving the shop between companies of its own",
    "shop_several_licences": "an end date that was not reported",
    "licence_many_shops": "a chain, or an operator for others",
    "platform_silent": "a list that was reported and not loaded",
    "platform_unreported": "a list that was reported and not loaded",
    "barred": "not applicable to who bears no personal responsibility",
    "rebirth": "different people lawfully renting one address or taking over one number",
    "linked_bad": "records repaired, withdrawn or objected to",
    "track_record": "events of the time of a former controller",
}

WORDS: dict[str, str] = {
    **dict(zip(zh.THINGS.values(), ("phone", "address", "wording", "account"), strict=True)),
    **dict(zip(zh.POSTS.values(), ("legal representative", "director", "supervisor", "senior officer",
               "independent director", "secretary of the board", "registered contact"), strict=True)),
    **dict(zip(zh.STATUSES.values(), ("revoked", "revoked and struck off", "cancelled", "struck off",
               "struck off by force"), strict=True)),
    **dict(zip(zh.LISTS.values(), ("list of abnormal operations", "list of serious violators"), strict=True)),
    "人员": "persons", "网店": "shops", "电话": "phone", "实际控制人": "actual controller",
    zh.NOT_REGISTERED: "no such code in the register",
    zh.LISTED: "listed as a serious violator",
    zh.UNKNOWN_DAY: "an unknown day",
    "其任法定代表人的企业被吊销执照未逾三年": "a company this person represented was revoked less than three years ago",
    "其任法定代表人的企业因虚假登记被撤销未逾三年": "a company this person represented was cancelled for false "
    "registration less than three years ago",
    "其为失信被执行人": "this person is a listed judgment debtor",
    "其任法定代表人的企业在严重违法失信名单": "a company this person represents is on the list of serious violators",
    "近一年订单量×经营年限": "orders of a year × years of trade",
    "平台店铺订单量中位数×经营年限（本店未提供）": "the platform's median of orders × years of trade (none given)",
    "参保人数的平方根×经营年限": "square root of insured staff × years of trade",
    "经营年限（无参保人数）": "years of trade (no staff known)",
}  # fmt: skip
"""Words that come into the texts from elsewhere. What is not here, such as a name, stays as it is."""


_DISTANCE = re.compile(r"([前后]) (\d+) 天")


def word(text: str) -> str:
    """Translate a word, or a row of words, that a text is filled with.

    >>> word("人员、电话"), word("后 30 天"), word("鑫宏达、兴业")
    ('persons, phone', '30 days after', '鑫宏达、兴业')
    """
    if distance := _DISTANCE.fullmatch(text):
        return f"{distance[2]} days {'after' if distance[1] == '后' else 'before'}"
    parts = text.split("、")
    if text not in WORDS and all(part in WORDS for part in parts):
        return ", ".join(WORDS[part] for part in parts)
    return WORDS.get(text, text)
