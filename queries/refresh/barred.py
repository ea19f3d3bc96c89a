"""Barred persons in post, re-births, track records and carried risk: analytics section 3a–c on one refresh's facts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.analytics.barred import ARTICLES, FOREVER, BarredPosts, bar_until, barred_persons
from graph.analytics.rebirth import Rebirths, Traits, rebirths
from graph.projection import NO_DAY, IdMap, codes, days
from queries.refresh.facts import Facts, Ints

POSTS = ("legal_rep", "director", "supervisor", "officer", "independent_director", "secretary", "contact")
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
    record: tuple[str | None, ...]

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
    found = barred_persons(
        posts.person, posts.company, posts.kind, posts.first, posts.until,
        bars.person, bars.company, bars.article, bars.first, bar_until(bars.first, bars.article, bars.until),
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
        tuple(bars.record[i] for i in found.bar),
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
    person: Ints
    company: Ints
    article: Ints
    first: Ints
    until: Ints
    record: list[str | None]


def _posts(facts: Facts) -> _Posts:
    table = facts.tables.sql(
        """SELECT p.* FROM (
               SELECT from_id, to_id, 'legal_rep' AS post, valid_from, valid_to FROM legal_reps
               UNION ALL SELECT from_id, to_id, post_kind, valid_from, valid_to FROM officers) p
           JOIN companies c ON c.id = p.to_id
           WHERE coalesce(c.status, 'ACTIVE') NOT IN
               ('REVOKED', 'REVOKED_DEREG', 'CANCELLED', 'DEREG', 'FORCED_DEREG')  -- a post in an ended company is none
           ORDER BY to_id, from_id, post, valid_from"""
    )
    kind = codes(table["post"], POSTS)
    person, company = facts.parties.codes(table["from_id"]), facts.parties.codes(table["to_id"])
    rows = (kind >= 0) & (person >= 0) & (company >= 0)
    first, until = days(table["valid_from"]), days(table["valid_to"])
    until = np.where(until == NO_DAY, FOREVER, until)
    return _Posts(person[rows], company[rows], kind[rows], first[rows], until[rows])


def _bars(facts: Facts) -> _Bars:
    """Facts that bar somebody: revoked and cancelled companies, debts, severe listings; the person of that day."""
    table = facts.tables.sql(
        f"""
        WITH ended AS (
            SELECT id AS company, status_since AS day, CAST(NULL AS DATE) AS until, CAST(NULL AS VARCHAR) AS record,
                   CASE status WHEN 'CANCELLED' THEN {_KEY["false_registration"]} ELSE {_KEY["revoked"]} END AS article
            FROM companies WHERE status IN ('REVOKED', 'REVOKED_DEREG', 'CANCELLED') AND status_since IS NOT NULL
            UNION ALL
            SELECT company_id, coalesce(valid_from, decided), valid_to, id, {_KEY["severe_list"]}
            FROM credit_records
            WHERE kind = 'severe_list' AND status NOT IN ('withdrawn', 'repaired') AND person_id IS NULL)
        SELECT r.from_id AS person, e.company, e.day, e.until, e.record, e.article
        FROM ended e JOIN legal_reps r ON r.to_id = e.company
         AND coalesce(r.valid_from, DATE '0001-01-01') <= e.day AND coalesce(r.valid_to, DATE '9999-12-31') > e.day
        UNION ALL
        SELECT person_id, company_id, coalesce(valid_from, decided), valid_to, id,
               CASE kind WHEN 'severe_list' THEN {_KEY["severe_list"]} ELSE {_KEY["judgment_debtor"]} END
        FROM credit_records
        WHERE kind IN ('severe_list', 'judgment_debtor') AND person_id IS NOT NULL
          AND status NOT IN ('withdrawn', 'repaired')
        ORDER BY person, company, day, article, record
        """  # noqa: S608 - numbers of our own constants
    )
    person, until = facts.parties.codes(table["person"]), days(table["until"])
    known = (person >= 0) & np.asarray(pc.is_valid(table["day"]))
    return _Bars(
        person[known],
        facts.parties.codes(table["company"])[known],
        np.asarray(table["article"], np.int64)[known],
        days(table["day"])[known],
        np.where(until == NO_DAY, FOREVER, until)[known],
        [r for r, k in zip(table["record"].to_pylist(), known, strict=True) if k],
    )


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
    ended = facts.tables.sql(
        """SELECT id, status_since AS day FROM companies
           WHERE status IN ('REVOKED', 'REVOKED_DEREG', 'CANCELLED') AND status_since IS NOT NULL
           UNION ALL SELECT company_id, coalesce(valid_from, decided) FROM credit_records WHERE kind = 'severe_list'
           ORDER BY id, day"""
    )
    old, day = facts.companies.codes(ended["id"]), days(ended["day"])
    known = (old >= 0) & (day != NO_DAY)
    traits = _traits(facts)
    return Rebirth(rebirths(old[known], day[known], days(facts.company["established"]), traits), traits)


def _traits(facts: Facts) -> tuple[Traits, ...]:
    queries = {
        "person": "SELECT to_id AS company, from_id AS value FROM legal_reps UNION SELECT to_id, from_id FROM "
        "shareholdings WHERE percent >= 25 AND from_id LIKE 'p_%'",
        "address": "SELECT from_id AS company, to_id AS value FROM registered_at WHERE to_id NOT IN "
        "(SELECT id FROM addresses WHERE cluster)",
        "phone": "SELECT to_id AS company, from_id AS value FROM phone_of",
        "shop": "SELECT from_id AS company, to_id AS value FROM operates",
    }
    return tuple(_trait(facts, name, query) for name, query in queries.items())


def _trait(facts: Facts, name: str, query: str) -> Traits:
    table = facts.tables.sql(f"{query} ORDER BY company, value")
    company, value = facts.companies.codes(table["company"]), IdMap.of(table["value"]).codes(table["value"])
    known: npt.NDArray[np.bool_] = (company >= 0) & (value >= 0)
    return Traits(name, company[known], value[known])
