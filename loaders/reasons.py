"""Why a record is in quarantine: codes for machines, words for people."""

from __future__ import annotations

_WORDS = {
    "wrong_field_count": "has more or fewer fields than the header, as after an unquoted delimiter or a cut",
    "empty_record": "has nothing in any field",
    "repeated_header": "repeats the headings, as where files were joined",
    "rounded_code": "a spreadsheet took a code for a number (9.14419E+17): its last digits are lost and cannot be "
    "brought back; ask for the file with the codes as text",
    "not_json": "is not a JSON object",
    "nul_byte": "holds a NUL byte",
    "field_too_long": "holds a field of more than 1,000,000 bytes",
    "swallowed_lines": "an unclosed quote has swallowed whole lines",
    "formula_cell": "holds a spreadsheet formula",
    "implausible_province": "no province stands under province: the fields look shifted",
    "implausible_capital": "no amount stands under capital: the fields look shifted",
    "implausible_city": "no city stands under city: the fields look shifted",
    "placeholder_name": "the name stands for nobody in particular",
    "person_not_company": "names a person where a company belongs",
    "no_company": "gives neither code nor name of the company",
    "unknown_company": "names a listed company that no load has brought: load the companies first",
    "not_one_name": "the content of the change is not one name: a list or a filled-in form",
    "unknown_post": "the post is not in the list of posts",
    "unknown_holder": "the holder's name is hashed and of unknown kind",
    "bad_percent": "the share is not a number from 0 to 100",
    "no_shop": "gives neither name nor address of the shop or site",
    "no_merchant": "names neither shop nor company complained about",
    "bad_kind": "is neither complaint nor report",
    "nobody_identified": "gives a person's name without a number: a name alone is nobody",
    "original_unknown": "the record that it is about is not known for this company: load it first",
    "status_cannot_follow": "this status cannot follow the one the record has: see docs/clocks.md",
    "day_to_come": "the day is still to come: load it on that day",
}


def words(code: str) -> str:
    """Reason in words: ``code: words``, as kept in quarantine.

    >>> words("no_document")
    'no_document: the column document is empty'
    """
    kind, _, field = code.partition("_")
    general = {"no": f"the column {field} is empty", "bad": f"the value under {field} cannot be read"}
    return f"{code}: {_WORDS.get(code) or general.get(kind, code)}"
