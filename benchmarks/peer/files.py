"""A department's file: read with record numbers, every column checked and normalised, bad records set aside."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from peer import places, values
from peer.config import ENTITY_TYPES, STATUSES, Column, columns_of

FORMULA = re.compile(r"^\s*(=\s*[A-Za-z+\-(\"'@]|@[A-Za-z]+\(|[+\-]\s*[A-Za-z]+\s*[|(])")
OPEN = {"长期", "永久", "至今", "无固定期限", "不约定期限"}
GOOD_CODES = ["valid", "valid_outer_only", "bad_check"]

Columns = dict[str, pd.Series]


def read(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All records as text with their numbers, and those with more or fewer fields than the header."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        header = next(rows)
        good, bad = [], []
        for line, row in enumerate(rows, 1):
            if len(row) == len(header):
                good.append([line, *row])
            else:
                bad.append((line, "wrong_field_count", ",".join(row)))
    return pd.DataFrame(good, columns=["line", *header]), pd.DataFrame(bad, columns=["line", "reason", "original"])


def clean(raw: pd.DataFrame, source: str) -> pd.DataFrame:
    """Clean columns of every field of the source; absent ones are empty."""
    found: Columns = {"line": raw["line"]}
    absent = pd.Series(pd.NA, index=raw.index, dtype="str")
    for column in columns_of(source):
        heading = next((h for h in column.headings if h in raw.columns), None)
        text = absent if heading is None else each(raw[heading], values.tidy)
        for suffix, series in checked(column, text).items():
            found[f"{column.name}_{suffix}" if suffix else column.name] = series
    return pd.DataFrame(found)


def each(series: pd.Series, function: Callable[[str], object]) -> pd.Series:
    """A function of single texts, mapped; missing stays missing, and a column of nothing else is one of texts."""
    found = series.map(function, na_action="ignore")
    return found.astype("str") if found.isna().all() else found


def checked(column: Column, text: pd.Series) -> Columns:
    """The clean columns of one column."""
    if column.check == "codes":
        found = text.map(column.codes)
        return {"": found, "bad": text.notna() & found.isna()}
    return CHECKS[column.check](text)


def _name(text: pd.Series) -> Columns:
    name = each(text, values.name)
    return {
        "": name,
        "initials": each(name, values.initials),
        "sort": each(name, values.sort),
        "state": each(name, values.is_state).eq(True).astype(bool),
    }


def _code(text: pd.Series) -> Columns:
    code = each(text, values.number)
    status = each(code, values.uscc_status)
    full = status.isin(GOOD_CODES) & (code.str.len() == 18)
    legacy = code.where(~full)
    return {
        "": code,
        "status": status.fillna("missing"),
        "uscc": code.where(full),
        "legacy": legacy,
        "scheme": each(legacy, values.scheme),
    }


def _person_id(text: pd.Series) -> Columns:
    code = each(text, values.number)
    usable = each(code, values.resident_id)
    return {"": usable, "status": each(code, values.resident_status), "masked": each(usable, values.masked_id)}


def _party_id(text: pd.Series) -> Columns:
    person = _person_id(text)
    return {**_code(text), "person": person[""], "masked": person["masked"]}


def _date(text: pd.Series) -> Columns:
    day = pd.to_datetime(text, format="%Y-%m-%d", errors="coerce")
    other = day.isna() & text.notna()
    if other.any():
        day = day.copy()
        day[other] = pd.to_datetime(text[other].map(values.date))
    opens = text.isin(OPEN) | text.str.startswith(("2999", "9999")).fillna(False)
    return {"": day, "bad": text.notna() & day.isna() & ~opens.astype(bool)}


def _capital(text: pd.Series) -> Columns:
    parsed = each(text, values.capital)
    amount = each(parsed, lambda p: p[0]).astype(float)
    return {"": amount, "currency": each(parsed, lambda p: p[1]), "bad": text.notna() & amount.isna()}


def _number(text: pd.Series, high: float) -> Columns:
    plain = text.str.replace(r"[,\s%％]", "", regex=True)
    number = pd.to_numeric(plain.where(plain.str.fullmatch(r"[+-]?\d+(\.\d+)?").fillna(False).astype(bool)))
    number = number.astype(float).where(lambda n: n.between(0, high))
    return {"": number, "bad": text.notna() & number.isna()}


def _phone(text: pd.Series) -> Columns:
    digits = each(text, values.phone)
    landline = digits.str.fullmatch(r"0\d{9,11}").fillna(False).astype(bool)
    return {
        "": digits,
        "landline": landline,
        "masked": each(digits, values.masked_phone),
        "bad": text.notna() & digits.isna(),
    }


def _address(text: pd.Series) -> Columns:
    key = each(text, places.normalised)
    return {
        "": text,
        "key": key,
        "building": each(key, places.building),
        "town": each(text, places.town),
        "cluster": each(text, places.is_cluster).fillna(False).astype(bool),
    }


def _region(text: pd.Series) -> Columns:
    region = text.str.extract(r"^(\d{6})")[0]
    return {"": region, "bad": text.notna() & region.isna()}


def _status(text: pd.Series) -> Columns:
    status = each(text, lambda t: values.classify(STATUSES["patterns"], t))
    return {"": status, "bad": text.notna() & status.isna()}


CHECKS: dict[str, Callable[[pd.Series], Columns]] = {
    "text": lambda text: {"": text},
    "name": _name,
    "code": _code,
    "person_id": _person_id,
    "party_id": _party_id,
    "date": _date,
    "capital": _capital,
    "percent": lambda text: _number(text, 100),
    "integer": lambda text: _number(text, 1e12),
    "phone": _phone,
    "address": _address,
    "region": _region,
    "entity_type": lambda text: {"": each(text, lambda t: values.classify(ENTITY_TYPES["patterns"], t))},
    "status": _status,
    "yes_no": lambda text: {"": text.str.lower().isin(["是", "y", "yes", "true", "1"])},
}


class Refused:
    """Records set aside with their reasons; the first reason counts."""

    def __init__(self, raw: pd.DataFrame, rejected: pd.DataFrame) -> None:
        self._raw = raw.set_index("line")
        self._parts = [rejected]

    def take(self, rows: pd.DataFrame, reasons: dict[str, pd.Series]) -> pd.DataFrame:
        """The rows that no reason speaks against."""
        reason = pd.Series(None, index=rows.index, dtype=object)
        for code, holds in reasons.items():
            reason[holds.fillna(False).astype(bool) & reason.isna()] = code
        bad = rows.loc[reason.notna(), ["line"]].assign(reason=reason[reason.notna()])
        bad["original"] = self._raw.loc[bad["line"]].agg(",".join, axis=1).to_numpy() if len(bad) else ""
        self._parts.append(bad)
        return rows[reason.isna()].reset_index(drop=True)

    def table(self) -> pd.DataFrame:
        """All of them, in the order of the file."""
        return pd.concat(self._parts).sort_values("line")


def damaged(raw: pd.DataFrame, source: str) -> dict[str, pd.Series]:
    """Signs of damage in the raw text: NUL bytes, endless fields, swallowed lines, spreadsheet formulas."""
    texts = raw.drop(columns="line")
    checks = {c.headings: c.check for c in columns_of(source)}
    free = {h for headings, check in checks.items() if check == "text" for h in headings}
    used = {h for headings in checks for h in headings}
    none = pd.Series(False, index=raw.index)
    found = dict.fromkeys(("nul_byte", "field_too_long", "swallowed_lines", "formula_cell"), none)
    whole_line = rf"\n([^\n]*,){{{texts.shape[1] - 1},}}"
    for heading, text in texts.items():
        found["nul_byte"] = found["nul_byte"] | text.str.contains("\0", regex=False)
        found["field_too_long"] = found["field_too_long"] | (text.str.len() > 333_333)
        if text.str.contains("\n", regex=False).any():
            found["swallowed_lines"] = found["swallowed_lines"] | text.str.contains(whole_line, regex=True)
        if heading in used and heading not in free:
            found["formula_cell"] = found["formula_cell"] | text.map(lambda t: FORMULA.match(t) is not None)
    return found


def unfilled(rows: pd.DataFrame, source: str) -> dict[str, pd.Series]:
    """Conditions under which a value is missing that the source must give."""
    found = {}
    for column in columns_of(source):
        if column.filled:
            if f"{column.name}_bad" in rows:
                found[f"bad_{column.name}"] = rows[f"{column.name}_bad"]
            found[f"no_{column.name}"] = rows[column.name].isna()
    return found
