"""Columns that grow: what plants and background append their rows to."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from loaders.synthetic.draw import Ints


@dataclass(slots=True)
class Columns:
    """Growing columns: lists of equal-length arrays that become one table in the end."""

    names: tuple[str, ...]
    parts: dict[str, list[Ints]] = field(default_factory=dict)

    def add(self, **columns: Ints | int) -> None:
        """Append rows; a single number is repeated to the length of the others."""
        size = next((len(v) for v in columns.values() if isinstance(v, np.ndarray) and v.ndim), 1)
        for name in self.names:
            values = np.broadcast_to(np.asarray(columns[name], dtype=np.int64), (size,))
            self.parts.setdefault(name, []).append(values)

    def __getitem__(self, name: str) -> Ints:
        parts = self.parts.get(name)
        if not parts:
            return np.zeros(0, dtype=np.int64)
        if len(parts) > 1:
            self.parts[name] = parts = [np.concatenate(parts)]
        return parts[0]

    def take(self, rows: Ints) -> dict[str, Ints]:
        """The named rows, column by column."""
        return {name: self[name][rows] for name in self.names}

    def __len__(self) -> int:
        return len(self[self.names[0]])
