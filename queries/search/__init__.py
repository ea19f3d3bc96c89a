"""Find a party by what an officer types."""

from queries.search.search import search

__all__ = ["search"]
