"""Clean tables: append-only batches of Parquet files, one SQLite manifest as the one commit point, current views."""

from graph.tables.batch import Batch
from graph.tables.manifest import BatchInfo, Layout
from graph.tables.tables import Tables

__all__ = ["Batch", "BatchInfo", "Layout", "Tables"]
