"""Credit records: lists, penalties, debtors, inspections, licences, repairs. Hazard raises what is bad."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from loaders.synthetic import dirt, keys, text, words
from loaders.synthetic.city import DATA_DATE, City
from loaders.synthetic.columns import Columns
from loaders.synthetic.draw import NONE, Ints, mix, rng
from loaders.synthetic.files import Sheet, blocks, constant, sheets
from loaders.synthetic.plant_bars import DEBTOR, SEVERE

OFFICE = "东莞市市场监督管理局"
COURTS = ("东莞市第一人民法院", "东莞市第二人民法院", "东莞市第三人民法院")
SPAN = 3 * 365
ABNORMAL_RATE, PENALTY_RATE, DEBTOR_RATE = 0.05, 0.045, 0.008
"""Expected records per ordinary company in three years."""
FEW, FULL = (2.2, 1.3), (10.9, 4.84)
"""Inspections and licences expected per company in three years: about 4 and 14.4 records of all kinds in all."""


def write_records(city: City, forced: Columns, folder: Path, *, full: bool) -> dict[str, int]:
    """Write the seven record files, with few or with all the inspections and licences that a real city has."""
    names = ("abnormal_list", "penalties", "credit_repair", "judgment_debtors", "inspections", "licences")
    with sheets(folder, *names) as (abnormal, penalties, repairs, debtors, inspections, licences):
        for number, at in blocks(len(city.companies)):
            random = rng(city.seed, 60, number)
            _abnormal(city, random, abnormal, at)
            _penalties(city, random, penalties, repairs, at)
            _company_debtors(city, random, debtors, at)
            _inspections(city, random, inspections, at, full)
            _licences(city, random, licences, at, full)
        _person_debtors(city, forced, debtors)
    opened = (abnormal, penalties, repairs, debtors, inspections, licences)
    counts = {name: sheet.rows for name, sheet in zip(names, opened, strict=True)}
    return {**counts, **_severe(city, forced, folder)}


def _happen(city: City, random: np.random.Generator, at: Ints, rate: float, *, bad: bool = True) -> tuple[Ints, Ints]:
    """Companies and days of a Poisson number of records within the last three years of each company's life."""
    c = city.companies
    expected = rate * c.hazard[at] if bad else np.full(len(at), rate)
    company = np.repeat(at, random.poisson(expected))
    first = np.maximum(c.established[company], DATA_DATE - SPAN)
    last = np.where(c.status_day[company] >= 0, c.status_day[company], DATA_DATE)
    alive = first < last
    company, first, last = company[alive], first[alive], last[alive]
    return company, first + (random.random(len(company)) * (last - first)).astype(np.int64)


def _head(city: City, random: np.random.Generator, company: Ints) -> tuple[pa.StringArray, pa.StringArray]:
    codes = dirt.codes(random, keys.company_codes(city, company))
    return codes, dirt.brackets(random, keys.company_names(city, company))


def _document(city: City, word: str, company: Ints, day: Ints) -> pa.StringArray:
    """Document numbers, one series per kind and year."""
    year = pa.compute.utf8_slice_codeunits(text.day_text(day), 0, 4)
    serial = mix(city.seed, 61, company * 4_001 + day, 99_999_999)
    return text.join("东市监", word, "〔", year, "〕第", text.number(serial), "号")


def _ends(random: np.random.Generator, day: Ints, share: float, after: int) -> Ints:
    end = day + after + random.integers(0, 300, len(day))
    return np.where((random.random(len(day)) < share) & (end <= DATA_DATE), end, NONE)


def _abnormal(city: City, random: np.random.Generator, sheet: Sheet, at: Ints) -> None:
    company, day = _happen(city, random, at, ABNORMAL_RATE)
    off = _ends(random, day, 0.6, 60)
    reason = random.choice(len(words.ABNORMAL_REASONS), len(company), p=[0.55, 0.33, 0.04, 0.08])
    sheet.write(
        *_head(city, random, company),
        text.pick([r[0] for r in words.ABNORMAL_REASONS], reason),
        dirt.dates(random, text.day_text(day), keys.sound(city, company)),
        constant(OFFICE, company),
        _document(city, "列异字", company, day),
        text.day_text(off),
        text.choose(off >= 0, "列入情形已消失", None),
        text.pick([r[1] for r in words.ABNORMAL_REASONS], reason),
    )


def _penalties(city: City, random: np.random.Generator, sheet: Sheet, repairs: Sheet, at: Ints) -> None:
    company, day = _happen(city, random, at, PENALTY_RATE)
    what = random.integers(0, len(words.PENALTIES), len(company))
    fine = np.exp(random.normal(8.5, 1.2, len(company))).astype(np.int64) // 100 * 100 + 100
    status = random.choice(len(words.PENALTY_STATUSES), len(company), p=[0.78, 0.14, 0.03, 0.03, 0.02])
    status = np.where((status == 1) & (day > DATA_DATE - 200), 0, status)
    document = _document(city, "处罚", company, day)
    shown_until = day + np.where(fine < 3_000, 90, SPAN)
    sheet.write(
        *_head(city, random, company),
        document,
        text.pick([p[0] for p in words.PENALTIES], what),
        text.pick([p[1] for p in words.PENALTIES], what),
        text.number(fine),
        dirt.dates(random, text.day_text(day), keys.sound(city, company)),
        constant(OFFICE, company),
        text.pick([p[2] for p in words.PENALTIES], what),
        text.day_text(shown_until),
        text.pick(words.PENALTY_STATUSES, status),
    )
    mended = np.flatnonzero(status == 1)
    repaired = day[mended] + 100 + random.integers(0, 90, len(mended))
    repairs.write(
        *_head(city, random, company[mended]),
        document.take(pa.array(mended)),
        _document(city, "信修", company[mended], repaired),
        text.day_text(repaired),
        constant(OFFICE, mended),
    )


def _company_debtors(city: City, random: np.random.Generator, sheet: Sheet, at: Ints) -> None:
    company, day = _happen(city, random, at, DEBTOR_RATE)
    codes, names = _head(city, random, company)
    off = _ends(random, day, 0.3, 90)
    _debtor_rows(city, sheet, codes, names, constant(None, company), company, day, off)


def _person_debtors(city: City, forced: Columns, sheet: Sheet) -> None:
    row = forced.take(np.flatnonzero(forced["list"] == DEBTOR))
    person = row["person"]
    names, ids = keys.person_names(city, person), keys.person_ids(city, person)
    _debtor_rows(city, sheet, constant(None, person), names, ids, person + 7, row["day"], row["until"])


def _debtor_rows(
    city: City, sheet: Sheet, codes: pa.StringArray, names: pa.StringArray, ids: pa.StringArray, number: Ints,
    day: Ints, off: Ints,
) -> None:  # fmt: skip
    year = pa.compute.utf8_slice_codeunits(text.day_text(day - 60), 0, 4)
    serial = text.number(1 + mix(city.seed, 62, number * 4_001 + day, 99_999_999))
    sheet.write(
        codes,
        names,
        ids,
        text.join("(", year, ")粤19执", serial, "号"),
        text.pick(COURTS, mix(city.seed, 63, number, len(COURTS))),
        text.day_text(day - 60),
        text.day_text(day),
        text.pick(words.DEBTOR_CONDUCT, mix(city.seed, 64, number, len(words.DEBTOR_CONDUCT))),
        text.choose(off >= 0, "全部已履行", "全部未履行"),
        text.day_text(off),
    )


def _inspections(city: City, random: np.random.Generator, sheet: Sheet, at: Ints, full: bool) -> None:
    company, day = _happen(city, random, at, (FULL if full else FEW)[0], bad=False)
    spare = np.full(len(company), not full) | keys.sound(city, company)
    fault = np.minimum(0.04 + 0.04 * city.companies.hazard[company], 0.6)
    result = np.where(random.random(len(company)) < fault, 1 + random.integers(0, 4, len(company)), 0)
    sheet.write(
        *_head(city, random, company),
        text.pick(words.INSPECTION_ITEMS, random.integers(0, len(words.INSPECTION_ITEMS), len(company))),
        constant(OFFICE, company),
        dirt.dates(rng(city.seed, 68, int(at[0])), text.day_text(day), spare),
        text.pick(words.INSPECTION_RESULTS, result),
        _document(city, "抽检", company, day),
    )


def _licences(city: City, random: np.random.Generator, sheet: Sheet, at: Ints, full: bool) -> None:
    company, day = _happen(city, random, at, (FULL if full else FEW)[1], bad=False)
    item = random.integers(0, len(words.LICENCE_ITEMS), len(company))
    serial = text.number(10**9 + mix(city.seed, 65, company * 4_001 + day, 9 * 10**9))
    sheet.write(
        *_head(city, random, company),
        text.join(text.pick(("JY1", "SC1", "粤DA", "TS", "YS", "GW"), item), serial),
        text.pick(words.LICENCE_ITEMS, item),
        constant(OFFICE, company),
        text.day_text(day),
        text.day_text(day + 5 * 365),
    )


def _severe(city: City, forced: Columns, folder: Path) -> dict[str, int]:
    row = forced.take(np.flatnonzero(forced["list"] == SEVERE))
    company, day, random = row["company"], row["day"], rng(city.seed, 66)
    reason = mix(city.seed, 67, company, len(words.SEVERE_REASONS))
    with sheets(folder, "severe_list") as (sheet,):
        sheet.write(
            *_head(city, random, company),
            text.pick([r[0] for r in words.SEVERE_REASONS], reason),
            text.day_text(day),
            constant(OFFICE, company),
            _document(city, "列严字", company, day),
            text.day_text(row["until"]),
            text.pick([r[1] for r in words.SEVERE_REASONS], reason),
            keys.person_names(city, row["person"]),
            keys.person_ids(city, row["person"]),
        )
    return {"severe_list": sheet.rows}
