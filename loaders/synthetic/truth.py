"""Collects what was planted, by index while the city is built, as natural keys when it is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from loaders.synthetic.draw import Ints

Keyed = tuple[str, Ints]
"""What the indices mean (company, person, complainant, shop, phone, address, ticket) and the indices."""


@dataclass(slots=True)
class Truth:
    """Plants, their members, pairs of parties with a known relation, merchants with a known rate."""

    plants: list[dict[str, Any]] = field(default_factory=list)
    members: list[tuple[int, str, str, Ints]] = field(default_factory=list)
    pairs: list[tuple[int, str, str, Ints, str, Ints, Ints]] = field(default_factory=list)

    def plant(self, kind: str, **facts: Any) -> int:  # noqa: ANN401
        """Open a plant and return its number."""
        self.plants.append({"kind": kind, **facts})
        return len(self.plants) - 1

    def member(self, plant: int, role: str, what: str, index: Ints | int) -> None:
        """Say who belongs to a plant, in which role."""
        self.members.append((plant, role, what, np.atleast_1d(np.asarray(index, dtype=np.int64))))

    def pair(self, plant: int, relation: str, a: Keyed, b: Keyed, percent: Ints | int = -1) -> None:
        """Say that each of `a` stands in a relation to each of `b`, row by row; percent in hundredths."""
        left, right, share = np.broadcast_arrays(np.atleast_1d(a[1]), np.atleast_1d(b[1]), percent)
        self.pairs.append((plant, relation, a[0], left, b[0], right, share))
