"""What companies owed on the data date and did not do: annual reports not filed, licences not renewed."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.projection import NO_DAY, days, indices
from graph.scoring.inputs import STOPPED
from queries.refresh.facts import EPOCH, Facts, Ints

Reals = npt.NDArray[np.float64]

REPORT_DEADLINE = (6, 30)
"""Month and day of the next year by which a year is reported (企业信息公示暂行条例; known from an excerpt: verify)."""
REPORT_YEARS = 3
COVERED = 0.5
"""Reports of a year count as missed only if the tables hold those of at least this share of the companies that owe
one: with the file of one district the others have not failed to report. Our setting, owner: registration division."""
OWING = ("ACTIVE", "SUSPENDED", "LIQUIDATING", "SEPARATE_BOOK", "SPECIAL_MARK")
"""Statuses in which a company must report; one that rests (歇业) must, too."""
EXPIRED_MONTHS = 12
"""A licence that ran out longer ago says that the business was given up."""


def reports_missed(facts: Facts) -> Reals:
    """Annual reports of the last three years that were due and not filed, per company.

    Households may report on paper, so that theirs are not missed; nor are those of a company not there that year.
    """
    first_day = days(facts.company["established"])
    household = np.asarray(pc.fill_null(pc.equal(facts.company["entity_type"], "household"), False))
    owing = facts.has_status(*OWING) & ~household
    missed = np.zeros(len(facts.companies))
    of_year = _reported(facts)
    for year in _years(facts.data_date):
        last_day = (date(year, 12, 31) - EPOCH).days
        due = owing & (first_day != NO_DAY) & (first_day <= last_day)
        filed = np.zeros(len(due), np.bool_)
        filed[of_year.get(year, np.empty(0, np.int64))] = True
        if due.any() and filed[due].mean() >= COVERED:
            missed += due & ~filed
    return missed


def _years(today: date) -> range:
    """The last years whose reports were due by today."""
    last = today.year - (1 if (today.month, today.day) > REPORT_DEADLINE else 2)
    return range(last - REPORT_YEARS + 1, last + 1)


def _reported(facts: Facts) -> dict[int, Ints]:
    """Companies that reported, by year."""
    records = facts.records
    rows = np.flatnonzero(records.is_kind("annual_report") & (facts.record_company >= 0))
    titles = records.table["title"].combine_chunks().take(pa.array(rows)).cast(pa.string())
    stated = pc.match_substring_regex(titles, "^[0-9]{4}").fill_null(False)
    year = pc.if_else(stated, pc.utf8_slice_codeunits(titles, 0, 4), None).cast(pa.int64()).fill_null(0).to_numpy()
    return {int(y): facts.record_company[rows[year == y]] for y in np.unique(year)}


def licences_expired(facts: Facts) -> Reals:
    """Licences that ran out within twelve months and were not renewed, per company.

    A licence is renewed by a later one for the same matter that holds on the data date.
    """
    records = facts.records
    licence = records.is_kind("licence") & ~records.has_status(*STOPPED) & (facts.record_company >= 0)
    matter = indices(records.table["title"].combine_chunks())
    over = (records.ended != NO_DAY) & (records.ended <= facts.today)
    expired = np.flatnonzero(licence & over & (records.ended > facts.months_ago(EXPIRED_MONTHS)))
    holding = np.flatnonzero(licence & ~over & (records.begun <= facts.today))
    width = int(matter.max(initial=0)) + 2
    key = facts.record_company * width + matter + 1
    keys, at = np.unique(key[holding], return_inverse=True)
    newest = np.full(len(keys) + 1, NO_DAY)
    np.maximum.at(newest, at, records.begun[holding])
    place = np.searchsorted(keys, key[expired])
    same = place < len(keys)
    same[same] = keys[place[same]] == key[expired[same]]
    renewed = newest[np.where(same, place, len(keys))] > records.begun[expired]
    lost = np.zeros(len(licence), np.bool_)
    lost[expired[~renewed]] = True
    return facts.per_company(lost)
