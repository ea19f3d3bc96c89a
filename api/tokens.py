"""Access tokens: who may read, in which role, until when. Only hashes are kept.

A token reads ``cn_<id>_<secret>``. The id finds its row, the secret's SHA-256 is compared in constant time; a
plain hash is enough because the secret is 256 random bits, not a password someone chose.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

from graph.errors import AccessDenied, InputError, NotFound
from queries.masking import Role

ROLES: tuple[str, ...] = get_args(Role)

_SCHEMA = """CREATE TABLE IF NOT EXISTS tokens (
    id TEXT PRIMARY KEY, role TEXT NOT NULL, label TEXT NOT NULL, digest BLOB NOT NULL,
    created TEXT NOT NULL, expires TEXT NOT NULL, revoked TEXT)"""
_DENIED = "the token is unknown, expired or revoked; ask for a new one: creditnet token create --role viewer"


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """What is kept of a token: everything except the token itself."""

    id: str
    role: Role
    label: str
    created: datetime
    expires: datetime
    revoked: datetime | None


class Tokens:
    """The tokens of one creditnet home, in `tokens.sqlite`, readable by its owner only."""

    def __init__(self, home: Path) -> None:
        self._path = home / "tokens.sqlite"

    def create(self, role: Role, label: str, days: float = 30) -> str:
        """Make a token and return its text, which cannot be shown again.

        Raises
        ------
        InputError
            If the role is none of `ROLES` or `days` is not positive.
        """
        if role not in ROLES:
            raise InputError(f"role {role!r} is unknown; choose one of {', '.join(ROLES)}")
        if days <= 0:
            raise InputError(f"a token must be valid for more than 0 days, not {days}")
        token_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        now = datetime.now(UTC)
        row = (token_id, role, label, _digest(secret), now.isoformat(), (now + timedelta(days=days)).isoformat())
        with self._connect() as db:
            db.execute("INSERT INTO tokens VALUES (?, ?, ?, ?, ?, ?, NULL)", row)
        return f"cn_{token_id}_{secret}"

    def verify(self, text: str) -> TokenInfo:
        """Return what the token grants.

        Raises
        ------
        AccessDenied
            If it is malformed, unknown, expired or revoked; the message does not say which.
        """
        prefix, _, rest = text.partition("_")
        token_id, _, secret = rest.partition("_")
        with self._connect() as db:
            row = db.execute("SELECT * FROM tokens WHERE id = ?", (token_id,)).fetchone()
        # Compared even when no row was found, so that timing does not tell which ids exist.
        same = hmac.compare_digest(row["digest"] if row else b"", _digest(secret))
        if prefix != "cn" or not row or not same:
            raise AccessDenied(_DENIED)
        info = _info(row)
        if info.revoked or info.expires <= datetime.now(UTC):
            raise AccessDenied(_DENIED)
        return info

    def revoke(self, token_id: str) -> None:
        """End a token now; revoking it again changes nothing.

        Raises
        ------
        NotFound
            If there is no token of this id.
        """
        with self._connect() as db:
            now = datetime.now(UTC).isoformat()
            found = db.execute("UPDATE tokens SET revoked = coalesce(revoked, ?) WHERE id = ?", (now, token_id))
        if not found.rowcount:
            raise NotFound(f"there is no token {token_id!r}; `creditnet token list` shows the ids")

    def list(self) -> tuple[TokenInfo, ...]:
        """All tokens ever made, oldest first, without their secrets."""
        with self._connect() as db:
            return tuple(_info(row) for row in db.execute("SELECT * FROM tokens ORDER BY created, id"))

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Created by us and not by SQLite, whose file would be readable by the group for a moment.
        os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
        with closing(sqlite3.connect(self._path, timeout=10)) as db, db:
            db.row_factory = sqlite3.Row
            db.execute(_SCHEMA)
            yield db


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _info(row: sqlite3.Row) -> TokenInfo:
    revoked = datetime.fromisoformat(row["revoked"]) if row["revoked"] else None
    created, expires = datetime.fromisoformat(row["created"]), datetime.fromisoformat(row["expires"])
    return TokenInfo(row["id"], row["role"], row["label"], created, expires, revoked)
