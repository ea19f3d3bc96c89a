"""How creditnet opens DuckDB: in memory, and without ever reaching out for an extension."""

from __future__ import annotations

from pathlib import Path

import duckdb


def connect(memory_limit: str | None = None, spill: Path | None = None) -> duckdb.DuckDBPyConnection:
    """Open a database in memory; with a limit it spills what does not fit into a folder."""
    config: dict[str, str | bool | int | float | list[str]] = {"autoinstall_known_extensions": "false"}
    if memory_limit is not None:
        config["memory_limit"] = memory_limit
    if spill is not None:
        config["temp_directory"] = str(spill)
    connection = duckdb.connect(config=config)
    connection.execute("SET enable_progress_bar = false")  # it draws its own where it takes the session for a dialogue
    return connection
