"""Writing so that it lasts, and telling a full disk from other failures."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.errors import DiskFull

_FULL_ERRNOS = (errno.ENOSPC, errno.EDQUOT)
# DuckDB and some Arrow paths give no errno, only the text of the system's message.
_FULL_WORDS = ("no space left on device", "disk quota exceeded", "database or disk is full")


def is_disk_full(error: BaseException) -> bool:
    """Whether an error of Python, Arrow, DuckDB or SQLite says that the disk is full."""
    if isinstance(error, OSError) and error.errno in _FULL_ERRNOS:
        return True
    if isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
        return True
    return any(words in str(error).lower() for words in _FULL_WORDS)


@contextmanager
def disk_full_as(what: str) -> Iterator[None]:
    """Raise `DiskFull` in place of whatever a full disk makes the block raise; other errors pass unchanged."""
    try:
        yield
    except Exception as error:
        if not isinstance(error, DiskFull) and is_disk_full(error):
            raise DiskFull(
                f"no space left on the disk while {what}; nothing was kept. Free some space, run it again"
            ) from error
        raise


def sync_folder(folder: Path) -> None:
    """Make the files of a folder, and their names, survive a power cut."""
    for path in (*folder.iterdir(), folder):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def sync_names(folder: Path) -> None:
    """Make the names in a folder, such as a rename just done, survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
