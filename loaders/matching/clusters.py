"""Which records are one enterprise, under a name that stays: clusters of matched records, stable from run to run."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from loaders.matching.decisions import Decision


def clusters(decisions: Iterable[Decision], previous: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give every record of a standing match the id of its cluster: records joined by matches, directly or by others.

    A cluster keeps the id most of its records had before. Of two clusters that became one the bigger keeps its id,
    and of one that fell apart the bigger part; the smaller id where that decides nothing. A new cluster is named
    after the first of its records by id, so the order of the rows changes nothing; rows added later change nothing
    either, if the last run's ids are given.

    Parameters
    ----------
    decisions : iterable of Decision
        Only those that stand and say match count.
    previous : mapping, optional
        Record id → cluster id, as the last run gave it.

    Returns
    -------
    dict
        Record id → cluster id (``e_`` + hash), in order of record ids.
    """
    members = _members([(d.left, d.right) for d in decisions if d.stands and d.outcome == "match"])
    kept = _kept(members, previous or {})
    taken = set(kept.values())
    named = {}
    for number, records in members.items():
        named.update(dict.fromkeys(records, kept.get(number) or _fresh(records, taken)))
    return dict(sorted(named.items()))


def _members(pairs: list[tuple[str, str]]) -> dict[int, list[str]]:
    """Connected records, each component under a number, records and components in order of ids."""
    names, at = np.unique(np.array(pairs, dtype=object).reshape(-1).astype(str), return_inverse=True)
    left, right = at.reshape(-1, 2).T if pairs else (at, at)
    joined = sparse.coo_array((np.ones(len(left), bool), (left, right)), shape=(len(names), len(names)))
    _, component = connected_components(joined, directed=False)
    members: dict[int, list[str]] = defaultdict(list)
    for name, number in zip(names.tolist(), component.tolist(), strict=True):
        members[number].append(name)
    return members


def _kept(members: Mapping[int, list[str]], previous: Mapping[str, str]) -> dict[int, str]:
    """The old id each component keeps: claims by number of records, most first; an id is given once."""
    claims = [
        (-count, id_, number)
        for number, records in members.items()
        for id_, count in Counter(previous[r] for r in records if r in previous).items()
    ]
    kept: dict[int, str] = {}
    given: set[str] = set()
    for _, id_, number in sorted(claims):
        if number not in kept and id_ not in given:
            kept[number] = id_
            given.add(id_)
    return kept


def _fresh(records: list[str], taken: set[str]) -> str:
    """An id from the first record whose id no other cluster has kept."""
    ids = ("e_" + hashlib.blake2b(record.encode(), digest_size=12).hexdigest() for record in records)
    return next(id_ for id_ in ids if id_ not in taken)
