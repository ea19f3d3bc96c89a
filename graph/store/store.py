"""The store: what the other packages may ask of Neo4j.

Reading happens in read transactions with a time and a row limit, writing in write transactions; the driver
tries both again when the server was away for a moment, so every statement here may run twice to one effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
from neo4j import READ_ACCESS, Driver, ManagedTransaction, NotificationMinimumSeverity, Record, Session, unit_of_work

from graph.model.kinds import SCORE_PROPERTIES
from graph.model.properties import NodeKind, Property, RelationshipKind
from graph.progress import Progress, silent
from graph.settings import Settings
from graph.store import statements
from graph.store.connect import Address, connect, connect_when_online, translated
from graph.store.local import Lease, attach
from graph.store.place import Place
from graph.store.rows import batches, node_rows, property_rows, relationship_rows
from graph.store.values import plain
from graph.store.whole import read_whole

BATCH = 10_000  # rows a transaction: 19 k relationships a second against 14 k with 1,000
FETCH = 10_000  # records the server sends at once
COUNTING = 300.0  # seconds; counting is quick, but a server that has just started plans its first statements slowly
Parameters = Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class Notification:
    """What the server remarks about a statement: an unknown label, a cartesian product."""

    code: str
    """GQLSTATUS, e.g. 01N50 unknown label, 01N51 unknown type, 01N52 unknown property, 03N90 cartesian product."""
    title: str
    description: str
    severity: str
    """WARNING or INFORMATION."""


class Store:
    """An open connection to Neo4j; use it as a context manager or close it. Safe to share between threads."""

    def __init__(self, driver: Driver, address: Address, settings: Settings, lease: Lease | None = None) -> None:
        self._driver = driver
        self._address = address
        self._lease = lease
        self.settings = settings

    @property
    def uri(self) -> str:
        """Address of the server."""
        return self._address.uri

    def close(self) -> None:
        """Close the connection and stop using the local server."""
        self._driver.close()
        if self._lease:
            self._lease.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ---- reading

    def read(
        self, text: str, params: Parameters = None, *, name: str = "", timeout: float | None = None, limit: int = 10_000
    ) -> list[dict[str, Any]]:
        """Run a statement in a read transaction and return at most `limit` rows; the rest stays unread.

        `timeout` in seconds, `CREDITNET_QUERY_TIMEOUT` unless given.

        Raises
        ------
        StatementFailed
            If the server refuses the statement, e.g. because it writes, or stops it after `timeout`.
        ServerUnavailable
            If the server stays away.
        """
        seconds = float(self.settings.query_timeout) if timeout is None else timeout

        @unit_of_work(timeout=seconds)
        def work(transaction: ManagedTransaction) -> list[dict[str, Any]]:
            result = transaction.run(text, dict(params or {}))
            return [_row(record) for record in islice(result, limit)]

        with self._session(name) as session:
            return session.execute_read(work)

    def columns(
        self,
        text: str,
        params: Parameters = None,
        *,
        name: str = "",
        timeout: float | None = None,
        collected: bool = False,
    ) -> pa.Table:
        """Run a statement in a read transaction and return all its rows as columns, for big exports.

        With `collected` each returned value is a list (``collect(r.percent) AS percent``) and the lists of
        all rows are joined: a few rows of long lists come four times as fast as one row a relationship.
        """

        @unit_of_work(timeout=timeout)
        def work(transaction: ManagedTransaction) -> tuple[Sequence[str], list[list[Any]]]:
            result = transaction.run(text, dict(params or {}))
            return result.keys(), [[plain(value) for value in record.values()] for record in result]

        with self._session(name) as session:
            names, records = session.execute_read(work)
        values: Iterable[Sequence[Any]] = zip(*records, strict=True) if records else [()] * len(names)
        if collected:
            values = [list(chain.from_iterable(column)) for column in values]
        return pa.table({key: pa.array(column) for key, column in zip(names, values, strict=True)})

    def held(self, kind: NodeKind | RelationshipKind, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """Everything of one kind as the server holds it, in batches of columns; a value of another type is null."""
        with self._session(f"held {statements.name_of(kind)}", default_access_mode=READ_ACCESS) as session:
            yield from read_whole(session, kind, schema)

    def explain(self, text: str, params: Parameters = None) -> list[Notification]:
        """Let the server plan a statement without running it and return what it remarks."""
        severity = NotificationMinimumSeverity.INFORMATION
        with self._session("EXPLAIN", default_access_mode=READ_ACCESS, notifications_min_severity=severity) as session:
            summary = session.run(f"EXPLAIN {text}", dict(params or {})).consume()
        return [
            Notification(s.gql_status, s.status_description.split(". ")[0], s.status_description, s.raw_severity or "")
            for s in summary.gql_status_objects
            if s.raw_classification  # the others say that the statement went well
        ]

    def is_empty(self) -> bool:
        """Whether the database holds no node."""
        return not self.read("MATCH (n) RETURN 1 AS one LIMIT 1", name="is_empty", timeout=COUNTING)

    def counts(self) -> dict[str, int]:
        """Nodes of each declared label and relationships of each declared type, zeros included."""
        return {
            row["kind"]: row["count"] for row in self.read(statements.count_kinds(), name="counts", timeout=COUNTING)
        }

    # ---- writing

    def write(self, text: str, params: Parameters = None, *, name: str = "") -> list[dict[str, Any]]:
        """Run a statement in a write transaction and return its rows."""

        def work(transaction: ManagedTransaction) -> list[dict[str, Any]]:
            return [_row(record) for record in transaction.run(text, dict(params or {}))]

        with self._session(name) as session:
            return session.execute_write(work)

    def apply_schema(self) -> None:
        """Create the constraints and indexes of the model that are missing, and wait until they are filled."""
        for statement in statements.constraints():
            self.write(statement, name=statement.split(" IF ")[0])
        self._write_together(statements.indexes(), name="indexes")  # one transaction: filled in one scan of the nodes
        self.read("CALL db.awaitIndexes(3600)", name="await indexes", timeout=3600)

    def upsert_nodes(self, kind: NodeKind, rows: pa.Table, *, progress: Progress | None = None) -> int:
        """Write nodes keyed by `id`; a declared column that is null removes the property. Returns rows written."""
        self._write_rows(statements.upsert_nodes(kind), node_rows(kind, rows), kind.label, progress)
        return len(rows)

    def upsert_relationships(self, kind: RelationshipKind, rows: pa.Table, *, progress: Progress | None = None) -> int:
        """Write relationships between existing nodes; returns how many: fewer than rows if an end is missing."""
        shaped = relationship_rows(kind, rows)
        answers = self._write_rows(statements.upsert_relationships(kind), shaped, kind.type, progress)
        return sum(answer["written"] for answer in answers)

    def delete_nodes(self, kind: NodeKind, ids: pa.Array | pa.ChunkedArray | Sequence[str]) -> None:
        """Delete nodes by id, with their relationships."""
        rows = pa.table({"id": ids if isinstance(ids, pa.Array | pa.ChunkedArray) else pa.array(ids, pa.string())})
        self._write_rows(statements.delete_nodes(kind), rows, f"delete {kind.label}", None)

    def delete_relationships(self, kind: RelationshipKind, pairs: pa.Table) -> None:
        """Delete relationships by `from_id`, `to_id` and, where the type has them, its key columns."""
        shaped = relationship_rows(kind, pairs).drop_columns("properties")
        self._write_rows(statements.delete_relationships(kind), shaped, f"delete {kind.type}", None)

    def set_properties(
        self,
        label: str,
        properties: Sequence[Property],
        rows: pa.Table,
        *,
        progress: Progress | None = None,
    ) -> None:
        """Set properties of existing nodes of a label (`Party` for all parties) from columns `id`, ...."""
        shaped = property_rows(rows, properties)
        self._write_rows(statements.set_properties(label), shaped, f"set on {label}", progress)

    def set_scores(self, rows: pa.Table, *, progress: Progress | None = None) -> None:
        """Write the score properties of parties from columns `id`, `score`, `risk_class`, `links`."""
        self.set_properties("Party", SCORE_PROPERTIES, rows, progress=progress)

    def clear_findings(self) -> int:
        """Delete what analyses wrote: inferred relationships, groups and leads; returns how many."""
        deleted = 0
        for statement in statements.clear_findings():
            while count := self.write(statement, {"batch": BATCH}, name="clear_findings")[0]["deleted"]:
                deleted += count
        return deleted

    def _write_together(self, texts: Sequence[str], name: str) -> None:
        def work(transaction: ManagedTransaction) -> None:
            for text in texts:
                transaction.run(text).consume()

        with self._session(name) as session:
            session.execute_write(work)

    def _write_rows(self, text: str, rows: pa.Table, name: str, progress: Progress | None) -> list[dict[str, Any]]:
        answers, done = [], 0
        for batch in batches(rows, BATCH):
            answers += self.write(text, {"rows": batch}, name=name)
            done += len(batch)
            (progress or silent)(name, done, len(rows))
        return answers

    @contextmanager
    def _session(self, name: str, **options: Any) -> Iterator[Session]:  # noqa: ANN401 - the driver's own options
        with (
            translated(name, self.uri),
            self._driver.session(database=self._address.database, fetch_size=FETCH, **options) as session,
        ):
            yield session


def _row(record: Record) -> dict[str, Any]:
    return {key: plain(value) for key, value in zip(record.keys(), record.values(), strict=True)}


def open_store(settings: Settings | None = None, *, progress: Progress | None = None) -> Store:
    """Open the Neo4j of the settings: the server at `NEO4J_URI`, else this home's local one (started if need be).

    Raises
    ------
    ServerUnavailable
        If nothing answers at `NEO4J_URI`, the password is refused, or the local server does not start.
    JarsMissing
        If the local server's jars are absent and there is no network.
    """
    settings = settings or Settings.from_env()
    if not settings.is_local:
        address = Address.of_settings(settings)
        return Store(connect(address), address, settings)
    running, lease = attach(settings, progress)
    try:
        place = Place(settings)
        address = Address(running.uri, "neo4j", place.password())
        store = Store(connect_when_online(address), address, settings, lease)
    except BaseException:
        lease.release()
        raise
    if place.schema_due.exists():  # a bulk import was cut short after its swap
        store.apply_schema()
        place.schema_due.unlink(missing_ok=True)
    return store
