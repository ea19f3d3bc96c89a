"""Clean tables → integer ids and arrays: what the kernels of `graph.analytics` take."""

from graph.projection.arrays import NO_DAY, codes, days, indices, months_later, numbers
from graph.projection.ids import IdMap
from graph.projection.rows import RowIndex

__all__ = ["NO_DAY", "IdMap", "RowIndex", "codes", "days", "indices", "months_later", "numbers"]
