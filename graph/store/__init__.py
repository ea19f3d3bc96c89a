"""The only package that imports the neo4j driver: connect, local server, schema, read, write, bulk import."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graph.store.statements import schema_statements
    from graph.store.store import Notification, Store, open_store

__all__ = ["Notification", "Store", "open_store", "schema_statements"]


def __getattr__(name: str) -> object:
    """Import on first use: the keeper process runs without driver and Arrow."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = "statements" if name == "schema_statements" else "store"
    return getattr(import_module(f"graph.store.{module}"), name)
