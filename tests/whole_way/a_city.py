"""What the tests of the whole way share: a loaded, published and refreshed city."""

from dataclasses import dataclass
from pathlib import Path

from graph import Settings, Store
from graph.tables import Tables
from loaders.job import LoadReport
from loaders.publish import GraphReport
from queries.refresh import RefreshReport


@dataclass(frozen=True)
class City:
    """A loaded, published and refreshed city."""

    settings: Settings
    files: Path
    truth: Path
    tables: Tables
    store: Store
    loads: list[LoadReport]
    graph: GraphReport
    found: RefreshReport
