"""Licences behind online shops: who may not sell, who is not who the page says, who changes hands; silent platforms.

Rules of law and of counting, no statistics: each finding names the shop, the company, the day and the record.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.kinds import SHOP
from graph.projection import NO_DAY, IdMap, days
from graph.scoring.inputs import STOPPED
from queries.refresh.facts import LOST, Facts, Flags, Ints, day_of
from queries.results import Evidence
from queries.texts import LISTS, NOT_REGISTERED, STATUSES, evidence

ENDED = (*LOST, "DEREG", "FORCED_DEREG")
"""Statuses in which a company may not sell."""
OPERATOR_MONTHS = 12
OPERATOR_CHANGES = 2
"""Changes of operator within so many months that are told: our setting, owner: network supervision."""
MANY_SHOPS = 20
"""Open shops of one licence that are told: our setting, owner: network supervision. Chains have as many by right."""
SILENT_MONTHS = 7
"""A platform reports its merchants every January and July; one month is for the report to arrive."""
SHOWN = "电子商务法第15条（在首页公示营业执照信息，变更的及时更新）"
VERIFIED = "电子商务法第27条（平台核验、登记经营者身份并定期更新）"
REPORTED = "电子商务法第28条（平台报送平台内经营者身份信息）"


@dataclass(frozen=True, slots=True)
class ShopFinding:
    """What is wrong with the licence behind one shop, or with a platform's reports: `subject` is its id."""

    subject: str
    kind: str
    """Shop, Company or Platform."""
    items: tuple[Evidence, ...]


@dataclass(frozen=True)
class _Operation:
    """Who operates which shop from when to when: company numbers, rows of `facts.shops`, day numbers."""

    company: Ints
    shop: Ints
    first: Ints
    current: Flags
    """In force today, and the shop is open."""

    @classmethod
    def of(cls, facts: Facts) -> _Operation:
        rows = facts.reading.arrow("operates", ["from_id", "to_id", "valid_from", "valid_to"])
        company = facts.companies.codes(rows["from_id"])
        shop = IdMap(facts.shops["id"].combine_chunks()).codes(rows["to_id"])
        first, until = days(rows["valid_from"]), days(rows["valid_to"])
        closed = days(facts.shops["closed"])
        current = ((until == NO_DAY) | (until > facts.today)) & ((closed == NO_DAY) | (closed > facts.today))[shop]
        kept = np.flatnonzero((company >= 0) & (shop >= 0))
        order = kept[np.lexsort((company[kept], first[kept], shop[kept]))]
        return cls(company[order], shop[order], first[order], current[order])

    def now(self) -> tuple[Ints, Ints]:
        """Shop and company of every operation in force, each pair once, by shop."""
        pairs = np.unique(np.stack([self.shop[self.current], self.company[self.current]]), axis=1)
        return pairs[0], pairs[1]


def find_shops(facts: Facts) -> tuple[ShopFinding, ...]:
    """Judge the licence behind every open shop, and the reports of every platform; by subject."""
    if not len(facts.shops):
        return ()
    operation = _Operation.of(facts)
    of_shop: dict[str, list[Evidence]] = {}
    for rule in (_ended, _listed, _differing, _changed, _several):
        for shop, item in rule(facts, operation):
            of_shop.setdefault(shop, []).append(item)
    return (
        *(ShopFinding(shop, SHOP.label, tuple(items)) for shop, items in sorted(of_shop.items())),
        *_crowded(facts, operation),
        *_silent(facts),
    )


def _ended(facts: Facts, operation: _Operation) -> Iterator[tuple[str, Evidence]]:
    """Open shops of a company that lost its licence, or was struck off."""
    shop, company = operation.now()
    rows = np.flatnonzero(facts.has_status(*ENDED)[company])
    since = days(facts.company["status_since"])
    for shop_id, company_id, at in _named(facts, shop[rows], company[rows]):
        yield shop_id, evidence(
            "shop_licence_ended", first=_day(since[at]), parties=(shop_id, company_id), legal_basis=SHOWN,
            company=_name(facts, at),
            status=STATUSES[facts.company["status"][at].as_py()],
        )  # fmt: skip


def _listed(facts: Facts, operation: _Operation) -> Iterator[tuple[str, Evidence]]:
    """Open shops of a company that is on the abnormal or the severe list today."""
    records = facts.records
    held = ~records.has_status(*STOPPED, *records.held) & ((records.ended == NO_DAY) | (records.ended > facts.today))
    for kind in ("abnormal_list", "severe_list"):
        rows = np.flatnonzero(held & records.is_kind(kind) & (facts.record_company >= 0))
        newest = rows[np.argsort(records.begun[rows], kind="stable")]
        record = np.full(len(facts.companies), -1)
        record[facts.record_company[newest]] = newest
        shop, company = operation.now()
        sells = record[company] >= 0
        for shop_id, company_id, at in _named(facts, shop[sells], company[sells]):
            row = int(record[at])
            yield shop_id, evidence(
                "shop_licence_listed", first=_day(records.begun[row]), parties=(shop_id, company_id),
                records=(records.table["id"][row].as_py(),), company=_name(facts, at), kind=LISTS[kind],
            )  # fmt: skip


def _differing(facts: Facts, operation: _Operation) -> Iterator[tuple[str, Evidence]]:
    """Open shops whose page shows the licence of somebody else than the registered operator."""
    shop, company = operation.now()
    shown = facts.shops["licence_shown"].combine_chunks().take(pa.array(shop))
    differs = np.ones(len(shop), np.bool_)
    for own in (facts.company["uscc"], facts.company["legacy_code"], facts.company["id"]):
        codes = own.combine_chunks().take(pa.array(company))
        differs &= ~np.asarray(pc.fill_null(pc.equal(shown, codes), False))
    agrees = np.zeros(len(facts.shops), np.bool_)
    agrees[shop[~differs]] = True  # of several operators one is shown
    coded = np.asarray(facts.company["uscc"].is_valid())[company]
    rows = np.flatnonzero(np.asarray(shown.is_valid()) & coded & ~agrees[shop])
    codes = shown.take(pa.array(rows))
    holder = pc.index_in(codes, value_set=facts.company["uscc"].combine_chunks()).fill_null(-1).to_pylist()
    named = _named(facts, shop[rows], company[rows])
    for (shop_id, company_id, at), code, other in zip(named, codes.to_pylist(), holder, strict=True):
        whose = _name(facts, other) if other >= 0 else NOT_REGISTERED
        holders = [facts.companies.ids[other].as_py()] if other >= 0 else []
        yield shop_id, evidence(
            "shop_licence_differs", parties=(shop_id, company_id, *holders), legal_basis=SHOWN,
            company=_name(facts, at), shown=code, whose=whose,
        )  # fmt: skip


def _changed(facts: Facts, operation: _Operation) -> Iterator[tuple[str, Evidence]]:
    """Shops that changed hands again and again within a year."""
    another = np.zeros(len(operation.shop), np.bool_)
    another[1:] = (operation.shop[1:] == operation.shop[:-1]) & (operation.company[1:] != operation.company[:-1])
    recent = another & (operation.first > facts.months_ago(OPERATOR_MONTHS)) & (operation.first <= facts.today)
    count = np.bincount(operation.shop[recent], minlength=len(facts.shops))
    for shop in np.flatnonzero(count >= OPERATOR_CHANGES):
        mine = np.flatnonzero(operation.shop == shop)
        names = [_name(facts, int(c)) for c in operation.company[mine]]
        parties = facts.companies.take(operation.company[mine]).to_pylist()
        shop_id = facts.shops["id"][int(shop)].as_py()
        yield shop_id, evidence(
            "shop_operator_changed", seen=float(count[shop]), first=_day(operation.first[mine][recent[mine]].min()),
            last=_day(operation.first[mine].max()), parties=tuple(dict.fromkeys([shop_id, *parties])),
            legal_basis=VERIFIED, months=OPERATOR_MONTHS,
            operators=" → ".join(names),
        )  # fmt: skip


def _several(facts: Facts, operation: _Operation) -> Iterator[tuple[str, Evidence]]:
    """Open shops that several licences stand behind at once."""
    shop, company = operation.now()
    for number in np.flatnonzero(np.bincount(shop, minlength=len(facts.shops)) > 1):
        mine = company[shop == number]
        shop_id = facts.shops["id"][int(number)].as_py()
        yield shop_id, evidence(
            "shop_several_licences", seen=float(len(mine)),
            parties=(shop_id, *facts.companies.take(mine).to_pylist()), legal_basis=VERIFIED,
            operators="、".join(_name(facts, int(c)) for c in mine),
        )  # fmt: skip


def _crowded(facts: Facts, operation: _Operation) -> Iterator[ShopFinding]:
    """Licences that very many shops stand on."""
    _, company = operation.now()
    count = np.bincount(company, minlength=len(facts.companies))
    for at in np.flatnonzero(count >= MANY_SHOPS):
        company_id = facts.companies.ids[int(at)].as_py()
        item = evidence(
            "licence_many_shops", seen=float(count[at]), parties=(company_id,), legal_basis=VERIFIED,
            company=_name(facts, int(at)),
        )  # fmt: skip
        yield ShopFinding(company_id, "Company", (item,))


def _silent(facts: Facts) -> Iterator[ShopFinding]:
    """Platforms whose shops are complained about, and whose list of shops is missing or older than the last report."""
    shops = facts.shops
    platforms, (platform,) = IdMap.encode(shops["platform"])
    told = np.asarray(pc.equal(shops["source"], "shops")) & (platform >= 0)
    newest = np.full(len(platforms), NO_DAY)
    np.maximum.at(newest, platform[told], days(shops["received"])[told])
    late = (newest == NO_DAY) | (newest <= facts.months_ago(SILENT_MONTHS))
    at = IdMap(shops["id"].combine_chunks()).codes(facts.complaints.merchants.ids)[facts.complaints.merchant]
    recent = (facts.complaints.day > facts.months_ago(SILENT_MONTHS)) & (at >= 0)
    against = platform[at[recent]]
    count = np.bincount(against[against >= 0], minlength=len(platforms))
    strange = platform[np.setdiff1d(at[recent], np.flatnonzero(told))]
    unlisted = np.bincount(strange[strange >= 0], minlength=len(platforms))
    for number in np.flatnonzero(late & (count > 0)):
        platform_id = platforms.ids[int(number)].as_py()
        never = newest[number] == NO_DAY
        item = evidence(
            "platform_unreported" if never else "platform_silent", seen=float(unlisted[number]),
            last=_day(newest[number]), parties=(platform_id,), legal_basis=REPORTED, complaints=int(count[number]),
            months=SILENT_MONTHS,
        )  # fmt: skip
        yield ShopFinding(platform_id, "Platform", (item,))


def _named(facts: Facts, shop: Ints, company: Ints) -> Iterator[tuple[str, str, int]]:
    """Id of the shop, id and number of the company, row by row."""
    ids = facts.shops["id"].take(pa.array(shop)).to_pylist()
    yield from zip(ids, facts.companies.take(company).to_pylist(), company.tolist(), strict=True)


def _name(facts: Facts, company: int) -> str:
    return facts.name(int(facts.company_party[company]))


def _day(number: int) -> date | None:
    return None if number == NO_DAY else day_of(int(number))
