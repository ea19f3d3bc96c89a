"""Clean tables → integer ids and arrays: what the kernels of `graph.analytics` take."""

from graph.projection.arrays import adjacency, codes, days, numbers
from graph.projection.ids import IdMap

__all__ = ["IdMap", "adjacency", "codes", "days", "numbers"]
