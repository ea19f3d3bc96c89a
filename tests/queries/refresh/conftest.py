"""Facts of a few invented rows, read as a refresh reads them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from graph.model.kinds import TABLES, table_schema
from graph.settings import Settings
from graph.tables import Tables
from queries.refresh.facts import Facts

Rows = list[dict[str, Any]]


@pytest.fixture
def facts_of(tmp_path: Path) -> Callable[..., Facts]:
    def made(**rows: Rows) -> Facts:
        tables = Tables.open(Settings(home=str(tmp_path / "home")))
        with tables.begin("registration", "facts.csv", "facts") as batch:
            for name, some in rows.items():
                batch.write(name, pa.Table.from_pylist(some, schema=table_schema(TABLES[name])))
        return Facts.read(tables)

    return made
