"""Barred persons in post, re-births, track records and carried risk: analytics section 3a–c on one refresh's facts."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import pyarrow as pa

from graph.analytics.barred import ARTICLES, FOREVER, BarredPosts, bar_until, barred_persons
from graph.analytics.rebirth import Rebirths, Traits, rebirths
from graph.projection import NO_DAY, IdMap, codes, days, numbers
from graph.scoring.inputs import STOPPED
from queries.refresh.facts import LOST, Facts, Flags, Ints, Things
from queries.refresh.records import Records

POSTS = ("legal_rep", "director", "supervisor", "officer", "independent_director", "secretary", "contact")
LARGE_PERCENT = 25.0
"""A holding from which its owner counts as a person of the company."""
_KEY = {article.key: i for i, article in enumerate(ARTICLES)}


@dataclass(frozen=True)
class Barred:
    """Barred persons in post on the data date, with the facts that bar them."""

    found: BarredPosts
    person: Ints
    company: Ints
    post: Ints
    post_from: Ints
    article: Ints
    because: Ints
    """Party number of the company that caused the bar, -1 for a personal debt."""
    record: list[str | None]

    def table(self, parties: IdMap) -> pa.Table:
        """One row per post and bar."""
        return pa.table({
            "person": parties.take(self.person),
            "company": parties.take(self.company),
            "post": pa.array(POSTS).take(pa.array(self.post)),
            "article": pa.array([ARTICLES[i].key for i in self.article], pa.string()),
            "because": parties.ids.take(pa.array(self.because, pa.int64(), mask=self.because < 0)),
            "record": pa.array(self.record, pa.string()),
        })  # fmt: skip


def find_barred(facts: Facts) -> Barred:
    """Find persons who hold a post on the data date that a law bars them from."""
    posts, bars = _posts(facts), _bars(facts)
    ended = np.where(bars.until == NO_DAY, FOREVER, bars.until)
    found = barred_persons(
        posts.person, posts.company, posts.kind, posts.first, posts.until,
        bars.person, bars.company, bars.article, bars.first, bar_until(bars.first, bars.article, ended),
        post_names=POSTS, as_of=facts.today,
    )  # fmt: skip
    return Barred(
        found,
        posts.person[found.post],
        posts.company[found.post],
        posts.kind[found.post],
        posts.first[found.post],
        bars.article[found.bar],
        bars.company[found.bar],
        _record_ids(facts.records, bars.record[found.bar]).to_pylist(),
    )


@dataclass(frozen=True)
class _Posts:
    person: Ints
    company: Ints
    kind: Ints
    first: Ints
    until: Ints


@dataclass(frozen=True)
class _Bars:
    """Who may hold no post, because of which company, by which article, from and to which day."""

    person: Ints
    company: Ints
    article: Ints
    first: Ints
    until: Ints
    record: Ints
    """Row of the credit record that says so, -1 where the register does."""

    @classmethod
    def join(cls, *parts: _Bars) -> _Bars:
        """All rows of all parts."""
        return cls(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(cls)))

    @classmethod
    def of_records(cls, records: Records, rows: Ints, article: int) -> _Bars:
        """Bars that records pronounce on the persons they name."""
        days_ = records.begun[rows], records.ended[rows]
        return cls(records.person[rows], records.company[rows], np.full(len(rows), article), *days_, rows)

    def rows(self, at: Ints) -> _Bars:
        """Some of the rows."""
        return _Bars(*(getattr(self, f.name)[at] for f in fields(self)))


def _posts(facts: Facts) -> _Posts:
    """Posts in companies that live (a post in an ended one is none), by company, person, post and first day."""
    parts = [facts.links(name, history=True) for name in ("legal_reps", "officers")]
    person, party, first, until = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("source", "target", "first", "until")
    )
    kind = np.concatenate([np.zeros(len(parts[0].source), np.int64), codes(parts[1].table["post_kind"], POSTS)])
    company = facts.party_company[party]
    lives = ~facts.has_status(*LOST, "DEREG", "FORCED_DEREG")
    rows = np.flatnonzero((kind >= 0) & (company >= 0) & lives[company])
    by_name = np.argsort(np.argsort(POSTS))  # posts of one day come in the order of their names
    rows = rows[np.lexsort((first[rows], by_name[kind[rows]], person[rows], party[rows]))]
    until = np.where(until == NO_DAY, FOREVER, until)
    return _Posts(person[rows], party[rows], kind[rows], first[rows], until[rows])


def _bars(facts: Facts) -> _Bars:
    """Facts that bar somebody: revoked and cancelled companies, debts, severe listings; the person of that day."""
    records = facts.records
    valid, personal = ~records.has_status(*STOPPED), records.person >= 0
    severe, debtor = valid & records.is_kind("severe_list"), valid & records.is_kind("judgment_debtor")
    severe_list, judgment_debtor = _KEY["severe_list"], _KEY["judgment_debtor"]
    bars = _Bars.join(
        _on_representatives(facts, _lost_licences(facts)),
        _on_representatives(facts, _Bars.of_records(records, np.flatnonzero(severe & ~personal), severe_list)),
        _Bars.of_records(records, np.flatnonzero(severe & personal), severe_list),
        _Bars.of_records(records, np.flatnonzero(debtor & personal), judgment_debtor),
    )
    bars = bars.rows(np.flatnonzero(bars.first != NO_DAY))
    _, (named,) = IdMap.encode(_record_ids(records, bars.record))
    company = np.where(bars.company < 0, len(facts.parties), bars.company)  # personal debts last
    return bars.rows(np.lexsort((named, bars.article, bars.first, company, bars.person)))


def _lost_licences(facts: Facts) -> _Bars:
    """What the register says: a licence revoked, a registration cancelled as false."""
    rows = np.flatnonzero(facts.has_status(*LOST))
    false = facts.has_status("CANCELLED")[rows]
    none = np.full(len(rows), -1)
    return _Bars(
        none, facts.company_party[rows], np.where(false, _KEY["false_registration"], _KEY["revoked"]),
        days(facts.company["status_since"])[rows], np.full(len(rows), NO_DAY), none,
    )  # fmt: skip


def _on_representatives(facts: Facts, bars: _Bars) -> _Bars:
    """Bars on whoever represented the company on the day."""
    terms = facts.links("legal_reps", history=True)
    low, high = (np.searchsorted(terms.target, bars.company, side) for side in ("left", "right"))
    count = high - low
    bar = np.repeat(np.arange(len(count)), count)
    term = np.arange(len(bar)) + np.repeat(low - np.cumsum(count) + count, count)
    day, until = bars.first[bar], terms.until[term]
    held = (terms.first[term] <= day) & ((until > day) | (until == NO_DAY))
    return replace(bars.rows(bar[held]), person=terms.source[term[held]])


def _record_ids(records: Records, rows: Ints) -> pa.ChunkedArray:
    return records.table["id"].take(pa.array(rows, pa.int64(), mask=rows < 0))


@dataclass(frozen=True)
class Rebirth:
    """Suspected successions over company numbers, and the kinds of things that were compared."""

    found: Rebirths
    traits: tuple[Traits, ...]

    def table(self, companies: IdMap) -> pa.Table:
        """One row per pair."""
        rows = range(len(self.found.new))
        return pa.table({
            "company": companies.take(self.found.new),
            "ended": companies.take(self.found.ended),
            "days": self.found.gap,
            "shared": pa.array([", ".join(self.found.kinds(i, self.traits)) for i in rows], pa.string()),
        })  # fmt: skip


def find_rebirths(facts: Facts) -> Rebirth:
    """Find new companies that look like the continuation of a revoked or severe-listed one."""
    records = facts.records
    listed = np.flatnonzero(records.is_kind("severe_list") & ~records.has_status(*STOPPED))
    lost = np.flatnonzero(facts.has_status(*LOST))
    ended = np.concatenate([lost, facts.party_company[records.company[listed]]])
    day = np.concatenate([days(facts.company["status_since"])[lost], records.begun[listed]])
    known = (ended >= 0) & (day != NO_DAY)
    traits = _traits(facts)
    return Rebirth(rebirths(ended[known], day[known], days(facts.company["established"]), traits), traits)


def _traits(facts: Facts) -> tuple[Traits, ...]:
    """Persons who represented it or held a quarter of it, its addresses but for offices of many, phones, shops."""
    reps, held = facts.links("legal_reps", history=True), facts.links("shareholdings", history=True)
    large = (numbers(held.table["percent"]) >= LARGE_PERCENT) & facts.is_person[held.source]
    person = np.concatenate([reps.source, held.source[large]])
    company = facts.party_company[np.concatenate([reps.target, held.target[large]])]
    known = company >= 0
    alone = numbers(facts.address["cluster"], 0.0)[facts.addresses.value] == 0
    return (
        Traits("person", company[known], person[known]),
        _trait("address", facts.addresses, alone),
        _trait("phone", facts.phones),
        _trait("shop", facts.operated),
    )


def _trait(name: str, things: Things, rows: Flags | bool = True) -> Traits:
    known = np.flatnonzero((things.company >= 0) & rows)
    return Traits(name, things.company[known], things.value[known])
