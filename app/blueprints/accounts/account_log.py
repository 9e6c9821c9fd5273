"""What Flask-Security does to an account, as lines of the audit log: they are committed with what it did."""

from datetime import datetime
from typing import Any

from flask import Flask
from flask_security import password_changed, password_reset, tf_profile_changed
from flask_security.signals import tf_disabled, wan_deleted, wan_registered

from app import clock
from app.blueprints.accounts.browsers import current_session_id
from app.domain.appointments import Actor
from app.store import staff_sessions
from app.store.audit import add_audit_line

_ON, _OFF = {"codes": {"from": "off", "to": "on"}}, {"codes": {"from": "on", "to": "off"}}
_HOW = {"password": "password", "webauthn": "passkey", "invitation": "invitation"}


def connect(app: Flask) -> None:
    """Hear of all that changes how somebody signs in."""
    password_changed.connect(_password_changed, app)
    password_reset.connect(_password_reset, app)
    tf_profile_changed.connect(_codes_on, app)
    tf_disabled.connect(_codes_off, app)
    wan_registered.connect(_passkey_added, app)
    wan_deleted.connect(_passkey_removed, app)


def signed_in(user: Any, ways: list[str] | None, now: datetime) -> None:
    """Somebody has signed in; a second step names no way of its own. Whoever changes the password gets a new session, too."""
    if ways == ["change"]:
        return
    how = _HOW.get(ways[0], ways[0]) if ways else "password and second step"
    _add(user, "signed in", {"how": how}, now)


def note(user: Any, act: str) -> None:
    """Something else was done to the account."""
    _add(user, act, {}, clock.now())


def _add(user: Any, act: str, detail: dict[str, Any], now: datetime) -> None:
    add_audit_line(Actor("staff", user.email), act, "staff_member", user.id, detail, now)


def _password_changed(_app: Flask, user: Any, **_more: Any) -> None:
    """Every other browser is signed out."""
    now = clock.now()
    ended = staff_sessions.end_sessions(user.id, now, but=current_session_id())
    _add(user, "password changed", {"sessions_ended": ended}, now)


def _password_reset(_app: Flask, user: Any, **_more: Any) -> None:
    """Every browser is signed out."""
    now = clock.now()
    ended = staff_sessions.end_sessions(user.id, now)
    _add(user, "password chosen anew", {"sessions_ended": ended}, now)


def _codes_on(_app: Flask, user: Any, **_more: Any) -> None:
    _add(user, "codes turned on", _ON, clock.now())


def _codes_off(_app: Flask, user: Any, **_more: Any) -> None:
    _add(user, "codes turned off", _OFF, clock.now())


def _passkey_added(_app: Flask, user: Any, name: str, **_more: Any) -> None:
    _add(user, "passkey added", {"passkey": {"from": None, "to": name}}, clock.now())


def _passkey_removed(_app: Flask, user: Any, name: str, **_more: Any) -> None:
    _add(user, "passkey removed", {"passkey": {"from": name, "to": None}}, clock.now())
