"""What exists, where it is kept, what can be computed: open a store and ask.

>>> from graph import Settings
>>> Settings(home="/srv/creditnet").is_local
True
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from graph.errors import CreditnetError
from graph.settings import Settings

if TYPE_CHECKING:
    from graph.store import Store, open_store

__all__ = ["CreditnetError", "Settings", "Store", "open_store"]


def __getattr__(name: str) -> object:
    """Import the store on first use: analytics alone need no driver."""
    if name in ("Store", "open_store"):
        return getattr(import_module("graph.store"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
