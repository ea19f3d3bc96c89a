"""DuckDB: one connection per process, views that follow the manifest, made when first asked for."""

from __future__ import annotations

import datetime as dt
import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from graph.model.asof import AsOf
from graph.model.kinds import TABLES
from graph.tables.current import having, held_on, known_on, latest, rows_of
from graph.tables.disk import disk_full_as
from graph.tables.duck import connect
from graph.tables.identity import DECISIONS, IDENTITIES, columns_of, identities, labels_of, shown
from graph.tables.keys import quoted
from graph.tables.manifest import Content, Part

if TYPE_CHECKING:
    import ibis.expr.types as ir


class Engine:
    """Answers over the parts that `content` names.

    `files_of` says which files parts are, `identities` who is one party.
    """

    def __init__(
        self,
        spill: Path,
        memory_limit: str,
        content: Callable[[], Content],
        files_of: Callable[[Sequence[Part]], list[Path]],
        identities: Callable[[Content], pa.Table],
    ) -> None:
        self._spill = spill
        self._memory_limit = memory_limit
        self._content = content
        self._files_of = files_of
        self._identities = identities
        self._guard = threading.RLock()  # a DuckDB connection serves one thread at a time
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._shown: dict[str, str] = {}

    def table(self, name: str, as_of: AsOf | None = None) -> ir.Table:
        """The view of a clean table, up to date, or of what held on a day as it was known on a day."""
        import ibis  # half a second: only for those who go on in ibis

        with self._guard:
            self._show(name, self._content())
            if as_of is not None:
                name = self._show_held(name, as_of)
            return ibis.duckdb.from_connection(self._open()).table(name)

    def rows(self, name: str, columns: list[str], known: dt.date | None = None) -> pa.Table:
        """Columns of a clean table in memory, up to date or as known on a day."""
        with self._guard:
            self._show(name, self._content())
            if known is not None:
                name = self._show_known(name, known)
            return self._answer(f"SELECT {quoted(*columns)} FROM {name}")  # noqa: S608 - names of the model

    def having(self, name: str, columns: Sequence[str], by: str, values: Sequence[str]) -> pa.Table:
        """Columns of the nodes in a clean table whose column `by` has one of the values."""
        with self._guard:
            self._show(name, self._content())
            query = having(f"{name}_all", name, columns, by, len(values))
            with disk_full_as("reading the tables"):
                return self._open().sql(query, params=[*values, *values]).to_arrow_table()

    def sql(self, query: str, given: Mapping[str, pa.Table]) -> pa.Table:
        """DuckDB's answer to a query over the views and some tables in memory."""
        with self._guard:
            content = self._content()
            for name in (name for name in TABLES if name in query):  # hardly a query is about all of them
                self._show(name, content)
            for name, rows in given.items():
                self._open().register(name, rows)
            try:
                return self._answer(query)
            finally:
                for name in given:
                    self._open().unregister(name)

    def close(self) -> None:
        """Let go of DuckDB and of what it spilled."""
        with self._guard:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
                self._shown.clear()
        shutil.rmtree(self._spill, ignore_errors=True)

    def _answer(self, query: str) -> pa.Table:
        with disk_full_as("reading the tables"):
            return self._open().sql(query).to_arrow_table()

    def _show(self, name: str, content: Content) -> None:
        """Make the view of a table, and beside it the view of all its rows, if they are not those of this state."""
        if self._shown.get(name) == content.state:
            return
        parts = content.of(name)
        late = [part for part in parts if not part.fresh]
        self._view(f"{name}_all", rows_of(name, self._files_of(parts)))
        if late:
            self._view(f"{name}_late", rows_of(name, self._files_of(late)))
        some = f"{name}_late" if len(late) < len(parts) else None
        if columns_of(name) and columns_of(name, labels_of((joined := self._identities(content))["id"])):
            self._open().register("identities", joined)
            self._view(f"{name}_said", latest(f"{name}_all", name, fresh=not late, late=some, origin=True))
            self._view(name, shown(f"{name}_said", name, "identities"))
        else:
            self._view(name, latest(f"{name}_all", name, fresh=not late, late=some))
        self._shown[name] = content.state

    def _show_known(self, name: str, day: dt.date) -> str:
        """Make the view of a table as it was known on a day, parties shown as was decided by then; its name."""
        received, known = f"{name}_received_{day:%Y%m%d}", f"{name}_known_{day:%Y%m%d}"
        self._view(received, known_on(f"{name}_all", day))
        said = latest(received, name)
        if columns_of(name) and columns_of(name, labels_of((joined := self._identities_on(day))["id"])):
            self._open().register(f"identities_{day:%Y%m%d}", joined)
            said = shown(f"({latest(received, name, origin=True)})", name, f"identities_{day:%Y%m%d}")
        self._view(known, said)
        return known

    def _show_held(self, name: str, as_of: AsOf) -> str:
        """Make the view of what held on a day, as it was known on a day; its name."""
        known = self._show_known(name, as_of.known)
        held = f"{known}_held_{as_of.valid:%Y%m%d}"
        self._view(held, held_on(f"FROM {known}", as_of.valid))
        return held

    def _identities_on(self, day: dt.date) -> pa.Table:
        """The identities as decided by a day."""
        content = self._content()
        if not content.of(DECISIONS):
            return IDENTITIES.empty_table()
        self._show(DECISIONS, content)
        known = f"({known_on(f'{DECISIONS}_all', day)})"
        return identities(self._answer(latest(known, DECISIONS)))

    def _view(self, name: str, query: str) -> None:
        self._open().execute(f"CREATE OR REPLACE VIEW {name} AS {query}")

    def _open(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            self._connection = connect(self._memory_limit, self._spill)
        return self._connection
