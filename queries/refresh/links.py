"""Hidden links between companies: shared phones, addresses, persons, with hubs cut: analytics section 3b."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph.analytics.arrays import among
from graph.analytics.hidden_links import RULES, Links, adjacent_landlines, combine_links, shared_value_links
from graph.projection import IdMap, codes, numbers
from queries.refresh.facts import Facts, Ints, Things

IN_OFFICE = ("director", "supervisor", "officer")
"""Posts that link two companies when one person holds them. Independent directors sit on many boards by design."""


class Found(NamedTuple):
    """Links of one rule over company numbers; their values are positions in the ids and names of what is shared."""

    links: Links
    ids: pa.Array
    names: pa.Array


@dataclass(frozen=True)
class HiddenLinks:
    """Links of every rule, and the folded strength per pair."""

    found: tuple[Found, ...]
    a: Ints
    b: Ints
    strength: npt.NDArray[np.float64]

    def table(self, companies: IdMap) -> pa.Table:
        """One row per pair, rule and shared thing, sorted by the first company, as written to the graph."""
        a, b, strength = (np.concatenate([getattr(x.links, f) for x in self.found]) for f in ("a", "b", "strength"))
        order = np.argsort(a, kind="stable")
        number = np.repeat(np.arange(len(self.found)), [len(x.links) for x in self.found])
        shared = pa.concat_arrays([x.ids.take(pa.array(x.links.value)) for x in self.found])
        return pa.table({
            "from_id": companies.encoded(a[order]),
            "to_id": companies.encoded(b[order]),
            "rule": pa.DictionaryArray.from_arrays(number[order], pa.array([x.links.rule for x in self.found])),
            "strength": strength[order],
            "shared": shared.take(pa.array(order)),
        })  # fmt: skip

    def hubs(self) -> dict[str, tuple[int, int]]:
        """Title of each rule that cut hubs: how many, and the companies of the largest; what is exempt by kind too."""
        cut = [(RULES[links.rule].title, links.cut_size) for links, _, _ in self.found if len(links.cut_size)]
        return {title: (len(size), int(size.max())) for title, size in cut}

    def cuts(self) -> pa.Table:
        """What was cut as a hub, by rule: shown, so that nobody takes silence for innocence."""
        parts = [
            pa.table({
                "shared": ids.take(pa.array(links.cut_value)),
                "rule": pa.repeat(pa.scalar(links.rule), len(links.cut_value)),
                "companies": links.cut_size,
                "exempt": links.cut_exempt,
            })
            for links, ids, _ in self.found
        ]  # fmt: skip
        return pa.concat_tables(parts)


def find_links(facts: Facts) -> HiddenLinks:
    """Run every hidden-link rule for which the tables hold data."""
    found = [*_phones(facts), *_addresses(facts), *_persons(facts)]
    folded = combine_links(tuple(x.links for x in found), len(facts.companies))
    return HiddenLinks(tuple(found), *folded)


def _phones(facts: Facts) -> list[Found]:
    company, value = _current(facts.phones)
    ids, n = facts.phones.ids, len(facts.companies)
    same = shared_value_links(company, value, n, rule=RULES["same_phone"])
    number = numbers(facts.phone["digits"].cast(pa.int64()), -1.0).astype(np.int64)[value]
    fixed = number >= 0
    near = adjacent_landlines(company[fixed], number[fixed], n)
    numbered, first = np.unique(number[fixed], return_index=True)
    phone, names = pa.array(value[fixed][first]), facts.phone["name"].combine_chunks()
    return [
        Found(same, ids.ids, names),
        Found(_only_new(near, same, numbered), ids.ids.take(phone), names.take(phone)),
    ]


def _current(things: Things) -> tuple[Ints, Ints]:
    """Companies and things that belong together today."""
    rows = things.current & (things.company >= 0)
    return things.company[rows], things.value[rows]


def _only_new(near: Links, same: Links, numbered: Ints) -> Links:
    """Adjacent numbers without the pairs that share one number anyway; values become positions in `numbered`."""
    n = int(max(near.b.max(initial=0), same.b.max(initial=0))) + 1
    kept = ~among(near.a * n + near.b, same.a * n + same.b)
    return Links(
        near.rule, near.a[kept], near.b[kept], np.searchsorted(numbered, near.value[kept]), near.strength[kept],
        np.searchsorted(numbered, near.cut_value), near.cut_size, near.cut_exempt,
    )  # fmt: skip


def _addresses(facts: Facts) -> list[Found]:
    company, address = _current(facts.addresses)
    is_cluster = numbers(facts.address["cluster"], 0.0) > 0
    buildings, (building_of,) = IdMap.encode(facts.address["building"])
    building = building_of[address]
    known, n = building >= 0, len(facts.companies)
    with_cluster = np.zeros(len(buildings), np.bool_)
    with_cluster[building[known & is_cluster[address]]] = True
    same = shared_value_links(company, address, n, rule=RULES["same_address"], exempt=is_cluster)
    near = shared_value_links(company[known], building[known], n, rule=RULES["same_building"], exempt=with_cluster)
    kept = ~among(near.a * n + near.b, same.a * n + same.b)
    return [
        Found(same, facts.addresses.ids.ids, facts.address["name"].combine_chunks()),
        Found(_rows(near, kept), buildings.ids, buildings.ids),  # a building is its own name
    ]


def _persons(facts: Facts) -> list[Found]:
    representing, posts = facts.links("legal_reps"), facts.links("officers")
    every = facts.links("legal_reps", history=True)
    office = codes(posts.table["post_kind"], IN_OFFICE) >= 0
    contact = codes(posts.table["post_kind"], ("contact",)) >= 0
    present = np.concatenate([representing.source, posts.source[office]])
    where = np.concatenate([representing.target, posts.target[office]])
    same = _by_person(facts, present, where, "same_person")
    former = _by_person(
        facts, np.concatenate([every.source, present]), np.concatenate([every.target, where]), "former_person"
    )
    n = len(facts.companies)
    former = _rows(former, ~among(former.a * n + former.b, same.a * n + same.b))
    through = _by_person(facts, posts.source[contact], posts.target[contact], "same_contact")
    return [Found(links, facts.parties.ids, facts.party_names) for links in (same, former, through)]


def _by_person(facts: Facts, person: Ints, party: Ints, rule: str) -> Links:
    company = facts.party_company[party]
    known = (company >= 0) & (person >= 0)
    return shared_value_links(company[known], person[known], len(facts.companies), rule=RULES[rule])


def _rows(links: Links, kept: npt.NDArray[np.bool_]) -> Links:
    return Links(
        links.rule, links.a[kept], links.b[kept], links.value[kept], links.strength[kept],
        links.cut_value, links.cut_size, links.cut_exempt,
    )  # fmt: skip
