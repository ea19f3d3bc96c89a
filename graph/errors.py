"""Every error creditnet raises on purpose, as one tree.

::

    CreditnetError                  root; `exit_code` is what the command line returns
    ├── ConfigError                 a setting is missing or contradicts another
    ├── InputError                  a file given by the user cannot be used
    │   ├── UnreadableFile          not text, not a table, damaged or empty
    │   ├── UnknownSource           no mapping recognises the columns
    │   └── MissingColumns          a required column is absent
    ├── TablesError                 the clean tables refuse an operation
    │   ├── HomeBusy                another load or refresh holds the home
    │   ├── AlreadyLoaded           the same file of the same source is in the tables
    │   └── DiskFull                no space left while writing; nothing was committed
    ├── StoreError                  Neo4j cannot be used
    │   ├── JarsMissing             the local server's jars are absent and there is no network
    │   ├── ServerUnavailable       no server answers at the address
    │   └── StatementFailed         the server refused a statement; carries the statement's name
    │       └── StatementTimeout    it ran longer than its limit and was stopped
    ├── QueryError                  a .cypher file or a call to it breaks its header
    ├── SnapshotError               no snapshot yet, or a damaged one
    ├── NotFound                    no such party, lead, group
    └── AccessDenied                token missing, unknown or expired
        └── NotAllowed              the token is good, its role may not do this

A message says what happened, where, and what cures it.
"""

from __future__ import annotations


class CreditnetError(Exception):
    """Root of all errors raised on purpose. The command line prints the message, never a traceback."""

    exit_code = 1


class ConfigError(CreditnetError):
    """A setting is missing, malformed, or contradicts another one."""

    exit_code = 2


class InputError(CreditnetError):
    """A file given by the user cannot be used as a whole (single bad rows are quarantined instead)."""

    exit_code = 3


class UnreadableFile(InputError):
    """The file is empty, damaged, not a table, or in no known encoding."""


class UnknownSource(InputError):
    """No mapping in `loaders/sources` recognises the columns of the file."""


class MissingColumns(InputError):
    """The mapping is known but a required column is absent from the file."""


class TablesError(CreditnetError):
    """The clean tables refuse an operation."""

    exit_code = 4


class HomeBusy(TablesError):
    """Another load or refresh holds the lock of this creditnet home."""


class AlreadyLoaded(TablesError):
    """The same file of the same source is in the tables already; loading it again would change nothing."""


class DiskFull(TablesError):
    """The disk filled up while writing; the batch was not committed and left nothing behind."""


class StoreError(CreditnetError):
    """Neo4j cannot be used."""

    exit_code = 5


class JarsMissing(StoreError):
    """The jars of the local Neo4j are not in the cache and cannot be fetched."""


class ServerUnavailable(StoreError):
    """No Neo4j answers at the configured address."""


class StatementFailed(StoreError):
    """The server refused a statement; the message names the statement and the server's reason."""


class StatementTimeout(StatementFailed):
    """The statement ran longer than its limit and the server stopped it; the API answers 504."""


class QueryError(CreditnetError):
    """A `.cypher` file breaks its own header, or a call does not match it."""

    exit_code = 6


class SnapshotError(CreditnetError):
    """There is no snapshot yet (run `creditnet refresh`), or it is damaged."""

    exit_code = 7


class NotFound(CreditnetError):
    """The party, lead, group or batch asked for does not exist."""

    exit_code = 8


class AccessDenied(CreditnetError):
    """The token is missing, unknown or expired."""

    exit_code = 9


class NotAllowed(AccessDenied):
    """The token is good but its role may not do this."""
