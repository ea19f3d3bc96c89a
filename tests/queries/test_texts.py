"""Every rule speaks Chinese and English, of the same figures, and says what would lower it."""

import re
from string import Formatter

from queries.texts import en, evidence, is_counter, zh


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_say_the_same_of_every_rule():
    assert zh.TEXTS.keys() == en.TEXTS.keys()
    assert zh.LOWERS.keys() == en.LOWERS.keys() <= zh.TEXTS.keys()
    assert {rule: fields(text) for rule, text in zh.TEXTS.items()} == {r: fields(t) for r, t in en.TEXTS.items()}
    remarks = {"merchant_reports", "merchant_exposure"}  # say what was left out, and where a figure comes from
    assert {rule for rule in zh.TEXTS if rule not in zh.LOWERS and not is_counter(rule)} == remarks


def test_words_from_elsewhere_are_translated_and_names_stay():
    item = evidence("barred", person="王某", company="鑫宏达", post=zh.POSTS["director"], reason="其为失信被执行人")
    assert item.text == "王某于 不详日期 起在 鑫宏达 任董事；其为失信被执行人"
    assert (
        item.text_en == "王某 has been director of 鑫宏达 since an unknown day; this person is a listed judgment debtor"
    )
    assert not re.search("[一-鿿]", "".join(en.WORDS.values()))


def test_what_speaks_for_the_subject_is_no_suspicion():
    assert is_counter("counter_harm_share")
    assert is_counter("merchant_all")
    assert not is_counter("barred")
