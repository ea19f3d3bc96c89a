"""Tokens: shown once, kept as hashes, refused when unknown, changed, expired or revoked."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from api.tokens import ROLES, Tokens
from graph.errors import AccessDenied, InputError, NotFound


@pytest.fixture
def tokens(tmp_path: Path) -> Tokens:
    return Tokens(tmp_path / "home")


@pytest.mark.parametrize("role", ROLES)
def test_a_token_grants_its_role(tokens: Tokens, role: str) -> None:
    granted = tokens.verify(tokens.create(role, "for the desk"))
    assert (granted.role, granted.label) == (role, "for the desk")
    assert granted.expires > granted.created


def test_nothing_in_the_file_is_the_token(tokens: Tokens, tmp_path: Path) -> None:
    text = tokens.create("viewer", "x")
    path = tmp_path / "home" / "tokens.sqlite"
    assert text.split("_", 2)[2].encode() not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "",
        lambda text: "cn__",
        lambda text: text[:-1] + ("A" if text[-1] != "A" else "B"),
        lambda text: text + "x",
        lambda text: text.replace("cn_", "xx_"),
        lambda text: "cn_" + "0" * 12 + text[15:],
        lambda text: "' OR 1=1 --",
    ],
)
def test_a_changed_token_is_refused(tokens: Tokens, spoil) -> None:
    with pytest.raises(AccessDenied, match="creditnet token create"):
        tokens.verify(spoil(tokens.create("viewer", "x")))


def test_an_expired_token_is_refused(tokens: Tokens) -> None:
    with pytest.raises(AccessDenied):
        tokens.verify(tokens.create("viewer", "x", days=1e-12))


def test_a_revoked_token_is_refused_and_stays_listed(tokens: Tokens) -> None:
    kept, ended = tokens.create("viewer", "kept"), tokens.create("analyst", "ended")
    tokens.revoke(tokens.verify(ended).id)
    with pytest.raises(AccessDenied):
        tokens.verify(ended)
    assert tokens.verify(kept).label == "kept"
    assert [(t.label, t.revoked is not None) for t in tokens.list()] == [("kept", False), ("ended", True)]


def test_revoking_twice_keeps_the_first_time(tokens: Tokens) -> None:
    token_id = tokens.verify(tokens.create("viewer", "x")).id
    tokens.revoke(token_id)
    first = tokens.list()[0].revoked
    tokens.revoke(token_id)
    assert tokens.list()[0].revoked == first


def test_an_unknown_id_cannot_be_revoked(tokens: Tokens) -> None:
    with pytest.raises(NotFound, match="token list"):
        tokens.revoke("nobody")


@pytest.mark.parametrize(("role", "days"), [("root", 1), ("viewer", 0), ("viewer", -3)])
def test_a_senseless_token_is_not_made(tokens: Tokens, role: str, days: float) -> None:
    with pytest.raises(InputError):
        tokens.create(role, "x", days)
    assert tokens.list() == ()
