"""DuckDB behind ibis: one connection per process, views that follow the manifest, made when first asked for."""

from __future__ import annotations

import datetime as dt
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from graph.model.kinds import TABLES
from graph.tables.disk import disk_full_as
from graph.tables.manifest import Content, Part

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend


class Engine:
    """Answers over the parts that `content` names; `path_of` says where a part lies."""

    def __init__(
        self, spill: Path, memory_limit: str, content: Callable[[], Content], path_of: Callable[[Part], Path]
    ) -> None:
        self._spill = spill
        self._memory_limit = memory_limit
        self._content = content
        self._path_of = path_of
        self._guard = threading.RLock()  # a DuckDB connection serves one thread at a time
        self._connection: Backend | None = None
        self._shown: dict[str, str] = {}
        self._nothing: dict[str, ir.Table] = {}

    def table(self, name: str) -> ir.Table:
        """The view of a clean table, up to date."""
        with self._guard:
            self._show(name, self._content())
            return self._open().table(name)

    def table_on(self, name: str, day: dt.date) -> ir.Table:
        """What had been received by a day, and of it what held on that day."""
        from graph.tables.current import held_on, known_on, latest

        with self._guard:
            rows, fresh = self._rows(name, self._content())
            return held_on(latest(known_on(rows, day), name, fresh=fresh), day)

    def materialise(self, expression: ir.Table) -> pa.Table:
        """An expression's rows in memory."""
        with self._guard, disk_full_as("reading the tables"):
            return expression.to_pyarrow()

    def sql(self, query: str) -> pa.Table:
        """DuckDB's answer to a query over the views."""
        with self._guard, disk_full_as("reading the tables"):
            content = self._content()
            for name in TABLES:
                self._show(name, content)
            return self._open().con.sql(query).to_arrow_table()

    def close(self) -> None:
        """Let go of DuckDB and of what it spilled."""
        with self._guard:
            if self._connection is not None:
                self._connection.disconnect()
                self._connection = None
                self._shown.clear()
                self._nothing.clear()
        shutil.rmtree(self._spill, ignore_errors=True)

    def _show(self, name: str, content: Content) -> None:
        if self._shown.get(name) == content.state:
            return
        from graph.tables.current import latest

        rows, fresh = self._rows(name, content)
        self._open().create_view(name, latest(rows, name, fresh=fresh), overwrite=True)
        self._shown[name] = content.state

    def _rows(self, name: str, content: Content) -> tuple[ir.Table, bool]:
        """All rows of a table's parts, and whether no key occurs twice in them."""
        from graph.tables.current import no_rows, rows_of

        parts = content.of(name)
        if parts:
            files = [self._path_of(part) for part in parts]
            return rows_of(self._open(), name, files), all(part.fresh for part in parts)
        if name not in self._nothing:
            self._nothing[name] = no_rows(self._open(), name)
        return self._nothing[name], True

    def _open(self) -> Backend:
        if self._connection is None:
            import ibis  # half a second: only for those who read

            self._connection = ibis.duckdb.connect(
                memory_limit=self._memory_limit,
                temp_directory=str(self._spill),
                autoinstall_known_extensions=False,  # no outbound connection, ever
            )
        return self._connection
