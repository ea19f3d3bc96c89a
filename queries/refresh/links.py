"""Hidden links between companies: shared phones, addresses, persons, with hubs cut: analytics section 3b."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.analytics.hidden_links import RULES, Links, adjacent_landlines, combine_links, shared_value_links
from graph.projection import IdMap, numbers
from queries.refresh.facts import Facts, Ints

IN_OFFICE = ("director", "supervisor", "officer")
"""Posts that link two companies when one person holds them. Independent directors sit on many boards by design."""


@dataclass(frozen=True)
class HiddenLinks:
    """Links of every rule over company numbers, with the ids of what is shared, and the folded strength per pair."""

    found: tuple[tuple[Links, pa.Array], ...]
    a: Ints
    b: Ints
    strength: npt.NDArray[np.float64]

    def table(self, companies: IdMap) -> pa.Table:
        """One row per pair, rule and shared thing, as written to the graph."""
        parts = [
            pa.table({
                "from_id": companies.take(x.a),
                "to_id": companies.take(x.b),
                "rule": pa.repeat(pa.scalar(x.rule), len(x)),
                "strength": x.strength,
                "shared": shared.take(pa.array(x.value)),
            })
            for x, shared in self.found
        ]  # fmt: skip
        return pa.concat_tables(parts)

    def cuts(self) -> pa.Table:
        """What was cut as a hub, by rule: shown, so that nobody takes silence for innocence."""
        parts = [
            pa.table({
                "shared": shared.take(pa.array(x.cut_value)),
                "rule": pa.repeat(pa.scalar(x.rule), len(x.cut_value)),
                "companies": x.cut_size,
                "exempt": x.cut_exempt,
            })
            for x, shared in self.found
        ]  # fmt: skip
        return pa.concat_tables(parts)


def find_links(facts: Facts) -> HiddenLinks:
    """Run every hidden-link rule for which the tables hold data."""
    found = [*_phones(facts), *_addresses(facts), *_persons(facts)]
    folded = combine_links(tuple(x for x, _ in found), len(facts.companies))
    return HiddenLinks(tuple(found), *folded)


def _phones(facts: Facts) -> list[tuple[Links, pa.Array]]:
    phones = facts.tables.sql(
        """SELECT o.from_id, o.to_id, p.digits FROM phone_of o LEFT JOIN phones p ON p.id = o.from_id
           WHERE o.valid_to IS NULL ORDER BY o.from_id, o.to_id"""
    )
    company = facts.companies.codes(phones["to_id"])
    ids, rows = IdMap.of(phones["from_id"]), company >= 0
    value, n = ids.codes(phones["from_id"]), len(facts.companies)
    same = shared_value_links(company[rows], value[rows], n, rule=RULES["same_phone"])
    number = numbers(phones["digits"].cast(pa.int64()), -1.0).astype(np.int64)
    fixed = rows & (number >= 0)
    near = adjacent_landlines(company[fixed], number[fixed], n)
    numbered, first = np.unique(number[fixed], return_index=True)
    phone = ids.take(value[fixed][first])
    return [(same, ids.ids), (_only_new(near, same, numbered), phone)]


def _only_new(near: Links, same: Links, numbered: Ints) -> Links:
    """Adjacent numbers without the pairs that share one number anyway; values become positions in `numbered`."""
    n = int(max(near.b.max(initial=0), same.b.max(initial=0))) + 1
    kept = ~np.isin(near.a * n + near.b, same.a * n + same.b)
    return Links(
        near.rule, near.a[kept], near.b[kept], np.searchsorted(numbered, near.value[kept]), near.strength[kept],
        np.searchsorted(numbered, near.cut_value), near.cut_size, near.cut_exempt,
    )  # fmt: skip


def _addresses(facts: Facts) -> list[tuple[Links, pa.Array]]:
    at = facts.tables.sql(
        """SELECT r.from_id, r.to_id, a.building, a.cluster FROM registered_at r LEFT JOIN addresses a ON a.id = r.to_id
           WHERE r.valid_to IS NULL ORDER BY r.from_id, r.to_id"""
    )
    company = facts.companies.codes(at["from_id"])
    rows, n = company >= 0, len(facts.companies)
    found = []
    for rule, column in (("same_address", "to_id"), ("same_building", "building")):
        ids = IdMap.of(at[column])
        value = ids.codes(at[column])
        cluster = np.zeros(len(ids), np.bool_)
        cluster[value[(numbers(at["cluster"], 0.0) > 0) & (value >= 0)]] = True
        known = rows & (value >= 0)
        found.append((shared_value_links(company[known], value[known], n, rule=RULES[rule], exempt=cluster), ids.ids))
    same, building = found
    kept = ~np.isin(building[0].a * n + building[0].b, same[0].a * n + same[0].b)
    return [same, (_rows(building[0], kept), building[1])]


def _persons(facts: Facts) -> list[tuple[Links, pa.Array]]:
    representing = facts.links("legal_reps", "from_id, to_id, valid_from")
    posts = facts.links("officers", "from_id, to_id, post_kind, valid_from")
    kind = posts.table["post_kind"]
    office = np.asarray(pc.fill_null(pc.is_in(kind, value_set=pa.array(IN_OFFICE)), False))
    contact = np.asarray(pc.fill_null(pc.equal(kind, "contact"), False))
    every = facts.links("legal_reps", "from_id, to_id, valid_from", history=True)
    present = np.concatenate([representing.source, posts.source[office]])
    where = np.concatenate([representing.target, posts.target[office]])
    same = _by_person(facts, present, where, "same_person")
    former = _by_person(
        facts, np.concatenate([every.source, present]), np.concatenate([every.target, where]), "former_person"
    )
    n = len(facts.companies)
    former = _rows(former, ~np.isin(former.a * n + former.b, same.a * n + same.b))
    through = _by_person(facts, posts.source[contact], posts.target[contact], "same_contact")
    return [(links, facts.parties.ids) for links in (same, former, through)]


def _by_person(facts: Facts, person: Ints, party: Ints, rule: str) -> Links:
    company = facts.party_company[party]
    known = (company >= 0) & (person >= 0)
    return shared_value_links(company[known], person[known], len(facts.companies), rule=RULES[rule])


def _rows(links: Links, kept: npt.NDArray[np.bool_]) -> Links:
    return Links(
        links.rule, links.a[kept], links.b[kept], links.value[kept], links.strength[kept],
        links.cut_value, links.cut_size, links.cut_exempt,
    )  # fmt: skip
