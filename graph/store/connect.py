"""Connections: which server, opened how, and which of the driver's errors becomes which of ours."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from neo4j import Driver, GraphDatabase
from neo4j.exceptions import (
    AuthError,
    DatabaseUnavailable,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
)

from graph.errors import ConfigError, ServerUnavailable, StatementFailed, StatementTimeout, StoreError
from graph.settings import Settings

SCHEMES = tuple(f"{name}{security}://" for name in ("bolt", "neo4j") for security in ("", "+s", "+ssc"))
RETRY = 60.0  # seconds a transaction is tried again: a local server that died is back in 7–14 s
RETRY_PACE = 1.3  # growth of the pause between two tries; the driver's 2 sleeps for half a minute at the end
ONLINE = 180.0  # seconds between an open port and a database that answers; recovery of a big city takes most


@dataclass(frozen=True, slots=True)
class Address:
    """A server and how to log in."""

    uri: str
    user: str
    password: str = field(repr=False)
    database: str | None = None
    """None = the server's default, which also follows a swapped database."""

    @classmethod
    def of_settings(cls, settings: Settings) -> Address:
        """Address of the server named by `NEO4J_URI`.

        Raises
        ------
        ConfigError
            If it is no address of a Neo4j.
        """
        if not settings.neo4j_uri.startswith(SCHEMES):
            raise ConfigError(f"NEO4J_URI={settings.neo4j_uri!r} is no address of a Neo4j; write e.g. bolt://db:7687")
        database = settings.neo4j_database or None
        return cls(settings.neo4j_uri, settings.neo4j_user, settings.neo4j_password, database)


def connect(address: Address) -> Driver:
    """Open a driver and make sure that the server answers and lets us in.

    Raises
    ------
    ServerUnavailable
        If nothing answers, or user and password are refused.
    """
    with translated(f"connecting to {address.uri}", address.uri):
        driver = GraphDatabase.driver(
            address.uri,
            auth=(address.user, address.password),
            max_transaction_retry_time=RETRY,
            retry_delay_multiplier=RETRY_PACE,
            connection_timeout=10,
            notifications_min_severity="OFF",  # `explain` asks for them; elsewhere they would fill the log
            telemetry_disabled=True,
            user_agent="creditnet",
        )
        try:
            with driver.session(database=address.database) as session:
                session.run("RETURN 1").consume()
        except BaseException:
            driver.close()
            raise
        return driver


def connect_when_online(address: Address, seconds: float = ONLINE) -> Driver:
    """`connect` to a server that is just starting: its port opens a moment before its database answers."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return connect(address)
        except ServerUnavailable as error:
            if isinstance(error.__cause__, AuthError) or time.monotonic() > deadline:
                raise
            time.sleep(0.2)


@contextmanager
def translated(name: str, uri: str) -> Iterator[None]:
    """Raise the driver's errors as ours; `name` says which statement failed."""
    try:
        yield
    except AuthError as error:
        raise ServerUnavailable(
            f"the Neo4j at {uri} refuses this user or password; set NEO4J_USER and NEO4J_PASSWORD"
        ) from error
    except (ServiceUnavailable, SessionExpired, DatabaseUnavailable, OSError) as error:
        raise ServerUnavailable(
            f"no Neo4j answers at {uri} ({_first_line(error)}); start that server or correct NEO4J_URI, "
            "or unset it to use the local one (`creditnet db status` and `creditnet db logs` tell about it)"
        ) from error
    except Neo4jError as error:
        if "TransactionTimedOut" in (error.code or ""):
            raise StatementTimeout(
                f"{name or 'statement'} was stopped at its time limit; ask for less, or raise CREDITNET_QUERY_TIMEOUT"
            ) from error
        raise StatementFailed(f"{name or 'statement'}: {error.code}: {error.message}") from error
    except DriverError as error:
        raise StoreError(f"{name or 'statement'}: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
