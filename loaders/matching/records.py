"""Any list of enterprises → records that can be compared: headings by alias, values brought to one form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.errors import InputError, MissingColumns
from graph.model.addresses import normalise_address
from graph.model.capital import parse_capital
from graph.model.company_names import short_places, split_names
from graph.model.dates import parse_dates
from graph.model.names import name_key, normalise_name
from graph.model.phones import normalise_phone
from graph.model.text import rewrite
from graph.model.uscc import check_uscc
from loaders.mapping import heading_key
from loaders.recognise import source_named

_SHARED = ("code", "name", "rep", "established", "capital", "province", "city", "address", "phone", "scope")
"""Fields whose headings are those of the source `registration`."""
_MORE_HEADINGS = {
    "aliases": ("简称", "曾用名", "曾用名称", "字号", "short_name", "former_name", "former_names", "aliases"),
    "capital": ("capital_cny",),
}
FIELDS = (*_SHARED, "aliases")
"""What matching looks at. Only the name is required; each further field makes the result better."""

_SEVERAL = r"[;；、|/]"
"""Between several former names in one field."""
_NAMED_VALID = ("valid", "valid_outer_only")


@dataclass(frozen=True, slots=True)
class Records:
    """One list of enterprises, ready to be compared.

    `ids`: the first column of the file, as written; `values`: one column per thing compared, null where missing;
    `headings`: the heading each field was found under.
    """

    ids: pa.StringArray
    values: pa.Table
    headings: Mapping[str, str]

    def __len__(self) -> int:
        """Number of records."""
        return len(self.ids)

    def column(self, name: str) -> pa.Array:
        """One column in one piece."""
        return self.values[name].combine_chunks()


def locate(columns: list[str], chosen: Mapping[str, str], where: str) -> dict[str, str]:
    """Find the heading of each field: as chosen by the caller, else by the usual headings.

    Raises
    ------
    MissingColumns
        If a chosen heading or a heading for the name is not in the file; the message names the cure.
    """
    unknown = sorted({*chosen} - {*FIELDS})
    if unknown:
        raise InputError(f"{where}: there is no field {', '.join(unknown)}; the fields are {', '.join(FIELDS)}")
    absent = sorted({*chosen.values()} - {*columns})
    if absent:
        raise MissingColumns(f"{where}: no column {', '.join(absent)}; the file has {', '.join(columns)}")
    keys = {heading_key(heading): heading for heading in reversed(columns)}
    usual = ((field, next((keys[k] for k in map(heading_key, known) if k in keys), "")) for field, known in _headings())
    found = {field: heading for field, heading in {**dict(usual), **chosen}.items() if heading}
    if "name" not in found:
        raise MissingColumns(
            f"{where}: no column holds the enterprises' names; head it 企业名称 or name, or say which it is with "
            f"name=HEADING. The file has {', '.join(columns)}"
        )
    return found


def _headings() -> Iterable[tuple[str, tuple[str, ...]]]:
    known = {column.name: column.headings for column in source_named("registration").columns}
    return [(field, (*known.get(field, ()), *_MORE_HEADINGS.get(field, ()))) for field in FIELDS]


def read_pair(
    left: pa.Table,
    right: pa.Table,
    left_columns: Mapping[str, str] | None = None,
    right_columns: Mapping[str, str] | None = None,
) -> tuple[Records, Records]:
    """Turn two tables of text into records. Together, because names are split by the cities of both.

    Raises
    ------
    InputError
        If an id is missing or occurs twice.
    MissingColumns
        If a table has no column of names.
    """
    tables = {"left file": left, "right file": right}
    chosen = (left_columns or {}, right_columns or {})
    found = [
        locate(table.column_names, named, where) for (where, table), named in zip(tables.items(), chosen, strict=True)
    ]
    cities = [table[at["city"]] for table, at in zip(tables.values(), found, strict=True) if "city" in at]
    places = short_places(pa.chunked_array(cities, pa.string()))
    first, second = (
        Records(_ids(table, where), _values(table, at, places), at)
        for (where, table), at in zip(tables.items(), found, strict=True)
    )
    return first, second


def _ids(table: pa.Table, where: str) -> pa.StringArray:
    ids = table.column(0).combine_chunks().cast(pa.string())
    if pc.any(pc.equal(pc.fill_null(ids, ""), "")).as_py():
        raise InputError(f"{where}: a row has no id in the first column ({table.column_names[0]}); fill it in")
    if len(ids.unique()) != len(ids):
        raise InputError(f"{where}: the first column ({table.column_names[0]}) is the id, but values occur twice in it")
    return ids


def _values(table: pa.Table, found: Mapping[str, str], places: list[str]) -> pa.Table:
    absent = pa.nulls(len(table), pa.string())
    raw = {field: table[found[field]].combine_chunks() if field in found else absent for field in FIELDS}
    names = split_names(raw["name"], places)
    address = normalise_address(raw["address"])
    codes = check_uscc(raw["code"])
    links = pc.invert(address.cluster)
    capital = parse_capital(raw["capital"])
    aliases = _aliases(raw["aliases"])
    return pa.table(
        {
            "code": pc.if_else(pc.is_in(codes.status, pa.array(_NAMED_VALID)), codes.normalised, None),
            "written": raw["name"],
            "name": names.key,
            "core": names.core,
            "trade": names.trade,
            "aliases": aliases,
            "alias_cores": pa.ListArray.from_arrays(aliases.offsets, split_names(aliases.values, places).core),
            "rep": normalise_name(raw["rep"]),
            "established": parse_dates(raw["established"]).day,
            "capital": pc.binary_join_element_wise(capital.currency, pc.cast(capital.amount, pa.string()), " "),
            "amount": capital.amount,
            "currency": capital.currency,
            "address": pc.if_else(links, address.text, None),
            "building": pc.if_else(links, address.building, None),
            "province": _place(raw["province"]),
            "city": _place(raw["city"]),
            "phone": normalise_phone(raw["phone"]).digits,
            "scope": rewrite(raw["scope"], str.upper),
        }
    )


def _place(values: pa.Array) -> pa.Array:
    """A province or city without its ending, so that 江门市 and 江门 are one."""
    return pc.replace_substring_regex(normalise_name(values), "(省|市|(壮族|回族|维吾尔)?自治区|特别行政区|地区)$", "")


def _aliases(values: pa.Array) -> pa.ListArray:
    """Other names a record goes by, as lists of name keys; empty where there are none."""
    parts = pc.split_pattern_regex(pc.fill_null(normalise_name(values), ""), _SEVERAL)
    keys = name_key(parts.flatten())
    known = keys.is_valid()
    sizes = np.bincount(pc.list_parent_indices(parts).filter(known).to_numpy(), minlength=len(parts))
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), keys.filter(known))
