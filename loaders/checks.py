"""Checks of single values: distinct raw texts in, clean columns out.

Each check gets the distinct raw values of one field as an Arrow string array and returns clean columns by
suffix: the empty suffix is the value itself, null where missing or unusable. Nothing here sees rows, so the
cost follows the number of different values, not of records.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.identifiers import (
    check_resident_id,
    check_uscc,
    is_placeholder,
    legacy_scheme,
    mask_id,
    mask_phone,
    name_initials,
    normalise_address,
    normalise_name,
    normalise_phone,
    parse_capital,
    parse_dates,
    town_of,
)
from graph.model.names import PLACEHOLDER
from graph.model.text import known_texts, patched
from loaders.rules import any_of, classify, matches, rules

Columns: TypeAlias = dict[str, pa.Array]
Check: TypeAlias = Callable[[pa.Array], Columns]


def _text(values: pa.Array) -> Columns:
    return {"": known_texts(values)}


def _name(values: pa.Array) -> Columns:
    """A name, what it is the name of, and how search finds it."""
    name = normalise_name(values)
    return {"": name, "initials": name_initials(name), "sort": name_sort(name), "state": is_state_investor(name)}


_PERSON = r"^(\p{Han}{2,4}|\p{Han}{1,8}·[\p{Han}·]{1,12})$"


def name_sort(names: pa.Array) -> pa.Array:
    """Tell by the name alone: person, organisation, fund, placeholder (names nobody), unknown (hashed)."""
    sort = pc.if_else(matches(names, any_of(rules("words")["funds"]["words"])), "fund", "organisation")
    # Most names are those of firms: one look tells, and only the others are looked at closely.
    special = matches(pc.utf8_upper(names), f"{_PERSON}|^NP-|^X-|{PLACEHOLDER}|{_listed_nobodys()}")
    rows = np.flatnonzero(special.to_numpy(zero_copy_only=False))
    return patched(sort, rows, lambda: _special_sort(names.filter(special), sort.filter(special)))


def _special_sort(names: pa.Array, sort: pa.Array) -> pa.Array:
    """Sort of names that may be a person's or nobody's, given the sort they have otherwise."""
    organisation = matches(names, f"({any_of(rules('words')['organisations']['endings'])})$")
    like_person = pc.or_(matches(names, _PERSON), matches(names, "^NP-"))
    sort = pc.if_else(like_person, pc.if_else(organisation, "organisation", "person"), sort)
    sort = pc.if_else(matches(names, "^X-[0-9a-f]+$"), "unknown", sort)
    # 丁 is an ordinal, but a common surname too
    named_ding = pc.and_(pc.equal(sort, "person"), matches(names, r"^丁\p{Han}{1,2}$"))
    nobody = pc.and_not(pc.or_(is_placeholder(names), matches(pc.utf8_upper(names), _listed_nobodys())), named_ding)
    return pc.if_else(nobody, "placeholder", sort)


def _listed_nobodys() -> str:
    return f"^({'|'.join(rules('words')['placeholders']['patterns'])})$"


def is_state_investor(names: pa.Array) -> pa.Array:
    """Whether the name is that of a state platform or a custodian, who are nobody's controller."""
    words = rules("words")
    return matches(names, any_of([*words["state_investors"]["words"], *words["custodians"]["words"]]))


def _code(values: pa.Array) -> Columns:
    """A credit code, its status, and whether it has the right form; else the scheme of the older number."""
    found = check_uscc(values)
    right_form = pc.and_(
        pc.is_in(found.status, pa.array(["valid", "valid_outer_only", "bad_check"])),
        pc.equal(pc.fill_null(pc.utf8_length(found.normalised), 0), 18),
    )
    old = pc.if_else(right_form, None, found.normalised)
    scheme = pc.if_else(pc.is_valid(old), pc.fill_null(legacy_scheme(old), "other"), None)
    return {
        "": found.normalised,
        "status": found.status,
        "uscc": pc.if_else(right_form, found.normalised, None),
        "legacy": old,
        "scheme": scheme,
    }


def _person_id(values: pa.Array) -> Columns:
    """A resident ID with the right form; one that cannot be used gives null, and the second key decides."""
    found = check_resident_id(values)
    usable = pc.if_else(pc.is_in(found.status, pa.array(["valid", "bad_check", "old15"])), found.normalised, None)
    return {"": usable, "status": found.status, "masked": mask_id(usable)}


def _party_id(values: pa.Array) -> Columns:
    """A number that may be a resident ID or the code of a company: both readings."""
    person = _person_id(values)
    return {**_code(values), "person": person[""], "masked": person["masked"]}


def _date(values: pa.Array) -> Columns:
    found = parse_dates(values)
    unusable = pc.is_in(found.status, pa.array(["impossible", "unreadable"]))
    return {"": found.day, "bad": unusable}


def _capital(values: pa.Array) -> Columns:
    found = parse_capital(values)
    text = known_texts(values)
    return {
        "": found.amount,
        "currency": found.currency,
        "bad": pc.and_(pc.is_valid(text), pc.is_null(found.amount)),
    }


def _number(values: pa.Array, low: float, high: float) -> tuple[pa.Array, pa.Array]:
    """Numbers in low…high, and whether a text is there that is none of them."""
    text = known_texts(values)
    plain = pc.replace_substring_regex(text, r"[,\s%％]", "")
    number = pc.if_else(matches(plain, r"^[+-]?\d+(\.\d+)?$"), plain, None).cast(pa.float64())
    inside = pc.and_(pc.greater_equal(number, low), pc.less_equal(number, high))
    number = pc.if_else(pc.fill_null(inside, False), number, None)
    return number, pc.and_(pc.is_valid(text), pc.is_null(number))


def _percent(values: pa.Array) -> Columns:
    number, bad = _number(values, 0, 100)
    return {"": number, "bad": bad}


def _integer(values: pa.Array) -> Columns:
    number, bad = _number(values, 0, 1e12)
    return {"": pc.round(number).cast(pa.int64()), "bad": bad}


def _year(values: pa.Array) -> Columns:
    number, bad = _number(values, 1800, 2999)
    return {"": pc.round(number).cast(pa.int64()), "bad": bad}


def _phone(values: pa.Array) -> Columns:
    found = normalise_phone(values)
    return {
        "": found.digits,
        "landline": found.landline,
        "masked": mask_phone(found.digits),
        "bad": pc.and_(pc.is_valid(known_texts(values)), pc.is_null(found.digits)),
    }


def _address(values: pa.Array) -> Columns:
    found = normalise_address(values)
    text = known_texts(values)
    return {
        "": text,
        "key": found.text,
        "building": found.building,
        "town": town_of(text),
        "cluster": pc.fill_null(found.cluster, False),
    }


def _region(values: pa.Array) -> Columns:
    """The six digits of GB/T 2260; authorities may be given as longer codes."""
    text = known_texts(values)
    found = pc.struct_field(pc.extract_regex(text, r"^(?P<region>\d{6})"), "region")
    return {"": found, "bad": pc.and_(pc.is_valid(text), pc.is_null(found))}


def _entity_type(values: pa.Array) -> Columns:
    return {"": classify(known_texts(values), rules("entity_types")["patterns"])}


def _status(values: pa.Array) -> Columns:
    text = known_texts(values)
    found = classify(text, rules("statuses")["patterns"])
    return {"": found, "bad": pc.and_(pc.is_valid(text), pc.is_null(found))}


def _yes_no(values: pa.Array) -> Columns:
    text = pc.utf8_lower(known_texts(values))
    return {"": pc.fill_null(pc.is_in(text, pa.array(["是", "y", "yes", "true", "1"])), False)}


CHECKS: Mapping[str, Check] = {
    "text": _text,
    "name": _name,
    "code": _code,
    "person_id": _person_id,
    "party_id": _party_id,
    "date": _date,
    "capital": _capital,
    "percent": _percent,
    "integer": _integer,
    "year": _year,
    "phone": _phone,
    "address": _address,
    "region": _region,
    "entity_type": _entity_type,
    "status": _status,
    "yes_no": _yes_no,
}
"""Check by the name that the source mappings use."""


def code_list(codes: Mapping[str, str]) -> Check:
    """Make the check of a closed list of values: the canonical value, or null and `bad`."""
    known, canonical = pa.array(list(codes)), pa.array(list(codes.values()))

    def check(values: pa.Array) -> Columns:
        text = known_texts(values)
        found = canonical.take(pc.index_in(text, known))
        return {"": found, "bad": pc.and_(pc.is_valid(text), pc.is_null(found))}

    return check
