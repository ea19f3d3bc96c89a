"""Natural keys by index: what files and truth tables call a company, a person, a complainant, a shop."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from loaders.synthetic import text, words
from loaders.synthetic.city import DATA_DATE, City
from loaders.synthetic.codes import (
    COMPLAINANT_SERIAL,
    as_text,
    credit_codes,
    digits,
    outer_check,
    phone_texts,
    registration_numbers,
    resident_ids,
)  # fmt: skip
from loaders.synthetic.draw import Bools, Ints, mix, permute
from loaders.synthetic.market import BY_ACCOUNT, BY_ID, BY_PHONE, Complainants

_USCC_SINCE = DATA_DATE - 3_900  # the code replaced the older numbers in October 2015


def company_codes(city: City, index: Ints) -> pa.StringArray:
    """Codes as the departments hold them: 0.4 % with a wrong check character, 0.2 % still a 15-digit number.

    The fault belongs to the company, so every file repeats it. Planted companies have sound codes.
    """
    c = city.companies
    second = np.array([k[2] for k in words.KINDS])[c.kind[index]]
    old = (c.established[index] < _USCC_SINCE).astype(np.int64)
    matrix = credit_codes(city.seed, index, second, old)
    luck = mix(city.seed, 70, index, 1_000)
    plain = ~sound(city, index)
    wrong = plain & (luck < 4)
    matrix[wrong, 17] = np.where(outer_check(matrix[wrong, :17]) == ord("7"), ord("8"), ord("7"))
    legacy = plain & (luck >= 998) & (old > 0)
    return text.choose(legacy, as_text(registration_numbers(city.seed, index)), as_text(matrix))


def sound(city: City, index: Ints) -> Bools:
    """Companies that take part in a plant: nothing about them is spoilt."""
    lent = np.zeros(len(city.companies), dtype=bool)
    lent[: city.background] = city.lent
    spared: Bools = (lent | city.companies.planted)[index]
    return spared


def rep_id_lost(city: City, index: Ints) -> Bools:
    """Companies whose register entry lacks the representative's resident ID: 3 %, never planted ones."""
    lost: Bools = (mix(city.seed, 71, index, 100) < 3) & ~sound(city, index)
    return lost


def officer_id_lost(city: City, row: Ints) -> Bools:
    """Rows of the officers' file that lack the resident ID: 2 %, never of planted companies."""
    lost: Bools = (mix(city.seed, 72, row, 50) == 0) & ~sound(city, city.officers["company"][row])
    return lost


def company_names(city: City, index: Ints) -> pa.StringArray:
    """Registered names."""
    c = city.companies
    parent = c.parent[index]
    industry = np.where(parent >= 0, c.industry[np.maximum(parent, 0)], c.industry[index])
    return text.company_names(city.seed, index, c.kind[index], industry, parent)


def person_ids(city: City, index: Ints) -> pa.StringArray:
    """Resident IDs of persons; null for a negative index."""
    ids = as_text(resident_ids(city.seed, np.maximum(index, 0)))
    return text.choose(index >= 0, ids, None)


def person_names(city: City, index: Ints) -> pa.StringArray:
    """Names of persons; null for a negative index."""
    return text.choose(index >= 0, text.person_names(city.seed, np.maximum(index, 0)), None)


def addresses(city: City, index: Ints) -> pa.StringArray:
    """Business addresses."""
    cluster = np.zeros(len(index), dtype=np.int64)
    inside = index < len(city.clusters)
    cluster[inside] = city.cluster_kind[index[inside]]
    return text.address_texts(city.seed, index, cluster)


def shop_numbers(city: City, index: Ints) -> pa.StringArray:
    """Shop numbers, eight digits."""
    return as_text(digits(10_000_000 + permute(city.seed, index, 89_999_999), 8))


def shop_keys(city: City, index: Ints) -> pa.StringArray:
    """Platform code and shop number joined by a colon."""
    codes = [code for code, _ in words.PLATFORMS]
    return text.join(text.pick(codes, city.shops.platform[index]), ":", shop_numbers(city, index))


def tickets(city: City, index: Ints, day: Ints) -> pa.StringArray:
    """Ticket numbers: the day, then eight digits."""
    stamp = pa.compute.replace_substring(text.day_text(day), "-", "")
    return text.join(stamp, as_text(digits(permute(city.seed, index, 99_999_989), 8)))


def complainant_names(city: City, index: Ints) -> pa.StringArray:
    """Names of complainants."""
    return text.person_names(city.seed, COMPLAINANT_SERIAL + index)


def complainant_ids(city: City, people: Complainants, index: Ints) -> pa.StringArray:
    """Resident IDs of the complainants that gave one."""
    ids = as_text(resident_ids(city.seed, COMPLAINANT_SERIAL + index))
    return text.choose(people.scheme[index] == BY_ID, ids, None)


def accounts(city: City, index: Ints) -> pa.StringArray:
    """Platform accounts."""
    return text.join("u", as_text(digits(permute(city.seed, index, 999_999_937), 9)))


def complainant_keys(city: City, people: Complainants, index: Ints) -> tuple[pa.StringArray, pa.StringArray]:
    """Scheme (resident_id, name_phone, account) and key; its parts are joined by a bar.

    Who gives only an account files through the hotline's app, so the channel is part of the key.
    """
    scheme = people.scheme[index]
    by_phone = text.join(complainant_names(city, index), "|", phone_texts_plain(people.phone[index]))
    key = text.choose(scheme == BY_PHONE, by_phone, complainant_ids(city, people, index))
    names = text.pick(("resident_id", "name_phone", "account"), scheme)
    return names, text.choose(scheme == BY_ACCOUNT, text.join(words.HOTLINE, "|", accounts(city, index)), key)


def phone_texts_plain(numbers: Ints) -> pa.StringArray:
    """Digits only; land-lines with their area code."""
    land = (numbers >= 76_900_000_000) & (numbers < 77_000_000_000)
    return text.join(text.choose(land, "0", ""), pa.array(numbers).cast(pa.string()))


def phones(city: City, numbers: Ints) -> pa.StringArray:
    """Telephone numbers as people write them."""
    return phone_texts(city.seed, numbers)
