"""The identity layer by one import: numbers, names, addresses, dates, sums, masks and keyed hashes.

Pure functions over Arrow columns; each module says what it knows and where from.
"""

from graph.model.addresses import Addresses, normalise_address
from graph.model.capital import Capital, parse_capital
from graph.model.dates import DATE_STATUSES, Dates, parse_dates
from graph.model.hashing import keyed_hash, plain_hash
from graph.model.legacy import LEGACY_SCHEMES, check_org9, check_reg15, legacy_scheme
from graph.model.masks import mask_id, mask_name, mask_phone, mask_text
from graph.model.names import is_placeholder, name_initials, name_key, normalise_name
from graph.model.phones import Phones, normalise_phone
from graph.model.regions import town_of
from graph.model.resident_id import ID_STATUSES, IdCheck, check_resident_id
from graph.model.text import is_missing, map_distinct
from graph.model.uscc import CodeCheck, check_uscc, normalise_codes, uscc_status

__all__ = [
    "DATE_STATUSES", "ID_STATUSES", "LEGACY_SCHEMES", "Addresses", "Capital", "CodeCheck", "Dates", "IdCheck", "Phones",
    "check_org9", "check_reg15", "check_resident_id", "check_uscc", "is_missing", "is_placeholder", "keyed_hash",
    "legacy_scheme", "map_distinct", "mask_id", "mask_name", "mask_phone", "mask_text", "name_initials", "name_key",
    "normalise_address", "normalise_codes", "normalise_name", "normalise_phone", "parse_capital", "parse_dates",
    "plain_hash", "town_of", "uscc_status",
]  # fmt: skip
