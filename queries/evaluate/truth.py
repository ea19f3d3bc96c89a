"""The planted truth, mapped from natural keys to the ids of the loaded tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from graph.errors import NotFound
from graph.model.identifiers import check_uscc, keyed_hash, normalise_address, plain_hash

KEY_NAME = "ids"
"""Secret of the home by which the loaders hash persons, complainants and phones."""
COMPLAINT_KINDS = ("group", "not_detectable", "incident", "heavy_consumer")
"""Plants whose members are complainants: their resident IDs make complainants' ids, not persons'."""


@dataclass(frozen=True, slots=True)
class Plant:
    """One planted thing; facts as in the truth table `plants`."""

    number: int
    kind: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two parties with a known relation; `percent` is the integrated share where the relation has one."""

    plant: int
    relation: str
    a: str
    b: str
    percent: float | None


@dataclass(frozen=True, slots=True)
class Rate:
    """A merchant's planted factor on its rate, and what was filed against it."""

    multiplier: float
    honest: int
    attacks: int


class Truth:
    """Plants, members by plant and role, pairs, merchants: all by id.

    Parameters
    ----------
    folder : Path
        Folder of the truth tables.
    secret : bytes
        Secret of the home the files were loaded into.

    Raises
    ------
    NotFound
        If the folder holds no truth tables.
    """

    def __init__(self, folder: Path, secret: bytes) -> None:
        self._folder, self._secret = folder, secret
        if not (folder / "plants.parquet").is_file():
            raise NotFound(f"no planted truth in {folder}; it is written by the synthetic city beside its files")
        rows = self._read("plants").to_pylist()
        self.plants = {row["plant"]: Plant(row["plant"], row["kind"], row) for row in rows}
        self._members = self._by_plant_and_role()
        self.pairs = tuple(self._all_pairs())
        merchants = self._read("merchants")
        ids = self._ids(merchants["scheme"], merchants["key"], "p_")
        columns = (merchants[c].to_pylist() for c in ("multiplier", "honest", "attacks"))
        self.merchants = {i: Rate(*facts) for i, *facts in zip(ids, *columns, strict=True)}

    def of_kind(self, *kinds: str) -> list[Plant]:
        """Plants of the named kinds."""
        return [plant for plant in self.plants.values() if plant.kind in kinds]

    def members(self, plant: Plant, *roles: str) -> set[str]:
        """Ids of a plant's members in the named roles, or in any."""
        mine = self._members[plant.number]
        return set().union(*(ids for role, ids in mine.items() if role in roles or not roles))

    def all_members(self, kinds: tuple[str, ...], *roles: str) -> set[str]:
        """Ids of the members of all plants of some kinds."""
        return set().union(*(self.members(plant, *roles) for plant in self.of_kind(*kinds)))

    def pairs_of(self, relation: str, *kinds: str) -> list[Pair]:
        """Pairs of a relation, of plants of the named kinds or of any."""
        return [p for p in self.pairs if p.relation == relation and (not kinds or self.plants[p.plant].kind in kinds)]

    def _read(self, name: str) -> pa.Table:
        return pq.read_table(self._folder / f"{name}.parquet")

    def _by_plant_and_role(self) -> dict[int, dict[str, set[str]]]:
        table = self._read("members")
        plants, roles = table["plant"].to_pylist(), table["role"].to_pylist()
        complains = [
            role == "member" and self.plants[plant].kind in COMPLAINT_KINDS
            for plant, role in zip(plants, roles, strict=True)
        ]
        persons = self._ids(table["scheme"], table["key"], "p_")
        complainants = self._ids(table["scheme"], table["key"], "q_")
        found: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for plant, role, is_complainant, p, q in zip(plants, roles, complains, persons, complainants, strict=True):
            found[plant][role].add(q if is_complainant else p)
        return found

    def _all_pairs(self) -> Iterator[Pair]:
        table = self._read("pairs")
        a, b = (self._ids(table[f"{side}_scheme"], table[side], "p_") for side in "ab")
        plain = (table[c].to_pylist() for c in ("plant", "relation", "percent"))
        for plant, relation, percent, left, right in zip(*plain, a, b, strict=True):
            yield Pair(plant, relation, left, right, percent)

    def _ids(self, schemes: pa.ChunkedArray, values: pa.ChunkedArray, person: str) -> list[str]:
        """Ids of natural keys; `person` is the prefix for resident IDs."""
        hashed = partial(keyed_hash, key=self._secret)
        makers: dict[str, Callable[[pa.ChunkedArray], pa.Array]] = {
            "uscc": _company_ids,
            "resident_id": partial(hashed, prefix=person),
            "name_phone": partial(hashed, prefix="q_"),
            "account": lambda keys: hashed(pa.array([f"account|{k}" for k in keys.to_pylist()]), prefix="q_"),
            "shop": lambda keys: pa.array([f"s_{k}" for k in keys.to_pylist()]),
            "phone": partial(hashed, prefix="t_"),
            "address": lambda keys: plain_hash(normalise_address(keys).text, prefix="a_"),
        }
        found: list[str] = [""] * len(values)
        names = schemes.to_pylist()
        for scheme in sorted(set(names)):
            rows = [i for i, name in enumerate(names) if name == scheme]
            for row, made in zip(rows, makers[scheme](values.take(rows)).to_pylist(), strict=True):
                found[row] = made
        return found


def _company_ids(codes: pa.ChunkedArray) -> pa.StringArray:
    """Credit codes are ids as they are; older numbers carry the prefix of companies."""
    check = check_uscc(codes)
    older = zip(check.normalised.to_pylist(), check.status.to_pylist(), strict=True)
    return pa.array([f"o_{code}" if status == "legacy15" else code for code, status in older], pa.string())
