"""Secret keys of a creditnet home: made once, readable by their owner only, kept outside the tables."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

from graph.errors import TablesError

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,40}")
_KEY_BYTES = 32


def secret(folder: Path, name: str) -> bytes:
    """The key of that name, 32 bytes; made on first use. Two processes that race get the same key.

    Raises
    ------
    TablesError
        If the name is not a plain lower-case word, or the key file is damaged.
    """
    if not _NAME.fullmatch(name):
        raise TablesError(f"{name!r} is no name for a key; use lower-case letters, digits, - and _")
    path = folder / f"{name}.key"
    if not path.exists():
        _make(path)
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        raise TablesError(
            f"{path} holds {len(key)} bytes, not {_KEY_BYTES}; restore it from a backup: ids depend on it"
        )
    return key


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}-{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was first: its key counts
            os.link(draft, path)  # unlike a rename, never replaces
    finally:
        draft.unlink()
